"""tapwork notice."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.commands.database import open_store
from bot.commands.exporting import find_project
from bot.commands.notice_words import fault_sentence
from bot.settings import Settings
from storage.images import normalise
from storage.pictures import PictureFiles
from storage.unit_of_work import SqlStore
from tasks.errors import InputError, NotSupervisor
from tasks.model.identifiers import AccountKey, ImageId, NoticeId, VoiceId, WorkerId
from tasks.model.money import Money
from tasks.model.notice import ALL_LANGUAGES, ANSWERS_MAX, Audience, Notice, NoticeKind, Reach, Receipt
from tasks.model.place import PROGRAMME, is_within
from tasks.noticing.confirming import WriteNotice
from tasks.outcomes import ConfirmOutcome, NobodyToAsk, NotConfirmed, SecondAsked
from tasks.plural import plural
from tasks.supervising import Scopes

VOICE_BYTES_MAX = 1_000_000
"""What a phone on a bad link can still load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line asked for."""

    text: str | None
    texts: tuple[tuple[str, str], ...]
    kind: NoticeKind
    places: tuple[str, ...]
    languages: tuple[str, ...]
    projects: tuple[str, ...]
    active_days: int | None
    earned: tuple[str | None, str | None]
    currency: str
    standing: tuple[int | None, int | None]
    workers: str | None
    picture: Path | None
    voice: Path | None
    read_button: bool
    answers: tuple[str, ...]
    urgent: bool
    at: str | None
    by: str | None
    count_only: bool


async def write_notice(settings: Settings, wishes: Wishes) -> None:
    """Writes the notice, or only counts whom it would reach. Raises InputError."""
    scopes = Scopes(settings.people.supervisors)
    async with open_store(settings.database) as store:
        notice = await _notice(settings, store, scopes, wishes)
        write = WriteNotice(store, SystemClock(), scopes)
        reach, outcome = await write(notice, confirm=not wishes.count_only)
    if isinstance(outcome, NotConfirmed):
        raise InputError(" ".join(fault_sentence(fault) for fault in outcome.faults))
    if isinstance(outcome, NobodyToAsk):
        raise InputError(
            "An urgent notice needs the word of a second supervisor, and nobody can be asked; "
            "leave --urgent out."
        )
    click.echo(reach_sentence(reach))
    if outcome is not None:
        click.echo(_outcome_sentence(outcome))


async def _notice(settings: Settings, store: SqlStore, scopes: Scopes, wishes: Wishes) -> Notice:
    author, scope = await _author(store, scopes, wishes.by)
    now = SystemClock().now()
    files = PictureFiles(settings.media.folder)
    return Notice(
        id=NoticeId(0),
        author=author,
        language="en",
        scope=scope,
        made_at=now,
        kind=wishes.kind,
        texts=_texts(wishes),
        receipt=_receipt(wishes),
        answers={ALL_LANGUAGES: wishes.answers} if wishes.answers else {},
        picture=_picture(files, wishes.picture),
        voice=_voice(files, wishes.voice),
        audience=await _audience(store, wishes, scope),
        urgent=wishes.urgent,
        local_time=_local_time(wishes.at, now),
    )


async def _author(store: SqlStore, scopes: Scopes, by: str | None) -> tuple[AccountKey | None, str]:
    if by is None:
        return None, PROGRAMME
    author = AccountKey("telegram", by)
    async with store.read() as uow:
        try:
            return author, await scopes.require(uow, author)
        except NotSupervisor as error:
            raise InputError(f"--by {by} is no supervisor; give the Telegram id of one.") from error


def _texts(wishes: Wishes) -> dict[str, str]:
    if wishes.text is not None and wishes.texts:
        raise InputError("Give either --text for all languages or --text-in for each, not both.")
    return dict(wishes.texts) if wishes.text is None else {ALL_LANGUAGES: wishes.text}


def _receipt(wishes: Wishes) -> Receipt:
    if wishes.answers and wishes.read_button:
        raise InputError("Give either --read-button or --answer, not both.")
    if wishes.answers and not 2 <= len(wishes.answers) <= ANSWERS_MAX:  # noqa: PLR2004 - one is no choice
        given = plural("{count} was given", "{count} were given", len(wishes.answers))
        raise InputError(f"A choice has 2 to {ANSWERS_MAX} answers; {given}.")
    if wishes.answers:
        return Receipt.POLL
    return Receipt.READ if wishes.read_button else Receipt.NONE


def _picture(files: PictureFiles, path: Path | None) -> ImageId | None:
    if path is None:
        return None
    try:
        picture = normalise(path)
    except InputError as error:
        raise InputError(f"{path} {error}.") from error
    files.add(picture)
    return picture.id


def _voice(files: PictureFiles, path: Path | None) -> VoiceId | None:
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    if not data.startswith(b"OggS"):
        raise InputError(f"{path} is no OGG file; voice notes are OGG with the Opus codec.")
    if len(data) > VOICE_BYTES_MAX:
        raise InputError(f"{path} has {len(data)} bytes; {VOICE_BYTES_MAX} are allowed, say it shorter.")
    return files.add_voice(data)


async def _audience(store: SqlStore, wishes: Wishes, scope: str) -> Audience:
    places = tuple([await _place(store, text, scope) for text in wishes.places])
    projects = tuple([(await find_project(store, slug)).id for slug in wishes.projects])
    earned_min, earned_max = wishes.earned
    low = _money("--earned-min", earned_min, wishes.currency)
    high = _money("--earned-max", earned_max, wishes.currency)
    ids = None if wishes.workers is None else _worker_ids(wishes.workers)
    return Audience(
        places=places,
        languages=wishes.languages,
        project_ids=projects,
        active_days=wishes.active_days,
        earned_min=low,
        earned_max=high,
        standing_min=wishes.standing[0],
        standing_max=wishes.standing[1],
        worker_ids=ids,
    )


async def _place(store: SqlStore, text: str, scope: str) -> str:
    path = text.strip().strip("/").lower()
    async with store.read() as uow:
        place = await uow.places.find(path)
    if place is None:
        raise InputError(f'There is no place "{text}"; `tapwork places FILE.csv` brings places.')
    if not is_within(path, scope):
        raise InputError(f'The place "{text}" lies outside the scope of --by, which is {scope}.')
    return path


def _money(option: str, text: str | None, currency: str) -> Money | None:
    if text is None:
        return None
    try:
        return Money.from_decimal(text, currency)
    except ValueError as error:
        raise InputError(f"{option}: {error}.") from error


def _worker_ids(text: str) -> tuple[WorkerId, ...]:
    # A long list would be no possible name of a file.
    if not re.fullmatch(r"[0-9,;\s]+", text) and (path := Path(text)).is_file():
        text = path.read_text("utf-8", errors="replace")
    numbers = [number for number in re.findall(r"[0-9]+", text) if len(number) <= 18]  # noqa: PLR2004
    if not numbers:
        raise InputError("--workers names nobody; give numbers such as 12,15,30 or a file with them.")
    return tuple(dict.fromkeys(WorkerId(int(number)) for number in numbers))


def _local_time(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    for form, is_time in (("%Y-%m-%d %H:%M", False), ("%Y-%m-%dT%H:%M", False), ("%H:%M", True)):
        try:
            parsed = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - a time of each worker's own day
        except ValueError:
            continue
        return datetime.combine(now.date(), parsed.time()) if is_time else parsed
    raise InputError(f'--at "{text}" is no time; write it like "2026-12-24 18:30" or 18:30.')


def reach_sentence(reach: Reach) -> str:
    """How many people it reaches, and why not more."""
    parts = [plural("It reaches {count} person", "It reaches {count} people", reach.people)]
    if reach.unreachable:
        parts.append(f"{reach.unreachable} more cannot be reached")
    if reach.silenced:
        parts.append(
            plural(
                "{count} does not wish notices of this kind",
                "{count} do not wish notices of this kind",
                reach.silenced,
            )
        )
    if reach.unknown_ids:
        parts.append(f"not in the scope: {', '.join(reach.unknown_ids[:20])}")
    return "; ".join(parts) + "."


def _outcome_sentence(outcome: ConfirmOutcome) -> str:
    assert outcome.notice is not None
    number = outcome.notice.id
    if isinstance(outcome, SecondAsked):
        return f"Notice {number} waits for the word of a second supervisor."
    return f"Notice {number} goes out; `tapwork notices {number}` shows how far it is."
