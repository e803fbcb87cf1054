"""Long polling against an HTTP server: confirmed only when handled, and never stuck."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

import bot.channels.telegram_polling
import bot.intake
import bot.polling
from bot.channels.telegram_polling import TelegramUpdateSource
from bot.polling import Polling
from handlers.screens import Event, Reply, Screen
from tests.contract.scripted_telegram import CUT, ScriptedTelegram, error, make_bot, ok, page
from tests.runtime_parts import ChannelInMemory, Surroundings, make_intake, said
from tests.waiting import until

Handle = Callable[[Event], Awaitable[Reply]]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.intake, "BACK_OFF_SECONDS_MIN", 0.01)
    monkeypatch.setattr(bot.polling, "STRAGGLER_SECONDS", 0.05)
    monkeypatch.setattr(bot.channels.telegram_polling, "BACK_OFF_SECONDS_MIN", 0.01)
    monkeypatch.setattr(bot.channels.telegram_polling, "CONFLICT_SECONDS", 0.01)
    monkeypatch.setattr(bot.channels.telegram_polling, "TAKE_OVER_SECONDS", 0.01)


@pytest.fixture
async def telegram() -> AsyncIterator[ScriptedTelegram]:
    server = ScriptedTelegram()
    yield server
    await server.stop()


async def echo(event: Event) -> Reply:
    return Reply((Screen(event.text),))


@asynccontextmanager
async def polling(
    telegram: ScriptedTelegram, handle: Handle = echo
) -> AsyncIterator[tuple[ChannelInMemory, Surroundings]]:
    aiogram_bot = make_bot(await telegram.start())
    channel = ChannelInMemory()
    around = make_intake(handle, channel)
    poller = Polling(TelegramUpdateSource(aiogram_bot), around.intake)
    running = asyncio.ensure_future(poller.run())
    try:
        yield channel, around
    finally:
        poller.stop()
        await asyncio.wait_for(running, 30)
        await aiogram_bot.session.close()


def texts(channel: ChannelInMemory) -> list[str]:
    return [text for _, text, _ in channel.shown]


async def test_updates_are_handled_and_then_confirmed(telegram: ScriptedTelegram) -> None:
    telegram.updates += [said(1, 1001, "a"), said(2, 1002, "b")]
    async with polling(telegram) as (channel, _):
        await until(lambda: not telegram.updates)
        assert sorted(texts(channel)) == ["a", "b"]
    assert telegram.named("getUpdates")[0] == {
        "limit": 100,
        "timeout": 25,
        "allowed_updates": ["message", "callback_query", "my_chat_member"],
    }
    assert telegram.named("getUpdates")[-1] == {"offset": 3, "limit": 1, "timeout": 0}


async def test_an_unreadable_update_stops_nobody(telegram: ScriptedTelegram) -> None:
    telegram.updates += [said(1, 1001, "a"), {"update_id": 2, "message": 5}, said(3, 1001, "b")]
    async with polling(telegram) as (channel, around):
        await until(lambda: not telegram.updates)
        assert texts(channel) == ["a", "b"]
        assert around.quarantine.kept == [("2", "unreadable: message is no object")]


async def test_one_who_takes_long_holds_up_nobody_else_and_is_not_confirmed(
    telegram: ScriptedTelegram,
) -> None:
    hanging = asyncio.Event()

    async def handle(event: Event) -> Reply:
        if event.text == "slow":
            await hanging.wait()
        return await echo(event)

    telegram.updates += [said(1, 1001, "slow"), said(2, 1001, "after"), said(3, 1002, "b")]
    async with polling(telegram, handle) as (channel, _):
        await until(lambda: texts(channel) == ["b"])
        telegram.updates.append(said(4, 1003, "c"))
        await until(lambda: texts(channel) == ["b", "c"])
        await asyncio.sleep(0.1)
        assert max(offset or 0 for offset in telegram.offsets) <= 1
        assert texts(channel) == ["b", "c"]
        hanging.set()
        await until(lambda: not telegram.updates)
        assert texts(channel) == ["b", "c", "slow", "after"]


async def test_an_outage_keeps_the_updates_and_their_order(telegram: ScriptedTelegram) -> None:
    failures = 6

    async def handle(event: Event) -> Reply:
        nonlocal failures
        if failures:
            failures -= 1
            raise ConnectionRefusedError
        return await echo(event)

    telegram.updates += [said(1, 1001, "a"), said(2, 1001, "b")]
    async with polling(telegram, handle) as (channel, _):
        await until(lambda: not telegram.updates)
        assert texts(channel) == ["a", "b"]


async def test_a_stop_in_an_outage_confirms_only_what_is_done(telegram: ScriptedTelegram) -> None:
    async def handle(event: Event) -> Reply:
        if event.text == "b":
            raise ConnectionRefusedError
        return await echo(event)

    telegram.updates += [said(1, 1001, "a"), said(2, 1001, "b"), said(3, 1002, "c")]
    async with polling(telegram, handle) as (channel, _):
        await until(lambda: len(channel.shown) == 2)
    assert [update["update_id"] for update in telegram.updates] == [2, 3]


async def test_a_stop_finishes_what_was_taken(telegram: ScriptedTelegram) -> None:
    taken = asyncio.Event()

    async def handle(event: Event) -> Reply:
        taken.set()
        await asyncio.sleep(0.2)
        return await echo(event)

    telegram.updates += [said(1, 1001, "a")]
    async with polling(telegram, handle) as (channel, _):
        await taken.wait()
    assert texts(channel) == ["a"]
    assert telegram.updates == []


async def test_an_always_failing_update_is_put_aside(telegram: ScriptedTelegram) -> None:
    async def handle(event: Event) -> Reply:
        if event.text == "bad":
            raise ZeroDivisionError
        return await echo(event)

    telegram.updates += [said(1, 1001, "bad"), said(2, 1001, "good")]
    async with polling(telegram, handle) as (channel, around):
        await until(lambda: not telegram.updates)
        assert texts(channel) == ["good"]
        assert [event_id for event_id, _ in around.quarantine.kept] == ["1"]


async def test_faults_of_the_line_and_conflicts_are_outlived(telegram: ScriptedTelegram) -> None:
    conflict = "Conflict: can't use getUpdates method while webhook is active"
    other = "Conflict: terminated by other getUpdates request"
    telegram.queue("getUpdates", page(502), CUT, error(500, "Internal Server Error: restart"),
                   error(409, conflict), error(409, other), page(200))  # fmt: skip
    telegram.updates += [said(1, 1001, "a")]
    async with polling(telegram) as (channel, _):
        await until(lambda: not telegram.updates)
        assert texts(channel) == ["a"]
    assert telegram.named("deleteWebhook") == [{"drop_pending_updates": False}]


async def test_after_a_week_of_silence_numbers_may_start_lower(telegram: ScriptedTelegram) -> None:
    telegram.updates += [said(5000, 1001, "a")]
    async with polling(telegram) as (channel, _):
        await until(lambda: not telegram.updates)
        seen = len(telegram.offsets)
        # The service treats an offset far above its end as "from the head".
        telegram.queue("getUpdates", ok([said(10, 1001, "b")]))
        await until(lambda: 11 in telegram.offsets[seen:])
        assert texts(channel) == ["a", "b"]


async def test_half_an_emoji_stops_nobody(telegram: ScriptedTelegram) -> None:
    batch = ok([])
    batch.body = (
        b'{"ok":true,"result":[{"update_id":1,"message":{"from":{"id":5},"chat":{"id":5},"text":"\\ud83d"}}]}'
    )
    telegram.queue("getUpdates", batch)
    telegram.updates += [said(2, 1001, "b")]
    async with polling(telegram) as (channel, _):
        await until(lambda: not telegram.updates)
        assert texts(channel) == ["\ud83d", "b"]
