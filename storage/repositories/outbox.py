"""Messages that leave after the commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from storage.engine import Transaction
from storage.tables import NOTICE_IS_WAITING, accounts, outbox, workers
from tasks.model.identifiers import AccountKey, WorkerId
from tasks.ports import Notice


class SqlOutbox:
    """Implements ``Outbox``. A notice is *waiting*, then *sent* or *failed*."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(
        self, worker_id: WorkerId, *, kind: str, facts: Mapping[str, str], key: str, due_at: datetime
    ) -> bool:
        added = await self._transaction.execute(
            self._transaction.insert(outbox)
            .values(
                key=key,
                worker_id=worker_id,
                kind=kind,
                facts=dict(facts),
                state="waiting",
                due_at=due_at,
                attempts=0,
            )
            .on_conflict_do_nothing(index_elements=[outbox.c.key])
            .returning(outbox.c.id)
        )
        return added.scalar_one_or_none() is not None

    async def claim(self, now: datetime, limit: int, *, hold_seconds: int) -> Sequence[Notice]:
        rows = await self._transaction.execute(
            select(outbox, workers.c.language, accounts.c.channel, accounts.c.external_id)
            .join(workers, workers.c.id == outbox.c.worker_id)
            .join(accounts, accounts.c.worker_id == outbox.c.worker_id)
            .where(
                NOTICE_IS_WAITING,
                outbox.c.due_at <= now,
                or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now),
                accounts.c.reachable,
            )
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
            .with_for_update(of=outbox, skip_locked=True)
        )
        notices = [
            Notice(
                id=row.id,
                worker_id=WorkerId(row.worker_id),
                account=AccountKey(row.channel, row.external_id),
                language=row.language,
                kind=row.kind,
                facts=row.facts,
                attempts=row.attempts + 1,
            )
            for row in rows
        ]
        if notices:
            await self._transaction.execute(
                update(outbox)
                .where(outbox.c.id.in_([notice.id for notice in notices]))
                .values(claimed_until=now + timedelta(seconds=hold_seconds), attempts=outbox.c.attempts + 1)
            )
        return notices

    async def set_sent(self, notice_id: int, at: datetime) -> None:
        await self._update(notice_id, state="sent", settled_at=at, claimed_until=None)

    async def set_retry(self, notice_id: int, *, due_at: datetime, reason: str) -> None:
        await self._update(notice_id, due_at=due_at, reason=reason, claimed_until=None)

    async def set_failed(self, notice_id: int, *, reason: str, at: datetime) -> None:
        await self._update(notice_id, state="failed", reason=reason, settled_at=at, claimed_until=None)

    async def _update(self, notice_id: int, **values: Any) -> None:
        await self._transaction.execute(update(outbox).where(outbox.c.id == notice_id).values(values))
