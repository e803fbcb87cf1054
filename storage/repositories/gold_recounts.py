"""Whose answers on golds are to be counted anew, because a key has changed."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, exists, insert, literal, select, update

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

    async def find_first(self) -> Recount | None:
        rows = await self._transaction.execute(select(recounts).order_by(recounts.c.id).limit(1))
        row = rows.one_or_none()
        if row is None:
            return None
        return Recount(row.id, TaskId(row.task_id), ProjectId(row.project_id), WorkerId(row.after))

    async def list_workers(self, recount: Recount, limit: int) -> Sequence[WorkerId]:
        rows = await self._transaction.execute(
            select(leases.c.worker_id)
            .where(
                leases.c.task_id == recount.task_id,
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
            update(recounts).where(recounts.c.id == recount.id).values(after=after)
        )

    async def end(self, recount: Recount) -> None:
        await self._transaction.execute(delete(recounts).where(recounts.c.id == recount.id))
