"""Lends tasks: the next question for each of some workers, in few round trips and never over a quota.

The common lane serves a whole batch from one window of candidates. Who finds nothing there walks on alone:
first back to a question she left, then through the open tasks from where she was last. Where a window or walk
begins is only remembered in memory, for a minute: forgetting it costs time and nothing else.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from tasks.guessing import with_guesses
from tasks.model.gold import Gold, Purpose
from tasks.model.identifiers import LeaseId, ProjectId, WorkerId
from tasks.model.project import Project
from tasks.model.work import Lease, Question, Task
from tasks.model.worker import Worker
from tasks.ports import Candidate, NewLease, TallyChange, UnitOfWork
from tasks.quality.selection import choose

START = (-1, -1)
"""Before the first candidate."""
MEMORY_SECONDS = 60
"""A task that came back to an earlier place is found again after this time at the latest."""
WALKERS_MAX = 10_000
TRIES_MAX = 20
"""So often a walker tries again when other processes take what she found."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A worker who needs a next question."""

    worker_id: WorkerId
    previous_id: LeaseId | None
    """The lease whose answer *Undo* on the next card takes back."""
    able: bool = False
    """She is so good that the doubtful tasks are hers."""
    gold: Gold | None = None
    """Her next question, if gold comes next."""


@dataclass(frozen=True, slots=True)
class Lent:
    """What came of some wishes; a worker who is in neither has no more questions there."""

    questions: Mapping[WorkerId, Question]
    busy: Collection[WorkerId]
    """For them only tasks were left that others held this moment: to be asked again, holding no lock."""


class Walk(Enum):
    """Why a walk brought no task."""

    NOTHING = auto()
    BUSY = auto()


