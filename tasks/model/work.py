"""Task, lease and answer: what is asked, who was asked, what she said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tasks.model.gold import Purpose
from tasks.model.identifiers import ImageId, LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.money import Money
from tasks.model.project import Project


class TaskStatus(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    """May still be lent: it is undecided."""
    CLOSED = "closed"
    """Has its verdict."""
    DISPUTED = "disputed"
    """Its quota is full and no choice is sure enough: its verdict is a soft label."""
    BROKEN = "broken"
    """Two people said that the picture is broken; waits for a supervisor."""
    UNCLEAR = "unclear"
    """As many people as its quota could not tell; waits for a supervisor."""
    WITHDRAWN = "withdrawn"
    """A supervisor took it out."""


DECIDED = frozenset({TaskStatus.CLOSED, TaskStatus.DISPUTED})
"""Nobody is asked about it any more, since it has its verdict."""
IN_USE = DECIDED | {TaskStatus.OPEN}
"""It is neither set aside nor taken out."""


class LeaseState(StrEnum):
    """What became of a lease."""

    OPEN = "open"
    """She has the question and may answer; it holds one place of the task's quota."""
    ANSWERED = "answered"
    """She answered."""
    ENDED = "ended"
    """Its time was over, or she stopped: the place went back; a late answer is still heard."""
    REPORTED = "reported"
    """She said that the picture is broken."""
    UNDONE = "undone"
    """She took her answer back; another lease of the same task took its place."""


class AnswerStatus(StrEnum):
    """What an answer earns."""

    PENDING = "pending"
    """Waits for review."""
    APPROVED = "approved"
    REJECTED = "rejected"
    UNDONE = "undone"
    """Taken back by the worker herself."""
    UNPAID = "unpaid"
    """*Can't tell*, or came after the task was decided."""


ACCEPTED = frozenset({AnswerStatus.PENDING, AnswerStatus.APPROVED})
"""Such an answer is a vote on its task, whether its pay was reviewed yet or not."""


@dataclass(frozen=True, slots=True)
class Task:
    """One item to be answered, with its tally."""

    id: TaskId
    project_id: ProjectId
    key: str
    """The client's own id of the task."""
    position: int
    """Its place in the order of import."""
    image_id: ImageId
    gold: str | None
    """The choice known to be right, if the client gave one."""
    status: TaskStatus
    taken: int
    """Places of the quota that are used: accepted answers and open leases together."""
    answers: int
    """Accepted answers."""
    cant_tells: int
    reports: int
    """How many people said that the picture is broken."""
    machine: str | None = None
    """The choice that a machine guessed, if the client gave one."""
    choice: str | None = None
    """What its answers add up to so far; None as long as nothing was worked out."""
    confidence: float | None = None
    verdict_version: int = 0
    """So many versions of its verdict were written."""
    audit: "Audit | None" = None
    """Set if it was sure enough, and gets more answers to see whether that holds."""

    @property
    def open_leases(self) -> int:
        """How many have the question just now."""
        return self.taken - self.answers


@dataclass(frozen=True, slots=True)
class Audit:
    """What was believed of a task that could have been closed."""

    choice: str
    confidence: float
    believed: float
    """The same, not calibrated."""
    answers: int
    """How many it had then."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One task lent to one worker until a time, and what she said on it."""

    id: LeaseId
    task_id: TaskId
    project_id: ProjectId
    worker_id: WorkerId
    state: LeaseState
    price: Money
    """Promised when the question was shown; a later change of the project does not touch it."""
    shown_at: datetime
    ends_at: datetime
    previous_id: LeaseId | None
    """The lease whose answer *Undo* on this question's card takes back."""
    answer: "Answer | None" = None
    purpose: Purpose = Purpose.WORK
    """Gold takes no place of its task's quota and gives none back."""

    @property
    def is_gold(self) -> bool:
        """Whether it was lent to teach or to measure."""
        return self.purpose is not Purpose.WORK

    @property
    def has_key(self) -> bool:
        """Whether what she says is compared with what is known to be right."""
        return self.purpose in {Purpose.SILENT, Purpose.TEACHING}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker said on one lease."""

    choice: str
    """A choice id, or ``cant_tell``."""
    answered_at: datetime
    seconds: float
    """From the question's showing to its answer."""
    status: AnswerStatus


@dataclass(frozen=True, slots=True)
class Question:
    """All that the card of one question needs."""

    lease_id: LeaseId
    project: Project
    task_id: TaskId
    image_id: ImageId
    price: Money
    """What the answer earns; see ``Lease.price``."""
    previous_id: LeaseId | None
    """See ``Lease.previous_id``; without it there is nothing to undo."""
    machine: str | None = None
    """See ``Task.machine``; a project that verifies asks about it first."""
