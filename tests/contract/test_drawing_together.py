"""Several workers draw in one transaction: each gets a task of her own, and nobody more than there is."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage.tables import leases
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import TaskId, WorkerId
from tasks.ports import ROUND, Asker, Bucket, Drawn, Place
from tasks.quality.selection import Reach
from tests.builders import some_terms
from tests.contract.programme import Programme, a_programme


async def a_fed_programme(store: SqlStore, *, tasks: int, workers: int, quota: int) -> Programme:
    programme = await a_programme(store, tasks=tasks, workers=workers, quota=quota)
    async with store.write() as work:
        await work.frontier.feed(programme.project, need=quota, rows=100)
        await work.commit()
    return programme


async def draw(
    programme: Programme,
    workers: Sequence[int],
    *,
    start: int = 0,
    rows: int = 256,
    previous: Mapping[WorkerId, Drawn] = MappingProxyType({}),
) -> Mapping[WorkerId, Drawn]:
    project, ids = programme.project, [programme.workers[one].id for one in workers]
    askers = [Asker(one, previous[one].lease_id if one in previous else None) for one in ids]
    async with programme.store.write() as work:
        drawn = await work.frontier.draw(
            project, some_terms(project), askers, Reach.USUAL.buckets, start=start, rows=rows
        )
        await work.commit()
    return drawn


async def lent(programme: Programme) -> list[tuple[WorkerId, TaskId]]:
    """Who was lent what, as the database has it."""
    async with programme.store.database.read() as transaction:
        rows = await transaction.execute(select(leases.c.worker_id, leases.c.task_id))
        return [(WorkerId(row.worker_id), TaskId(row.task_id)) for row in rows]


async def test_each_gets_a_task_of_her_own_and_none_twice(store: SqlStore) -> None:
    programme = await a_fed_programme(store, tasks=12, workers=4, quota=2)
    everybody = range(4)
    drawn: Mapping[WorkerId, Drawn] = {}
    for number in range(3):
        before = drawn
        drawn = await draw(programme, everybody, start=ROUND * number // 3, previous=before)
        assert drawn.keys() == {worker.id for worker in programme.workers}
        assert len({one.task_id for one in drawn.values()}) == 4
        for worker, one in drawn.items():
            lease = await programme.lease(one.lease_id)
            assert (lease.worker_id, lease.task_id) == (worker, one.task_id)
            assert lease.previous_id == (before[worker].lease_id if before else None)
    pairs = await lent(programme)
    assert len(pairs) == len(set(pairs)) == 12
    assert await draw(programme, []) == {}


async def test_there_is_no_more_than_there_is(store: SqlStore) -> None:
    programme = await a_fed_programme(store, tasks=3, workers=5, quota=1)
    assert len(await draw(programme, range(5))) == 3
    assert await draw(programme, range(5)) == {}
    assert sorted(Counter(task for _, task in await lent(programme)).values()) == [1, 1, 1]


async def test_who_finds_the_first_bucket_empty_gets_of_the_next(store: SqlStore) -> None:
    programme = await a_fed_programme(store, tasks=6, workers=4, quota=3)
    started = programme.task_ids[:4]
    async with store.write() as work:
        await work.frontier.set_places({task: Place(Bucket.STARTED, 1) for task in started})
        await work.commit()
    drawn = await draw(programme, range(4))
    assert Counter(one.bucket for one in drawn.values()) == {Bucket.FRESH: 2, Bucket.STARTED: 2}


async def test_what_was_undone_may_be_drawn_again(store: SqlStore) -> None:
    programme = await a_fed_programme(store, tasks=2, workers=2, quota=3)
    first = await draw(programme, range(2))
    async with store.write() as work:
        await work.leases.set_undone(first[programme.workers[0].id].lease_id)
        await work.commit()
    for worker, left in ((0, 2), (1, 1)):
        again = [await draw(programme, [worker]) for _ in range(3)]
        assert [len(drawn) for drawn in again] == [1] * left + [0] * (3 - left)


async def test_racing_batches_never_exceed_the_quota(store: SqlStore) -> None:
    programme = await a_fed_programme(store, tasks=5, workers=12, quota=3)
    batches = [range(number, number + 4) for number in (0, 4, 8)] * 4

    async def draws(number: int, batch: range) -> Mapping[WorkerId, Drawn]:
        # Of somebody who is in two batches at once the index may refuse one: all of it is as if never asked.
        with contextlib.suppress(IntegrityError):
            return await draw(programme, batch, start=ROUND * number // 12)
        return {}

    drawn = await asyncio.gather(*(draws(number, batch) for number, batch in enumerate(batches)))
    pairs = await lent(programme)
    assert pairs
    assert sum(len(one) for one in drawn) == len(pairs) == len(set(pairs))
    held = Counter(task for _, task in pairs)
    assert max(held.values()) <= 3
    for number, task in enumerate(programme.task_ids):
        assert (await programme.task(number)).taken == held[task]


# SQLite lets nobody else write meanwhile.
@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_another_holds_is_passed_over(store: SqlStore) -> None:
    programme = await a_fed_programme(store, tasks=4, workers=2, quota=1)
    async with store.write() as work:
        held = programme.task_ids[:2]
        await work.tasks.lock_all(held)
        drawn = await asyncio.wait_for(draw(programme, range(2)), 30)
        assert not {one.task_id for one in drawn.values()} & set(held)
