"""Deliveries: what waits to be sent, what is on its way, and what became of it."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, func, literal, or_, select, update

from storage.columns import Moment
from storage.engine import Transaction
from storage.repositories.delivery_rows import (
    deliveries_with_recipient,
    deliveries_with_worker,
    delivery_from,
    is_in,
    recipient_from,
    report_row_from,
)
from storage.repositories.tallies import add_to_tallies, answer_name, moved
from storage.tables import DELIVERY_IS_SENDING, accounts, deliveries
from tasks.model.identifiers import AccountKey, DeliveryId, NoticeId, WorkerId
from tasks.model.notice import Delivery, DeliveryState, Recipient
from tasks.ports.notices import Change, DeliveryRow

PAGE_ROWS = 5000


class SqlDeliveries:
    """Implements ``Deliveries``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(
        self, worker_id: WorkerId, *, kind: str, facts: Mapping[str, str], key: str, due_at: datetime
    ) -> bool:
        added = await self._transaction.execute(
            self._transaction.insert(deliveries)
            .values(
                key=key,
                worker_id=worker_id,
                kind=kind,
                facts=dict(facts),
                state=DeliveryState.PLANNED,
                due_at=due_at,
                attempts=0,
            )
            .on_conflict_do_nothing(index_elements=[deliveries.c.key])
            .returning(deliveries.c.id)
        )
        return added.scalar_one_or_none() is not None

    async def has_due(self, notice_id: NoticeId | None, now: datetime, state: DeliveryState) -> bool:
        due = _as_due(_due(select(deliveries.c.id), notice_id, now, state).limit(1))
        return (await self._transaction.execute(due)).first() is not None

    async def lock_due(
        self,
        notice_id: NoticeId | None,
        now: datetime,
        limit: int,
        *,
        state: DeliveryState = DeliveryState.PLANNED,
    ) -> Sequence[Recipient]:
        due = _as_due(_due(deliveries_with_recipient(), notice_id, now, state).limit(limit))
        rows = await self._transaction.execute(_passing_over(due))
        return [recipient_from(row) for row in rows.mappings()]

    async def lock(self, delivery_ids: Collection[DeliveryId]) -> Sequence[Delivery]:
        if not delivery_ids:
            return ()
        rows = await self._transaction.execute(
            deliveries_with_worker()
            .where(deliveries.c.id.in_(sorted(delivery_ids)))
            .order_by(deliveries.c.id)
            .with_for_update(of=deliveries)
        )
        return [delivery_from(row) for row in rows.mappings()]

    async def change(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        tallies = await self._tally_changes(changes)
        await self._transaction.execute(CHANGE, [_change_values(change) for change in changes])
        await add_to_tallies(self._transaction, tallies)

    async def _tally_changes(self, changes: Sequence[Change]) -> Mapping[NoticeId, Counter[str]]:
        rows = await self._transaction.execute(
            select(deliveries.c.id, deliveries.c.notice_id, deliveries.c.state).where(
                deliveries.c.id.in_({change.delivery_id for change in changes})
            )
        )
        before = {row.id: row for row in rows}
        states = {delivery_id: DeliveryState(row.state) for delivery_id, row in before.items()}
        tallies: dict[NoticeId, Counter[str]] = defaultdict(Counter)
        for change in changes:
            row = before.get(change.delivery_id)
            if row is not None and row.notice_id is not None:
                tallies[row.notice_id].update(moved(states[row.id], change.state))
                states[row.id] = change.state
        return tallies

    async def lock_stale(self, before: datetime, after: datetime, limit: int) -> Sequence[Delivery]:
        since = deliveries.c.sending_since
        rows = await self._transaction.execute(
            _passing_over(
                deliveries_with_worker()
                .where(DELIVERY_IS_SENDING, or_(since < before, since > after))
                .order_by(since)
                .limit(limit)
            )
        )
        return [delivery_from(row) for row in rows.mappings()]

    async def list_in(self, notice_id: NoticeId, state: DeliveryState, limit: int) -> Sequence[Delivery]:
        rows = await self._transaction.execute(_list_in(notice_id, state, limit))
        return [delivery_from(row) for row in rows.mappings()]

    async def change_all(
        self, notice_id: NoticeId, old: DeliveryState, new: DeliveryState, *, due_at: datetime | None = None
    ) -> int:
        free = (
            select(deliveries.c.id)
            .where(deliveries.c.notice_id == notice_id, is_in(old))
            .with_for_update(skip_locked=True)
        )
        values: dict[str, Any] = {"state": new, "reason": None, "sending_since": None}
        if due_at is not None:
            values["due_at"] = due_at
        changed = await self._transaction.execute(
            update(deliveries).where(deliveries.c.id.in_(free)).values(values)
        )
        await add_to_tallies(self._transaction, {notice_id: moved(old, new, changed.rowcount)})
        return changed.rowcount

    async def hasten(self, account: AccountKey, now: datetime, *, until: datetime) -> None:
        hers = select(accounts.c.worker_id).where(
            accounts.c.channel == account.channel, accounts.c.external_id == account.external_id
        )
        # Few of all the program's own messages are due so soon, and no others are read to find hers. What is
        # due already is changed as well: whoever puts it off at this moment is waited for, or passes it over.
        soon = (is_in(DeliveryState.PLANNED), deliveries.c.due_at <= until)
        await self._transaction.execute(
            update(deliveries)
            .where(deliveries.c.notice_id.is_(None), *soon, deliveries.c.worker_id == hers.scalar_subquery())
            .values(due_at=case((deliveries.c.due_at > now, literal(now, Moment)), else_=deliveries.c.due_at))
        )

    async def set_read(self, delivery_id: DeliveryId, at: datetime, answer: int | None) -> None:
        rows = await self._transaction.execute(
            select(deliveries.c.notice_id, deliveries.c.read_at, deliveries.c.answer).where(
                deliveries.c.id == delivery_id
            )
        )
        before = rows.one()
        values: dict[str, Any] = {"read_at": at} if before.read_at is None else {}
        tally = Counter({"read": len(values)})
        if answer is not None and answer != before.answer:
            values["answer"] = answer
            tally.update({answer_name(answer): 1})
            if before.answer is not None:
                tally.subtract({answer_name(before.answer): 1})
        if values:
            await self._transaction.execute(
                update(deliveries).where(deliveries.c.id == delivery_id).values(values)
            )
        if before.notice_id is not None:
            await add_to_tallies(self._transaction, {before.notice_id: tally})

    async def stream(self, notice_id: NoticeId) -> AsyncIterator[DeliveryRow]:
        # One statement, and so a picture of one moment, however many deliveries change meanwhile.
        result = await self._transaction.connection.stream(
            select(deliveries).where(deliveries.c.notice_id == notice_id).order_by(deliveries.c.id)
        )
        async for page in result.mappings().partitions(PAGE_ROWS):
            for row in page:
                yield report_row_from(row)


CHANGE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("why"),
        due_at=func.coalesce(bindparam("new_due_at", type_=Moment), deliveries.c.due_at),
        attempts=deliveries.c.attempts + bindparam("more_attempts"),
        sending_since=bindparam("since"),
        sent_at=func.coalesce(bindparam("new_sent_at", type_=Moment), deliveries.c.sent_at),
        chat=func.coalesce(bindparam("new_chat"), deliveries.c.chat),
        message=func.coalesce(bindparam("new_message"), deliveries.c.message),
    )
)


