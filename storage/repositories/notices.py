"""Notices, and whom they reach."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    false,
    func,
    insert,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    update,
)

from storage.columns import BigId, Moment
from storage.engine import Transaction
from storage.repositories.audiences import does_not_wish, gets, is_active_within, is_meant, is_one_of
from storage.repositories.delivery_rows import deliveries_with_worker, delivery_from, is_in
from storage.repositories.notice_rows import notice_from, notice_values
from storage.repositories.scopes import lies_within
from storage.repositories.tallies import add_to_tallies, read_tally
from storage.tables import (
    DELIVERY_HAS_NOTICE,
    NOTICE_IS_ACTIVE,
    accounts,
    deliveries,
    notice_tallies,
    notices,
    workers,
)
from tasks.model.identifiers import AccountKey, NoticeId, WorkerId
from tasks.model.notice import (
    ENDED,
    NOTICE,
    Delivery,
    DeliveryState,
    Notice,
    NoticeStatus,
    Reach,
    Receipt,
    Tally,
)
from tasks.ports.notices import Clockwork

MOVING = (
    NoticeStatus.ASKED,
    NoticeStatus.CONFIRMED,
    NoticeStatus.SENDING,
    NoticeStatus.PAUSED,
    NoticeStatus.RETRACTING,
)
READING_HOURS = 24
"""So long people read what was sent, and their receipts come in, now and then."""
READING_TIMES = 10
"""So many times less often than what is being sent."""

SHUFFLED: ColumnElement[int] = literal_column("(workers.id % 2147483648) * 2654435761 % 4294967296")
"""Puts workers in an order that has nothing to do with when they came, and is the same each time."""


class SqlNotices:
    """Implements ``Notices``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, notice: Notice) -> Notice:
        added = await self._transaction.execute(
            insert(notices).values(notice_values(notice)).returning(*notices.c)
        )
        kept = notice_from(added.mappings().one())
        await self._transaction.execute(insert(notice_tallies).values(notice_id=kept.id))
        return kept

    async def find(self, notice_id: NoticeId) -> Notice | None:
        rows = await self._transaction.execute(select(notices).where(notices.c.id == notice_id))
        row = rows.mappings().one_or_none()
        return None if row is None else notice_from(row)

    async def find_draft(self, author: AccountKey) -> Notice | None:
        rows = await self._transaction.execute(
            select(notices)
            .where(
                notices.c.author_channel == author.channel,
                notices.c.author_id == author.external_id,
                notices.c.status == NoticeStatus.DRAFT,
            )
            .order_by(notices.c.id.desc())
            .limit(1)
        )
        row = rows.mappings().one_or_none()
        return None if row is None else notice_from(row)

    async def lock(self, notice_id: NoticeId) -> Notice:
        rows = await self._transaction.execute(
            select(notices).where(notices.c.id == notice_id).with_for_update(key_share=True)
        )
        row = rows.mappings().one_or_none()
        if row is None:
            raise LookupError(f"there is no notice {notice_id}")
        return notice_from(row)

    async def save(self, notice: Notice) -> None:
        await self._transaction.execute(
            update(notices).where(notices.c.id == notice.id).values(notice_values(notice))
        )

    async def delete_draft(self, notice_id: NoticeId) -> None:
        draft = and_(notices.c.id == notice_id, notices.c.status == NoticeStatus.DRAFT)
        await self._transaction.execute(
            delete(notice_tallies).where(notice_tallies.c.notice_id.in_(select(notices.c.id).where(draft)))
        )
        await self._transaction.execute(delete(notices).where(draft))

    async def list_recent(self, scope: str, limit: int) -> Sequence[Notice]:
        rows = await self._transaction.execute(
            select(notices)
            .where(notices.c.status != NoticeStatus.DRAFT, lies_within(notices.c.scope, scope))
            .order_by(notices.c.id.desc())
            .limit(limit)
        )
        return [notice_from(row) for row in rows.mappings()]

    async def list_active(self) -> Sequence[Notice]:
        rows = await self._transaction.execute(
            select(notices).where(NOTICE_IS_ACTIVE).order_by(notices.c.urgent.desc(), notices.c.id)
        )
        return [notice_from(row) for row in rows.mappings()]

    async def list_watched(self, now: datetime, *, every_seconds: float) -> Sequence[Notice]:
        every = timedelta(seconds=every_seconds)
        # A notice that was shown in the future was shown before a clock was set back.
        is_due = or_(
            notices.c.watched_at.is_(None),
            notices.c.watched_at <= now - every,
            notices.c.watched_at > now + every,
        )
        is_being_read = and_(
            notices.c.status == NoticeStatus.DONE,
            notices.c.receipt != Receipt.NONE,
            notices.c.ended_at > now - timedelta(hours=READING_HOURS),
            notices.c.watched_at <= now - READING_TIMES * every,
        )
        has_news = or_(
            notices.c.status.in_(MOVING),
            and_(notices.c.status.in_(ENDED), notices.c.reported == false()),
            is_being_read,
        )
        # What another process holds is passed over: waiting for several at once could be waiting in a circle.
        due = (
            select(notices.c.id)
            .where(notices.c.author_channel.is_not(None), has_news, is_due)
            .with_for_update(key_share=True, skip_locked=True)
        )
        rows = await self._transaction.execute(
            update(notices).where(notices.c.id.in_(due)).values(watched_at=now).returning(*notices.c)
        )
        return sorted(map(notice_from, rows.mappings()), key=lambda notice: notice.id)

    async def reach(self, notice: Notice, now: datetime) -> Reach:
        silent = does_not_wish(notice)
        rows = await self._transaction.execute(
            select(
                _count(and_(accounts.c.reachable, not_(silent))).label("people"),
                _count(not_(accounts.c.reachable)).label("unreachable"),
                _count(and_(accounts.c.reachable, silent)).label("silenced"),
            )
            .select_from(workers)
            .join(accounts, accounts.c.worker_id == workers.c.id)
            .where(is_meant(notice, now))
        )
        row = rows.one()
        return Reach(int(row.people), int(row.unreachable), int(row.silenced), await self._unknown(notice))

    async def _unknown(self, notice: Notice) -> tuple[str, ...]:
        """Of the workers whom the audience names, those who are no active worker within the scope."""
        named = notice.audience.worker_ids
        if named is None:
            return ()
        rows = await self._transaction.execute(
            select(workers.c.id).where(is_active_within(notice.scope), is_one_of(named))
        )
        known = set(rows.scalars())
        return tuple(str(worker_id) for worker_id in dict.fromkeys(named) if worker_id not in known)

    async def list_clocks(self, notice: Notice, now: datetime) -> Sequence[Clockwork]:
        rows = await self._transaction.execute(
            select(workers.c.time_zone, workers.c.quiet_from, workers.c.quiet_until)
            .join(accounts, accounts.c.worker_id == workers.c.id)
            .where(gets(notice, now))
            .distinct()
        )
        return [Clockwork(row.time_zone, row.quiet_from, row.quiet_until) for row in rows]

    async def plan(self, notice: Notice, now: datetime, due_at: Mapping[Clockwork, datetime]) -> int:
        people = (
            select(
                literal(notice.id, BigId),
                workers.c.id,
                literal(NOTICE),
                literal(DeliveryState.PLANNED.value),
                _due_at(now, due_at),
                literal_column("0"),
            )
            .join(accounts, accounts.c.worker_id == workers.c.id)
            .where(gets(notice, now))
            .order_by(SHUFFLED)
        )
        columns = ["notice_id", "worker_id", "kind", "state", "due_at", "attempts"]
        planned = await self._transaction.execute(
            self._transaction.insert(deliveries)
            .from_select(columns, people, include_defaults=False)
            .on_conflict_do_nothing(
                index_elements=[deliveries.c.worker_id, deliveries.c.notice_id],
                index_where=DELIVERY_HAS_NOTICE,
            )
        )
        await add_to_tallies(
            self._transaction, {notice.id: Counter({DeliveryState.PLANNED.value: planned.rowcount})}
        )
        return planned.rowcount

    async def tally(self, notice_id: NoticeId) -> Tally:
        return await read_tally(self._transaction, notice_id)

    async def list_mine(self, worker_id: WorkerId, limit: int) -> Sequence[tuple[Delivery, Notice]]:
        rows = await self._transaction.execute(
            deliveries_with_worker()
            .add_columns(*notices.c)
            .join(notices, notices.c.id == deliveries.c.notice_id)
            .where(deliveries.c.worker_id == worker_id, DELIVERY_HAS_NOTICE, is_in(DeliveryState.SENT))
            .order_by(deliveries.c.sent_at.desc(), deliveries.c.id.desc())
            .limit(limit)
        )
        return [(delivery_from(row), notice_from(row)) for row in rows.mappings()]


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.count(case((condition, 1), else_=null()))


def _due_at(now: datetime, due_at: Mapping[Clockwork, datetime]) -> ColumnElement[Any]:
    """When a worker's delivery is due by her clock; now, if hers is none of them.

    One branch for each time zone and moment, and so few of them, however many quiet hours people have.
    """
    hours: dict[tuple[str, datetime], list[int]] = defaultdict(list)
    for clock, due in due_at.items():
        if due != now:
            hours[clock.time_zone, due].append(clock.quiet_from * 24 + clock.quiet_until)
    hers = workers.c.quiet_from * 24 + workers.c.quiet_until
    branches = [
        (and_(workers.c.time_zone == time_zone, hers.in_(sorted(quiet))), literal(due, Moment))
        for (time_zone, due), quiet in hours.items()
    ]
    return case(*branches, (true(), literal(now, Moment)))
