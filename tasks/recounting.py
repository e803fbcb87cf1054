"""Whoever answered a gold whose key has changed is judged as if the key had always been as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.doubting import doubt_removal
from tasks.golding import CrowdMemory
from tasks.lifting import tell_if_it_is_over
from tasks.measuring import recount
from tasks.model.identifiers import ProjectId, WorkerId
from tasks.model.project import Project
from tasks.model.standing import Standing
from tasks.noticing.own_messages import WhyOver
from tasks.ports import Clock, Recount, Store, UnitOfWork
from tasks.supervising import Scopes

KEYS_AT_ONCE = 1000
"""Whoever answered several golds whose keys have changed is counted once for so many of them."""
WORKERS_LISTED = 1000
WORKERS_AT_ONCE = 20
"""One transaction for so many: whoever of them presses a button meanwhile waits for some milliseconds."""


@dataclass(frozen=True, slots=True)
class RecountGolds:
    """Counts anew what workers said on golds that got a key, lost it, or have another one; returns for how
    many workers.

    All that is written comes from their answers alone, never from what was counted before. So it does no harm
    to break off, or to do it twice, and a key that changes meanwhile asks for a recount of its own. Pauses
    that the test would not make any more are lifted; of such a removal supervisors are asked. A project where
    it fails holds up no other: what failed is raised when all others are done.
    """

    store: Store
    clock: Clock
    memory: CrowdMemory
    scopes: Scopes
    at_once: int = WORKERS_AT_ONCE

    async def __call__(self) -> int:
        recounted, failed = 0, None
        async with self.store.read() as uow:
            due = await uow.recounts.list_projects()
        for project_id in due:
            try:
                recounted += await self._count(project_id)
            except Exception as error:  # noqa: BLE001 - it is raised below, whatever it is
                error.add_note(f"golds of project number {project_id} were being recounted")
                failed = failed or error
        if failed is not None:
            raise failed
        return recounted

    async def _count(self, project_id: ProjectId) -> int:
        recounted = 0
        while True:
            async with self.store.read() as uow:
                project = await uow.projects.find(project_id)
                due = await uow.recounts.find_first(project_id, KEYS_AT_ONCE)
                # Whoever answers from here on is measured by the new keys already.
                workers = await uow.recounts.list_workers(due, WORKERS_LISTED) if due else []
            if due is None or project is None:
                return recounted
            for first in range(0, len(workers), self.at_once):
                await self._recount(project, workers[first : first + self.at_once], due)
            recounted += len(workers)
            if not workers:
                await self._end(due)

    async def _recount(self, project: Project, workers: Sequence[WorkerId], due: Recount) -> None:
        async with self.store.write() as uow:
            standings = await uow.standings.lock([(project.id, worker_id) for worker_id in workers])
            await uow.standings.save([await self._renew(uow, project, one) for one in standings.values()])
            await uow.recounts.move_on(due, after=workers[-1])
            await uow.commit()

    async def _end(self, due: Recount) -> None:
        async with self.store.write() as uow:
            await uow.recounts.end(due)
            await uow.commit()

    async def _renew(self, uow: UnitOfWork, project: Project, standing: Standing) -> Standing:
        now = self.clock.now()
        crowd = await self.memory.recall(uow, project, now)
        again = await recount(uow, standing, crowd.levels, now)
        await tell_if_it_is_over(uow, project, standing, again, why=WhyOver.KEYS)
        await doubt_removal(uow, self.scopes, project, again)
        return again
