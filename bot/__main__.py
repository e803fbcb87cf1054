"""The command line `tapwork`."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from bot.commands.database import prepare
from bot.commands.exporting import export
from bot.commands.importing import import_folder
from bot.commands.stats import show_stats
from bot.settings import Settings
from storage.engine import sole_use
from storage.exchange.exporting import What
from storage.exchange.written_rows import Format
from storage.schema import migrate
from tasks.errors import InputError

T = TypeVar("T")

INTERRUPTED = 130
"""What a shell says of a program that Ctrl-C ended."""


class OneSentenceGroup(click.Group):
    """Commands whose errors are one sentence on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def run_async(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of the coroutine; on the fast event loop where there is one."""
    with asyncio.Runner(loop_factory=_fast_loop_factory()) as runner:
        return runner.run(work())


def _fast_loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return None
    return new_event_loop


def work_on_database(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The same for a short command, where a database that breaks is one sentence too."""
    try:
        return run_async(work)
    except DBAPIError as error:
        raise InputError(f"The database failed: {str(error.orig).splitlines()[0]}.") from error
    except BrokenPipeError:
        raise  # Whoever read our output has had enough, which click knows how to end.
    except ConnectionError as error:
        raise InputError(f"The database is gone ({error}); start it and try again.") from error
    except OSError as error:
        raise InputError(f"The machine refused: {error}.") from error


@click.group(cls=OneSentenceGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Paid labelling work by the messenger people already have."""


@cli.command(epilog="Example: TAPWORK_BOT_TOKEN=123:ABC tapwork run")
def run() -> None:
    """Serve the bot: long polling, or the webhook if a public address is set."""
    settings = Settings.read()
    settings.telegram.require_token()
    from bot.wiring import run_bot  # noqa: PLC0415 - the other commands need not load the bot

    async def serve() -> None:
        await prepare(settings.database)
        await run_bot(settings)

    with sole_use(settings.database.url):
        run_async(serve)


@cli.command(epilog="Example: tapwork demo --port 8080")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, help="Port of the phone page; 0: any.")
def demo(port: int) -> None:
    """The same on the built-in emulator, with a phone in the browser and a sample project."""
    settings = Settings.read()
    from bot.demo import run_demo  # noqa: PLC0415 - the other commands need not load the bot

    run_async(lambda: run_demo(settings, port))


@cli.command("migrate", epilog="Example: tapwork migrate")
def migrate_command() -> None:
    """Create or upgrade the database."""
    settings = Settings.read()
    work_on_database(lambda: migrate(settings.database.url))
    click.echo("The database is up to date.")


@cli.command("import", epilog="Example: tapwork import examples/animals-and-vehicles")
@click.argument("folder", type=click.Path(path_type=Path))
def import_command(folder: Path) -> None:
    """Create or update a project from a FOLDER with project.toml, tasks.csv and pictures.

    Again: no duplicates. Rows that are refused are printed with their lines; the others are imported.
    """
    settings = Settings.read()
    work_on_database(lambda: import_folder(settings, folder))


@cli.command(
    "export", epilog="Example: tapwork export animals --what verdicts --format csv --out verdicts.csv"
)
@click.argument("slug")
@click.option("--what", type=click.Choice([*map(str, What)]), default=str(What.ANSWERS), show_default=True)
@click.option(
    "--format", "form", type=click.Choice([*map(str, Format)]), default=str(Format.CSV), show_default=True
)
@click.option("--out", default="-", show_default=True, help="The file; - is standard output.")
def export_command(slug: str, what: str, form: str, out: str) -> None:
    """Stream out the answers, the verdicts or the ledger of the project SLUG."""
    settings = Settings.read()
    path = None if out == "-" else Path(out)
    work_on_database(lambda: export(settings, slug, What(what), form=Format(form), out=path))


@cli.command(epilog="Example: tapwork stats animals")
@click.argument("slug", required=False)
def stats(slug: str | None) -> None:
    """Progress, cost, accuracy and pace of all projects, or of the one named SLUG."""
    settings = Settings.read()
    work_on_database(lambda: show_stats(settings, slug))


@cli.command(epilog="Example: tapwork doctor")
def doctor() -> None:
    """Check token, address, database, Redis, pictures and clock, and say what to do."""
    from bot.commands.doctor import examine  # noqa: PLC0415 - loading aiogram takes seconds

    settings = Settings.read()
    if not run_async(lambda: examine(settings)):
        sys.exit(1)


def main() -> None:
    """The entry point of the command `tapwork`."""
    cli(prog_name="tapwork")


if __name__ == "__main__":
    main()
