"""A gold that counts for nothing any more: suspended, or called broken."""

from typing import Any

import pytest

from storage.tables import frontier, tasks
from storage.unit_of_work import SqlStore
from tasks.model.gold import GoldState, Purpose
from tasks.model.identifiers import LeaseId, TaskId
from tasks.model.work import Question, TaskStatus
from tasks.model.worker import Worker
from tasks.outcomes import AnswerAccepted, AnswerUndone, UndoTooLate
from tasks.ports import GoldChange, TallyChange
from tests.contract.schoolroom import HEAD, Schoolroom
from tests.contract.village import CAT


@pytest.mark.parametrize("pressed", ["cant_tell", "broken"])
async def test_undo_on_a_suspended_gold_needs_a_place_like_any_other(store: SqlStore, pressed: str) -> None:
    room = await Schoolroom.open(store, silent=1, tasks=3, quota=2)
    people = [await room.begins(name) for name in ("anna", "mei", "li")]
    (gold,) = await room.golds()
    anna, question = people[0]
    if pressed == "broken":
        await room.village.report(anna, question.lease_id)
    else:
        await room.village.says(anna, question, None)
    await suspend(room, gold.task_id)
    assert isinstance(await room.village.undo(anna, question.lease_id), UndoTooLate)
    for worker, hers in people[1:]:
        assert isinstance(await room.village.says(worker, hers, CAT), AnswerAccepted)
    task = await task_of(room, gold.task_id)
    assert (task.answers, task.taken) == (2, 2)


async def test_undo_on_a_suspended_gold_takes_the_place_that_is_left(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=1, tasks=3, quota=2)
    (anna, question), (mei, hers) = [await room.begins(name) for name in ("anna", "mei")]
    (gold,) = await room.golds()
    await room.village.says(anna, question, None)
    await suspend(room, gold.task_id)
    undone = await room.village.undo(anna, question.lease_id)
    assert isinstance(undone, AnswerUndone)
    assert await room.purpose(undone.next.lease_id) is Purpose.WORK
    task = await task_of(room, gold.task_id)
    assert (task.taken, task.cant_tells) == (2, 0)
    assert gold.task_id not in {row.task_id for row in await room.rows(frontier)}, "both places are held"
    await room.village.says(mei, hers, CAT)
    await room.village.says(anna, undone.next, CAT)
    task = await task_of(room, gold.task_id)
    assert (task.answers, task.taken) == (2, 2)


async def test_undo_on_a_suspended_gold_comes_too_late_once_it_is_decided(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=1, tasks=3, quota=2)
    people = [await room.begins(name) for name in ("anna", "mei")]
    (gold,) = await room.golds()
    (anna, question), (mei, hers) = people
    await room.village.says(anna, question, CAT)
    await suspend(room, gold.task_id)
    await room.village.says(mei, hers, CAT)
    assert (await task_of(room, gold.task_id)).status != TaskStatus.OPEN
    assert isinstance(await room.village.undo(anna, question.lease_id), UndoTooLate)


async def test_a_gold_with_all_its_answers_is_set_aside_when_two_call_it_broken(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=1, tasks=9, quota=2)
    people = [await room.begins(name) for name in ("anna", "mei", "li", "wu", "fang")]
    (gold,) = await room.golds()
    for worker, question in people[:2]:
        await room.says(worker, question, right=True)
    await room.village.report(*called(people[2]))
    assert (await task_of(room, gold.task_id)).status == TaskStatus.OPEN
    assert await gets_gold(room, "hong")
    await room.village.report(*called(people[3]))
    assert (await task_of(room, gold.task_id)).status == TaskStatus.BROKEN
    assert not await gets_gold(room, "yan")
    assert await room.settle(HEAD, gold.task_id, ask_again=True)
    task = await task_of(room, gold.task_id)
    assert (task.status, task.reports) == (TaskStatus.OPEN, 0)
    assert await gets_gold(room, "lan")


async def test_an_earned_gold_that_is_asked_again_keeps_its_verdict(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=9, quota=6)
    room.dice.gold = False
    anna, question = await room.begins("anna")
    await room.village.says(anna, question, CAT)
    async with store.write() as uow:
        await uow.tasks.add_to_tallies({question.task_id: TallyChange(status=TaskStatus.CLOSED)})
        await uow.commit()
    await room.earns(question, "cat")
    room.dice.gold = True
    for name in ("mei", "li"):
        assert await gets_gold(room, name)
        worker, hers = await room.begins(name)
        await room.village.report(worker, hers.lease_id)
    assert (await task_of(room, question.task_id)).status == TaskStatus.BROKEN
    assert not await gets_gold(room, "yan")
    assert await room.settle(HEAD, question.task_id, ask_again=True)
    assert (await task_of(room, question.task_id)).status == TaskStatus.CLOSED
    assert await gets_gold(room, "lan")
    assert question.task_id not in {row.task_id for row in await room.rows(frontier)}


async def gets_gold(room: Schoolroom, name: str) -> bool:
    """Whether the first question of that worker is gold."""
    _, question = await room.begins(name)
    return await room.purpose(question.lease_id) is not Purpose.WORK


def called(one: tuple[Worker, Question]) -> tuple[Worker, LeaseId]:
    worker, question = one
    return worker, question.lease_id


async def suspend(room: Schoolroom, task_id: TaskId) -> None:
    async with room.store.write() as uow:
        await uow.tasks.lock(task_id)
        await uow.golds.change({task_id: GoldChange(state=GoldState.SUSPENDED)})
        await uow.commit()


async def task_of(room: Schoolroom, task_id: TaskId) -> Any:
    """Its row."""
    (row,) = [row for row in await room.rows(tasks) if row.id == task_id]
    return row


@pytest.mark.parametrize("gold", [True, False])
async def test_undo_of_a_report_that_began_anew_takes_nothing_from_the_tally(
    store: SqlStore, gold: bool
) -> None:
    room = await Schoolroom.open(store, silent=int(gold), tasks=1, quota=5)
    people = [await room.begins(name) for name in ("anna", "mei")]
    question = people[0][1]
    assert {hers.task_id for _, hers in people} == {question.task_id}
    for one in people:
        await room.village.report(*called(one))
    assert (await task_of(room, question.task_id)).status == TaskStatus.BROKEN
    assert await room.settle(HEAD, question.task_id, ask_again=True)
    undone = await room.village.undo(*called(people[0]))
    assert isinstance(undone, AnswerUndone)
    assert (await task_of(room, question.task_id)).reports == 0
