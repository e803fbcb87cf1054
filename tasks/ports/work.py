"""Tasks, leases and the answers on them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from tasks.model.earnings import RecentAnswer
from tasks.model.gold import Purpose
from tasks.model.identifiers import ImageId, LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.verdict import Belief
from tasks.model.work import Answer, Audit, Lease, LeaseState, Task, TaskStatus


@dataclass(frozen=True, slots=True)
class TallyChange:
    """What is added to a task's counters."""

    taken: int = 0
    answers: int = 0
    cant_tells: int = 0
    reports: int = 0
    status: TaskStatus | None = None
    """The task's new status; None leaves it as it is."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a task stands now that its answers were judged."""

    status: TaskStatus
    belief: Belief | None
    """None if there is no answer to believe anything from."""
    verdict_version: int
    audit: Audit | None


class Cast(NamedTuple):
    """An accepted answer, as a vote on its task."""

    task_id: TaskId
    worker_id: WorkerId
    choice: str
    weight: float
    """How much of it is believed: ``Standing.weight`` times ``Standing.voice``."""


@dataclass(frozen=True, slots=True)
class NewTask:
    """One row of a project folder."""

    key: str
    image_id: ImageId
    gold: str | None
    explanations: Mapping[str, str]
    """Why the gold answer is right, by language."""
    machine: str | None = None
    """The choice that a machine guessed."""


class Tasks(Protocol):
    """Tasks and their tallies."""

    async def add_to_tallies(self, changes: Mapping[TaskId, TallyChange]) -> None:
        """Adds to the counters of tasks that the caller has locked, and sets a status where one is given.

        Their places in the frontier follow: a place that comes back may be lent again, one that is taken may
        not, and a task that is not open is out.
        """

    async def lock(self, task_id: TaskId) -> Task:
        """The task, locked until the transaction ends; raises LookupError."""

    async def lock_all(self, task_ids: Collection[TaskId]) -> Mapping[TaskId, Task]:
        """Those tasks, locked in the order of their ids."""

    async def settle(self, settled: Mapping[TaskId, Settled]) -> None:
        """Writes where locked tasks stand. Their places in the frontier are the caller's affair."""

    async def upsert(self, project: Project, tasks: Sequence[NewTask]) -> int:
        """Adds tasks in their order, renews picture, gold, explanation and guess of known keys; returns how
        many were new.
        """

    async def apply_quota(self, project: Project) -> None:
        """Closes open tasks that have their quota. Opens those again that have fewer answers than each task
        is promised, and those that were closed by the quota alone and no longer have it. The frontier
        follows.
        """

    async def list_guesses(self, task_ids: Collection[TaskId]) -> Mapping[TaskId, str]:
        """What a machine guessed about those of the tasks that have a guess."""

    async def list_set_aside(self, limit: int) -> Sequence[Task]:
        """Tasks that wait for a supervisor (broken, unclear), oldest first."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is to be lent a task."""

    worker_id: WorkerId
    previous_id: LeaseId | None
    """The lease whose answer *Undo* on the next card takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What all leases say alike that are lent together: all but to whom, and which task."""

    project_id: ProjectId
    price: Money
    shown_at: datetime
    ends_at: datetime

    def lease(self, asker: Asker, task_id: TaskId, purpose: Purpose = Purpose.WORK) -> "NewLease":
        """The lease of that task to her on these terms."""
        return NewLease(
            project_id=self.project_id,
            worker_id=asker.worker_id,
            price=self.price,
            shown_at=self.shown_at,
            ends_at=self.ends_at,
            previous_id=asker.previous_id,
            task_id=task_id,
            purpose=purpose,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLease(Terms):
    """A lease to be written, open."""

    worker_id: WorkerId
    previous_id: LeaseId | None
    task_id: TaskId
    purpose: Purpose = Purpose.WORK


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press on a question's button needs to be judged: the lease and its task, both locked."""

    lease: Lease
    task: Task
    other_open: LeaseId | None
    """Another open lease of the same worker in the same project, the one lent last."""


class Leases(Protocol):
    """Leases and the answers on them.

    A lease is guarded by the lock on its task: whoever changes a lease has locked its task before. So there
    is one order for all locks, tasks by their ids, and nobody waits in a circle.
    """

    async def lock_pressed(self, lease_ids: Collection[LeaseId]) -> Mapping[LeaseId, Pressed]:
        """Those leases with their tasks, locked; unknown ids are left out. The tasks of the other open leases
        of the same workers in the same projects are locked with them, so that ``find_open`` and ``list_open``
        for these workers need no further lock.
        """

    async def find_open(self, worker_id: WorkerId, project_id: ProjectId) -> tuple[Lease, Task] | None:
        """The lease she was lent last among those still open, locked with its task."""

    async def find_ended(self, worker_id: WorkerId, project: Project) -> tuple[Lease, Task] | None:
        """An unanswered lease of hers that ended, if its task is open, has a free place, and is not locked by
        another process this moment; both locked.
        """

    async def has_left(self, worker_id: WorkerId, project: Project) -> bool:
        """Whether ``find_open`` or ``find_ended`` would find something; locks nothing."""

    async def list_open(self, worker_id: WorkerId, project_id: ProjectId) -> Sequence[Lease]:
        """Her open leases there, locked with their tasks."""

    async def add(self, leases: Sequence[NewLease]) -> Sequence[LeaseId]:
        """Writes them; their ids come back in the same order. All counters are the caller's affair."""

    async def set_state(self, lease_ids: Collection[LeaseId], state: LeaseState) -> None: ...

    async def set_answers(self, answers: Mapping[LeaseId, Answer]) -> None:
        """Stores what was said on each lease and makes its state *answered*."""

    async def set_void(self, lease_ids: Collection[LeaseId]) -> None:
        """Makes the purpose of those golds *void*."""

    async def set_undone(self, lease_id: LeaseId) -> None:
        """Makes state and, if there is an answer, its status *undone*."""

    async def reopen(self, lease_id: LeaseId, *, shown_at: datetime, ends_at: datetime) -> None:
        """Makes an open or ended lease open until that time."""

    async def set_previous(self, lease_id: LeaseId, previous_id: LeaseId | None) -> None: ...

    async def find_last_settled(self, worker_id: WorkerId, project_id: ProjectId) -> LeaseId | None:
        """The lease on which she answered or reported last in that project, undone ones aside."""

    async def list_decided_after(
        self, worker_id: WorkerId, project_id: ProjectId, limit: int
    ) -> Sequence[timedelta | None]:
        """How long after each of her last paid answers but to golds its task was decided; None: not yet."""

    async def list_overdue(self, now: datetime, limit: int) -> Sequence[LeaseId]:
        """Open leases whose time is over, oldest first; not locked."""

    async def list_votes(self, task_ids: Collection[TaskId]) -> Sequence[Cast]:
        """The accepted answers on those tasks, oldest lease first, *Can't tell* aside."""

    async def list_recent(self, worker_id: WorkerId, limit: int) -> Sequence[RecentAnswer]:
        """Her last answers, newest first."""
