"""Whose answers on golds are to be counted anew, because a key has changed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, delete, exists, insert, literal, select, update

from storage.engine import Transaction
from storage.repositories.votes import IS_VOTE
from storage.tables import LEASE_IS_NOT_UNDONE, leases, recounts, tasks
from tasks.model.gold import Purpose
from tasks.model.identifiers import ProjectId, TaskId, WorkerId
from tasks.ports import Recount


async def ask_for_recount(transaction: Transaction, task_ids: Collection[TaskId]) -> None:
    """To be called when these tasks, which the caller has locked, get a key, lose it, or have another one.

    Those that measured nobody yet are passed over.
    """
    if not task_ids:
        return
    measured = exists().where(leases.c.task_id == tasks.c.id, IS_VOTE, leases.c.purpose == Purpose.SILENT)
    these = select(tasks.c.id, tasks.c.project_id, literal(0)).where(
        tasks.c.id.in_(sorted(task_ids)), measured
    )
    await transaction.execute(insert(recounts).from_select(["task_id", "project_id", "after"], these))


class SqlRecounts:
    """Implements ``Recounts``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def list_projects(self) -> Sequence[ProjectId]:
        rows = await self._transaction.execute(
            select(recounts.c.project_id).distinct().order_by(recounts.c.project_id)
        )
        return [ProjectId(project_id) for project_id in rows.scalars()]

    async def find_first(self, project_id: ProjectId, limit: int) -> Recount | None:
        found = await self._transaction.execute(
            select(recounts.c.id, recounts.c.after)
            .where(recounts.c.project_id == project_id)
            .order_by(recounts.c.id)
            .limit(limit)
        )
        rows = found.all()
        if not rows:
            return None
        after = rows[0].after
        return Recount([row.id for row in rows if row.after == after], WorkerId(after))

    async def list_workers(self, recount: Recount, limit: int) -> Sequence[WorkerId]:
        rows = await self._transaction.execute(
            select(leases.c.worker_id)
            .distinct()
            .where(
                leases.c.task_id.in_(select(recounts.c.task_id).where(recounts.c.id.in_(recount.ids))),
                leases.c.worker_id > recount.after,
                LEASE_IS_NOT_UNDONE,
                leases.c.purpose == Purpose.SILENT,
            )
            .order_by(leases.c.worker_id)
            .limit(limit)
        )
        return [WorkerId(worker_id) for worker_id in rows.scalars()]

    async def move_on(self, recount: Recount, after: WorkerId) -> None:
        await self._transaction.execute(
            update(recounts).where(recounts.c.id.in_(_locked(recount))).values(after=after)
        )

    async def end(self, recount: Recount) -> None:
        await self._transaction.execute(delete(recounts).where(recounts.c.id.in_(_locked(recount))))


def _locked(recount: Recount) -> Select[Any]:
    """In their order, so that two processes at the same recount do not wait for each other in a circle."""
    return (
        select(recounts.c.id).where(recounts.c.id.in_(recount.ids)).order_by(recounts.c.id).with_for_update()
    )
