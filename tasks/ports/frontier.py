"""The frontier: the few tasks of each project that are in play, from which the next questions are drawn."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from tasks.model.identifiers import ImageId, LeaseId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.ports.work import Asker, NewLease, Terms

ROUND = 2_147_483_647
"""The tasks of a bucket lie evenly on a round, at numbers from 0 up to this, a prime. Where a look begins is
drawn from these numbers.
"""


class Bucket(IntEnum):
    """How urgent a task is, and for whom; kept as numbers."""

    DOUBTFUL = 0
    """Nearly decided, or about to be disputed: for able workers first."""
    STARTED = 1
    """Has answers."""
    FRESH = 2
    """Has none yet."""
    AUDIT = 3
    """Is sure enough already, and asked again to see how often such verdicts hold."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task stands in the frontier."""

    bucket: Bucket
    need: int
    """So many more leases of it may be lent now; with 0 it is out until a lease of it is answered or ends."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task that might be lent."""

    task_id: TaskId
    image_id: ImageId
    bucket: Bucket
    need: int
    """So many more leases of it could be lent when it was looked at."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A task that was lent."""

    lease_id: LeaseId
    task_id: TaskId
    image_id: ImageId
    bucket: Bucket


@dataclass(frozen=True, slots=True)
class Stretch:
    """The beginning of the frontier, as one worker sees it."""

    unseen: Sequence[Candidate]
    """The first few tasks that she never had."""
    is_all: bool
    """The frontier has no more than that."""


class Frontier(Protocol):
    """The tasks in play. Whoever changes the place of a task has locked the task before."""

    async def draw(
        self,
        project: Project,
        terms: Terms,
        askers: Sequence[Asker],
        buckets: Sequence[Bucket],
        *,
        start: int,
        rows: int,
        tidy: bool = False,
    ) -> Mapping[WorkerId, Drawn]:
        """Lends each of the askers, named once, a task that she never had and that nobody holds this
        moment, the buckets in that order, in each the round from ``start`` on; whoever got none is missing.

        It looks at no more than ``rows`` tasks of each bucket, and several workers share them.

        If it lends nothing it may leave a task locked that had just lost its last place; with ``tidy`` it
        does not, for a caller who is going to wait.
        """

    async def take(
        self, project: Project, leases: Sequence[NewLease], *, wait: bool = False
    ) -> Mapping[TaskId, LeaseId]:
        """Lends these tasks, each of them named once, as far as they still have a free place and the worker
        never had them.

        Tasks are locked in the order of their ids. One that somebody else holds this moment is passed over,
        or with ``wait`` waited for: only a caller who holds no other lock may wait.
        """

    async def list_unseen(self, project: Project, worker_id: WorkerId, *, rows: int) -> Stretch:
        """Looks through so many tasks for one worker; not locked."""

    async def list_all_unseen(
        self, project: Project, worker_id: WorkerId, *, limit: int
    ) -> Sequence[Candidate]:
        """Looks through the whole frontier, for so many tasks that she never had; not locked."""

    async def has_work(
        self, project: Project, worker_id: WorkerId, buckets: Sequence[Bucket], *, start: int, rows: int
    ) -> bool:
        """Whether ``draw`` from these buckets, or what is still to be fed, would bring her something; locks
        nothing.
        """

    async def is_crowded(self, project: Project, *, start: int, rows: int) -> bool:
        """Whether more than about so many started tasks are in play, by a look at 64 of them."""

    async def feed(self, project: Project, *, need: int, rows: int) -> int:
        """Brings the next tasks into play, in the order of import, gold aside; returns how many.

        Each may be lent ``need`` times, less what is taken already. If another process is just feeding this
        project nothing happens; nobody waits.
        """

    async def mend(self, project: Project, *, need: int, rows: int) -> int:
        """Looks at the next so many open tasks, and brings back those that nobody holds and that are missing
        in the frontier; returns how many. The next look goes on from there, round and round.
        """

    async def set_places(self, places: Mapping[TaskId, Place]) -> None:
        """Puts these tasks where they stand from now on; the caller has locked them. A task that is not open
        does not come in.
        """

    async def remove(self, task_ids: Collection[TaskId]) -> None:
        """Takes these tasks out of play; the caller has locked them."""
