"""What somebody finds who asks for work: what there is for her, and what she is kept out of."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.engine import Engine

from storage.unit_of_work import SqlStore
from tasks.appealing import Decision
from tasks.model.standing import Sanction
from tasks.model.worker import Worker
from tasks.outcomes import Paused
from tasks.ports import Store, UnitOfWork
from tasks.promising import WORK_AGAIN, TellAboutWork
from tests.contract.schoolroom import HEAD, Schoolroom
from tests.contract.village import Village


async def taken_out(room: Schoolroom, name: str) -> tuple[Worker, Sanction]:
    """A worker whom a supervisor took out of the room's project."""
    worker, question = await room.begins(name)
    outcome = await room.is_wrong_until_paused(worker, question)
    assert isinstance(outcome.next, Paused)
    removal = await room.decide(HEAD, outcome.next.sanction.id, Decision.REMOVE)
    assert removal is not None
    return worker, removal


async def test_who_was_taken_out_sees_it_and_is_written_to_when_there_is_other_work(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    anna, removal = await taken_out(room, "anna")
    assert [(offer.project, offer.sanction) for offer in await room.village.offers(anna)] == [
        (room.project, removal)
    ]
    tell = TellAboutWork(store, room.village.clock)
    assert await tell() == 0, "what she was taken out of is no work for her"
    other = await room.village.project(tasks=2, slug="other")
    assert await tell() == 1
    assert WORK_AGAIN in await room.said_to(anna)
    assert [(offer.project, offer.sanction) for offer in await room.village.offers(anna)] == [
        (other, None),
        (room.project, removal),
    ]


async def test_nobody_who_writes_is_held_up_while_work_is_looked_for(store: SqlStore) -> None:
    village = Village(store)
    anna = await village.worker("anna")
    assert await village.offers(anna) == []
    tell = TellAboutWork(store, village.clock)
    async with store.write(), asyncio.timeout(30):
        assert await tell() == 0
    await village.project(tasks=1)
    assert [await tell(), await tell()] == [1, 0]


class SomethingComesBetween:
    """A store; something is done meanwhile, when somebody has read and goes on to write."""

    def __init__(self, store: SqlStore, between: Callable[[], Awaitable[object]]) -> None:
        self.write = store.write
        self._store = store
        self._between = between

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        async with self._store.read() as uow:
            yield uow
        await self._between()


async def test_who_was_told_meanwhile_is_not_told_again_after_midnight(store: SqlStore) -> None:
    village = Village(store)
    anna = await village.worker("anna")
    assert await village.offers(anna) == []
    await village.project(tasks=1)

    async def told_by_another_process() -> None:
        assert await TellAboutWork(store, village.clock)() == 1
        village.clock.advance(hours=24)

    late = SomethingComesBetween(store, told_by_another_process)
    assert await TellAboutWork(cast("Store", late), village.clock)() == 0


async def test_what_she_appeals_against_is_seen_in_her_offers(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    anna, removal = await taken_out(room, "anna")
    appealed = await room.appeal(anna, removal.id)
    assert [offer.sanction for offer in await room.village.offers(anna)] == [appealed]
    await room.decide(HEAD, removal.id, Decision.LET_GO_ON)
    assert [offer.sanction for offer in await room.village.offers(anna)] == [None]


async def test_offers_read_her_standing_in_a_project_once(store: SqlStore) -> None:
    village = Village(store)
    for slug in ("animals", "signs"):
        await village.project(tasks=2, slug=slug)
    anna = await village.worker("anna")
    read: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM standings" in statement:
            read.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert len(await village.offers(anna)) == 2
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(read) == 2, "\n".join(read)
