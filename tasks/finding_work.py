"""Whether there is work for somebody; of a large frontier only a part is looked at."""

import random

from tasks.lending import ROUND, STRETCH_ROWS
from tasks.model.identifiers import WorkerId
from tasks.model.project import Project
from tasks.model.worker import Worker
from tasks.ports import UnitOfWork


async def has_work(uow: UnitOfWork, project: Project, worker: Worker) -> bool:
    """Whether she would get a question there now."""
    if await uow.standings.find_out(project.id, worker.id) is not None:
        return False
    if await uow.leases.has_left(worker.id, project):
        return True
    if await has_ordinary_task(uow, project, worker.id):
        return True
    return project.has_gold and await uow.golds.find_left_over(project, worker.id) is not None


async def has_work_elsewhere(uow: UnitOfWork, project: Project, worker: Worker) -> bool:
    """Whether another project would have a question for her."""
    for other in await uow.projects.list_all():
        if other.id != project.id and await has_work(uow, other, worker):
            return True
    return False


async def has_ordinary_task(uow: UnitOfWork, project: Project, worker_id: WorkerId) -> bool:
    """Whether a task that is no gold is there for her."""
    start = random.randrange(ROUND)
    return await uow.frontier.has_work(project, worker_id, start=start, rows=STRETCH_ROWS)
