"""The protocols that use cases need; `storage` keeps them, and each contract is tested on every engine."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from tasks.model.earnings import RecentAnswer
from tasks.model.identifiers import AccountKey, ImageId, LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.ledger import Bucket, Entry
from tasks.model.money import Money
from tasks.model.progress import ProjectProgress
from tasks.model.project import Project
from tasks.model.work import Answer, Lease, LeaseState, Task, TaskStatus
from tasks.model.worker import Worker, WorkerStatus


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The moment, in UTC and aware of it."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press on a question's button needs to be judged: the lease and its task, both locked."""

    lease: Lease
    task: Task
    other_open: LeaseId | None
    """Another open lease of the same worker in the same project, the one lent last."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task that might be lent."""

    task_id: TaskId
    image_id: ImageId
    taken: int
    position: int


class Workers(Protocol):
    """People and their accounts."""

    async def list_by_account(self, keys: Collection[AccountKey]) -> Mapping[AccountKey, Worker]:
        """The workers behind those accounts; unknown accounts are left out."""

    async def get(self, worker_id: WorkerId) -> Worker:
        """The worker; raises LookupError if there is none."""

    async def add(
        self, key: AccountKey, *, language: str, join_code: str | None, time_zone: str, at: datetime
    ) -> Worker:
        """A new worker with that account, or the one who has it already (two first messages at once)."""

    async def set_consent(self, worker_id: WorkerId, *, version: str, at: datetime) -> None:
        """Records that she agreed to that version and is of age; makes her active."""

    async def set_status(self, worker_id: WorkerId, status: WorkerStatus, at: datetime) -> None: ...

    async def set_language(self, worker_id: WorkerId, language: str) -> None: ...

    async def set_join_code(self, worker_id: WorkerId, code: str) -> None: ...

    async def set_reachable(self, key: AccountKey, *, reachable: bool, at: datetime) -> None:
        """Marks the account; unknown accounts are no error."""


class Projects(Protocol):
    """Projects. What it returns may be some seconds old."""

    async def find(self, project_id: ProjectId) -> Project | None: ...

    async def find_by_slug(self, slug: str) -> Project | None: ...

    async def list_all(self) -> Sequence[Project]:
        """All projects, oldest first."""

    async def save(self, project: Project, at: datetime) -> Project:
        """Creates it (its id is ignored) or replaces the one with that slug; returns it with its id.

        A choice keeps its number as long as the project lives: known ids keep theirs, new ids get new ones,
        and choices that are no longer there stay as retired.
        """

    async def median_seconds(self, project_id: ProjectId) -> float | None:
        """The median time of its last 200 answers, or None with fewer than 30."""

    async def progress(self, project_id: ProjectId) -> ProjectProgress: ...


@dataclass(frozen=True, slots=True)
class NewTask:
    """One row of a project folder."""

    key: str
    image_id: ImageId
    gold: str | None
    explanations: Mapping[str, str]
    """Why the gold answer is right, by language."""


@dataclass(frozen=True, slots=True)
class TallyChange:
    """What is added to a task's counters, and the status it gets, if one is given."""

    taken: int = 0
    answers: int = 0
    cant_tells: int = 0
    reports: int = 0
    status: TaskStatus | None = None


class Tasks(Protocol):
    """Tasks and their tallies."""

    async def list_candidates(
        self, project: Project, *, after: tuple[int, int], limit: int
    ) -> Sequence[Candidate]:
        """Open tasks with a free place, by (taken, position) from behind ``after`` on; not locked."""

    async def find_unseen(
        self, project: Project, worker_id: WorkerId, *, after: tuple[int, int]
    ) -> Candidate | None:
        """The first such task that this worker never had; not locked."""

    async def take(self, project: Project, task_ids: Collection[TaskId]) -> Collection[TaskId]:
        """Takes one place in each task that is still open, has one free, and is not being taken by another
        process this moment; returns those it got. Tasks are locked in the order of their ids.
        """

    async def add_to_tally(
        self,
        task_id: TaskId,
        *,
        taken: int = 0,
        answers: int = 0,
        cant_tells: int = 0,
        reports: int = 0,
        status: TaskStatus | None = None,
    ) -> None:
        """Adds to the counters of a task that the caller has locked, and sets its status if one is given."""

    async def add_to_tallies(self, changes: Mapping[TaskId, TallyChange]) -> None:
        """The same for many tasks in one go."""

    async def lock(self, task_id: TaskId) -> Task:
        """The task, locked until the transaction ends; raises LookupError."""

    async def upsert(self, project: Project, tasks: Sequence[NewTask]) -> int:
        """Adds tasks in their order, renews the picture, gold and explanation of known keys; returns how many
        were new.
        """

    async def apply_quota(self, project: Project) -> None:
        """Closes open tasks that have their quota, and opens closed ones that no longer have it."""

    async def list_set_aside(self, limit: int) -> Sequence[Task]:
        """Tasks that wait for a supervisor (broken, unclear), oldest first."""


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

    async def list_open(self, worker_id: WorkerId, project_id: ProjectId) -> Sequence[Lease]:
        """Her open leases there, locked with their tasks."""

    async def list_seen(
        self, worker_ids: Collection[WorkerId], task_ids: Collection[TaskId]
    ) -> Collection[tuple[WorkerId, TaskId]]:
        """Which of the workers ever had which of the tasks (leases undone aside)."""

    async def add(self, leases: Sequence["NewLease"]) -> Sequence[LeaseId]:
        """Writes them; their ids come back in the same order."""

    async def set_state(self, lease_ids: Collection[LeaseId], state: LeaseState) -> None: ...

    async def set_answers(self, answers: Mapping[LeaseId, Answer]) -> None:
        """Stores what was said on each lease and makes its state *answered*."""

    async def set_undone(self, lease_id: LeaseId) -> None:
        """Makes state and, if there is an answer, its status *undone*."""

    async def reopen(self, lease_id: LeaseId, *, shown_at: datetime, ends_at: datetime) -> None:
        """Makes an open or ended lease open until that time."""

    async def set_previous(self, lease_id: LeaseId, previous_id: LeaseId | None) -> None: ...

    async def find_last_settled(self, worker_id: WorkerId, project_id: ProjectId) -> LeaseId | None:
        """The lease on which she answered or reported last in that project, undone ones aside."""

    async def list_overdue(self, now: datetime, limit: int) -> Sequence[LeaseId]:
        """Open leases whose time is over, oldest first; not locked."""

    async def list_recent(self, worker_id: WorkerId, limit: int) -> Sequence[RecentAnswer]:
        """Her last answers, newest first."""


