"""One worker asks for work in several processes at once, as after a double tap: she is lent one question."""

import asyncio

import pytest
from sqlalchemy import select

from storage.tables import leases
from storage.unit_of_work import SqlStore
from tasks.model.work import LeaseState, Question
from tests.contract.schoolroom import Schoolroom

TIMES = 6


@pytest.mark.parametrize("gold", [True, False])
async def test_whoever_asks_twice_at_once_is_lent_one_question(store: SqlStore, *, gold: bool) -> None:
    room = await Schoolroom.open(store, silent=8, tasks=40)
    room.dice.gold = gold
    worker = await room.village.worker("anna")
    asked = await asyncio.gather(*(room.village.take_task(worker, room.project.id) for _ in range(TIMES)))
    assert len({one.lease_id for one in asked if isinstance(one, Question)}) == 1
    async with store.database.read() as transaction:
        rows = await transaction.execute(select(leases.c.id).where(leases.c.state == LeaseState.OPEN))
        assert len(rows.all()) == 1
