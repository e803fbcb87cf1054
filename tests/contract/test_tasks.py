"""Tasks: selected breadth first, and never taken more often than their quota allows."""

import asyncio
from dataclasses import replace

import pytest

from storage.unit_of_work import SqlStore
from tasks.model.project import AnswerRules
from tasks.model.work import TaskStatus
from tasks.ports import TallyChange
from tests.builders import NOON, a_new_task, a_project, an_image
from tests.contract.programme import Programme, a_programme

FIRST = (-1, 0)


async def take(programme: Programme, *numbers: int) -> set[int]:
    ids = [programme.task_ids[number] for number in numbers]
    async with programme.store.write() as work:
        got = await work.tasks.take(programme.project, ids)
        await work.commit()
    return {programme.task_ids.index(task_id) for task_id in got}


async def test_candidates_come_breadth_first_page_by_page(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=5, quota=2)
    await take(programme, 0, 2)
    await take(programme, 2)
    seen: list[int] = []
    after = FIRST
    async with store.read() as work:
        while page := await work.tasks.list_candidates(programme.project, after=after, limit=2):
            seen += [programme.task_ids.index(candidate.task_id) for candidate in page]
            after = (page[-1].taken, page[-1].position)
    assert seen == [1, 3, 4, 0]


async def test_unseen_is_the_first_candidate_she_never_had(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=3)
    anna = programme.workers[0].id
    await programme.lend(0, 0)
    undone = await programme.lend(0, 1)
    async with store.read() as work:
        found = await work.tasks.find_unseen(programme.project, anna, after=FIRST)
        assert found is not None
        assert found.task_id == programme.task_ids[2]
        assert found.image_id == an_image("t2")
        after = (found.taken, found.position)
        assert await work.tasks.find_unseen(programme.project, anna, after=after) is None
    async with store.write() as work:
        await work.leases.set_undone(undone)
        found = await work.tasks.find_unseen(programme.project, anna, after=FIRST)
    assert found is not None
    assert found.task_id == programme.task_ids[1]


async def test_take_gives_what_is_free(store: SqlStore) -> None:
    programme = await a_programme(store, quota=2)
    assert await take(programme, 0, 1, 2) == {0, 1, 2}
    assert await take(programme, 0) == {0}
    async with store.write() as work:
        await work.tasks.add_to_tallies({programme.task_ids[1]: TallyChange(status=TaskStatus.CLOSED)})
        await work.commit()
    assert await take(programme, 0, 1, 2) == {2}
    assert await take(programme) == set()


async def test_racing_takers_never_exceed_the_quota(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=20, quota=3)

    async def take_until_full(number: int) -> int:
        places = 0
        for _ in range(4):
            places += len(await take(programme, number))
        return places

    for number in range(20):
        places = await asyncio.gather(*(take_until_full(number) for _ in range(12)))
        assert sum(places) == (await programme.task(number)).taken == 3


# SQLite lets nobody else write meanwhile.
@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_task_that_another_is_taking_is_passed_over(store: SqlStore) -> None:
    programme = await a_programme(store)
    async with store.write() as work:
        await work.tasks.lock(programme.task_ids[0])
        assert await take(programme, 0, 1) == {1}


async def test_tallies_add_up(store: SqlStore) -> None:
    programme = await a_programme(store)
    first, second = programme.task_ids[:2]
    async with store.write() as work:
        await work.tasks.add_to_tallies(
            {second: TallyChange(taken=2, answers=1), first: TallyChange(reports=2, status=TaskStatus.BROKEN)}
        )
        await work.tasks.add_to_tallies({second: TallyChange(taken=-1, cant_tells=1)})
        await work.tasks.add_to_tallies({})
        await work.commit()
    task = await programme.task(1)
    assert (task.taken, task.answers, task.cant_tells, task.status) == (1, 1, 1, TaskStatus.OPEN)
    async with store.read() as work:
        assert [task.id for task in await work.tasks.list_set_aside(10)] == [first]


async def test_an_unknown_task_is_a_lookup_error(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=1)
    async with store.write() as work:
        with pytest.raises(LookupError):
            await work.tasks.lock(type(programme.task_ids[0])(404))


async def test_importing_again_renews_and_adds_no_double(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=3)
    await take(programme, 1)
    again = [
        replace(a_new_task("t1", gold="dog", explanations={"en": "It barks."}), image_id=an_image("new")),
        a_new_task("t9"),
        a_new_task("t9", gold="cat"),
        a_new_task("t0"),
        a_new_task("t10"),
    ]
    async with store.write() as work:
        assert await work.tasks.upsert(programme.project, again) == 2
        await work.commit()
    renewed = await programme.task(1)
    assert (renewed.gold, renewed.image_id, renewed.taken) == ("dog", an_image("new"), 1)
    async with store.read() as work:
        candidates = await work.tasks.list_candidates(programme.project, after=FIRST, limit=10)
    assert [candidate.image_id for candidate in candidates] == [
        an_image("t0"),
        an_image("t2"),
        an_image("t9"),
        an_image("t10"),
        an_image("new"),
    ]


async def test_many_tasks_keep_their_order(store: SqlStore) -> None:
    async with store.write() as work:
        project = await work.projects.save(a_project(), NOON)
        assert await work.tasks.upsert(project, [a_new_task(f"t{n}") for n in range(2500)]) == 2500
        last = await work.tasks.list_candidates(project, after=(0, 2499), limit=10)
    assert [(candidate.position, candidate.image_id) for candidate in last] == [(2500, an_image("t2499"))]


async def test_a_new_quota_closes_and_opens(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=3, quota=3)
    async with store.write() as work:
        await work.tasks.add_to_tallies({programme.task_ids[0]: TallyChange(answers=2, taken=2)})
        await work.tasks.add_to_tallies(
            {programme.task_ids[1]: TallyChange(answers=3, taken=3, status=TaskStatus.CLOSED)}
        )
        await work.commit()
    for quota, statuses in ((2, ["closed", "closed", "open"]), (4, ["open", "open", "open"])):
        async with store.write() as work:
            await work.tasks.apply_quota(replace(programme.project, rules=AnswerRules(1, quota, 0.9)))
            await work.commit()
        assert [str((await programme.task(number)).status) for number in range(3)] == statuses
