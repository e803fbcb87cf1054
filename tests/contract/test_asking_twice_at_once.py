"""One worker presses in several processes at once, as after a double tap: one question is lent to her."""

import asyncio

import pytest
from sqlalchemy import func, select

from storage.tables import leases
from storage.unit_of_work import SqlStore
from tasks.answering import Press
from tasks.model.work import LeaseState, Question
from tests.contract.schoolroom import Schoolroom
from tests.contract.village import CAT

TIMES = 6


@pytest.mark.parametrize("gold", [True, False])
async def test_whoever_asks_twice_at_once_is_lent_one_question(store: SqlStore, *, gold: bool) -> None:
    room = await Schoolroom.open(store, silent=8, tasks=40)
    room.dice.gold = gold
    worker = await room.village.worker("anna")
    asked = await asyncio.gather(*(room.village.take_task(worker, room.project.id) for _ in range(TIMES)))
    assert len({one.lease_id for one in asked if isinstance(one, Question)}) == 1
    assert await count_open(store) == 1


async def test_whoever_answers_and_asks_at_once_is_lent_one_question(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=40)
    worker, question = await room.begins("anna")
    for _ in range(TIMES):
        press = Press(worker, question.lease_id, CAT)
        takes = [room.village.take_task(worker, room.project.id) for _ in range(2)]
        await asyncio.gather(room.village.submit([press]), *takes)
        assert await count_open(store) == 1
        question = await room.village.question(worker, room.project)


async def count_open(store: SqlStore) -> int:
    """How many questions are lent."""
    async with store.database.read() as transaction:
        is_open = leases.c.state == LeaseState.OPEN
        rows = await transaction.execute(select(func.count()).select_from(leases).where(is_open))
        return int(rows.scalar_one())
