"""The buttons around a pause: what the worker may do, and what a supervisor decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers.packing import base36, read_number, read_yes, yes_or_no
from tasks.appealing import Decision

_LETTERS = {Decision.LET_GO_ON: "g", Decision.KEEP: "k", Decision.REMOVE: "r"}
_DECISIONS = {letter: decision for decision, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class AskPerson:
    """She asks a person to look at her pause."""

    sanction_id: int

    def pack(self) -> str:
        return f"pa.{base36(self.sanction_id)}"


@dataclass(frozen=True, slots=True)
class SeeEvidence:
    """She looks at the questions that her pause rests on."""

    sanction_id: int
    number: int = 0
    """Which of them, from 0."""

    def pack(self) -> str:
        return f"pe.{base36(self.sanction_id)}.{base36(self.number)}"


@dataclass(frozen=True, slots=True)
class SeePauses:
    """A supervisor looks at the pauses within her places, one by one."""

    after: int = 0
    """Behind so many others."""

    def pack(self) -> str:
        return f"pl.{base36(self.after)}"


@dataclass(frozen=True, slots=True)
class SeePause:
    """She looks at one pause."""

    sanction_id: int
    number: int = 0
    """Which of its questions, from 0."""

    def pack(self) -> str:
        return f"pv.{base36(self.sanction_id)}.{base36(self.number)}"


@dataclass(frozen=True, slots=True)
class SettlePause:
    """Her decision about a pause."""

    sanction_id: int
    decision: Decision
    sure: bool = True
    """False asks once more."""

    def pack(self) -> str:
        return f"pd.{base36(self.sanction_id)}.{_LETTERS[self.decision]}.{yes_or_no(self.sure)}"


PausedButton = AskPerson | SeeEvidence
"""What a worker presses."""
PauseDeskButton = SeePauses | SeePause | SettlePause
"""What a supervisor presses."""


def _read_decision(text: str) -> Decision:
    if text not in _DECISIONS:
        raise ValueError(text)
    return _DECISIONS[text]


PAUSE_MARKS: Mapping[
    str, tuple[Callable[..., PausedButton | PauseDeskButton], tuple[Callable[[str], object], ...]]
] = {
    "pa": (AskPerson, (read_number,)),
    "pe": (SeeEvidence, (read_number, read_number)),
    "pl": (SeePauses, (read_number,)),
    "pv": (SeePause, (read_number, read_number)),
    "pd": (SettlePause, (read_number, _read_decision, read_yes)),
}