@dataclass(slots=True)
class Footprints:
    """Where windows and walks go on; a cache that may be wrong or lost."""

    _places: OrderedDict[tuple[ProjectId, WorkerId | None], tuple[tuple[int, int], datetime]] = field(
        default_factory=OrderedDict
    )

    def find(self, project_id: ProjectId, worker_id: WorkerId | None, now: datetime) -> tuple[int, int]:
        """Behind which (taken, position) to look."""
        place, good_until = self._places.get((project_id, worker_id), (START, now))
        return place if now < good_until else START

    def keep(
        self, project_id: ProjectId, worker_id: WorkerId | None, place: tuple[int, int], now: datetime
    ) -> None:
        """Remembers the place. A walk that goes on keeps its end of life, so that it starts over in time."""
        _, good_until = self._places.pop((project_id, worker_id), (START, now))
        if good_until <= now:
            good_until = now + timedelta(seconds=MEMORY_SECONDS)
        self._places[project_id, worker_id] = (place, good_until)
        if len(self._places) > WALKERS_MAX:
            self._places.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Lending:
    """Chooses and lends. Works inside the caller's unit of work; the caller commits."""

    footprints: Footprints = field(default_factory=Footprints)

    @staticmethod
    def ends_at(project: Project, now: datetime) -> datetime:
        """When a lease that begins now is over."""
        return now + timedelta(minutes=project.lease_minutes)

    async def resume(
        self, uow: UnitOfWork, project: Project, worker_id: WorkerId, now: datetime
    ) -> Question | None:
        """The question she has open, or one that ended unanswered and still has a free place."""
        found = await uow.leases.find_open(worker_id, project.id)
        if found is not None:
            lease, task = found
            await uow.leases.reopen(lease.id, shown_at=now, ends_at=self.ends_at(project, now))
            return question_of(lease, task, project)
        return await self._resume_ended(uow, project, worker_id, now)

    async def lend(
        self, uow: UnitOfWork, project: Project, wishes: Sequence[Wish], now: datetime, *, wait: bool = False
    ) -> Lent:
        """A new question for each wish, as far as there are any; ``wait`` as in ``Tasks.take``."""
        ordinary = [wish for wish in wishes if wish.gold is None]
        chosen = await self._common_lane(uow, project, ordinary, now) if ordinary else {}
        for wish in wishes:
            if wish.gold is not None:
                chosen[wish.worker_id] = Candidate(wish.gold.task_id, wish.gold.image_id, 0, 0)
        questions: dict[WorkerId, Question] = {}
        busy: set[WorkerId] = set()
        for wish in wishes:
            if wish.worker_id in chosen:
                continue
            ended = await self._resume_ended(uow, project, wish.worker_id, now)
            if ended is not None:
                await uow.leases.set_previous(ended.lease_id, wish.previous_id)
                questions[wish.worker_id] = replace(ended, previous_id=wish.previous_id)
                continue
            found = await self._walk(uow, project, wish.worker_id, now, wait=wait)
            if isinstance(found, Candidate):
                chosen[wish.worker_id] = found
            elif found is Walk.BUSY:
                busy.add(wish.worker_id)
        served = [wish for wish in wishes if wish.worker_id in chosen]
        lent = await self._write(uow, project, served, chosen, now=now)
        return Lent(await with_guesses(uow, project, questions | lent), frozenset(busy))

    async def _common_lane(
        self, uow: UnitOfWork, project: Project, wishes: Sequence[Wish], now: datetime
    ) -> dict[WorkerId, Candidate]:
        workers = [wish.worker_id for wish in wishes]
        begin = self.footprints.find(project.id, None, now)
        window = await uow.tasks.list_candidates(project, after=begin, limit=2 * len(workers) + 8)
        if not window:
            return {}
        self.footprints.keep(project.id, None, (window[0].taken, window[0].position - 1), now)
        seen = await uow.leases.list_seen(workers, [candidate.task_id for candidate in window])
        chosen = choose(workers, window, seen)
        got = await uow.tasks.take(project, [candidate.task_id for candidate in chosen.values()])
        return {worker: candidate for worker, candidate in chosen.items() if candidate.task_id in got}

    async def _walk(
        self, uow: UnitOfWork, project: Project, worker_id: WorkerId, now: datetime, *, wait: bool
    ) -> "Candidate | Walk":
        place = begin = self.footprints.find(project.id, worker_id, now)
        result = Walk.NOTHING
        for _ in range(TRIES_MAX):
            found = await uow.tasks.find_unseen(project, worker_id, after=place)
            if found is None and begin != START:
                place = begin = START
                continue
            if found is None:
                return result
            if await uow.tasks.take(project, [found.task_id], wait=wait):
                self.footprints.keep(project.id, worker_id, (found.taken, found.position), now)
                return found
            # Somebody else was at it. With its new count it stands further on, if it has a place left.
            place = (found.taken, found.position)
            result = Walk.BUSY
        return result

    async def _resume_ended(
        self, uow: UnitOfWork, project: Project, worker_id: WorkerId, now: datetime
    ) -> Question | None:
        found = await uow.leases.find_ended(worker_id, project)
        if found is None:
            return None
        lease, task = found
        await uow.leases.reopen(lease.id, shown_at=now, ends_at=self.ends_at(project, now))
        if not lease.is_gold:
            await uow.tasks.add_to_tallies({task.id: TallyChange(taken=1)})
        return question_of(lease, task, project)

    async def _write(
        self,
        uow: UnitOfWork,
        project: Project,
        wishes: Sequence[Wish],
        chosen: Mapping[WorkerId, Candidate],
        *,
        now: datetime,
    ) -> dict[WorkerId, Question]:
        leases = [
            NewLease(
                task_id=chosen[wish.worker_id].task_id,
                project_id=project.id,
                worker_id=wish.worker_id,
                price=project.price,
                shown_at=now,
                ends_at=self.ends_at(project, now),
                previous_id=wish.previous_id,
                purpose=Purpose.WORK if wish.gold is None else wish.gold.role,
            )
            for wish in wishes
        ]
        ids = await uow.leases.add(leases) if leases else []
        return {
            wish.worker_id: Question(
                lease_id=lease_id,
                project=project,
                task_id=chosen[wish.worker_id].task_id,
                image_id=chosen[wish.worker_id].image_id,
                price=project.price,
                previous_id=wish.previous_id,
            )
            for wish, lease_id in zip(wishes, ids, strict=True)
        }


def question_of(lease: Lease, task: Task, project: Project) -> Question:
    """The card of a lease that exists."""
    return Question(
        lease_id=lease.id,
        project=project,
        task_id=task.id,
        image_id=task.image_id,
        price=lease.price,
        previous_id=lease.previous_id,
        machine=task.machine,
    )


async def has_work(uow: UnitOfWork, project: Project, worker: Worker) -> bool:
    """Whether she would get a question there now."""
    if await uow.standings.find_out(project.id, worker.id) is not None:
        return False
    if await uow.leases.has_left(worker.id, project):
        return True
    if await uow.tasks.find_unseen(project, worker.id, after=START) is not None:
        return True
    return project.has_gold and await uow.golds.find_left_over(project, worker.id) is not None
