"""The command line `tapwork`."""

import sys
from pathlib import Path

import click

from bot.command_line import OneSentenceGroup, loading, run_async, work_on_database
from bot.commands.database import prepare
from bot.commands.exporting import export
from bot.commands.importing import import_folder
from bot.commands.importing_places import import_places
from bot.commands.notice_options import notice, notices
from bot.commands.simulating import simulate
from bot.commands.stats import show_stats
from bot.settings import Settings
from storage.engine import sole_use
from storage.exchange.exporting import What
from storage.exchange.written_rows import Format
from storage.schema import migrate


@click.group(cls=OneSentenceGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Paid labelling work by the messenger people already have."""


@cli.command(epilog="Example: TAPWORK_BOT_TOKEN=123:ABC tapwork run")
def run() -> None:
    """Serve the bot: long polling, or the webhook if a public address is set."""
    settings = Settings.read()
    settings.telegram.require_token()
    with loading():
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
    with loading():
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


@cli.command(epilog="Example: tapwork places places.csv")
@click.argument("file", type=click.Path(path_type=Path))
def places(file: Path) -> None:
    """Take in the tree of places from a CSV FILE with the columns path, name and time_zone.

    Again: no duplicates. Rows that are refused are printed with their lines; the others are taken in.
    """
    settings = Settings.read()
    work_on_database(lambda: import_places(settings, file))


cli.add_command(notice)
cli.add_command(notices)
cli.add_command(simulate)


@cli.command(epilog="Example: tapwork stats animals")
@click.argument("slug", required=False)
def stats(slug: str | None) -> None:
    """Progress, cost, accuracy and pace of all projects, or of the one named SLUG."""
    settings = Settings.read()
    work_on_database(lambda: show_stats(settings, slug))


@cli.command(epilog="Example: tapwork doctor")
def doctor() -> None:
    """Check token, address, database, Redis, pictures and clock, and say what to do."""
    with loading():
        from bot.commands.doctor import examine  # noqa: PLC0415 - loading aiogram takes seconds

    settings = Settings.read()
    if not run_async(lambda: examine(settings)):
        sys.exit(1)


def main() -> None:
    """The entry point of the command `tapwork`."""
    cli(prog_name="tapwork")


if __name__ == "__main__":
    main()
