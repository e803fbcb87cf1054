"""Lends tasks: the next question for each of some workers, in few round trips and never over a quota.

The common lane serves a whole batch from one look at the frontier. Who finds nothing there goes on alone: a
draw, then a question that she left, then tasks that were not in play yet, and then a short stretch of the
frontier. If that was not all of it she is *busy*: she is asked again in a transaction of her own, where the
whole frontier is searched, so that nobody hears that nothing is left while there is something; and if others
are quicker with all that is found, it is searched again. What such a search found is remembered for a minute,
in memory: forgetting it costs time and nothing else.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from tasks.attending import others_are_at_work
from tasks.footprints import Footprints
from tasks.guessing import with_guesses
from tasks.model.gold import Gold
from tasks.model.identifiers import WorkerId
from tasks.model.project import Project
from tasks.model.work import Lease, Question, Task
from tasks.ports import ROUND, Asker, Bucket, Candidate, Drawn, TallyChange, Terms, UnitOfWork
from tasks.quality.selection import Reach
from tasks.settling import first_need

LOOK_ROWS = 64
SHARED_ROWS = 256
"""What several look at together, each at her share."""
STRETCH_ROWS = 500
"""So many tasks are passed in a batch: a few milliseconds."""
UNSEEN_MAX = 64
FEED_ROWS = 1000
STARTED_MAX = 100_000
"""With about so many started tasks in play nothing fresh is added, unless somebody has nothing at all."""


@dataclass(frozen=True, slots=True)
class Wish(Asker):
    """A worker who needs a next question."""

    reach: Reach = Reach.USUAL
    """Which tasks are for her."""
    gold: Gold | None = None
    """If given, this is what she is lent."""


@dataclass(frozen=True, slots=True)
class Lent:
    """What came of some wishes; a worker who is in none of them has no more questions there."""

    questions: Mapping[WorkerId, Question]
    busy: Collection[WorkerId]
    """For them only tasks were left that others held this moment, or the search is too long for a batch: to
    be asked again, holding no lock.
    """
    kept: Collection[WorkerId]
    """What is left is kept from them as long as others are at work on it."""


class Search(Enum):
    """Why a search brought no task."""

    NOTHING = auto()
    BUSY = auto()
    KEPT = auto()


@dataclass(frozen=True, slots=True)
class Lending:
    """Chooses and lends. Works inside the caller's unit of work; the caller commits."""

    footprints: Footprints = field(default_factory=Footprints)
    chance: random.Random = field(default_factory=random.Random)

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
        """A new question for each wish, as far as there are any; ``wait`` as in ``Frontier.take``."""
        questions = await self._lend_gold(uow, project, wishes, now)
        for reach in Reach:
            group = [wish for wish in wishes if wish.gold is None and wish.reach is reach]
            if len(group) > 1:
                questions |= await self._common_lane(uow, project, group, now)
        without: dict[Search, set[WorkerId]] = {search: set() for search in Search}
        for wish in wishes:
            if wish.worker_id in questions:
                continue
            found = await self._alone(uow, project, wish, now, wait=wait)
            if isinstance(found, Question):
                questions[wish.worker_id] = found
            else:
                without[found].add(wish.worker_id)
        told = await with_guesses(uow, project, questions)
        return Lent(told, busy=without[Search.BUSY], kept=without[Search.KEPT])

    async def _lend_gold(
        self, uow: UnitOfWork, project: Project, wishes: Sequence[Wish], now: datetime
    ) -> dict[WorkerId, Question]:
        """Gold has no quota and no place in the frontier; on the card it looks like any other task."""
        golds = [(wish, wish.gold) for wish in wishes if wish.gold is not None]
        terms = self._terms(project, now)
        ids = await uow.leases.add([terms.lease(wish, gold.task_id, gold.role) for wish, gold in golds])
        return {
            wish.worker_id: _question(
                project, wish, Drawn(lease_id, gold.task_id, gold.image_id, Bucket.FRESH)
            )
            for (wish, gold), lease_id in zip(golds, ids, strict=True)
        }

    async def _common_lane(
        self, uow: UnitOfWork, project: Project, wishes: Sequence[Wish], now: datetime
    ) -> dict[WorkerId, Question]:
        """For workers whom the same order of buckets fits."""
        questions = await self._draw(uow, project, wishes, now)
        left = [wish for wish in wishes if wish.worker_id not in questions]
        if left and left[0].reach is not Reach.ABLE and await self._refill(uow, project, now):
            questions |= await self._draw(uow, project, left, now)
        return questions

    async def _alone(
        self, uow: UnitOfWork, project: Project, wish: Wish, now: datetime, *, wait: bool
    ) -> Question | Search:
        known = self.footprints.find(project.id, wish.worker_id, now)
        found = await self._take_first(uow, project, wish, now, unseen=known, wait=wait)
        if found is not None:
            return found
        drawn = await self._draw(uow, project, [wish], now, tidy=wait)
        if drawn:
            return drawn[wish.worker_id]
        ended = await self._resume_ended(uow, project, wish.worker_id, now)
        if ended is not None:
            await uow.leases.set_previous(ended.lease_id, wish.previous_id)
            return replace(ended, previous_id=wish.previous_id)
        if wish.reach.is_limited:
            return await self._first_look(uow, project, wish, now, wait=wait)
        fed = await self._feed(uow, project, wish, now, wait=wait)
        return fed or await self._search(uow, project, wish, now, wait=wait)

    async def _first_look(
        self, uow: UnitOfWork, project: Project, wish: Wish, now: datetime, *, wait: bool
    ) -> Question | Search:
        """Something fresh; or anything, if nobody is at work on the rest, or they do not keep up with it."""
        if not await self._is_crowded(uow, project):
            fed = await self._feed(uow, project, wish, now, wait=wait)
            if fed is not None:
                return fed
            if await others_are_at_work(uow, project, now):
                return await self._find_kept(uow, project, wish)
        wish = replace(wish, reach=Reach.USUAL)
        drawn = await self._draw(uow, project, [wish], now, tidy=wait)
        return drawn.get(wish.worker_id) or await self._search(uow, project, wish, now, wait=wait)

    async def _find_kept(self, uow: UnitOfWork, project: Project, wish: Wish) -> Search:
        start = self.chance.randrange(ROUND)
        is_there = await uow.frontier.has_work(
            project, wish.worker_id, Reach.USUAL.buckets, start=start, rows=STRETCH_ROWS
        )
        return Search.KEPT if is_there else Search.NOTHING

    async def _feed(
        self, uow: UnitOfWork, project: Project, wish: Wish, now: datetime, *, wait: bool
    ) -> Question | None:
        """One of the tasks that come in now, which nobody ever had."""
        if not await uow.frontier.feed(project, need=first_need(project), rows=FEED_ROWS):
            return None
        drawn = await self._draw(uow, project, [wish], now, tidy=wait)
        return drawn.get(wish.worker_id)

    async def _draw(
        self, uow: UnitOfWork, project: Project, wishes: Sequence[Wish], now: datetime, *, tidy: bool = False
    ) -> dict[WorkerId, Question]:
        """One statement for all whom the same order of buckets fits."""
        order = wishes[0].reach.buckets
        drawn = await uow.frontier.draw(
            project,
            self._terms(project, now),
            wishes,
            order,
            start=self.chance.randrange(ROUND),
            rows=LOOK_ROWS if len(wishes) == 1 else SHARED_ROWS,
            tidy=tidy,
        )
        if order[0] is Bucket.FRESH and any(one.bucket is not Bucket.FRESH for one in drawn.values()):
            await self._refill(uow, project, now)
        return {
            wish.worker_id: _question(project, wish, drawn[wish.worker_id])
            for wish in wishes
            if wish.worker_id in drawn
        }

    async def _refill(self, uow: UnitOfWork, project: Project, now: datetime) -> bool:
        """Brings fresh tasks into play, if there are more and the crowd keeps up with those it began."""
        if self.footprints.is_fed(project.id, now):
            return False
        if await self._is_crowded(uow, project):
            return False
        fed = await uow.frontier.feed(project, need=first_need(project), rows=FEED_ROWS)
        if not fed:
            self.footprints.keep_fed(project.id, now)
        return fed > 0

    async def _is_crowded(self, uow: UnitOfWork, project: Project) -> bool:
        return await uow.frontier.is_crowded(project, start=self.chance.randrange(ROUND), rows=STARTED_MAX)

    async def _search(
        self, uow: UnitOfWork, project: Project, wish: Wish, now: datetime, *, wait: bool
    ) -> Question | Search:
        stretch = await uow.frontier.list_unseen(project, wish.worker_id, rows=STRETCH_ROWS)
        unseen = stretch.unseen
        if not unseen and stretch.is_all:
            # Whatever the reason, what should be here and is not comes back now.
            mended = await uow.frontier.mend(project, need=first_need(project), rows=FEED_ROWS)
            drawn = await self._draw(uow, project, [wish], now, tidy=wait) if mended else {}
            return drawn.get(wish.worker_id, Search.NOTHING)
        if wait and not stretch.is_all:
            unseen = await uow.frontier.list_all_unseen(project, wish.worker_id, limit=UNSEEN_MAX)
        found = await self._take_first(uow, project, wish, now, unseen=unseen, wait=wait)
        if found is not None:
            return found
        return Search.NOTHING if wait and not unseen else Search.BUSY

    async def _take_first(
        self,
        uow: UnitOfWork,
        project: Project,
        wish: Wish,
        now: datetime,
        *,
        unseen: Sequence[Candidate],
        wait: bool,
    ) -> Question | None:
        terms = self._terms(project, now)
        for number, one in enumerate(unseen, start=1):
            ids = await uow.frontier.take(project, [terms.lease(wish, one.task_id)], wait=wait)
            if ids:
                self.footprints.keep(project.id, wish.worker_id, unseen[number:], now)
                drawn = Drawn(ids[one.task_id], one.task_id, one.image_id, one.bucket)
                return _question(project, wish, drawn)
        return None

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

    def _terms(self, project: Project, now: datetime) -> Terms:
        ends_at = self.ends_at(project, now)
        return Terms(project_id=project.id, price=project.price, shown_at=now, ends_at=ends_at)


def _question(project: Project, wish: Wish, drawn: Drawn) -> Question:
    return Question(
        lease_id=drawn.lease_id,
        project=project,
        task_id=drawn.task_id,
        image_id=drawn.image_id,
        price=project.price,
        previous_id=wish.previous_id,
    )


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
