"""One class for each button, packed into at most 64 bytes that keep their meaning for ever.

What comes back from a messenger is untrusted: ``unpack`` answers None to whatever no button of ours says.
A mark, once given to a class, is never given to another one: old buttons stay alive in old messages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.notice_buttons import NOTICING_MARKS, NoticingButton
from handlers.packing import base36, read_number, read_word, read_yes, yes_or_no
from handlers.people_buttons import PEOPLE_MARKS, PeopleButton
from tasks.model.identifiers import DeliveryId, LeaseId, ProjectId, TaskId
from tasks.model.notice import SILENCEABLE, NoticeKind


class Page(StrEnum):
    """Where the buttons of the menu lead."""

    MENU = "menu"
    WORK = "work"
    EARNINGS = "earnings"
    HELP = "help"
    LANGUAGE = "language"
    NOTICES = "notices"
    KINDS = "kinds"
    """Which notices she gets."""
    QUIET = "quiet"
    """Her quiet hours."""


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Leads to a page."""

    page: Page

    def pack(self) -> str:
        return f"m.{self.page}"


@dataclass(frozen=True, slots=True)
class Agree:
    """She agrees to the promise in the version that stood above the button, and is 18 or older."""

    version: str

    def pack(self) -> str:
        return f"g.{self.version}"


@dataclass(frozen=True, slots=True)
class Speak:
    """She wants to go on in that language."""

    language: str

    def pack(self) -> str:
        return f"l.{self.language}"


@dataclass(frozen=True, slots=True)
class TakeProject:
    """She wants to work in that project."""

    project_id: ProjectId

    def pack(self) -> str:
        return f"t.{base36(self.project_id)}"


@dataclass(frozen=True, slots=True)
class ChooseAnswer:
    """Her answer to a question."""

    lease_id: LeaseId
    choice_number: int

    def pack(self) -> str:
        return f"a.{base36(self.lease_id)}.{base36(self.choice_number)}"


@dataclass(frozen=True, slots=True)
class RefuseGuess:
    """The machine's guess that stood on the card, that choice, is wrong; *Yes* is a ``ChooseAnswer``."""

    lease_id: LeaseId
    choice_number: int

    def pack(self) -> str:
        return f"d.{base36(self.lease_id)}.{base36(self.choice_number)}"


@dataclass(frozen=True, slots=True)
class CantTell:
    """She cannot tell."""

    lease_id: LeaseId

    def pack(self) -> str:
        return f"c.{base36(self.lease_id)}"


@dataclass(frozen=True, slots=True)
class PictureBroken:
    """There is no picture, or nothing to be seen on it."""

    lease_id: LeaseId

    def pack(self) -> str:
        return f"b.{base36(self.lease_id)}"


@dataclass(frozen=True, slots=True)
class Undo:
    """She takes back the answer on that lease, which is the one before the card's own."""

    lease_id: LeaseId

    def pack(self) -> str:
        return f"u.{base36(self.lease_id)}"


@dataclass(frozen=True, slots=True)
class StopWorking:
    """She puts down the work that the card belongs to."""

    lease_id: LeaseId

    def pack(self) -> str:
        return f"s.{base36(self.lease_id)}"


@dataclass(frozen=True, slots=True)
class Settle:
    """A supervisor's decision about a picture that was set aside."""

    task_id: TaskId
    ask_again: bool
    """False takes it out."""

    def pack(self) -> str:
        return f"r.{base36(self.task_id)}.{yes_or_no(self.ask_again)}"


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """She has read that notice."""

    delivery_id: DeliveryId

    def pack(self) -> str:
        return f"nr.{base36(self.delivery_id)}"


@dataclass(frozen=True, slots=True)
class AnswerNotice:
    """Her answer to a notice that asks something."""

    delivery_id: DeliveryId
    number: int
    """From 1."""

    def pack(self) -> str:
        return f"na.{base36(self.delivery_id)}.{base36(self.number)}"


@dataclass(frozen=True, slots=True)
class FewerNotices:
    """She does not wish so many notices like that one."""

    delivery_id: DeliveryId

    def pack(self) -> str:
        return f"nf.{base36(self.delivery_id)}"


@dataclass(frozen=True, slots=True)
class NoticeAgain:
    """She wants to see that notice again."""

    delivery_id: DeliveryId

    def pack(self) -> str:
        return f"wn.{base36(self.delivery_id)}"


@dataclass(frozen=True, slots=True)
class Silence:
    """She does not want notices of that kind, or wants them again."""

    kind: NoticeKind
    silent: bool
    first: NoticeKind = NoticeKind.WORK
    """The kind that stands first on her screen, and shall stay there."""

    def pack(self) -> str:
        return f"ws.{self.kind}.{yes_or_no(self.silent)}.{self.first}"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """She wants only urgent things between those hours; the same hour twice: she has no quiet hours."""

    quiet_from: int
    quiet_until: int

    def pack(self) -> str:
        return f"wq.{base36(self.quiet_from)}.{base36(self.quiet_until)}"


CardButton = ChooseAnswer | RefuseGuess | CantTell | PictureBroken | Undo | StopWorking
NoticeButton = ReadNotice | AnswerNotice | FewerNotices
PreferenceButton = NoticeAgain | Silence | QuietHours
WorkerButton = OpenPage | TakeProject | CardButton | NoticeButton | PreferenceButton
Button = Agree | Speak | WorkerButton | Settle | PeopleButton | NoticingButton


def unpack(data: str) -> Button | None:
    """The button that carries this data, or None if there is none."""
    mark, *fields = data.split(".")
    make, readers = _MARKS.get(mark, (None, ()))
    if make is None or len(fields) != len(readers):
        return None
    try:
        return make(*(read(field) for read, field in zip(readers, fields, strict=True)))
    except ValueError:
        return None


def _silenceable(text: str) -> NoticeKind:
    kind = NoticeKind(text)
    if kind not in SILENCEABLE:
        raise ValueError(text)
    return kind


_MARKS: Mapping[str, tuple[Callable[..., Button], tuple[Callable[[str], object], ...]]] = {
    "m": (OpenPage, (Page,)),
    "g": (Agree, (read_word,)),
    "l": (Speak, (read_word,)),
    "t": (TakeProject, (read_number,)),
    "a": (ChooseAnswer, (read_number, read_number)),
    "d": (RefuseGuess, (read_number, read_number)),
    "c": (CantTell, (read_number,)),
    "b": (PictureBroken, (read_number,)),
    "u": (Undo, (read_number,)),
    "s": (StopWorking, (read_number,)),
    "r": (Settle, (read_number, read_yes)),
    "nr": (ReadNotice, (read_number,)),
    "na": (AnswerNotice, (read_number, read_number)),
    "nf": (FewerNotices, (read_number,)),
    "wn": (NoticeAgain, (read_number,)),
    "ws": (Silence, (_silenceable, read_yes, _silenceable)),
    "wq": (QuietHours, (read_number, read_number)),
    **PEOPLE_MARKS,
    **NOTICING_MARKS,
}
