"""Which projects have work for a worker, and her next question in one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.lending import Lending, Wish, has_work
from tasks.model.identifiers import ProjectId
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.worker import Worker
from tasks.outcomes import TakeOutcome
from tasks.ports import Clock, Store, UnitOfWork
from tasks.promising import PromiseWork, nothing_left

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Offer:
    """A project that has work for her: price and time are known before she accepts."""

    project: Project
    seconds: float
    """For one question: the measured median, or the client's estimate while there is none."""
    measured: bool

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
    """The projects that have work for her, oldest first. Notes that she waits if there is none."""

    store: Store
    clock: Clock

    async def __call__(self, worker: Worker) -> Sequence[Offer]:
        async with self.store.read() as uow:
            offers = [
                await _offer(uow, project)
                for project in await uow.projects.list_all()
                if await has_work(uow, project, worker)
            ]
        if not offers:
            await PromiseWork(self.store, self.clock)(worker)
        return offers


@dataclass(frozen=True, slots=True)
class TakeTask:
    """Her question in a project: the one she has open, or a new one. None if there is no such project."""

    store: Store
    clock: Clock
    lending: Lending

    async def __call__(self, worker: Worker, project_id: ProjectId) -> TakeOutcome | None:
        async with self.store.write() as uow:
            project = await uow.projects.find(project_id)
            if project is None:
                return None
            now = self.clock.now()
            question = await self.lending.resume(uow, project, worker.id, now)
            if question is None:
                previous = await uow.leases.find_last_settled(worker.id, project.id)
                wishes = [Wish(worker.id, previous)]
                lent = await self.lending.lend(uow, project, wishes, now, wait=True)
                question = lent.questions.get(worker.id)
            outcome = question or await nothing_left(uow, project, worker, now)
            await uow.commit()
        return outcome


async def _offer(uow: UnitOfWork, project: Project) -> Offer:
    measured = await uow.projects.median_seconds(project.id)
    return Offer(project, measured or project.seconds_estimate, measured=measured is not None)
