"""Verdict: what the answers of one task add up to, with its certainty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tasks.model.identifiers import TaskId


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of a task's true choice just now."""

    choice: str
    """The most probable one."""
    confidence: float
    """How sure that is, calibrated: of all tasks that say 0.95, 95 % are right."""
    soft: Mapping[str, float]
    """The probability of each choice; sums to 1."""


MOVED = 0.02
"""A confidence that moves by more than this is worth a new version of the verdict."""


def has_moved(choice: str, confidence: float, before: str | None, confidence_before: float | None) -> bool:
    """Whether a belief is another one now than it was before, if there was any."""
    if confidence_before is None or choice != before:
        return True
    return abs(confidence - confidence_before) > MOVED


class VerdictReason(StrEnum):
    """Why a verdict was written."""

    SURE = "sure"
    """The risk is below the order's target."""
    NOT_WORTH = "not_worth"
    """One more answer would not change enough to be worth its price."""
    QUOTA = "quota"
    """As many answers as the project allows."""
    RENEWED = "renewed"
    """What was learnt about workers since then changed it."""
    REOPENED = "reopened"
    """The doubt rose again: the task gets more answers."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One version of a task's verdict. A new one is added beside the old; none is ever changed."""

    task_id: TaskId
    version: int
    """1 for the first."""
    belief: Belief
    answers: int
    """Accepted answers it rests on."""
    reason: VerdictReason
    made_at: datetime