def _change_values(change: Change) -> dict[str, Any]:
    begins = change.state is DeliveryState.SENDING
    return {
        "delivery_id": change.delivery_id,
        "new_state": change.state,
        "why": change.reason,
        "new_due_at": change.due_at,
        "more_attempts": int(begins),
        "since": change.at if begins else None,
        "new_sent_at": change.at if change.state is DeliveryState.SENT else None,
        "new_chat": change.chat,
        "new_message": change.message,
    }


def _due(query: Select[Any], notice_id: NoticeId | None, now: datetime, state: DeliveryState) -> Select[Any]:
    return query.where(deliveries.c.notice_id == notice_id, is_in(state), deliveries.c.due_at <= now)


def _list_in(notice_id: NoticeId, state: DeliveryState, limit: int) -> Select[Any]:
    hers = deliveries_with_worker().where(deliveries.c.notice_id == notice_id, is_in(state))
    return _as_due(hers).limit(limit)


def _as_due(query: Select[Any]) -> Select[Any]:
    """In the order in which they are due, as their index has it.

    The notice is always one and the same, but PostgreSQL sees that by itself only where it is a number.
    """
    return query.order_by(deliveries.c.notice_id, deliveries.c.due_at, deliveries.c.id)


def _passing_over(query: Select[Any]) -> Select[Any]:
    """The same, locked; what another process holds is passed over."""
    return query.with_for_update(of=deliveries, skip_locked=True)
