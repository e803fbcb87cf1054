"""Projects: kept as they were given, with choice numbers that never change."""

from dataclasses import replace
from datetime import timedelta

from storage.repositories.project_cache import ProjectCache
from storage.unit_of_work import SqlStore, create_store
from tasks.model.identifiers import ProjectId
from tasks.model.money import Money
from tasks.model.project import CANT_TELL, Project
from tasks.model.work import AnswerStatus, LeaseState, TaskStatus
from tasks.ports import TallyChange
from tests.builders import NOON, a_new_lease, a_new_task, a_project, an_account, an_answer
from tests.contract.programme import list_task_ids


async def save(store: SqlStore, project: Project) -> Project:
    async with store.write() as work:
        saved = await work.projects.save(project, NOON)
        await work.commit()
    return saved


async def test_a_saved_project_is_found(store: SqlStore) -> None:
    animals, plants = await save(store, a_project()), await save(store, a_project("plants"))
    assert animals == a_project(id=animals.id)
    async with store.read() as work:
        assert await work.projects.find(animals.id) == animals
        assert await work.projects.find_by_slug("plants") == plants
        assert await work.projects.list_all() == [animals, plants]
        assert await work.projects.find(ProjectId(404)) is None
        assert await work.projects.find_by_slug("404") is None


async def test_saving_again_replaces_at_once(store: SqlStore) -> None:
    first = await save(store, a_project())
    async with store.read() as work:
        await work.projects.find(first.id)
    second = await save(store, a_project(price=Money(70_000, "CNY")))
    async with store.read() as work:
        assert await work.projects.find(first.id) == second
    assert (second.id, second.price.micros) == (first.id, 70_000)


async def test_what_was_not_committed_is_not_remembered(store: SqlStore) -> None:
    first = await save(store, a_project())
    async with store.write() as work:
        await work.projects.save(a_project(price=Money(70_000, "CNY")), NOON)
        changed = await work.projects.find(first.id)
        assert changed is not None
        assert changed.price.micros == 70_000
    async with store.read() as work:
        assert await work.projects.find(first.id) == first


async def test_choices_keep_their_numbers(store: SqlStore) -> None:
    first = await save(store, a_project(choices=("cat", "dog", "car")))
    numbers = {choice.id: choice.number for choice in first.choices}
    second = await save(store, a_project(choices=("bus", "car", "cat")))
    third = await save(store, a_project(choices=("dog", "tram")))
    assert [(choice.id, choice.retired) for choice in second.choices] == [
        ("bus", False),
        ("car", False),
        ("cat", False),
        ("dog", True),
    ]
    assert {choice.id: choice.number for choice in third.choices} == numbers | {"bus": 4, "tram": 5}
    assert [choice.id for choice in third.offered()] == ["dog", "tram"]


def test_the_cache_forgets_after_some_seconds() -> None:
    now = [100.0]
    cache = ProjectCache(kept_seconds=3, monotonic=lambda: now[0])
    project = a_project(id=ProjectId(7))
    cache.keep(project)
    assert cache.find(ProjectId(7)) == cache.find_by_slug("animals") == project
    now[0] += 3
    assert cache.find(ProjectId(7)) is None
    assert cache.find_by_slug("animals") is None


async def test_another_store_sees_a_change(store: SqlStore, database_url: str) -> None:
    project = await save(store, a_project())
    other = create_store(database_url)
    async with other.read() as work:
        assert await work.projects.find(project.id) == project
    await other.close()


async def test_progress_and_pace(store: SqlStore) -> None:
    project = await save(store, a_project(quota=2))
    async with store.write() as work:
        await work.tasks.upsert(project, [a_new_task(f"t{n}") for n in range(42)])
        anna = await work.workers.add(an_account(), language="en", time_zone="UTC", at=NOON)
        await work.commit()
    task_ids = await list_task_ids(store, project)
    async with store.write() as work:
        ids = await work.leases.add([a_new_lease(anna.id, task_id, project) for task_id in task_ids])
        await work.leases.set_answers(
            {
                lease_id: an_answer("cat" if n else "dog", at=NOON + timedelta(seconds=n), seconds=float(n))
                for n, lease_id in enumerate(ids[:31])
            }
        )
        await work.leases.set_answers({ids[31]: an_answer("dog", status=AnswerStatus.UNPAID, seconds=99.0)})
        await work.leases.set_answers(
            {ids[32]: an_answer(CANT_TELL, status=AnswerStatus.UNPAID, seconds=99.0)}
        )
        await work.leases.set_state(ids[40:], LeaseState.ENDED)
        for task_id in task_ids[:31]:
            await work.tasks.add_to_tallies({task_id: TallyChange(answers=1, taken=1)})
        await work.tasks.add_to_tallies({task_ids[32]: TallyChange(cant_tells=1, status=TaskStatus.UNCLEAR)})
        await work.commit()
    async with store.read() as work:
        progress = await work.projects.progress(project.id)
        assert await work.projects.median_seconds(project.id) == 16.0
    assert (progress.answers, progress.cant_tells, progress.unpaid_late) == (31, 1, 1)
    assert progress.open_leases == 7


async def test_no_pace_from_few_answers_and_no_progress_of_nothing(store: SqlStore) -> None:
    project = await save(store, replace(a_project(), lease_minutes=5))
    async with store.read() as work:
        assert await work.projects.median_seconds(project.id) is None
        assert not (await work.projects.progress(project.id)).has_begun
