"""When able workers contradict a gold, the programme's supervisors are told, once and whatever happens."""

import asyncio
from typing import Any

import pytest

from storage.tables import deliveries
from storage.unit_of_work import SqlStore
from tasks.model.gold import GoldState
from tasks.model.identifiers import AccountKey, TaskId
from tasks.noticing.own_messages import GOLD_CONTRADICTED
from tasks.ports import GoldChange
from tasks.supervising import Scopes
from tasks.telling_of_golds import TellOfGolds
from tests.contract.schoolroom import HEAD, Schoolroom

LIN = AccountKey("telegram", "lin")
"""A supervisor of the whole programme whom another one has invited."""
COUNTY = AccountKey("telegram", "county")


@pytest.fixture
async def room(store: SqlStore) -> Schoolroom:
    opened = await Schoolroom.open(store, silent=20, tasks=3, quota=99)
    async with store.write() as uow:
        await uow.supervisors.add(LIN, "", opened.village.clock.now())
        await uow.supervisors.add(COUNTY, "tongren", opened.village.clock.now())
        await uow.commit()
    return opened


def telling(room: Schoolroom) -> TellOfGolds:
    return TellOfGolds(room.store, room.village.clock, Scopes(frozenset({HEAD})))


async def told(room: Schoolroom) -> list[Any]:
    rows: list[Any] = await room.rows(deliveries)
    return [row for row in rows if row.kind == GOLD_CONTRADICTED]


async def suspends(room: Schoolroom, *task_ids: TaskId) -> None:
    async with room.store.write() as uow:
        await uow.golds.change({each: GoldChange(state=GoldState.SUSPENDED) for each in task_ids})
        await uow.commit()


async def test_the_programmes_supervisors_hear_what_able_workers_say(room: Schoolroom) -> None:
    for name in ("head", "lin", "county"):
        await room.village.worker(name)
    bad = (await room.golds())[0]
    await room.three_able_contradict(bad.task_id)
    assert await room.suspend() == 1
    assert await telling(room)() == 1
    heads = {(await room.worker_of(account)).id for account in (HEAD, LIN)}
    assert {row.worker_id for row in await told(room)} == heads
    facts = (await told(room))[0].facts
    assert facts == {
        "project": str(room.project.id),
        "title": "Animals",
        "task": "g0",
        "right": "Cat",
        "said": "Dog",
        "count": "3",
        "others": "0",
    }
    assert await telling(room)() == 0
    assert len(await told(room)) == 2


async def test_nothing_is_forgotten_while_nobody_can_be_told(room: Schoolroom) -> None:
    first, second, *_ = await room.golds()
    await suspends(room, first.task_id, second.task_id)
    assert await telling(room)() == 0
    await room.village.worker("lin")
    assert await telling(room)() == 2
    (row,) = await told(room)
    assert (row.facts["task"], row.facts["others"], row.facts["count"]) == ("g0", "1", "0")


async def test_two_processes_tell_once(room: Schoolroom) -> None:
    await room.village.worker("lin")
    await suspends(room, *(gold.task_id for gold in (await room.golds())[:4]))
    assert sorted(await asyncio.gather(*(telling(room)() for _ in range(4)))) == [0, 0, 0, 4]
    assert len(await told(room)) == 1


async def test_a_gold_that_is_contradicted_again_is_told_again(room: Schoolroom) -> None:
    await room.village.worker("lin")
    first = (await room.golds())[0]
    await suspends(room, first.task_id)
    assert await telling(room)() == 1
    await room.imports({"g0": "dog"})
    assert await telling(room)() == 0
    room.village.clock.advance(minutes=5)
    await suspends(room, first.task_id)
    assert await telling(room)() == 1
    assert [row.facts["right"] for row in await told(room)] == ["Cat", "Dog"]


async def test_what_was_put_right_meanwhile_is_not_told(room: Schoolroom) -> None:
    await room.village.worker("lin")
    await suspends(room, (await room.golds())[0].task_id)
    await room.imports({"g0": None})
    assert await telling(room)() == 0
    assert await told(room) == []
