"""The buttons with which supervisors look after people: other supervisors, and the codes of workers.

A place is named by its id; 0 is the whole programme.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers.packing import base36, read_number, read_word, read_yes, yes_or_no


@dataclass(frozen=True, slots=True)
class LookToInvite:
    """She looks for the place of a new supervisor."""

    place_id: int
    portion: int = 0
    """Which portion of the places below it."""

    def pack(self) -> str:
        return f"il.{base36(self.place_id)}.{base36(self.portion)}"


@dataclass(frozen=True, slots=True)
class InviteFor:
    """She invites a supervisor for that place."""

    place_id: int

    def pack(self) -> str:
        return f"if.{base36(self.place_id)}"


@dataclass(frozen=True, slots=True)
class SeeSupervisors:
    """The supervisors within her scope."""

    portion: int = 0

    def pack(self) -> str:
        return f"vs.{base36(self.portion)}"


@dataclass(frozen=True, slots=True)
class WithdrawSupervisor:
    """That supervisor is to be none any more."""

    supervisor_id: int
    sure: bool
    """False asks once more."""

    def pack(self) -> str:
        return f"vw.{base36(self.supervisor_id)}.{yes_or_no(self.sure)}"


@dataclass(frozen=True, slots=True)
class SeeCodes:
    """The codes with which workers come in."""

    def pack(self) -> str:
        return "ks"


@dataclass(frozen=True, slots=True)
class LookForCode:
    """She looks for the place of a new code."""

    place_id: int
    portion: int = 0

    def pack(self) -> str:
        return f"kl.{base36(self.place_id)}.{base36(self.portion)}"


@dataclass(frozen=True, slots=True)
class CodeFor:
    """The new code is for that place."""

    place_id: int

    def pack(self) -> str:
        return f"kf.{base36(self.place_id)}"


@dataclass(frozen=True, slots=True)
class CodeRecruiter:
    """She recruits with the new code herself, or nobody is named."""

    place_id: int
    herself: bool

    def pack(self) -> str:
        return f"kr.{base36(self.place_id)}.{yes_or_no(self.herself)}"


@dataclass(frozen=True, slots=True)
class CodeQuota:
    """So many may come with the new code; 0: any number."""

    place_id: int
    quota: int

    def pack(self) -> str:
        return f"kq.{base36(self.place_id)}.{base36(self.quota)}"


@dataclass(frozen=True, slots=True)
class CodeDays:
    """The new code is good for so many days; 0: for ever. That was all: make it."""

    place_id: int
    quota: int
    days: int

    def pack(self) -> str:
        return f"kd.{base36(self.place_id)}.{base36(self.quota)}.{base36(self.days)}"


@dataclass(frozen=True, slots=True)
class EndCode:
    """Nobody is to come in with that code any more."""

    code: str
    sure: bool
    """False asks once more."""

    def pack(self) -> str:
        return f"kx.{self.code}.{yes_or_no(self.sure)}"


PeopleButton = (
    LookToInvite
    | InviteFor
    | SeeSupervisors
    | WithdrawSupervisor
    | SeeCodes
    | LookForCode
    | CodeFor
    | CodeRecruiter
    | CodeQuota
    | CodeDays
    | EndCode
)

PEOPLE_MARKS: Mapping[str, tuple[Callable[..., PeopleButton], tuple[Callable[[str], object], ...]]] = {
    "il": (LookToInvite, (read_number, read_number)),
    "if": (InviteFor, (read_number,)),
    "vs": (SeeSupervisors, (read_number,)),
    "vw": (WithdrawSupervisor, (read_number, read_yes)),
    "ks": (SeeCodes, ()),
    "kl": (LookForCode, (read_number, read_number)),
    "kf": (CodeFor, (read_number,)),
    "kr": (CodeRecruiter, (read_number, read_yes)),
    "kq": (CodeQuota, (read_number, read_number)),
    "kd": (CodeDays, (read_number, read_number, read_number)),
    "kx": (EndCode, (read_word, read_yes)),
}
