"""Tasks and their tallies."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from storage.tables import tasks
from storage.unit_of_work import SqlStore
from tasks.model.project import AnswerRules, Project
from tasks.model.work import TaskStatus
from tasks.ports import TallyChange
from tests.builders import NOON, a_new_task, a_project, an_image
from tests.contract.programme import a_programme, list_task_ids


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
    async with store.write() as work:
        await work.tasks.add_to_tallies({programme.task_ids[1]: TallyChange(taken=1)})
        await work.commit()
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
    async with store.database.read() as transaction:
        rows = await transaction.execute(select(tasks.c.image_id).order_by(tasks.c.position))
    assert rows.scalars().all() == [an_image(name) for name in ("t0", "new", "t2", "t9", "t10")]


async def test_many_tasks_keep_their_order(store: SqlStore) -> None:
    async with store.write() as work:
        project = await work.projects.save(a_project(), NOON)
        assert await work.tasks.upsert(project, [a_new_task(f"t{n}") for n in range(2500)]) == 2500
        await work.commit()
    ids = await list_task_ids(store, project)
    async with store.write() as work:
        last = await work.tasks.lock(ids[-1])
    assert (last.position, last.image_id) == (2500, an_image("t2499"))


async def test_imports_at_once_give_each_task_a_place_of_its_own(store: SqlStore) -> None:
    async with store.write() as work:
        projects = [await work.projects.save(a_project(slug), NOON) for slug in ("animals", "signs")]
        await work.commit()

    async def brings(project: Project, keys: range) -> int:
        async with store.write() as work:
            added = await work.tasks.upsert(project, [a_new_task(f"t{n}") for n in keys])
            await work.commit()
        return added

    for start in (0, 40):
        parts = [range(start + step, start + step + 20) for step in (0, 10, 20)]
        added = await asyncio.gather(*(brings(project, keys) for keys in parts for project in projects))
        assert sum(added) == 2 * 40, "each is added by one of those who bring it"
    async with store.database.read() as transaction:
        rows = await transaction.execute(select(tasks.c.project_id, tasks.c.position).order_by(tasks.c.id))
    found = rows.all()
    for project in projects:
        places = [position for project_id, position in found if project_id == project.id]
        assert places == sorted(set(places))
        assert len(places) == 80


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
