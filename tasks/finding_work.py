"""Whether there is work for somebody; of a large frontier only a part is looked at."""

import random
from datetime import datetime

from tasks.attending import others_are_at_work
from tasks.lending import STRETCH_ROWS
from tasks.model.project import Project
from tasks.model.standing import OUT, Standing
from tasks.model.worker import Worker
from tasks.ports import ROUND, UnitOfWork
from tasks.quality.selection import Reach, limited_reach


async def has_work(uow: UnitOfWork, project: Project, worker: Worker, now: datetime) -> bool:
    """Whether she would get a question there now."""
    return await has_work_for(uow, project, await uow.standings.find(project.id, worker.id), now)


async def has_work_for(uow: UnitOfWork, project: Project, standing: Standing, now: datetime) -> bool:
    """Whether the worker of that standing would get a question there now."""
    if standing.step in OUT:
        return False
    if await uow.leases.has_left(standing.worker_id, project):
        return True
    if await has_ordinary_task(uow, project, standing, now):
        return True
    return project.has_gold and await uow.golds.find_left_over(project, standing.worker_id) is not None


async def has_work_elsewhere(uow: UnitOfWork, project: Project, worker: Worker, now: datetime) -> bool:
    """Whether another project would have a question for her."""
    for other in await uow.projects.list_all():
        if other.id != project.id and await has_work(uow, other, worker, now):
            return True
    return False


async def has_ordinary_task(uow: UnitOfWork, project: Project, standing: Standing, now: datetime) -> bool:
    """Whether a task that is no gold is there for her."""
    limited = limited_reach(standing, project.rules)
    if limited is not None:
        if await _has_task(uow, project, standing, limited):
            return True
        if await others_are_at_work(uow, project, now):
            return False
    return await _has_task(uow, project, standing, Reach.USUAL)


async def _has_task(uow: UnitOfWork, project: Project, standing: Standing, reach: Reach) -> bool:
    start = random.randrange(ROUND)
    return await uow.frontier.has_work(
        project, standing.worker_id, reach.buckets, start=start, rows=STRETCH_ROWS
    )
