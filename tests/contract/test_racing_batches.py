"""Batches of presses that race over the same tasks and accounts: nobody waits in a circle."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from storage.engine import Database, PostgresDatabase, SqliteDatabase
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import LeaseId
from tasks.model.ledger import Bucket, Entry, EntryKind, Posting, answer_key, order_account, worker_account
from tasks.model.work import LeaseState
from tasks.ports import Asker, Pressed, TallyChange, UnitOfWork
from tasks.quality.selection import Reach
from tests.builders import NOON, a_new_lease, an_answer, some_terms
from tests.contract.programme import Programme, a_programme

STATEMENTS_MAX = {"sqlite": 15, "postgresql": 12}
"""SQLite has no network between, and changes one table a statement."""


async def answer_batch(programme: Programme, work: UnitOfWork, lease_ids: Sequence[LeaseId]) -> None:
    """Answers the open ones of these leases and lends each worker the next task: the hot path's calls."""
    pressed = await work.leases.lock_pressed(lease_ids)
    open_ones = [press for press in pressed.values() if press.lease.state is LeaseState.OPEN]
    await work.leases.set_answers({press.lease.id: an_answer() for press in open_ones})
    await work.ledger.add([earning(press) for press in open_ones])
    changes: dict[Any, TallyChange] = {}
    for press in open_ones:
        before = changes.get(press.task.id, TallyChange())
        changes[press.task.id] = TallyChange(answers=before.answers + 1)
    await work.tasks.add_to_tallies(changes)
    workers = {press.lease.worker_id: press for press in open_ones if press.other_open is None}
    project, askers = programme.project, [Asker(worker, None) for worker in workers]
    await work.frontier.draw(project, some_terms(project), askers, Reach.USUAL.buckets, start=0, rows=40)
    await work.ledger.earned_on(dict.fromkeys(workers, NOON.date()), "CNY")
    await work.commit()


def earning(press: Pressed) -> Entry:
    lease = press.lease
    postings = (
        Posting(order_account(lease.project_id), -lease.price),
        Posting(worker_account(lease.worker_id, Bucket.PENDING), lease.price),
    )
    return Entry(answer_key(lease.id), EntryKind.ANSWER, NOON, NOON.date(), postings)


async def first_leases(programme: Programme) -> Sequence[LeaseId]:
    leases: list[LeaseId] = []
    async with programme.store.write() as work:
        await work.frontier.feed(programme.project, need=5, rows=100)
        for number, worker in enumerate(programme.workers):
            for task in (number, number + 1):
                new = a_new_lease(worker.id, programme.task_ids[task], programme.project)
                leases += (await work.frontier.take(programme.project, [new])).values()
        await work.commit()
    return leases


async def test_racing_batches_neither_deadlock_nor_pay_twice(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=40, workers=12, quota=5)
    lease_ids = await first_leases(programme)

    async def batch(seed: int) -> None:
        mine = random.Random(seed).sample(lease_ids, 8)
        async with store.write() as work:
            await answer_batch(programme, work, mine)

    async def look_for_work(seed: int) -> None:
        worker = programme.workers[seed % len(programme.workers)]
        async with store.write() as work:
            await work.leases.find_open(worker.id, programme.project.id)
            await work.leases.find_ended(worker.id, programme.project)
            await work.commit()

    for round_ in range(5):
        batches = [batch(round_ * 100 + number) for number in range(12)]
        await asyncio.gather(*batches, *(look_for_work(round_ + number) for number in range(6)))
    async with store.database.read() as transaction:
        answered = await transaction.execute(text("SELECT count(*) FROM leases WHERE state = 'answered'"))
        booked = await transaction.execute(text("SELECT count(*) FROM entries"))
        assert answered.scalar_one() == booked.scalar_one() > 20
        over = await transaction.execute(
            text(
                "SELECT count(*) FROM tasks WHERE taken > 5 OR taken <>"
                " (SELECT count(*) FROM leases WHERE task_id = tasks.id AND state IN ('open', 'answered'))"
            )
        )
        assert over.scalar_one() == 0


async def test_a_batch_of_twenty_presses_is_few_statements(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=60, workers=20, quota=5)
    async with store.write() as work:
        lease_ids = await work.leases.add(
            [
                a_new_lease(worker.id, task_id, programme.project)
                for worker, task_id in zip(programme.workers, programme.task_ids, strict=False)
            ]
        )
        await work.commit()
    async with store.write() as work:
        await work.frontier.feed(programme.project, need=5, rows=100)
        await work.commit()
    async with counted(store.database) as statements, store.write() as work:
        await answer_batch(programme, work, lease_ids)
    allowed = STATEMENTS_MAX["sqlite" if isinstance(store.database, SqliteDatabase) else "postgresql"]
    assert len(statements) <= allowed, "\n".join(statements)


@asynccontextmanager
async def counted(database: Database) -> AsyncIterator[list[str]]:
    """What is sent to the database during the block, its beginning and its commit aside."""
    engine: Engine
    if isinstance(database, SqliteDatabase):
        engine = database.writer.sync_engine
    else:
        assert isinstance(database, PostgresDatabase)
        engine = database.engine.sync_engine
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)
