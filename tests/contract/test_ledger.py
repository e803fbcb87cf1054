"""The books: balanced, append-only, each event once, on every engine and even for raw SQL."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.repositories.ledger import SHARDS
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import ProjectId, WorkerId
from tasks.model.ledger import Bucket, Entry, EntryKind, Posting, order_account, worker_account
from tasks.model.money import Money
from tests.builders import NOON

ANNA, BERTA = WorkerId(1), WorkerId(2)
TODAY = date(2026, 3, 2)
ORDER = order_account(ProjectId(1))


def an_entry(
    key: str, micros: int = 50_000, *, worker: WorkerId = ANNA, day: date = TODAY, currency: str = "CNY"
) -> Entry:
    hers = Posting(worker_account(worker, Bucket.PENDING), Money(micros, currency))
    return Entry(key, EntryKind.ANSWER, NOON, day, (Posting(ORDER, Money(-micros, currency)), hers))


async def book(store: SqlStore, *entries: Entry) -> None:
    async with store.write() as work:
        await work.ledger.add(entries)
        await work.commit()


async def run(store: SqlStore, *statements: str) -> None:
    async with store.database.write() as transaction:
        for statement in statements:
            await transaction.execute(text(statement))
        await transaction.commit()


@pytest.fixture
async def booked(store: SqlStore) -> SqlStore:
    await book(store, an_entry("answer:1"))
    return store


async def test_an_entry_is_found_as_it_was_booked(booked: SqlStore) -> None:
    async with booked.read() as work:
        assert await work.ledger.find_entry("answer:1") == an_entry("answer:1")
        assert await work.ledger.find_entry("answer:2") is None


async def test_a_key_is_booked_once(booked: SqlStore) -> None:
    with pytest.raises(IntegrityError):
        await book(booked, an_entry("answer:1"))
    async with booked.read() as work:
        assert (await work.ledger.earned_on({ANNA: TODAY}, "CNY"))[ANNA] == Money(50_000, "CNY")


async def test_an_entry_that_moves_nothing_is_refused(store: SqlStore) -> None:
    with pytest.raises(IntegrityError):
        await book(store, an_entry("answer:1", 0))


POSTINGS = "INSERT INTO postings (entry_key, leg, account, currency, micros, day, shard) VALUES"
SEAL = "INSERT INTO entries (key, kind, booked_at, day) VALUES ('x', 'answer', 1, '2026-03-02')"


def leg(number: int, micros: int, *, currency: str = "CNY", day: date = TODAY, key: str = "x") -> str:
    return f"{POSTINGS} ('{key}', {number}, 'a', '{currency}', {micros}, '{day}', 0)"


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([SEAL], id="no postings"),
        pytest.param([leg(0, 5), SEAL], id="one leg"),
        pytest.param([leg(0, 5), leg(1, -5, currency="USD"), SEAL], id="balanced only over currencies"),
        pytest.param([leg(0, 5), leg(1, -5, day=date(2026, 3, 1)), SEAL], id="on two days"),
        pytest.param([leg(0, 5), leg(1, -5)], id="never sealed"),
        pytest.param([leg(7, 5, key="answer:1")], id="added to a sealed entry"),
        pytest.param(
            [f"{leg(0, 5)}, ('answer:1', 7, 'a', 'CNY', -5, '{TODAY}', 0)"],
            id="one of two added to a sealed entry",
        ),
        pytest.param(
            [leg(0, 5), leg(1, -5), f"{SEAL}, ('y', 'answer', 1, '{TODAY}')"], id="one of two has no postings"
        ),
        pytest.param(
            [leg(0, 5), leg(1, -5), leg(0, 5, key="y"), f"{SEAL}, ('y', 'answer', 1, '{TODAY}')"],
            id="one of two is not balanced",
        ),
        pytest.param(["UPDATE postings SET micros = 2 * micros"], id="postings changed"),
        pytest.param(["DELETE FROM postings"], id="postings deleted"),
        pytest.param(["UPDATE entries SET kind = 'undo'"], id="entries changed"),
        pytest.param(["DELETE FROM entries"], id="entries deleted"),
    ],
)
async def test_the_database_itself_refuses(booked: SqlStore, statements: list[str]) -> None:
    with pytest.raises(DBAPIError) as caught:
        await run(booked, *statements)
    assert isinstance(caught.value, IntegrityError)
    assert await totals(booked) == {worker_account(ANNA, Bucket.PENDING): 50_000, ORDER: -50_000}


async def test_a_day_is_the_sum_over_all_her_buckets(store: SqlStore) -> None:
    approval = Entry(
        "approve:1",
        EntryKind.ANSWER,
        NOON,
        TODAY,
        (
            Posting(worker_account(ANNA, Bucket.PENDING), Money(-50_000, "CNY")),
            Posting(worker_account(ANNA, Bucket.APPROVED), Money(50_000, "CNY")),
        ),
    )
    yesterday = TODAY - timedelta(days=1)
    await book(
        store,
        an_entry("answer:1"),
        an_entry("answer:2", 70_000),
        an_entry("answer:3", 10_000, day=yesterday),
        an_entry("answer:4", 90_000, currency="USD"),
        an_entry("answer:5", 30_000, worker=BERTA, day=yesterday),
    )
    await book(store, approval)
    async with store.read() as work:
        earned = await work.ledger.earned_on({ANNA: TODAY, BERTA: yesterday, WorkerId(3): TODAY}, "CNY")
        assert {worker: money.micros for worker, money in earned.items()} == {1: 120_000, 2: 30_000, 3: 0}
        assert await work.ledger.days(ANNA, yesterday) == {
            "CNY": {yesterday: Money(10_000, "CNY"), TODAY: Money(120_000, "CNY")},
            "USD": {TODAY: Money(90_000, "USD")},
        }
        assert await work.ledger.days(ANNA, TODAY) == {
            "CNY": {TODAY: Money(120_000, "CNY")},
            "USD": {TODAY: Money(90_000, "USD")},
        }
        buckets = (await work.ledger.balances(ANNA))["CNY"]
        assert {bucket: money.micros for bucket, money in buckets.items()} == {
            Bucket.PENDING: 80_000,
            Bucket.APPROVED: 50_000,
            Bucket.IN_PAYOUT: 0,
            Bucket.PAID: 0,
        }
        assert await work.ledger.balances(WorkerId(3)) == {}


async def test_an_undone_day_is_no_day(store: SqlStore) -> None:
    await book(store, an_entry("answer:1"), an_entry("undo:1", -50_000))
    async with store.read() as work:
        assert await work.ledger.days(ANNA, TODAY) == {}
        assert (await work.ledger.earned_on({ANNA: TODAY}, "CNY"))[ANNA] == Money.zero("CNY")


async def test_an_order_lies_in_many_rows_and_a_worker_in_one(store: SqlStore) -> None:
    for number in range(200):
        await book(store, an_entry(f"answer:{number}"))
    async with store.database.read() as transaction:
        rows = await transaction.execute(text("SELECT account, count(*) FROM balances GROUP BY account"))
        assert dict(rows.all()) == {ORDER: SHARDS, worker_account(ANNA, Bucket.PENDING): 1}
    assert (await totals(store))[ORDER] == -200 * 50_000


async def test_who_adds_to_an_entry_that_is_just_booked_waits_and_is_refused(
    postgresql_store: SqlStore,
) -> None:
    async with postgresql_store.database.write() as first:
        await first.execute(text(leg(0, 5)))
        second = asyncio.create_task(run(postgresql_store, leg(7, 5)))
        assert not (await asyncio.wait([second], timeout=0.5))[0]
        for statement in (leg(1, -5), SEAL):
            await first.execute(text(statement))
        await first.commit()
    with pytest.raises(IntegrityError, match="sealed"):
        await second


async def test_those_who_book_on_one_order_hardly_ever_wait_for_each_other(
    postgresql_store: SqlStore,
) -> None:
    batches = [
        [an_entry(f"answer:{batch}:{one}", worker=WorkerId(100 * batch + one)) for one in range(16)]
        for batch in range(1, 9)
    ]
    waited = 0
    async with postgresql_store.write() as first:
        await first.ledger.add(batches[0])
        for batch in batches[1:]:
            try:
                await asyncio.wait_for(book(postgresql_store, *batch), 10)
            except TimeoutError:
                waited += 1
        await first.commit()
    assert waited <= 1
    assert (await totals(postgresql_store))[ORDER] == -50_000 * 16 * (8 - waited)


async def totals(store: SqlStore) -> dict[str, Any]:
    async with store.database.read() as transaction:
        rows = await transaction.execute(text("SELECT account, sum(micros) FROM balances GROUP BY account"))
        return {account: int(micros) for account, micros in rows}
