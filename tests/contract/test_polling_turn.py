"""Polling in turn: a lost turn ends the polling, and one that is given back was finished with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

import bot.polling_turn
from bot.channels.telegram_polling import TelegramUpdateSource
from bot.polling import Polling
from bot.polling_turn import PollingInTurn
from handlers.screens import Event, Reply, Screen
from storage.engine import open_database
from storage.turns import PostgresTurn
from tests.contract.scripted_telegram import ScriptedTelegram, make_bot
from tests.runtime_parts import ChannelInMemory, make_intake, said
from tests.services import PostgresServer
from tests.waiting import until

pytestmark = pytest.mark.postgresql


@dataclass
class Poller:
    """One process that polls in turn, with a Telegram of its own to see what it does."""

    turn: PostgresTurn
    telegram: ScriptedTelegram
    channel: ChannelInMemory
    changes: list[bool]
    polling: PollingInTurn

    @property
    def polls(self) -> bool:
        return self.changes[-1:] == [True]

    def texts(self) -> list[str]:
        return [text for _, text, _ in self.channel.shown]


async def echo(event: Event) -> Reply:
    return Reply((Screen(event.text),))


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.polling_turn, "LOOK_SECONDS", 0.1)


@asynccontextmanager
async def poller_on(url: str, handle: Callable[[Event], Awaitable[Reply]] = echo) -> AsyncIterator[Poller]:
    turn = open_database(url).turn("poll for bot 42")
    assert isinstance(turn, PostgresTurn)
    telegram, channel, changes = ScriptedTelegram(), ChannelInMemory(), list[bool]()
    aiogram_bot = make_bot(await telegram.start())
    intake = make_intake(handle, channel).intake
    polling = PollingInTurn(turn, lambda: Polling(TelegramUpdateSource(aiogram_bot), intake), changes.append)
    running = asyncio.ensure_future(polling.run())
    try:
        yield Poller(turn, telegram, channel, changes, polling)
    finally:
        polling.stop()
        await asyncio.wait_for(running, 30)
        await aiogram_bot.session.close()
        await telegram.stop()


@pytest.fixture
def url(postgres_server: PostgresServer) -> str:
    return postgres_server.url(postgres_server.new_database())


async def test_a_lost_turn_ends_the_polling_and_is_taken_again(
    url: str, postgres_server: PostgresServer
) -> None:
    async with poller_on(url) as poller:
        await until(lambda: poller.telegram.named("getUpdates"))
        postgres_server.psql("postgres", f"SELECT pg_terminate_backend({poller.turn._session})")
        await until(lambda: poller.changes[:2] == [True, False])
        polls_before = len(poller.telegram.named("getUpdates"))
        poller.telegram.updates.append(said(1, 1001, "a"))
        await until(lambda: poller.polls)
        await until(lambda: poller.texts() == ["a"])
        assert len(poller.telegram.named("getUpdates")) > polls_before
    assert poller.changes == [True, False, True, False]


async def test_the_next_one_polls_only_when_the_first_has_finished_what_it_took(url: str) -> None:
    taken, go_on = asyncio.Event(), asyncio.Event()

    async def slow(event: Event) -> Reply:
        taken.set()
        await go_on.wait()
        return await echo(event)

    async with poller_on(url, slow) as first:
        first.telegram.updates.append(said(1, 1001, "a"))
        await taken.wait()
        async with poller_on(url) as second:
            first.polling.stop()
            await asyncio.sleep(0.5)
            assert second.changes == []
            go_on.set()
            await until(lambda: second.polls)
            assert first.texts() == ["a"]
            assert first.telegram.updates == []


async def test_a_server_that_is_away_is_outlived_and_holds_up_no_stop(
    postgres_server: PostgresServer,
) -> None:
    name = postgres_server.new_database()
    postgres_server.psql("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    async with poller_on(postgres_server.url(name)) as poller:
        await asyncio.sleep(0.5)
        assert poller.changes == []
        postgres_server.psql("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await until(lambda: poller.polls)
    async with silence() as port, poller_on(f"postgresql://127.0.0.1:{port}/x"):
        await asyncio.sleep(0.2)


@asynccontextmanager
async def silence() -> AsyncIterator[int]:
    """A port that takes connections and never answers."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
