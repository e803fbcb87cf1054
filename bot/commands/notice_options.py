"""The options of tapwork notice and tapwork notices."""

from pathlib import Path

import click

from bot.command_line import work_on_database
from bot.commands.watching_notices import show_notice, show_notices
from bot.commands.writing_notice import Wishes, write_notice
from bot.settings import Settings
from tasks.model.notice import NoticeKind
from tasks.noticing.steering import Steer

A_FILE = click.Path(path_type=Path, dir_okay=False)
PERCENT = click.IntRange(0, 100)


@click.command(epilog='Example: tapwork notice --text "Pay day is Friday." --kind pay --read-button')
@click.option("--text", help="The text for all languages.")
@click.option("--text-in", "texts", nargs=2, multiple=True, metavar="LANGUAGE TEXT", help="One language's.")
@click.option("--kind", type=click.Choice([*map(str, NoticeKind)]), default="news", show_default=True)
@click.option("--place", "places", multiple=True, help="Only workers there, such as guizhou/tongren.")
@click.option("--language", "languages", multiple=True, help="Only workers who read it.")
@click.option("--project", "projects", multiple=True, metavar="SLUG", help="Only who worked on it.")
@click.option("--active-days", type=click.IntRange(1, 3650), help="Only who worked within so many days.")
@click.option("--earned-min", help="Only who earned at least so much in all.")
@click.option("--earned-max", help="Only who earned at most so much in all.")
@click.option("--currency", default="CNY", show_default=True, help="Of the two amounts above.")
@click.option("--standing-min", type=PERCENT, help="Only who had so many percent of the gold right.")
@click.option("--standing-max", type=PERCENT, help="Only who had at most so many percent right.")
@click.option("--workers", metavar="LIST|FILE", help="Only these numbers, such as 12,15,30.")
@click.option("--picture", type=A_FILE, help="A picture above the text.")
@click.option("--voice", type=A_FILE, help="A voice note (OGG, Opus) with the text below.")
@click.option("--read-button", is_flag=True, help='Ask for "I have read it".')
@click.option("--answer", "answers", multiple=True, help="An answer to choose; two to four of them.")
@click.option("--urgent", is_flag=True, help="Also in quiet hours; a second supervisor must agree.")
@click.option("--at", metavar="TIME", help='In each worker\'s time zone: "2026-12-24 18:30" or 18:30.')
@click.option("--by", metavar="TELEGRAM_ID", help="The supervisor in whose name, who sees how far it is.")
@click.option("--count", "count_only", is_flag=True, help="Only say how many people it would reach.")
def notice(**options: object) -> None:
    """Write a notice to workers and send it.

    It is sent by the processes that serve the bot (tapwork run).
    """
    pairs = {
        name: (options.pop(f"{name}_min"), options.pop(f"{name}_max")) for name in ("earned", "standing")
    }
    kind = NoticeKind(str(options.pop("kind")))
    wishes = Wishes(kind=kind, **pairs, **options)  # type: ignore[arg-type]
    settings = Settings.read()
    work_on_database(lambda: write_notice(settings, wishes))


@click.command(epilog="Example: tapwork notices 7 --pause")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option("--pause", "steer", flag_value=Steer.PAUSE.value, help="Send no more for now.")
@click.option("--resume", "steer", flag_value=Steer.RESUME.value, help="Go on.")
@click.option("--cancel", "steer", flag_value=Steer.CANCEL.value, help="What has not left never does.")
@click.option("--take-back", "steer", flag_value=Steer.TAKE_BACK.value, help="Delete what was sent.")
@click.option(
    "--send-again", "steer", flag_value=Steer.SEND_AGAIN.value, help="Send again what is of unknown fate."
)
@click.option("--csv", type=A_FILE, help="Write all its deliveries into that file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def notices(number: int | None, steer: str | None, csv: Path | None, *, as_json: bool) -> None:
    """List the last notices, or show and steer the one with that NUMBER."""
    settings = Settings.read()
    if number is None:
        if steer or csv:
            raise click.UsageError("Which notice? Give its number first.")
        work_on_database(lambda: show_notices(settings, as_json=as_json))
        return
    chosen = None if steer is None else Steer(steer)
    work_on_database(lambda: show_notice(settings, number, steer=chosen, csv=csv, as_json=as_json))
