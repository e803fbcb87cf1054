"""Whoever answered a gold whose key has changed is judged as if the key had always been as it is now."""

from dataclasses import dataclass

from tasks.golding import CrowdMemory
from tasks.lifting import tell_that_it_is_over
from tasks.measuring import recount
from tasks.model.project import Project
from tasks.model.standing import Standing, Step
from tasks.ports import Clock, Recount, Store, UnitOfWork

WORKERS_AT_ONCE = 20
"""One transaction for so many: whoever of them presses a button meanwhile waits for some milliseconds."""


@dataclass(frozen=True, slots=True)
class RecountGolds:
    """Counts anew what workers said on golds that got a key, lost it, or have another one; returns for how
    many workers.

    All that is written comes from their answers alone, never from what was counted before. So it does no harm
    to break off, or to do it twice, and a key that changes meanwhile asks for a recount of its own. Pauses
    that the test would not make any more are lifted.
    """

    store: Store
    clock: Clock
    memory: CrowdMemory
    at_once: int = WORKERS_AT_ONCE

    async def __call__(self) -> int:
        recounted = 0
        while True:
            async with self.store.read() as uow:
                due = await uow.recounts.find_first()
                project = None if due is None else await uow.projects.find(due.project_id)
            if due is None or project is None:
                return recounted
            recounted += await self._recount_some(due, project)

    async def _recount_some(self, due: Recount, project: Project) -> int:
        async with self.store.write() as uow:
            workers = await uow.recounts.list_workers(due, self.at_once)
            standings = await uow.standings.lock([(project.id, worker_id) for worker_id in workers])
            await uow.standings.save([await self._renew(uow, project, one) for one in standings.values()])
            if workers:
                await uow.recounts.move_on(due, after=workers[-1])
            else:
                await uow.recounts.end(due)
            await uow.commit()
        return len(workers)

    async def _renew(self, uow: UnitOfWork, project: Project, standing: Standing) -> Standing:
        now = self.clock.now()
        crowd = await self.memory.recall(uow, project, now)
        again = await recount(uow, standing, crowd.levels, now)
        if standing.step is Step.PAUSED and again.step is not Step.PAUSED:
            await tell_that_it_is_over(uow, project, standing.worker_id)
        return again
