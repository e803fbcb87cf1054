"""The frontier: what is drawn, what comes in, what goes out, and what comes back."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from storage.tables import frontier, golds, leases, tasks
from storage.unit_of_work import SqlStore
from tasks.model.project import AnswerRules
from tasks.model.work import TaskStatus
from tasks.ports import ROUND, Asker, Bucket, Drawn, Place, TallyChange
from tasks.quality.selection import Reach
from tests.builders import a_new_lease, a_new_task, some_terms
from tests.contract.programme import Programme, a_programme, list_task_ids


async def feed(programme: Programme, rows: int = 1000) -> int:
    async with programme.store.write() as work:
        fed = await work.frontier.feed(programme.project, need=programme.project.rules.max, rows=rows)
        await work.commit()
    return fed


async def mend(programme: Programme, rows: int = 1000) -> int:
    async with programme.store.write() as work:
        mended = await work.frontier.mend(programme.project, need=programme.project.rules.max, rows=rows)
        await work.commit()
    return mended


async def draw(
    programme: Programme, worker: int = 0, *, start: int = 0, order: Sequence[Bucket] = Reach.USUAL.buckets
) -> Drawn | None:
    project, asker = programme.project, Asker(programme.workers[worker].id, None)
    async with programme.store.write() as work:
        drawn = await work.frontier.draw(project, some_terms(project), [asker], order, start=start, rows=64)
        await work.commit()
    return drawn.get(asker.worker_id)


async def tell(programme: Programme, number: int, **change: object) -> None:
    async with programme.store.write() as work:
        await work.tasks.lock(programme.task_ids[number])
        await work.tasks.add_to_tallies({programme.task_ids[number]: TallyChange(**change)})
        await work.commit()


async def in_play(programme: Programme) -> dict[int, tuple[Bucket, int]]:
    """Bucket and need of each task in play, by its number."""
    async with programme.store.database.read() as transaction:
        rows = await transaction.execute(select(frontier.c.task_id, frontier.c.bucket, frontier.c.need))
        number = {task_id: number for number, task_id in enumerate(programme.task_ids)}
        return {number[row.task_id]: (Bucket(row.bucket), row.need) for row in rows}


async def test_tasks_are_fed_in_the_order_of_import_and_later_ones_follow(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=5, quota=2)
    assert await draw(programme) is None
    assert await feed(programme, rows=3) == 3
    assert await in_play(programme) == dict.fromkeys(range(3), (Bucket.FRESH, 2))
    assert [await feed(programme, rows=3), await feed(programme)] == [2, 0]
    async with store.write() as work:
        await work.tasks.upsert(programme.project, [a_new_task("t1"), a_new_task("new")])
        await work.commit()
    later = replace(programme, task_ids=await list_task_ids(store, programme.project))
    assert await feed(later) == 1
    assert (await in_play(later))[5] == (Bucket.FRESH, 2)


async def test_gold_and_what_is_over_are_not_fed(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=6, quota=2)
    await tell(programme, 1, status=TaskStatus.WITHDRAWN)
    await tell(programme, 2, taken=2, answers=2, status=TaskStatus.CLOSED)
    await tell(programme, 3, taken=1, answers=1)
    async with store.database.write() as transaction:
        gold = {"task_id": programme.task_ids[4], "project_id": programme.project.id, "choice": "cat"}
        state = {"role": "silent", "state": "live", "origin": "client", "shown": 0, "contradicted": 0}
        await transaction.execute(golds.insert().values(**gold, **state, state_seen=True))
        await transaction.commit()
    assert await feed(programme) == 3
    assert await in_play(programme) == {
        0: (Bucket.FRESH, 2),
        3: (Bucket.STARTED, 1),
        5: (Bucket.FRESH, 2),
    }


async def test_drawn_to_the_last_place_and_never_twice_by_one(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=4, quota=2)
    await feed(programme)
    for worker in (0, 1):
        drawn = [await draw(programme, worker, start=ROUND // 2) for _ in range(5)]
        assert {one.task_id for one in drawn if one} == set(programme.task_ids)
        assert drawn[4] is None
    assert await in_play(programme) == {}
    assert await draw(programme, 2) is None
    assert [(await programme.task(number)).taken for number in range(4)] == [2] * 4


async def test_the_lease_of_a_draw_is_on_its_terms(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=1)
    await feed(programme)
    drawn = await draw(programme)
    assert drawn is not None
    lease = await programme.lease(drawn.lease_id)
    terms = a_new_lease(programme.workers[0].id, programme.task_ids[0], programme.project)
    assert (lease.task_id, lease.worker_id, lease.price) == (terms.task_id, terms.worker_id, terms.price)
    assert (lease.shown_at, lease.ends_at, lease.purpose) == (terms.shown_at, terms.ends_at, terms.purpose)


async def test_buckets_come_in_the_order_asked_for(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=4, quota=9)
    await feed(programme)
    places = {programme.task_ids[number]: Place(Bucket(number), 5) for number in range(4)}
    async with store.write() as work:
        await work.frontier.set_places(places)
        await work.commit()
    for worker, order in ((0, Reach.USUAL.buckets), (1, Reach.ABLE.buckets)):
        drawn = [await draw(programme, worker, order=order) for _ in range(4)]
        assert [one.bucket for one in drawn if one] == list(order)


async def test_taken_are_those_with_a_place(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=4, quota=2)
    await feed(programme)
    first, full, broken, drained = programme.task_ids
    await tell(programme, 1, taken=2)
    await tell(programme, 2, status=TaskStatus.BROKEN)
    async with store.write() as work:
        await work.frontier.set_places({drained: Place(Bucket.STARTED, 0)})
        new = [a_new_lease(programme.workers[0].id, task, programme.project) for task in programme.task_ids]
        assert list(await work.frontier.take(programme.project, new)) == [first]
        assert await work.frontier.take(programme.project, []) == {}
        await work.commit()
    assert await in_play(programme) == {0: (Bucket.FRESH, 1)}
    assert full != broken


async def test_taken_are_those_that_she_never_had(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=1, quota=3)
    await feed(programme)
    assert await draw(programme) is not None
    before = await in_play(programme)
    again, hers = (
        a_new_lease(one.id, programme.task_ids[0], programme.project) for one in programme.workers[:2]
    )
    async with store.write() as work:
        assert await work.frontier.take(programme.project, [again]) == {}
        await work.commit()
    assert await in_play(programme) == before
    async with store.write() as work:
        assert list(await work.frontier.take(programme.project, [hers])) == [programme.task_ids[0]]
        await work.commit()


async def test_places_follow_the_tallies(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=3, quota=2)
    await feed(programme)
    await draw(programme, 0)
    await draw(programme, 0)
    await draw(programme, 0)
    await draw(programme, 1)
    await draw(programme, 1)
    await draw(programme, 1)
    assert await in_play(programme) == {}
    await tell(programme, 0, answers=1)
    await tell(programme, 0, taken=-1)
    await tell(programme, 1, taken=-1)
    await tell(programme, 1, taken=-1)
    assert await in_play(programme) == {0: (Bucket.STARTED, 1), 1: (Bucket.FRESH, 2)}
    await tell(programme, 1, answers=1)
    await tell(programme, 1, taken=1, answers=1)
    assert await in_play(programme) == {0: (Bucket.STARTED, 1), 1: (Bucket.STARTED, 1)}
    await tell(programme, 0, taken=1)
    assert await in_play(programme) == {1: (Bucket.STARTED, 1)}
    await tell(programme, 1, status=TaskStatus.BROKEN)
    assert await in_play(programme) == {}
    await tell(programme, 1, status=TaskStatus.OPEN)
    assert await in_play(programme) == {1: (Bucket.DOUBTFUL, 1)}


async def test_set_places_are_absolute_and_for_open_tasks_only(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=3)
    await tell(programme, 2, status=TaskStatus.WITHDRAWN)
    async with store.write() as work:
        await work.frontier.set_places({task: Place(Bucket.DOUBTFUL, 2) for task in programme.task_ids})
        await work.frontier.set_places(
            {programme.task_ids[0]: Place(Bucket.AUDIT, 1), programme.task_ids[1]: Place(Bucket.FRESH, 0)}
        )
        await work.frontier.set_places({})
        await work.frontier.remove([])
        await work.commit()
    assert await in_play(programme) == {0: (Bucket.AUDIT, 1)}
    async with store.write() as work:
        await work.frontier.remove(programme.task_ids)
        await work.commit()
    assert await in_play(programme) == {}


@pytest.mark.parametrize("status", [TaskStatus.WITHDRAWN, TaskStatus.BROKEN, TaskStatus.CLOSED])
async def test_what_is_over_is_not_lent_whatever_is_in_play(store: SqlStore, status: TaskStatus) -> None:
    programme = await a_programme(store, tasks=1)
    await feed(programme)
    async with store.database.write() as transaction:
        await transaction.execute(update(tasks).values(status=status))
        await transaction.commit()
    assert await draw(programme) is None
    async with store.write() as work:
        new = a_new_lease(programme.workers[0].id, programme.task_ids[0], programme.project)
        assert await work.frontier.take(programme.project, [new]) == {}
        assert not await work.frontier.has_work(
            programme.project, programme.workers[0].id, Reach.USUAL.buckets, start=0, rows=9
        )


async def test_a_search_finds_what_she_never_had(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=40)
    anna = programme.workers[0].id
    await feed(programme)
    for number in range(40):
        if number not in {13, 31}:
            await programme.lend(0, number)
    async with store.write() as work:
        await work.frontier.set_places({task: Place(Bucket.STARTED, 1) for task in programme.task_ids[::3]})
        everything = await work.frontier.list_unseen(programme.project, anna, rows=40)
        some = await work.frontier.list_unseen(programme.project, anna, rows=5)
        found = await work.frontier.list_all_unseen(programme.project, anna, limit=64)
        first = await work.frontier.list_all_unseen(programme.project, anna, limit=1)
    unseen = {programme.task_ids[13], programme.task_ids[31]}
    assert {one.task_id for one in everything.unseen} == {one.task_id for one in found} == unseen
    assert (everything.is_all, some.is_all, len(first)) == (True, False, 1)


async def test_what_is_missing_is_mended(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=5, quota=2)
    await feed(programme)
    await draw(programme)
    async with store.database.write() as transaction:
        held = (await transaction.execute(select(leases.c.task_id))).scalar_one()
        await transaction.execute(delete(frontier))
        await transaction.commit()
    mended = [await mend(programme, rows=2) for _ in range(4)]
    assert sum(mended) == 4
    assert await mend(programme, rows=2) == 0
    assert set(await in_play(programme)) == set(range(5)) - {programme.task_ids.index(held)}


async def test_a_new_quota_changes_what_may_be_lent(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=3, quota=3)
    await feed(programme)
    await tell(programme, 0, taken=2, answers=2)
    await tell(programme, 1, taken=3, answers=3, status=TaskStatus.CLOSED)
    for quota, expected in (
        (2, {2: (Bucket.FRESH, 2)}),
        (4, {0: (Bucket.DOUBTFUL, 2), 1: (Bucket.DOUBTFUL, 1), 2: (Bucket.FRESH, 2)}),
    ):
        async with store.write() as work:
            changed = replace(programme.project, rules=AnswerRules(1, quota, 0.9))
            await work.tasks.apply_quota(changed)
            await work.commit()
        assert await in_play(programme) == expected


async def test_a_crowd_of_started_tasks_is_noticed(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=300)
    await feed(programme)
    async with store.write() as work:
        assert not await work.frontier.is_crowded(programme.project, start=7, rows=100)
        await work.frontier.set_places({task: Place(Bucket.STARTED, 1) for task in programme.task_ids})
        for start in (0, ROUND // 3, ROUND - 1):
            assert await work.frontier.is_crowded(programme.project, start=start, rows=150)
            assert not await work.frontier.is_crowded(programme.project, start=start, rows=600)


async def test_racing_draws_never_exceed_the_quota(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=3, workers=12, quota=3)
    await feed(programme)

    async def draw_all(worker: int) -> int:
        return sum([await draw(programme, worker, start=worker * 99) is not None for _ in range(4)])

    drawn = await asyncio.gather(*(draw_all(worker) for worker in range(12)))
    left = await in_play(programme)
    taken = [(await programme.task(number)).taken for number in range(3)]
    assert sum(drawn) == sum(taken)
    assert [count + left.get(number, (0, 0))[1] for number, count in enumerate(taken)] == [3, 3, 3]


# SQLite lets nobody else write meanwhile.
@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_task_that_another_holds_is_passed_over(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=2)
    await feed(programme)
    async with store.write() as work:
        await work.tasks.lock(programme.task_ids[0])
        drawn = await draw(programme)
        assert drawn is not None
        assert drawn.task_id == programme.task_ids[1]
        assert await draw(programme) is None


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_while_one_feeds_nobody_waits(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=2)
    await feed(programme, rows=1)
    async with store.write() as work:
        assert await work.frontier.feed(programme.project, need=2, rows=1) == 1
        assert await feed(programme) == 0
        await work.commit()
