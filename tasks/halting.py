"""A worker is out of a project, for now or for good: her questions go back, and she is told why."""

from datetime import datetime

from tasks.finding_work import has_work_elsewhere
from tasks.lending import question_of
from tasks.model.identifiers import ProjectId, WorkerId
from tasks.model.project import Project
from tasks.model.standing import HALTS, OUT, Sanction, Standing
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import Paused
from tasks.ports import UnitOfWork
from tasks.stopping import give_back


async def halt(uow: UnitOfWork, project_id: ProjectId, worker_id: WorkerId) -> None:
    """Gives back what she has open there; the tasks are locked already, or nothing else is."""
    await give_back(uow, await uow.leases.list_open(worker_id, project_id))


async def find_halt(uow: UnitOfWork, standing: Standing) -> Sanction | None:
    """What keeps her out of the project: her pause or her removal; None if nothing does."""
    if standing.step not in OUT:
        return None
    return await uow.sanctions.find_last(standing.project_id, standing.worker_id, HALTS)


async def find_pause(uow: UnitOfWork, project: Project, worker: Worker, now: datetime) -> Paused | None:
    """What she is told there while she is paused or removed; None if she is neither."""
    standing = await uow.standings.find_out(project.id, worker.id)
    sanction = None if standing is None else await find_halt(uow, standing)
    if sanction is None:
        return None
    rests_on = await uow.golds.list_evidence(sanction.evidence)
    return Paused(
        project,
        sanction,
        wrong=sum(not answer.was_right for answer in rests_on),
        asked=len(rests_on),
        since=rests_on[0].answered_at if rests_on else None,
        more_elsewhere=await has_work_elsewhere(uow, project, worker, now),
    )


async def find_current(
    uow: UnitOfWork, project: Project, worker: Worker, now: datetime
) -> Question | Paused | None:
    """What she has on her card there: the question that she has open, locked with its task, or her pause."""
    found = await uow.leases.find_open(worker.id, project.id)
    return question_of(*found, project) if found else await find_pause(uow, project, worker, now)
