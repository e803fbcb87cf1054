"""The rules of pacing, in memory and in Redis alike."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.pacing import Lane, Pacing
from storage.hot_state import HotState, Limits, MemoryHotState, RedisHotState, connect_redis
from tests.services import RedisServer

LIMITS = Limits(chat_burst=3, overall=5)


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    client = connect_redis(redis_server.url())
    yield client
    async for key in client.scan_iter("tapwork-test:*"):
        await client.delete(key)
    await client.aclose()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def state(request: pytest.FixtureRequest) -> HotState:
    if request.param == "memory":
        return MemoryHotState(LIMITS)
    return RedisHotState(request.getfixturevalue("redis"), LIMITS, prefix="tapwork-test:")


async def turns(state: HotState, chat: str, count: int, *, waits_for_all: bool = False) -> list[float]:
    return [await state.take_turn(chat, waits_for_all=waits_for_all) for _ in range(count)]


async def test_a_chat_may_burst_and_then_waits_for_its_next_second(state: HotState) -> None:
    waits = await turns(state, "a", 4)
    assert waits[:3] == [0.0, 0.0, 0.0]
    assert 0.8 < waits[3] <= 1.0
    assert await turns(state, "b", 1) == [0.0]
    await asyncio.sleep(waits[3] + 0.02)
    assert await turns(state, "a", 1) == [0.0]


async def test_notices_keep_to_the_limit_over_all_chats_and_answers_only_count(state: HotState) -> None:
    for chat in "abcde":
        assert await turns(state, chat, 1) == [0.0]
    [wait] = await turns(state, "f", 1, waits_for_all=True)
    assert 0.8 < wait <= 1.06
    assert await turns(state, "g", 1) == [0.0]
    await asyncio.sleep(1.1)
    assert await turns(state, "f", 1, waits_for_all=True) == [0.0]


async def test_never_more_than_the_limit_in_any_second(state: HotState) -> None:
    sent: list[float] = []

    async def send(chat: str) -> None:
        while (wait := await state.take_turn(chat, waits_for_all=True)) > 0.0:  # noqa: ASYNC110
            await asyncio.sleep(wait)
        sent.append(time.monotonic())

    await asyncio.gather(*(send(f"chat-{number}") for number in range(12)))
    sent.sort()
    assert all(later - earlier > 1.0 for earlier, later in zip(sent, sent[5:], strict=False))


async def test_a_paused_chat_waits_and_a_shorter_pause_changes_nothing(state: HotState) -> None:
    assert await state.find_pause("a") == 0.0
    await state.pause("a", 30)
    await state.pause("a", 1)
    assert 29.0 < await state.find_pause("a") <= 30.0
    [wait] = await turns(state, "a", 1)
    assert 29.0 < wait <= 30.0
    assert await turns(state, "b", 1) == [0.0]


@pytest.mark.redis
async def test_two_processes_share_the_limits(redis: Redis) -> None:
    first = RedisHotState(redis, LIMITS, prefix="tapwork-test:")
    second = RedisHotState(redis, LIMITS, prefix="tapwork-test:")
    assert await turns(first, "a", 2) == [0.0, 0.0]
    waits = await turns(second, "a", 2)
    assert waits[0] == 0.0
    assert waits[1] > 0.5


@pytest.mark.redis
async def test_an_emptied_redis_is_no_error(redis: Redis) -> None:
    pacing = Pacing(LIMITS, RedisHotState(redis, LIMITS, prefix="tapwork-test:"))
    assert await pacing.wait_turn("a", Lane.ANSWERS, patience_seconds=0) == 0.0
    await redis.flushdb()
    await redis.script_flush()
    assert await pacing.wait_turn("a", Lane.ANSWERS, patience_seconds=0) == 0.0


async def test_without_redis_each_process_paces_by_itself() -> None:
    gone = connect_redis("redis://127.0.0.1:1/0")
    pacing = Pacing(LIMITS, RedisHotState(gone, LIMITS))
    waits = [await pacing.wait_turn("a", Lane.ANSWERS, patience_seconds=0) for _ in range(4)]
    assert waits[:3] == [0.0] * 3
    assert waits[3] > 0.5
    await gone.aclose()


async def test_forgetting_keeps_memory_flat() -> None:
    now = 0.0
    state = MemoryHotState(LIMITS, now=lambda: now)
    for number in range(5000):
        now += 0.01
        await state.take_turn(f"chat-{number}", waits_for_all=False)
    assert len(state._full_at) < 1200


async def test_too_many_for_a_notice_stops_all_notices_but_no_answers() -> None:
    pacing = Pacing(LIMITS)
    await pacing.obey("a", Lane.NOTICES, 20)
    assert await pacing.wait_turn("b", Lane.NOTICES, patience_seconds=0) > 19.0
    assert await pacing.wait_turn("b", Lane.ANSWERS, patience_seconds=0) == 0.0


async def test_after_a_pause_a_chat_gets_one_a_second(state: HotState) -> None:
    await state.pause("a", 0.05)
    await asyncio.sleep(0.1)

    first = await state.take_turn("a", waits_for_all=False)
    second = await state.take_turn("a", waits_for_all=False)

    assert first == 0.0
    assert 0.5 < second <= 1.0
