"""Keeps the promise to tell a worker when there is work again, at most once a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.booking import Moment
from tasks.finding_work import has_work, has_work_elsewhere
from tasks.model.identifiers import WorkerId
from tasks.model.project import Project
from tasks.model.worker import Worker
from tasks.outcomes import NothingToDo
from tasks.ports import Clock, Store, UnitOfWork

WORK_AGAIN = "work_again"
"""The kind of notice."""


@dataclass(frozen=True, slots=True)
class PromiseWork:
    """Notes that she will be told when there is work again."""

    store: Store
    clock: Clock

    async def __call__(self, worker: Worker) -> None:
        async with self.store.write() as uow:
            await uow.work_waits.add(worker.id, self.clock.now())
            await uow.commit()


async def nothing_left(
    uow: UnitOfWork, project: Project, worker: Worker, now: datetime, *, kept: bool = False
) -> NothingToDo:
    """What she is told when a project has no question for her; notes the promise if no other has one.

    ``kept`` is whether what is left there is kept for others.
    """
    if await has_work_elsewhere(uow, project, worker, now):
        return NothingToDo(project, more_elsewhere=True, kept_for_others=kept)
    await uow.work_waits.add(worker.id, now)
    return NothingToDo(project, kept_for_others=kept)


@dataclass(frozen=True, slots=True)
class TellAboutWork:
    """Asks the outbox to tell waiting workers for whom there is work now; returns how many."""

    store: Store
    clock: Clock
    page_size: int = 100

    async def __call__(self) -> int:
        told, after = 0, WorkerId(0)
        while True:
            # Looked for beside those who write: where many wait this takes long, and nobody's tap shall.
            async with self.store.read() as uow:
                projects = await uow.projects.list_all()
                waiting = await uow.work_waits.list_waiting(self.page_size, after=after)
                lucky = {worker.id for worker in waiting if await self._has_work(uow, projects, worker)}
            if lucky:
                told += await self._tell(lucky, after)
            if len(waiting) < self.page_size:
                return told
            after = waiting[-1].id

    async def _has_work(self, uow: UnitOfWork, projects: Sequence[Project], worker: Worker) -> bool:
        now = self.clock.now()
        for project in projects:
            if await has_work(uow, project, worker, now):
                return True
        return False

    async def _tell(self, lucky: Collection[WorkerId], after: WorkerId) -> int:
        told = 0
        async with self.store.write() as uow:
            now = self.clock.now()
            # Another process may have told some of them meanwhile, and some may have left.
            for worker in await uow.work_waits.list_waiting(self.page_size, after=after):
                if worker.id in lucky and await self._ask_to_tell(uow, worker, now):
                    await uow.work_waits.remove(worker.id)
                    told += 1
            await uow.commit()
        return told

    async def _ask_to_tell(self, uow: UnitOfWork, worker: Worker, now: datetime) -> bool:
        """False if she was told today already."""
        key = f"{WORK_AGAIN}:{worker.id}:{Moment.of(worker, now).day}"
        return await uow.deliveries.add(worker.id, kind=WORK_AGAIN, facts={}, key=key, due_at=now)
