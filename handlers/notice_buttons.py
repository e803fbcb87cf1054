"""The buttons with which supervisors write, confirm, watch and steer notices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.packing import base36, read_number, read_word, read_yes, yes_or_no
from tasks.model.identifiers import NoticeId
from tasks.noticing.steering import Steer


class Part(StrEnum):
    """A part of a draft, which has a screen of its own."""

    CARD = "c"
    """The whole at a glance."""
    PEOPLE = "p"
    PROJECTS = "j"
    TEXT = "t"
    MEDIA = "m"
    KIND = "k"
    RECEIPT = "r"
    WHEN = "w"


class Setting(StrEnum):
    """What a button of a draft sets; the value stands beside it."""

    LANGUAGE = "l"
    """Toggles a language of the audience."""
    PROJECT = "j"
    """Toggles a project, by its id."""
    DAYS = "d"
    """Active within so many days; 0: whenever."""
    EARNED = "e"
    """``any``, ``some``, ``write``."""
    STANDING = "s"
    """``any``, ``80``, ``90``, ``low``."""
    PEOPLE = "p"
    """``all`` (again), ``list``."""
    TEXT = "t"
    """Awaits the text in that language; ``all``."""
    MEDIA = "m"
    """``none``, ``write``."""
    KIND = "k"
    RECEIPT = "r"
    WHEN = "w"
    """``now``, ``write``, or an hour such as ``2025-03-05-18``: *today* means the day of the button."""
    URGENT = "u"
    """``y`` or ``n``."""


class Deed(StrEnum):
    """What can be done with a draft as a whole."""

    PREVIEW = "p"
    TEST = "t"
    SEND = "s"
    DROP = "d"
    DROP_SURE = "x"


_STEERS = {
    "p": Steer.PAUSE,
    "r": Steer.RESUME,
    "c": Steer.CANCEL,
    "t": Steer.TAKE_BACK,
    "a": Steer.SEND_AGAIN,
}
_STEER_LETTERS = {steer: letter for letter, steer in _STEERS.items()}


@dataclass(frozen=True, slots=True)
class OpenPart:
    """Leads to a part of the draft."""

    notice_id: NoticeId
    part: Part

    def pack(self) -> str:
        return f"np.{base36(self.notice_id)}.{self.part}"


@dataclass(frozen=True, slots=True)
class SetPart:
    """Sets something of the draft."""

    notice_id: NoticeId
    setting: Setting
    value: str

    def pack(self) -> str:
        return f"ns.{base36(self.notice_id)}.{self.setting}.{self.value}"


@dataclass(frozen=True, slots=True)
class LookForAudience:
    """She looks for places whose people are meant."""

    notice_id: NoticeId
    place_id: int
    portion: int = 0

    def pack(self) -> str:
        return f"nl.{base36(self.notice_id)}.{base36(self.place_id)}.{base36(self.portion)}"


@dataclass(frozen=True, slots=True)
class TogglePlace:
    """That place is meant, or not any more."""

    notice_id: NoticeId
    place_id: int

    def pack(self) -> str:
        return f"nt.{base36(self.notice_id)}.{base36(self.place_id)}"


@dataclass(frozen=True, slots=True)
class DoWithDraft:
    """Does something with the draft as a whole."""

    notice_id: NoticeId
    deed: Deed

    def pack(self) -> str:
        return f"nd.{base36(self.notice_id)}.{self.deed}"


@dataclass(frozen=True, slots=True)
class SecondWord:
    """A second supervisor's word about an urgent notice."""

    notice_id: NoticeId
    asked: int
    """Which question she answers: the notice may have been changed since, and asked about again."""
    agrees: bool

    def pack(self) -> str:
        return f"n2.{base36(self.notice_id)}.{base36(self.asked)}.{yes_or_no(self.agrees)}"


@dataclass(frozen=True, slots=True)
class SteerIt:
    """Does that with a notice that was confirmed."""

    notice_id: NoticeId
    steer: Steer
    sure: bool
    """False asks once more, where that is due."""

    def pack(self) -> str:
        return f"nx.{base36(self.notice_id)}.{_STEER_LETTERS[self.steer]}.{yes_or_no(self.sure)}"


@dataclass(frozen=True, slots=True)
class SeeNotice:
    """How far a notice is."""

    notice_id: NoticeId

    def pack(self) -> str:
        return f"nv.{base36(self.notice_id)}"


@dataclass(frozen=True, slots=True)
class SeeUnknown:
    """Of whom it is not known whether they got it."""

    notice_id: NoticeId

    def pack(self) -> str:
        return f"nu.{base36(self.notice_id)}"


@dataclass(frozen=True, slots=True)
class GetFile:
    """All deliveries of a notice as a file."""

    notice_id: NoticeId

    def pack(self) -> str:
        return f"nc.{base36(self.notice_id)}"


@dataclass(frozen=True, slots=True)
class SeeNotices:
    """The last notices of her scope."""

    def pack(self) -> str:
        return "nn"


DraftButton = OpenPart | SetPart | LookForAudience | TogglePlace | DoWithDraft
WatchButton = SecondWord | SteerIt | SeeNotice | SeeUnknown | GetFile | SeeNotices
NoticingButton = DraftButton | WatchButton


def _steer(text: str) -> Steer:
    if text not in _STEERS:
        raise ValueError(text)
    return _STEERS[text]


NOTICING_MARKS: Mapping[str, tuple[Callable[..., NoticingButton], tuple[Callable[[str], object], ...]]] = {
    "np": (OpenPart, (read_number, Part)),
    "ns": (SetPart, (read_number, Setting, read_word)),
    "nl": (LookForAudience, (read_number, read_number, read_number)),
    "nt": (TogglePlace, (read_number, read_number)),
    "nd": (DoWithDraft, (read_number, Deed)),
    "n2": (SecondWord, (read_number, read_number, read_yes)),
    "nx": (SteerIt, (read_number, _steer, read_yes)),
    "nv": (SeeNotice, (read_number,)),
    "nu": (SeeUnknown, (read_number,)),
    "nc": (GetFile, (read_number,)),
    "nn": (SeeNotices, ()),
}
