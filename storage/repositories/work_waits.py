"""Workers who were promised a word when there is work again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from storage.engine import Transaction
from storage.repositories.workers import worker_from, workers_with_account
from storage.tables import accounts, work_waits, workers
from tasks.model.identifiers import WorkerId
from tasks.model.worker import Worker, WorkerStatus


class SqlWorkWaits:
    """Implements ``WorkWaits``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, worker_id: WorkerId, at: datetime) -> None:
        await self._transaction.execute(
            self._transaction.insert(work_waits)
            .values(worker_id=worker_id, since=at)
            .on_conflict_do_nothing(index_elements=[work_waits.c.worker_id])
        )

    async def list_waiting(self, limit: int, *, after: WorkerId) -> Sequence[Worker]:
        rows = await self._transaction.execute(
            workers_with_account()
            .join(work_waits, work_waits.c.worker_id == workers.c.id)
            .where(
                work_waits.c.worker_id > after, workers.c.status == WorkerStatus.ACTIVE, accounts.c.reachable
            )
            .order_by(work_waits.c.worker_id)
            .limit(limit)
        )
        return [worker_from(row) for row in rows]

    async def remove(self, worker_id: WorkerId) -> None:
        await self._transaction.execute(delete(work_waits).where(work_waits.c.worker_id == worker_id))
