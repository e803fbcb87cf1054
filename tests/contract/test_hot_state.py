"""The rules of pacing, in memory and in Redis alike."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from redis.asyncio import Redis

import storage.hot_state.limits
import storage.hot_state.window
from storage.hot_state import ChatBuckets, HotState, Limits, MemoryHotState, NoticeLane, RedisHotState, Wait

LIMITS = Limits(chat_burst=3, overall=5)
NAMES = itertools.count()


MakeState = Callable[..., Awaitable[HotState]]


async def make_memory_state(limits: Limits = LIMITS) -> MemoryHotState:
    return MemoryHotState(limits)


async def make_redis_state(redis: Redis, limits: Limits = LIMITS) -> RedisHotState:
    """A state on a Redis that was there before, so that no notice waits."""
    await redis.hset("tapwork-test:lane", "closed_until", "0")
    return RedisHotState(redis, limits, prefix="tapwork-test:")


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def make_state(request: pytest.FixtureRequest) -> MakeState:
    if request.param == "memory":
        return make_memory_state
    return partial(make_redis_state, request.getfixturevalue("redis"))


@pytest.fixture
async def state(make_state: MakeState) -> HotState:
    return await make_state()


def names(lane: str, count: int) -> list[str]:
    return [f"{lane}:{next(NAMES)}" for _ in range(count)]


async def answer(state: HotState, chat: str, *, waited_seconds: float = 0.0) -> Wait:
    return await state.take_answer(names("a", 1)[0], chat, waited_seconds=waited_seconds)


def about_a_second(seconds: float, *, since: float) -> bool:
    """Whether it is what is left of a second that began then or later."""
    return 1.0 - (time.monotonic() - since) - 0.01 <= seconds <= 1.0


async def fill(state: HotState) -> list[str]:
    """Takes all slots, the first two of them for notices; none of them ends."""
    notices, answers = names("n", 2), names("a", LIMITS.overall - 2)
    assert (await state.take_notices(notices)).count == 2
    for slot in answers:
        assert (await state.take_answer(slot, f"chat of {slot}", waited_seconds=0.0)).is_over
    return notices + answers


async def test_a_chat_may_burst_and_then_waits_for_its_next_second(state: HotState) -> None:
    started = time.monotonic()
    waits = [await answer(state, "a") for _ in range(4)]
    assert [wait.is_over for wait in waits] == [True, True, True, False]
    assert about_a_second(waits[3].chat_seconds, since=started)
    assert (await answer(state, "b")).is_over
    await asyncio.sleep(waits[3].chat_seconds + 0.02)
    assert (await answer(state, "a")).is_over


async def test_a_paused_chat_waits_and_a_shorter_pause_changes_nothing(state: HotState) -> None:
    await state.pause_chat("a", 30)
    await state.pause_chat("a", 1)
    assert 28.0 < (await answer(state, "a")).chat_seconds <= 30.0
    paused, free = await state.enter_chats(["a", "b"])
    assert 28.0 < paused <= 30.0
    assert free == 0.0


async def test_after_a_pause_a_chat_gets_one_a_second(state: HotState) -> None:
    started = time.monotonic()
    await state.pause_chat("a", 0.05)
    await asyncio.sleep(0.1)
    assert (await answer(state, "a")).is_over
    assert about_a_second((await answer(state, "a")).chat_seconds, since=started)


async def test_notices_are_counted_for_their_chats(state: HotState) -> None:
    started = time.monotonic()
    waits = await state.enter_chats(["a", "a", "a", "a", "b"])
    assert waits[:3] == [0.0] * 3
    assert about_a_second(waits[3], since=started)
    assert waits[4] == 0.0
    assert about_a_second((await answer(state, "a")).chat_seconds, since=started)
    assert await state.enter_chats([]) == []


async def test_answers_alone_are_never_held_back(state: HotState) -> None:
    for number in range(3 * LIMITS.overall):
        assert (await answer(state, f"chat-{number}")).is_over
    assert (await state.take_notices(names("n", 1))).count == 0


async def test_a_slot_counts_on_after_its_call(state: HotState) -> None:
    taken = await fill(state)
    state.end(taken[0], 1.0)
    state.end(taken[1], 0.0)
    assert (await state.take_notices(names("n", 3))).count == 1
    await asyncio.sleep(1.1)
    assert (await state.take_notices(names("n", 3))).count == 1


async def test_an_answer_waits_for_a_notice_and_no_notice_overtakes_it(state: HotState) -> None:
    taken = await fill(state)
    [slot] = names("a", 1)
    wait = await state.take_answer(slot, "a", waited_seconds=0.0)
    assert 0.0 < wait.slot_seconds <= 1.0
    state.end(taken[0], 0.0)
    assert (await state.take_notices(names("n", 1))).count == 0
    assert (await state.take_answer(slot, "a", waited_seconds=0.1)).is_over
    assert (await answer(state, "b", waited_seconds=1.0)).is_over


async def test_while_people_are_answered_notices_leave_them_a_slot(make_state: MakeState) -> None:
    state = await make_state(limits=Limits(overall=30))
    [first] = names("a", 1)
    assert (await state.take_answer(first, "a", waited_seconds=0.0)).is_over
    taken = 0
    async with asyncio.timeout(30):
        while (given := await state.take_notices(names("n", 3))).count or taken < 28:
            taken += given.count
            await asyncio.sleep(given.ask_again_seconds)
    assert taken == 28
    assert (await answer(state, "b")).is_over
    assert not (await answer(state, "c")).is_over


async def test_an_answer_that_gives_up_holds_nobody_back(state: HotState) -> None:
    taken = await fill(state)
    [slot] = names("a", 1)
    assert not (await state.take_answer(slot, "a", waited_seconds=0.0)).is_over
    state.end(slot, 0.0)
    state.end(taken[0], 0.0)
    await asyncio.sleep(0.3)
    assert (await state.take_notices(names("n", 1))).count == 1


async def test_the_slots_of_a_process_that_died_come_free(
    make_state: MakeState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.hot_state.limits, "HELD_SECONDS_MAX", 1.0)
    monkeypatch.setattr(storage.hot_state.window, "HELD_SECONDS_MAX", 1.0)
    state = await make_state()
    started = time.monotonic()
    await fill(state)
    assert (await state.take_notices(names("n", 1))).count == 0 or time.monotonic() - started > 1.0
    await asyncio.sleep(1.1)
    assert (await state.take_notices(names("n", 1))).count == 1


async def test_too_many_slows_notices_once_for_each_pause(state: HotState) -> None:
    assert (await state.take_notices(names("n", 5))).count == 4
    await state.pause_notices(5)
    await state.pause_notices(1)
    assert 2.0 < (await state.take_notices(names("n", 5))).ask_again_seconds <= 5.0
    assert (await answer(state, "a")).is_over


async def test_a_slower_lane_gives_fewer(state: HotState) -> None:
    for _ in range(12):
        await state.pause_notices(0.001)
        await asyncio.sleep(0.005)
    given = await state.take_notices(names("n", 5))
    assert given.count == 1
    later = await state.take_notices(names("n", 5))
    assert later.count == 0
    # At the whole rate one would come in a fifth of a second.
    assert 0.5 < later.ask_again_seconds <= 1.4


async def test_a_pause_may_last_for_hours(state: HotState) -> None:
    await state.pause_notices(10_072)
    assert 10_000 < (await state.take_notices(names("n", 1))).ask_again_seconds <= 10_072


def test_the_rate_recovers_in_minutes() -> None:
    now = 0.0
    lane = NoticeLane(LIMITS, now=lambda: now)
    lane.pause(1)
    lane.pause(1)
    assert lane.factor == pytest.approx(0.75)
    now = 60.0
    assert lane.factor == pytest.approx(0.85)
    for _ in range(20):
        lane.pause(1)
        now += 1.001
    assert lane.factor == pytest.approx(0.1, abs=0.01)
    now += 600.0
    assert lane.factor == 1.0


def test_forgetting_keeps_memory_flat() -> None:
    now = 0.0
    chats = ChatBuckets(burst=3, now=lambda: now)
    for number in range(5000):
        now += 0.01
        chats.enter(f"chat-{number}")
    assert len(chats) < 1200


@pytest.mark.redis
async def test_processes_know_of_each_other_and_share_slots_and_chats(redis: Redis) -> None:
    started = time.monotonic()
    first, second = await make_redis_state(redis), await make_redis_state(redis)
    await first.greet()
    assert [(await answer(first, "a")).is_over for _ in range(2)] == [True, True]
    assert (await answer(second, "a")).is_over
    assert about_a_second((await answer(second, "a")).chat_seconds, since=started)
    assert second.processes == 2
    assert (await first.take_notices(names("n", 4))).count == 2
    assert (await second.take_notices(names("n", 1))).count == 0


@pytest.mark.redis
async def test_after_redis_was_emptied_notices_wait_a_second_and_answers_do_not(redis: Redis) -> None:
    state = await make_redis_state(redis)
    assert (await state.take_notices(names("n", 1))).count == 1
    await redis.flushdb()
    await redis.script_flush()
    assert (await answer(state, "a")).is_over
    assert 0.3 < (await state.take_notices(names("n", 1))).ask_again_seconds <= 1.0
    await asyncio.sleep(1.05)
    assert (await state.take_notices(names("n", 1))).count == 1


@pytest.mark.redis
async def test_a_clock_that_was_set_back_blocks_nobody_for_long(redis: Redis) -> None:
    state = await make_redis_state(redis)
    later = (await redis.time())[0] + 3600
    for name, count in {"slots": 5, "notices": 5, "waiting": 2, "processes": 3}.items():
        await redis.zadd(f"tapwork-test:{name}", {f"n:lost-{number}": later for number in range(count)})
    moments = {"next_at": later, "closed_until": later, "paused_until": later, "paused_seconds": 1}
    await redis.hset("tapwork-test:lane", mapping={**moments, "slowed_at": later, "factor": "0.75"})
    await redis.set("tapwork-test:bucket:a", later)
    await redis.set("tapwork-test:pause:a", f"{later} 20")
    assert (await answer(state, "a")).is_over
    assert state.processes == 1
    given = await state.take_notices(names("n", 1))
    assert given.count == 0
    assert given.ask_again_seconds <= 1.0
    await asyncio.sleep(1.05)
    assert (await state.take_notices(names("n", 1))).count == 1
