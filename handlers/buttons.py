"""One class for each button, packed into at most 64 bytes that keep their meaning for ever.

What comes back from a messenger is untrusted: ``unpack`` answers None to whatever no button of ours says.
A mark, once given to a class, is never given to another one: old buttons stay alive in old messages.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tasks.model.identifiers import LeaseId, ProjectId, TaskId

DATA_BYTES_MAX = 64
ID_MAX = 2**63 - 1
"""The largest number that a database takes."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile("0|[1-9a-z][0-9a-z]{0,12}")
_WORD = re.compile("[A-Za-z0-9_-]{1,16}")


class Page(StrEnum):
    """Where the buttons of the menu lead."""

    MENU = "menu"
    WORK = "work"
    EARNINGS = "earnings"
    HELP = "help"
    LANGUAGE = "language"


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
        return f"r.{base36(self.task_id)}.{'y' if self.ask_again else 'n'}"


CardButton = ChooseAnswer | CantTell | PictureBroken | Undo | StopWorking
Button = OpenPage | Agree | Speak | TakeProject | CardButton | Settle


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


@lru_cache(maxsize=4096)
def base36(number: int) -> str:
    """A number from 0 to ID_MAX in few letters."""
    if not 0 <= number <= ID_MAX:
        raise ValueError(f"{number} does not go into a button")
    letters = ""
    while number >= len(_DIGITS):
        number, digit = divmod(number, len(_DIGITS))
        letters = _DIGITS[digit] + letters
    return _DIGITS[number] + letters


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or (number := int(text, 36)) > ID_MAX:
        raise ValueError(text)
    return number


def _word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise ValueError(text)
    return text


def _yes(text: str) -> bool:
    if text not in {"y", "n"}:
        raise ValueError(text)
    return text == "y"


_MARKS: Mapping[str, tuple[Callable[..., Button], tuple[Callable[[str], object], ...]]] = {
    "m": (OpenPage, (Page,)),
    "g": (Agree, (_word,)),
    "l": (Speak, (_word,)),
    "t": (TakeProject, (_number,)),
    "a": (ChooseAnswer, (_number, _number)),
    "c": (CantTell, (_number,)),
    "b": (PictureBroken, (_number,)),
    "u": (Undo, (_number,)),
    "s": (StopWorking, (_number,)),
    "r": (Settle, (_number, _yes)),
}
