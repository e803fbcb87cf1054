"""What is learnt from: answers, and where their tasks stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.work import Audit, TaskStatus


class Heard(NamedTuple):
    """One accepted answer."""

    task_id: TaskId
    worker_id: WorkerId
    choice: str
    weight: float
    """How much of it is believed, by pace; whether it is a voice of its own is still to be learnt."""


class Tested(NamedTuple):
    """One answer on a silent gold."""

    worker_id: WorkerId
    task_id: TaskId
    choice: str
    right: str
    """The choice that is known to be right."""


@dataclass(frozen=True, slots=True)
class Told:
    """A task, as far as it matters for learning."""

    status: TaskStatus
    truth: str | None
    """The choice that is known to be right, if it is gold."""
    is_earned: bool
    """It is gold since the crowd was sure of it: it tells workers apart, and not how often all are wrong."""
    machine: str | None
    """What a machine guessed, if the client gave it."""
    choice: str | None
    """What its answers were believed to add up to, up to now."""
    confidence: float | None
    is_judged: bool
    """A verdict was written."""
    audit: Audit | None
    answers: int = 0
    """How many it has in all."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Answers with their tasks."""

    answers: Sequence[Heard]
    tasks: Mapping[TaskId, Told]
    tested: Sequence[Tested] = ()
    """The last answers on silent gold: what tells who copies."""
