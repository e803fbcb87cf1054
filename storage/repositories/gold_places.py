"""Gold has no place in the frontier: a task that becomes gold leaves it, and comes back when it is none."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from storage.engine import Transaction
from storage.repositories.frontier_follow import follow_tallies
from storage.tables import (
    GOLD_IS_KNOWN,
    LEASE_IS_ENDED,
    LEASE_IS_GOLD,
    LEASE_IS_NOT_UNDONE,
    LEASE_IS_OPEN,
    frontier,
    golds,
    leases,
    tasks,
)
from tasks.model.gold import Purpose
from tasks.model.identifiers import TaskId
from tasks.model.work import TaskStatus
from tasks.ports import TallyChange


async def leave_frontier(transaction: Transaction, task_ids: Collection[TaskId]) -> None:
    """To be called when these tasks, which the caller has locked, may have become gold."""
    known = select(golds.c.task_id).where(golds.c.task_id.in_(sorted(task_ids)), GOLD_IS_KNOWN)
    await transaction.execute(delete(frontier).where(frontier.c.task_id.in_(known)))


async def become_ordinary(transaction: Transaction, task_ids: Collection[TaskId]) -> None:
    """To be called when these tasks, which the caller has locked, are no gold any more, or a suspended one.

    Whoever holds one of them holds it as work from now on. What was answered and what is held takes places
    of the quota, and what that leaves may be lent.
    """
    if not task_ids:
        return
    these = sorted(task_ids)
    of_these = and_(leases.c.task_id.in_(these), LEASE_IS_NOT_UNDONE)
    await transaction.execute(
        update(leases)
        .where(of_these, LEASE_IS_GOLD, or_(LEASE_IS_OPEN, LEASE_IS_ENDED))
        .values(purpose=Purpose.WORK)
    )
    taken = tasks.c.answers + being_answered()
    await transaction.execute(update(tasks).where(tasks.c.id.in_(these)).values(taken=taken))
    await follow_tallies(transaction, {task: TallyChange(status=TaskStatus.OPEN) for task in these})


def being_answered() -> ColumnElement[int]:
    """How many have the task's question open."""
    return (
        select(func.count())
        .where(leases.c.task_id == tasks.c.id, LEASE_IS_OPEN, LEASE_IS_NOT_UNDONE)
        .correlate(tasks)
        .scalar_subquery()
    )