@dataclass(frozen=True, slots=True)
class NewLease:
    """A lease to be written, open."""

    task_id: TaskId
    project_id: ProjectId
    worker_id: WorkerId
    price: Money
    shown_at: datetime
    ends_at: datetime
    previous_id: LeaseId | None


class Ledger(Protocol):
    """The books."""

    async def add(self, entries: Sequence[Entry]) -> None:
        """Books them. A key that is there already raises the database's integrity error: the caller holds the
        lock that makes this impossible. Once in a transaction at most: one call locks accounts in one order,
        two calls do not.
        """

    async def find_entry(self, key: str) -> Entry | None: ...

    async def earned_on(self, workers: Mapping[WorkerId, date], currency: str) -> Mapping[WorkerId, Money]:
        """What each worker earned on that day of hers, all buckets together; zero if nothing."""

    async def balances(self, worker_id: WorkerId) -> Mapping[str, Mapping[Bucket, Money]]:
        """Her buckets by currency."""

    async def days(self, worker_id: WorkerId, since: date) -> Mapping[str, Mapping[date, Money]]:
        """What she earned on each of her days since then, by currency."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said to one worker, asked for by committed work."""

    id: int
    worker_id: WorkerId
    account: AccountKey
    language: str
    kind: str
    facts: Mapping[str, str]
    """What the words of this kind need."""
    attempts: int
    """How often it was tried, this time included."""


class Outbox(Protocol):
    """Messages that leave after the commit, at least once tried, never forgotten."""

    async def add(
        self, worker_id: WorkerId, *, kind: str, facts: Mapping[str, str], key: str, due_at: datetime
    ) -> bool:
        """Asks for it; False if that key was asked for before."""

    async def claim(self, now: datetime, limit: int, *, hold_seconds: int) -> Sequence[Notice]:
        """Due notices to reachable workers, held for this caller: no other gets them before the hold ends."""

    async def set_sent(self, notice_id: int, at: datetime) -> None: ...

    async def set_retry(self, notice_id: int, *, due_at: datetime, reason: str) -> None: ...

    async def set_failed(self, notice_id: int, *, reason: str, at: datetime) -> None: ...


class WorkWaits(Protocol):
    """Workers who were promised a word when there is work again."""

    async def add(self, worker_id: WorkerId, at: datetime) -> None:
        """Notes the promise; once is enough."""

    async def list_waiting(self, limit: int, *, after: WorkerId) -> Sequence[Worker]:
        """Active, reachable workers who wait, by id from behind ``after`` on."""

    async def remove(self, worker_id: WorkerId) -> None: ...


class Quarantine(Protocol):
    """Events from a messenger that could not be read, kept for a developer."""

    async def add(
        self, *, channel: str, event_id: str, received_at: datetime, reason: str, payload: str
    ) -> None:
        """Keeps the event, its payload cut to 8 kB; once is enough if it comes again."""


class UnitOfWork(Protocol):
    """One transaction. Leaving it without ``commit`` undoes everything."""

    workers: Workers
    projects: Projects
    tasks: Tasks
    leases: Leases
    ledger: Ledger
    outbox: Outbox
    work_waits: WorkWaits
    quarantine: Quarantine

    async def commit(self) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Store(Protocol):
    """Where everything is kept."""

    def write(self) -> UnitOfWork:
        """A transaction that may change things (on SQLite it holds the write lock from its start)."""

    def read(self) -> UnitOfWork:
        """A transaction that only reads; what locks rows (``lock``, ``find_open``) is not for it."""


class Roles(Protocol):
    """Who looks after workers."""

    def is_supervisor(self, key: AccountKey) -> bool: ...


class Pictures(Protocol):
    """Pictures on disk, and the handles that messengers gave for them."""

    async def read(self, image_id: ImageId) -> bytes:
        """The normalised JPEG; raises FileNotFoundError."""

    async def find_handle(self, image_id: ImageId, messenger: str) -> str | None:
        """The handle under which that messenger (``telegram:<bot id>``) keeps the picture."""

    async def save_handle(self, image_id: ImageId, messenger: str, handle: str) -> None:
        """Remembers the handle, in place of an older one."""

    async def forget_handle(self, image_id: ImageId, messenger: str, handle: str) -> None:
        """Forgets that handle, and no newer one: it stopped working."""
