"""The demo: the bot on the built-in emulator, with a sample project and some people who have phones."""

import dataclasses
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.commands.importing_places import take_in_places
from bot.emulator import Emulator, Limits
from bot.log import set_up_logging
from bot.secret_key import Secret
from bot.serving import serve
from bot.settings import DatabaseSettings, MediaSettings, Settings, TelegramSettings
from bot.wiring import build
from storage.engine import sole_use
from storage.exchange.project_folder import ProjectFolder
from storage.pictures import PictureFiles
from storage.schema import migrate
from storage.unit_of_work import SqlStore, create_store
from tasks.errors import InputError
from tasks.importing import ImportProject
from tasks.model.identifiers import AccountKey

HOST = "127.0.0.1"
NOON = 12
TOKEN = "42:DEMO"  # noqa: S105 - the emulator's, good for nothing else
FOLDER = Path("demo-data")
EXAMPLES = Path(__file__).parents[1] / "examples"
PEOPLE = ((1001, "Anna", "en"), (1002, "小梅", "zh-hans"), (1003, "Lin (supervisor)", "en"))
SUPERVISOR = AccountKey("telegram", "1003")


async def run_demo(settings: Settings, port: int) -> None:
    """Serves until it is told to stop. Raises InputError if the port or the sample project cannot be had."""
    set_up_logging(level="WARNING")
    emulator = Emulator(TOKEN, limits=Limits())
    await _listen(emulator, port)
    try:
        for person_id, name, language in PEOPLE:
            emulator.world.add_person(person_id, name, language=language)
        settings = _demo_settings(settings, emulator.base_url)
        with sole_use(settings.database.url):
            await migrate(settings.database.url)
            store = create_store(settings.database.url)
            await _import_examples(settings, store, EXAMPLES)
            await take_in_places(store, EXAMPLES / "places.csv")
            parts = await build(settings, store)
            await serve(parts, started=lambda: _greet(emulator.page_url))
    finally:
        await emulator.stop()


async def _listen(emulator: Emulator, port: int) -> None:
    try:
        await emulator.start(HOST, port)
    except OSError as error:
        raise InputError(
            f"{HOST}:{port} cannot be had ({error.strerror}): stop the program that has it, or run "
            f"tapwork demo --port {port + 1 if port else 8081}."
        ) from error


def _demo_settings(settings: Settings, api: str) -> Settings:
    """The settings for the demo: its own token, and its own database and pictures."""
    FOLDER.mkdir(exist_ok=True)
    return dataclasses.replace(
        settings,
        telegram=TelegramSettings(Secret(TOKEN), api),
        database=DatabaseSettings(f"sqlite:///{FOLDER / 'tapwork.db'}"),
        media=MediaSettings(FOLDER / "media"),
        web=dataclasses.replace(settings.web, public_url="", listen=(HOST, 0)),
        people=dataclasses.replace(
            settings.people,
            supervisors=settings.people.supervisors | {SUPERVISOR},
            time_zone=zone_at_noon(SystemClock().now()),
        ),
    )


def zone_at_noon(now: datetime) -> str:
    """A time zone in which it is about noon: in the demo nobody's quiet hours are in the way."""
    hours_east = NOON - now.hour
    # These names count the other way round: Etc/GMT-8 is eight hours east of Greenwich.
    return f"Etc/GMT{-hours_east:+d}" if hours_east else "UTC"


def sample_folders(examples: Path) -> Sequence[Path]:
    """The project folders there."""
    return sorted(path.parent for path in examples.glob("*/project.toml"))


async def _import_examples(settings: Settings, store: SqlStore, examples: Path) -> None:
    folders = sample_folders(examples)
    if not folders:
        raise InputError(f"There is no sample project in {examples}; run the demo from a clone of Tapwork.")
    for path in folders:
        folder = ProjectFolder.open(path, PictureFiles(settings.media.folder))
        await ImportProject(store, SystemClock())(folder, lambda _lines: None)


def _greet(page: str) -> None:
    who = "&".join(f"person={person_id}" for person_id, _, _ in PEOPLE)
    click.echo(
        f"\nTapwork is running. Open this page, press Start, and answer the first question:\n\n"
        f"    {page}?{who}\n\nAnna reads English, 小梅 reads Chinese, Lin is the supervisor. Ctrl-C stops.\n"
    )
    sys.stdout.flush()
