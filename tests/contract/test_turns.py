"""Turns on PostgreSQL: one at a time has it, and the next one gets it however the first one went."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

import storage.turns
from bot.outages import is_outage
from storage.engine import open_database
from storage.turns import SERVER_NOTICES, PostgresTurn, Turn
from tests.services import PostgresServer, postgres_running
from tests.waiting import until_told

pytestmark = pytest.mark.postgresql
NAME = "poll for bot 42"


@pytest.fixture
def url(postgres_server: PostgresServer) -> str:
    return postgres_server.url(postgres_server.new_database())


@asynccontextmanager
async def turns(url: str, count: int, name: str = NAME) -> AsyncIterator[list[Turn]]:
    made = [open_database(url).turn(name) for _ in range(count)]
    try:
        yield made
    finally:
        for turn in made:
            await turn.release()


async def test_of_many_who_ask_at_once_one_gets_it(url: str) -> None:
    async with turns(url, 8) as all_of_them:
        for _ in range(3):
            taken = await asyncio.gather(*(turn.try_take() for turn in all_of_them))
            assert taken.count(True) == 1
            holder = all_of_them[taken.index(True)]
            assert await holder.is_ours()
            await holder.release()
            assert not await holder.is_ours()


async def test_two_names_are_two_turns(url: str) -> None:
    async with turns(url, 1) as [one], turns(url, 1, "poll for bot 43") as [other]:
        assert await one.try_take()
        assert await other.try_take()


async def test_a_lost_connection_is_a_lost_turn(url: str, postgres_server: PostgresServer) -> None:
    async with turns(url, 2) as [first, second]:
        assert await first.try_take()
        assert not await second.try_take()
        assert isinstance(first, PostgresTurn)
        postgres_server.psql("postgres", f"SELECT pg_terminate_backend({first._session})")
        await until_told(second.try_take)
        assert not await first.is_ours()
        assert await second.is_ours()
        assert not await first.try_take()
        await second.release()
        await until_told(first.try_take)


async def test_a_server_that_stops_takes_the_turn_with_it_and_gives_it_anew() -> None:
    with postgres_running() as server:
        async with turns(server.url("postgres"), 1) as [turn]:
            assert await turn.try_take()
            await asyncio.to_thread(server.stop)
            assert not await turn.is_ours()
            with pytest.raises(Exception) as caught:
                await turn.try_take()
            assert is_outage(caught.value)
            await asyncio.to_thread(server.start)
            assert await turn.try_take()


async def test_a_link_that_died_without_a_word_is_noticed(
    url: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.turns, "ANSWER_SECONDS", 2.0)
    async with (
        silent_line(postgres_server.port) as (port, cut),
        turns(url.replace(str(postgres_server.port), str(port)), 1) as [turn],
    ):
        assert await turn.try_take()
        assert await turn.is_ours()
        cut.set()
        started = time.monotonic()
        assert not await turn.is_ours()
        assert time.monotonic() - started < 20


async def test_the_server_gives_up_dead_links_and_frozen_processes(
    url: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SERVER_NOTICES, "idle_session_timeout", "1500")
    monkeypatch.setitem(SERVER_NOTICES, "a setting that this server does not know", "1")
    async with turns(url, 2) as [frozen, next_one]:
        assert await frozen.try_take()
        assert isinstance(frozen, PostgresTurn)
        assert frozen._connection is not None
        set_there = await frozen._connection.fetchval("SHOW tcp_user_timeout")
        assert set_there == "6000"
        await until_told(next_one.try_take)
        assert not await frozen.is_ours()


@asynccontextmanager
async def silent_line(target: int) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A line to that port which, once it is cut, carries nothing more and closes nothing."""
    cut = asyncio.Event()
    writers: list[asyncio.StreamWriter] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not cut.is_set():
                writer.write(data)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, outside = await asyncio.open_connection("127.0.0.1", target)
        writers.extend((writer, outside))
        await asyncio.gather(carry(reader, outside), carry(inside, writer), return_exceptions=True)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, family=socket.AF_INET)
    try:
        yield server.sockets[0].getsockname()[1], cut
    finally:
        server.close()
        for writer in writers:
            writer.close()
