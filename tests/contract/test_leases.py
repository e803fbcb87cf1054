"""Leases: who has which question, and what she said."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.tables import LEASES_ONE_PER_WORKER_AND_TASK
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import LeaseId
from tasks.model.work import AnswerStatus, LeaseState, TaskStatus
from tasks.ports import TallyChange
from tests.builders import NOON, a_new_lease, an_answer
from tests.contract.programme import Programme, a_programme


async def answer(programme: Programme, lease_id: LeaseId, **changes: object) -> None:
    async with programme.store.write() as work:
        await work.leases.set_answers({lease_id: an_answer(**changes)})
        await work.commit()


async def set_state(programme: Programme, lease_id: LeaseId, state: LeaseState) -> None:
    async with programme.store.write() as work:
        await work.leases.set_state([lease_id], state)
        await work.commit()


async def test_ids_come_back_in_the_order_of_the_leases(store: SqlStore) -> None:
    programme = await a_programme(store, tasks=30)
    new = [
        a_new_lease(programme.workers[0].id, task_id, programme.project)
        for task_id in programme.task_ids[::-1]
    ]
    async with store.write() as work:
        ids = await work.leases.add(new)
        assert await work.leases.add([]) == ()
        await work.commit()
    assert [(await programme.lease(lease_id)).task_id for lease_id in ids] == programme.task_ids[::-1]
    assert len(set(ids)) == len(new)


async def test_a_lease_is_pressed_with_its_task_and_her_other_one(store: SqlStore) -> None:
    programme = await a_programme(store)
    first = await programme.lend(0, 0)
    second = await programme.lend(0, 1, shown_at=NOON + timedelta(minutes=1), previous_id=first)
    third = await programme.lend(0, 2)
    others = await programme.lend(1, 0)
    async with store.write() as work:
        pressed = await work.leases.lock_pressed([second, first, others, LeaseId(404)])
        assert await work.leases.lock_pressed([]) == {}
    assert set(pressed) == {first, second, others}
    assert pressed[first].task.id == programme.task_ids[0]
    assert (pressed[first].other_open, pressed[second].other_open) == (second, third)
    assert pressed[others].other_open is None
    lease = pressed[second].lease
    assert (lease.state, lease.previous_id, lease.answer) == (LeaseState.OPEN, first, None)
    assert (lease.price, lease.shown_at) == (programme.project.price, NOON + timedelta(minutes=1))


async def test_an_answer_is_kept_on_its_lease(store: SqlStore) -> None:
    programme = await a_programme(store)
    first, second = await programme.lend(0, 0), await programme.lend(0, 1)
    said = an_answer("dog", at=NOON + timedelta(microseconds=1), seconds=1.25)
    async with store.write() as work:
        await work.leases.set_answers({first: said, second: an_answer(status=AnswerStatus.UNPAID)})
        await work.leases.set_answers({})
        await work.commit()
    lease = await programme.lease(first)
    assert (lease.state, lease.answer) == (LeaseState.ANSWERED, said)


async def test_a_worker_has_a_task_once_unless_undone(store: SqlStore) -> None:
    programme = await a_programme(store)
    first = await programme.lend(0, 0)
    with pytest.raises(IntegrityError) as caught:
        await programme.lend(0, 0)
    assert LEASES_ONE_PER_WORKER_AND_TASK in str(caught.value) or "leases.task_id" in str(caught.value)
    async with store.write() as work:
        await work.leases.set_undone(first)
        await work.commit()
    again = await programme.lend(0, 0)
    assert again != first


async def test_undone_is_undone_with_and_without_an_answer(store: SqlStore) -> None:
    programme = await a_programme(store)
    answered, unanswered = await programme.lend(0, 0), await programme.lend(0, 1)
    await answer(programme, answered)
    async with store.write() as work:
        await work.leases.set_undone(answered)
        await work.leases.set_undone(unanswered)
        await work.commit()
    lease = await programme.lease(answered)
    assert lease.answer is not None
    assert (lease.state, lease.answer.status) == (LeaseState.UNDONE, AnswerStatus.UNDONE)
    assert (await programme.lease(unanswered)).answer is None


async def test_the_open_one_is_the_one_lent_last(store: SqlStore) -> None:
    programme = await a_programme(store)
    anna, project = programme.workers[0].id, programme.project
    async with store.write() as work:
        assert await work.leases.find_open(anna, project.id) is None
        assert await work.leases.list_open(anna, project.id) == []
    first, second = await programme.lend(0, 0), await programme.lend(0, 1)
    async with store.write() as work:
        found = await work.leases.find_open(anna, project.id)
        assert found is not None
        assert (found[0].id, found[1].id) == (second, programme.task_ids[1])
        assert [lease.id for lease in await work.leases.list_open(anna, project.id)] == [second, first]
    await answer(programme, second)
    async with store.write() as work:
        found = await work.leases.find_open(anna, project.id)
    assert found is not None
    assert found[0].id == first


async def test_an_ended_one_is_found_while_its_task_has_room(store: SqlStore) -> None:
    programme = await a_programme(store, quota=2)
    anna, project = programme.workers[0].id, programme.project
    lease_id = await programme.lend(0, 0)

    async def found() -> LeaseId | None:
        async with store.write() as work:
            ended = await work.leases.find_ended(anna, project)
        return None if ended is None else ended[0].id

    assert await found() is None
    await set_state(programme, lease_id, LeaseState.ENDED)
    assert await found() == lease_id
    async with store.write() as work:
        await work.tasks.add_to_tallies({programme.task_ids[0]: TallyChange(taken=2)})
        await work.commit()
    assert await found() is None
    async with store.write() as work:
        await work.tasks.add_to_tallies(
            {programme.task_ids[0]: TallyChange(taken=-1, status=TaskStatus.BROKEN)}
        )
        await work.commit()
    assert await found() is None


async def test_reopened_it_is_open_until_then(store: SqlStore) -> None:
    programme = await a_programme(store)
    lease_id = await programme.lend(0, 0)
    await set_state(programme, lease_id, LeaseState.ENDED)
    async with store.write() as work:
        await work.leases.reopen(lease_id, shown_at=NOON, ends_at=NOON + timedelta(days=1))
        await work.leases.set_previous(lease_id, None)
        await work.commit()
    lease = await programme.lease(lease_id)
    assert (lease.state, lease.ends_at) == (LeaseState.OPEN, NOON + timedelta(days=1))


async def test_the_last_settled_is_what_she_did_last(store: SqlStore) -> None:
    programme = await a_programme(store)
    anna, project = programme.workers[0].id, programme.project
    first = await programme.lend(0, 0)
    second = await programme.lend(0, 1, shown_at=NOON + timedelta(seconds=5))
    third = await programme.lend(0, 2, shown_at=NOON + timedelta(seconds=9))

    async def last() -> LeaseId | None:
        async with store.read() as work:
            return await work.leases.find_last_settled(anna, project.id)

    assert await last() is None
    await answer(programme, first, at=NOON + timedelta(seconds=5))
    assert await last() == first
    await set_state(programme, second, LeaseState.REPORTED)
    assert await last() == second
    await answer(programme, third, at=NOON + timedelta(seconds=12))
    assert await last() == third
    async with store.write() as work:
        await work.leases.set_undone(third)
        await work.commit()
    assert await last() == second


async def test_overdue_come_oldest_first(store: SqlStore) -> None:
    programme = await a_programme(store)
    late = await programme.lend(0, 0, ends_at=NOON + timedelta(minutes=2))
    later = await programme.lend(1, 0, ends_at=NOON + timedelta(minutes=1))
    await programme.lend(2, 0, ends_at=NOON + timedelta(minutes=4))
    answered = await programme.lend(0, 1, ends_at=NOON)
    await answer(programme, answered)
    async with store.read() as work:
        assert await work.leases.list_overdue(NOON + timedelta(minutes=3), 10) == [later, late]
        assert await work.leases.list_overdue(NOON + timedelta(minutes=3), 1) == [later]


async def test_recent_answers_come_newest_first_with_their_project(store: SqlStore) -> None:
    programme = await a_programme(store)
    for number, choice in enumerate(("cat", "dog", "car")):
        lease_id = await programme.lend(0, number)
        await answer(programme, lease_id, choice=choice, at=NOON + timedelta(minutes=number))
    async with store.read() as work:
        recent = await work.leases.list_recent(programme.workers[0].id, 2)
    assert [answer.choice for answer in recent] == ["car", "dog"]
    assert recent[0].project == programme.project
    assert recent[0].price == programme.project.price
    assert recent[0].answered_at == NOON + timedelta(minutes=2)
