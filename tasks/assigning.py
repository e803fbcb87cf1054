"""Which projects have work for a worker, and her next question in one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.finding_work import has_work_for
from tasks.golding import Golding
from tasks.halting import find_halt, find_pause
from tasks.lending import Wish
from tasks.model.identifiers import ProjectId
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.standing import OUT, Sanction, Standing
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import NothingToDo, TakeOutcome
from tasks.ports import Clock, Store, UnitOfWork
from tasks.promising import PromiseWork, nothing_left

SECONDS_PER_HOUR = 3600
SEARCHES_MAX = 5
"""So often at most it is searched for somebody who loses all that is found to others."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A project that has work for her: price and time are known before she accepts. Or one that she is kept
    out of.
    """

    project: Project
    seconds: float
    """For one question: the measured median, or the client's estimate while there is none."""
    measured: bool
    sanction: Sanction | None = None
    """Her pause or her removal there, about which she may learn more; None if she gets questions."""
    is_old_news: bool = False
    """See ``Sanction.is_old_news``."""

    @property
    def hourly(self) -> Money:
        """What an hour at this pace earns, rounded down to a hundredth of the currency's unit."""
        price = self.project.price
        micros = int(price.micros * SECONDS_PER_HOUR / max(self.seconds, 0.1))
        return Money(micros - micros % 10_000, price.currency)


@dataclass(frozen=True, slots=True)
class ListPrices:
    """What an accepted answer pays, in each project; shown to people before they agree to anything."""

    store: Store

    async def __call__(self) -> Sequence[Money]:
        async with self.store.read() as uow:
            return [project.price for project in await uow.projects.list_all()]


@dataclass(frozen=True, slots=True)
class ListOffers:
    """The projects that have work for her, then those that she is kept out of; the oldest first of each.

    Notes that she waits if none has work.
    """

    store: Store
    clock: Clock

    async def __call__(self, worker: Worker) -> Sequence[Offer]:
        now = self.clock.now()
        async with self.store.read() as uow:
            offers = [
                offer
                for project in await uow.projects.list_all()
                if (offer := await _find_offer(uow, project, worker, now)) is not None
            ]
        if all(offer.sanction for offer in offers):
            await PromiseWork(self.store, self.clock)(worker)
        return sorted(offers, key=lambda offer: offer.sanction is not None)


@dataclass(frozen=True, slots=True)
class TakeTask:
    """Her question in a project: the one she has open, or a new one. None if there is no such project."""

    store: Store
    clock: Clock
    golding: Golding

    async def __call__(self, worker: Worker, project_id: ProjectId) -> TakeOutcome | None:
        async with self.store.write() as uow:
            project = await uow.projects.find(project_id)
            if project is None:
                return None
            # A double tap may reach two processes at once; the second is shown what the first was lent.
            await uow.workers.lock(worker.id)
            now = self.clock.now()
            outcome = await self._take(uow, project, worker, now)
            await uow.commit()
        return outcome

    async def _take(self, uow: UnitOfWork, project: Project, worker: Worker, now: datetime) -> TakeOutcome:
        standing = await uow.standings.find(project.id, worker.id)
        if standing.step in OUT:
            return await find_pause(uow, project, worker, now) or NothingToDo(project)
        question = await self.golding.lending.resume(uow, project, worker.id, now)
        if question is not None:
            return question
        wish = Wish(worker.id, await uow.leases.find_last_settled(worker.id, project.id))
        return await ask(uow, self.golding, project, worker, wish=wish, standing=standing, now=now)


async def ask(
    uow: UnitOfWork,
    golding: Golding,
    project: Project,
    worker: Worker,
    *,
    wish: Wish,
    standing: Standing,
    now: datetime,
) -> Question | NothingToDo:
    """The question that she wishes for, or what she is told when there is none. For transactions that hold no
    lock and may therefore wait for a task.
    """
    for _ in range(SEARCHES_MAX):
        asked = await golding.lend(uow, project, {worker.id: (wish, standing)}, now, wait=True)
        if worker.id not in asked.busy:
            break
    await uow.golds.change(asked.golds)
    return asked.questions.get(worker.id) or await nothing_left(
        uow, project, worker, now, kept=worker.id in asked.kept
    )


async def _find_offer(uow: UnitOfWork, project: Project, worker: Worker, now: datetime) -> Offer | None:
    standing = await uow.standings.find(project.id, worker.id)
    sanction = await find_halt(uow, standing)
    if sanction is None and not await has_work_for(uow, project, standing, now):
        return None
    seconds = await uow.projects.median_seconds(project.id)
    return Offer(
        project,
        seconds or project.seconds_estimate,
        measured=seconds is not None,
        sanction=sanction,
        is_old_news=sanction is not None and sanction.is_old_news(now),
    )
