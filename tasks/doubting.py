"""A removal that rests on known answers which turned out wrong is laid before supervisors once more."""

from dataclasses import replace

from tasks.appealing import has_ground, tell_supervisors
from tasks.model.project import Project
from tasks.model.standing import Appeal, SanctionKind, Standing, Step
from tasks.noticing.own_messages import REMOVAL_DOUBTED
from tasks.ports import UnitOfWork
from tasks.supervising import Scopes

MAY_BE_DOUBTED = frozenset({Appeal.NONE, Appeal.REFUSED})
"""In all other cases a supervisor is asked already, or has kept it although its ground was gone."""


async def doubt_removal(uow: UnitOfWork, scopes: Scopes, project: Project, standing: Standing) -> None:
    """Asks the supervisors around her to look again at her removal, if there is one and its ground is gone.

    Her standing is locked. A person has removed her, so only a person takes it back.
    """
    if standing.step is not Step.REMOVED:
        return
    last = await uow.sanctions.find_last(project.id, standing.worker_id, [SanctionKind.REMOVAL])
    removal = None if last is None else await uow.sanctions.lock(last.id)
    if removal is None or removal.ended_at is not None or removal.appeal not in MAY_BE_DOUBTED:
        return
    if await has_ground(uow, project, removal):
        return
    doubted = replace(removal, appeal=Appeal.DOUBTED)
    await uow.sanctions.save(doubted)
    worker = await uow.workers.get(standing.worker_id)
    await tell_supervisors(uow, scopes, worker, doubted, kind=REMOVAL_DOUBTED)
