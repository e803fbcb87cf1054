"""A gold that counts for nothing any more: suspended, or called broken."""

from typing import Any

import pytest

from storage.tables import frontier, tasks
from storage.unit_of_work import SqlStore
from tasks.model.gold import GoldState, Purpose
from tasks.model.identifiers import TaskId
from tasks.model.work import TaskStatus
from tasks.outcomes import AnswerAccepted, AnswerUndone, UndoTooLate
from tasks.ports import GoldChange
from tests.contract.schoolroom import Schoolroom
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


async def suspend(room: Schoolroom, task_id: TaskId) -> None:
    async with room.store.write() as uow:
        await uow.tasks.lock(task_id)
        await uow.golds.change({task_id: GoldChange(state=GoldState.SUSPENDED)})
        await uow.commit()


async def task_of(room: Schoolroom, task_id: TaskId) -> Any:
    """Its row."""
    (row,) = [row for row in await room.rows(tasks) if row.id == task_id]
    return row
