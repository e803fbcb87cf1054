"""What a sender asks again and again stays quick, however many deliveries there are."""

from collections.abc import Awaitable, Callable

from sqlalchemy import text

from storage.engine import PostgresDatabase
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import NoticeId, WorkerId
from tasks.model.notice import DeliveryState, Notice
from tasks.ports import Change, UnitOfWork
from tests.builders import NOON, a_notice, an_account
from tests.contract.county import a_written_notice, plan
from tests.contract.query_plans import plan_of

PEOPLE = 100_000
NUMBERS = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {PEOPLE})"
WORKERS = f"""
    INSERT INTO workers (language, status, time_zone, created_at, status_at)
    {NUMBERS} SELECT 'zh', 'active', 'UTC', 0, 0 FROM numbers
"""
ACCOUNTS = """
    INSERT INTO accounts (channel, external_id, worker_id, reachable, reachable_at)
    SELECT 'telegram', CAST(id AS VARCHAR), id, true, 0 FROM workers
"""

Question = Callable[[Notice, UnitOfWork], Awaitable[object]]
QUESTIONS: dict[str, tuple[str, Question]] = {
    "due": ("ix_deliveries_next", lambda n, work: work.deliveries.lock_due(n.id, NOON, 50)),
    "own": ("ix_deliveries_next", lambda _, work: work.deliveries.lock_due(None, NOON, 50)),
    "some": ("ix_deliveries_next", lambda n, w: w.deliveries.has_due(n.id, NOON, DeliveryState.PLANNED)),
    "listed": ("ix_deliveries_next", lambda n, w: w.deliveries.list_in(n.id, DeliveryState.PLANNED, 50)),
    "stale": ("ix_deliveries_sending", lambda _, work: work.deliveries.lock_stale(NOON, NOON, 50)),
    "back": ("ix_deliveries_next", lambda _, work: work.deliveries.hasten(an_account("7"), NOON, until=NOON)),
    "hers": ("uq_deliveries_worker_id_notice_id", lambda _, work: work.notices.list_mine(WorkerId(7), 5)),
}
SORTS_FEW = {"stale", "hers"}


async def test_questions_go_along_their_index(store: SqlStore) -> None:
    notice = await a_crowd_with_a_notice(store)
    async with store.write() as work:
        due = await work.deliveries.lock_due(notice.id, NOON, 3)
        states = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)
        changes = [Change(one.delivery.id, state, at=NOON) for one, state in zip(due, states, strict=True)]
        await work.deliveries.change(changes)
        await work.deliveries.add(WorkerId(7), kind="hint", facts={}, key="hint:7", due_at=NOON)
        await work.commit()
    await analyze(store)
    for name, (index, question) in QUESTIONS.items():
        found = await plan_of(store, lambda work, question=question: question(notice, work), may_scan=True)
        assert index in found, (name, found)
        for table in ("deliveries", "workers", "accounts"):
            assert f"Seq Scan on {table}" not in found, (name, found)
            assert f"SCAN {table}" not in found.replace(f"SCAN {table} USING INDEX {index}", ""), (
                name,
                found,
            )
        if name not in SORTS_FEW:
            assert "Sort" not in found, (name, found)
            assert "TEMP B-TREE" not in found, (name, found)


async def a_crowd_with_a_notice(store: SqlStore) -> Notice:
    async with store.database.write() as transaction:
        await transaction.execute(text(WORKERS))
        await transaction.execute(text(ACCOUNTS))
        await transaction.commit()
    async with store.write() as work:
        for _ in range(300):
            await work.notices.add(a_notice())
        await work.commit()
    notice = await a_written_notice(store)
    assert await plan(store, notice) == PEOPLE
    async with store.read() as work:
        assert (await work.notices.tally(notice.id)).left == PEOPLE
    return notice


async def analyze(store: SqlStore) -> None:
    """Counts, as PostgreSQL does by itself after a while; SQLite plans without."""
    if isinstance(store.database, PostgresDatabase):
        async with store.database.write() as transaction:
            await transaction.execute(text("ANALYZE"))
            await transaction.commit()


async def test_many_are_reported_page_by_page(store: SqlStore) -> None:
    notice = await a_crowd_with_a_notice(store)
    async with store.read() as work:
        ids = [row.delivery_id async for row in work.deliveries.stream(notice.id)]
        assert [row async for row in work.deliveries.stream(NoticeId(notice.id + 1))] == []
    assert ids == sorted(set(ids))
    assert len(ids) == PEOPLE
