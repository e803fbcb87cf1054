"""Pacing as the messenger sees it: what arrives in any second, in which order, and when something breaks."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

import bot.pacing
from bot.nursery import Nursery
from bot.pacing import Lane, Pacing, Turn
from bot.round_trips import COUNTED_SECONDS, RoundTrips
from storage.hot_state import Limits, RedisHotState, connect_redis
from tests.processors import waited_for_a_processor
from tests.services import RedisServer, redis_running

PREFIX = "tapwork-test:"
ANSWER = "answer"
NOTICE = "notice"
ATTEMPTS_MAX = 6
"""A busy machine may spoil attempts to be quick; nothing may spoil the limit."""
SPOILT_BY_A_SECOND = 2.0
"""Whoever waits a second for a processor misses what goes in it, and in the second that begins late."""


@dataclass
class FarAway:
    """A messenger behind a line of random length. It counts by itself what arrives."""

    latency_seconds_max: float = 0.03
    arrivals: list[tuple[float, str]] = field(default_factory=list)
    notices: list[tuple[float, float]] = field(default_factory=list)
    """When somebody asked for the turn of each notice, and when she had it."""

    async def call(self, what: str) -> None:
        await asyncio.sleep(random.uniform(0.0, self.latency_seconds_max / 2))
        self.arrivals.append((time.monotonic(), what))
        await asyncio.sleep(random.uniform(0.0, self.latency_seconds_max / 2))

    def count_within(self, seconds: float) -> int:
        """What arrived within so long after the first message."""
        return sum(at < self.arrivals[0][0] + seconds for at, _ in self.arrivals)

    def most_within(self, seconds: float) -> int:
        """The most that arrived within any stretch of time of that length."""
        times = sorted(at for at, _ in self.arrivals)
        most, first = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    nursery = Nursery()
    yield nursery
    await nursery.stop(grace_seconds=1.0)


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that may be stopped."""
    with redis_running() as server:
        yield server


async def sharing(
    redis: Redis, limits: Limits, nursery: Nursery, count: int, *, prefix: str = PREFIX
) -> list[Pacing]:
    """So many processes on one Redis that was there before."""
    await redis.hset(f"{prefix}lane", "closed_until", "0")
    pacings = [Pacing(limits, nursery, RedisHotState(redis, limits, prefix=prefix)) for _ in range(count)]
    for pacing in pacings:
        await pacing.warm_up()
    return pacings


async def call_and_end(pacing: Pacing, messenger: FarAway, turn: Turn, what: str) -> None:
    await messenger.call(what)
    pacing.end(turn)


async def send_notices(pacings: Sequence[Pacing], messenger: FarAway, seconds: float) -> None:
    """Each process sends as many as it may."""
    stop_at = time.monotonic() + seconds

    async def send(pacing: Pacing) -> None:
        async with asyncio.TaskGroup() as calls:
            while (asked_at := time.monotonic()) < stop_at:
                turns = await pacing.take_notice_turns(20)
                if isinstance(turns, float):
                    await asyncio.sleep(min(turns, max(stop_at - time.monotonic(), 0.0)))
                    continue
                for turn in turns:
                    messenger.notices.append((asked_at, turn.taken_at))
                    calls.create_task(call_and_end(pacing, messenger, turn, NOTICE))

    await asyncio.gather(*(send(pacing) for pacing in pacings))


async def send_answer(pacing: Pacing, messenger: FarAway, chat: str) -> float:
    """Sends it, and says how long it waited for its turn."""
    started = time.monotonic()
    turn = await pacing.wait_turn(chat, patience_seconds=0)
    assert isinstance(turn, Turn)
    waited = time.monotonic() - started
    await call_and_end(pacing, messenger, turn, ANSWER)
    return waited


async def all_is_used(make: Callable[[int], Awaitable[Sequence[Sequence[Pacing]]]]) -> bool:
    """Whether groups of processes, made anew for each attempt, use what they may in one of some attempts."""
    for number in range(ATTEMPTS_MAX):
        if await send_all_they_may(*await make(number)):
            return True
    return False


async def send_all_they_may(*groups: Sequence[Pacing]) -> bool:
    """Whether no group ever sent too much (that is asserted), and each used what it might."""
    messengers, waited_before = [FarAway() for _ in groups], waited_for_a_processor()
    await asyncio.gather(
        *(send_notices(group, messenger, 3.1) for group, messenger in zip(groups, messengers, strict=True))
    )
    assert all(messenger.most_within(1.0) <= 100 for messenger in messengers)
    spoilt = 100 * SPOILT_BY_A_SECOND * (waited_for_a_processor() - waited_before)
    return all(messenger.count_within(3.0) >= 0.97 * 300 - spoilt for messenger in messengers)


async def test_one_process_sends_never_more_than_the_limit_and_hardly_less(nursery: Nursery) -> None:
    async def alone(_number: int) -> Sequence[Sequence[Pacing]]:
        return [[Pacing(Limits(overall=100), nursery)]]

    assert await all_is_used(alone)


@pytest.mark.redis
async def test_processes_together_send_never_more_than_the_limit_and_hardly_less(
    redis: Redis, nursery: Nursery
) -> None:
    async def one_and_four(number: int) -> Sequence[Sequence[Pacing]]:
        limits = Limits(overall=100)
        return [await sharing(redis, limits, nursery, count, prefix=f"{number}-{count}:") for count in (1, 4)]

    assert await all_is_used(one_and_four)
    await nursery.wait(1.0)


async def test_notices_are_spread_evenly(nursery: Nursery) -> None:
    messenger = FarAway(latency_seconds_max=0.0)
    await send_notices([Pacing(Limits(overall=50), nursery)], messenger, 0.8)
    # Five are due in a tenth of a second, four may catch up.
    assert messenger.most_within(0.1) <= 10


@pytest.mark.parametrize(
    "shared", [False, pytest.param(True, marks=pytest.mark.redis)], ids=["memory", "redis"]
)
async def test_answers_take_the_next_slots(
    request: pytest.FixtureRequest, nursery: Nursery, *, shared: bool
) -> None:
    limits = Limits(overall=20)
    pacings = [Pacing(limits, nursery)] * 2
    if shared:
        server: RedisServer = request.getfixturevalue("redis_server")
        redis = connect_redis(server.url(1))
        await redis.flushdb()
        pacings = await sharing(redis, limits, nursery, 2)
    messenger = FarAway(latency_seconds_max=0.0)
    notices = nursery.start(send_notices(pacings[:1], messenger, 1.7), name="notices")
    await asyncio.sleep(1.1)
    asked_at = time.monotonic()
    waits = await asyncio.gather(*(send_answer(pacings[1], messenger, f"chat-{n}") for n in range(5)))
    await notices
    # A slot comes free each twentieth of a second, so the fifth has to wait for a quarter; after a second
    # it would go in any case.
    assert max(waits) < 0.95
    # Redis hears of the answers a moment later, but before it gives the first of them its turn.
    known_at, answered_at = asked_at + (min(waits) if shared else 0.0), asked_at + max(waits)
    assert [taken for asked, taken in messenger.notices if known_at < asked and taken < answered_at] == []
    assert messenger.most_within(1.0) <= limits.overall
    if shared:
        await nursery.wait(1.0)
        await redis.aclose()


async def test_an_answer_waits_a_second_at_most(nursery: Nursery) -> None:
    pacing = Pacing(Limits(overall=5), nursery)
    held = 0
    while held < 5:
        turns = await pacing.take_notice_turns(5)
        held += 0 if isinstance(turns, float) else len(turns)
        await asyncio.sleep(turns if isinstance(turns, float) else 0.0)
    waited = await send_answer(pacing, FarAway(), "a")
    # The slots themselves are held for much longer.
    assert 0.9 < waited < 5.0


async def test_answers_alone_are_never_held_back(nursery: Nursery) -> None:
    pacing = Pacing(Limits(overall=5), nursery)
    waits = await asyncio.gather(*(send_answer(pacing, FarAway(), f"chat-{n}") for n in range(20)))
    assert max(waits) < 0.9


async def test_whoever_gives_up_waiting_holds_nobody_back(nursery: Nursery) -> None:
    pacing = Pacing(Limits(overall=4), nursery)
    turns = await pacing.take_notice_turns(4)
    assert not isinstance(turns, float)
    assert len(turns) == 4
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pacing.wait_turn("a", patience_seconds=0), 0.05)
    pacing.give_back(*turns)
    await asyncio.sleep(0.3)
    assert not isinstance(await pacing.take_notice_turns(1), float)


async def test_a_paused_chat_is_waited_for_with_patience_only(nursery: Nursery) -> None:
    pacing = Pacing(Limits(), nursery)
    await pacing.obey("a", Lane.ANSWERS, 1.0)
    wait = await pacing.wait_turn("a", patience_seconds=0)
    assert isinstance(wait, float)
    assert 0.0 < wait <= 1.0
    assert isinstance(await pacing.wait_turn("a", patience_seconds=5), Turn)
    assert not isinstance(await pacing.take_notice_turns(1), float)


@pytest.mark.redis
async def test_too_many_for_a_notice_stops_the_notices_of_all_but_no_answers(
    redis: Redis, nursery: Nursery
) -> None:
    first, second = await sharing(redis, Limits(), nursery, 2)
    await first.obey("a", Lane.NOTICES, 10_072)
    for pacing in (first, second):
        wait = await pacing.take_notice_turns(1)
        assert isinstance(wait, float)
        assert 10_060 < wait < 10_074
        assert await send_answer(pacing, FarAway(), "b") < 5.0
    [waiting, free] = await second.enter_chats(["a", "b"])
    assert waiting > 10_060
    assert free == 0.0
    await nursery.wait(1.0)


@pytest.mark.redis
async def test_when_redis_is_emptied_the_limit_holds(redis: Redis, nursery: Nursery) -> None:
    limits, messenger = Limits(overall=50), FarAway()
    pacings = await sharing(redis, limits, nursery, 2)
    notices = nursery.start(send_notices(pacings, messenger, 3.6), name="notices")
    await asyncio.sleep(1.3)
    await redis.flushdb()
    await redis.script_flush()
    emptied_at = time.monotonic()
    await notices
    assert messenger.most_within(1.0) <= limits.overall
    assert sum(at > emptied_at + 1.0 for at, _ in messenger.arrivals) > 10
    await nursery.wait(1.0)


@pytest.mark.redis
async def test_without_redis_each_process_keeps_to_its_share(
    own_redis: RedisServer, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.pacing, "REDIS_REST_SECONDS", 0.5)
    monkeypatch.setattr(bot.pacing, "OWN_SHARE_SECONDS", 2.0)
    limits, messenger = Limits(overall=50), FarAway()
    redis = connect_redis(own_redis.url())
    pacings = await sharing(redis, limits, nursery, 2)
    notices = nursery.start(send_notices(pacings, messenger, 4.8), name="notices")
    await asyncio.sleep(1.0)
    own_redis.stop()
    stopped_at = time.monotonic()
    assert await send_answer(pacings[0], messenger, "a") < 10.0
    await asyncio.sleep(2.0)
    own_redis.start()
    started_at = time.monotonic()
    await notices
    # The answer that finds Redis gone knows only of the messages of its own process.
    assert messenger.most_within(1.0) <= limits.overall + 1
    assert sum(stopped_at + 1.0 < at < started_at for at, _ in messenger.arrivals) > 10
    async with asyncio.timeout(30):
        while await redis.zcard(f"{PREFIX}processes") != 2:
            # Whoever has something to say finds out that Redis is back.
            for pacing in pacings:
                await send_answer(pacing, messenger, "a")
            await asyncio.sleep(0.2)
    await nursery.wait(1.0)
    await redis.aclose()


@pytest.mark.redis
async def test_redis_hears_of_ended_turns_without_being_asked(redis: Redis, nursery: Nursery) -> None:
    [pacing] = await sharing(redis, Limits(), nursery, 1)
    turns = [await pacing.wait_turn("a", patience_seconds=0) for _ in range(3)]
    assert await redis.zcard(f"{PREFIX}slots") == 3
    pacing.give_back(*(turn for turn in turns if isinstance(turn, Turn)))
    await nursery.wait(2.0)
    assert await redis.zcard(f"{PREFIX}slots") == 0


def test_a_message_counts_shorter_on_a_long_line_once_some_calls_were_seen() -> None:
    now = 0.0
    trips = RoundTrips(now=lambda: now)
    for _ in range(31):
        trips.note(0.1)
    assert trips.counts_seconds == COUNTED_SECONDS
    trips.note(0.3)
    assert trips.counts_seconds == pytest.approx(COUNTED_SECONDS - 0.075)
    trips.note(0.004)
    assert trips.counts_seconds == COUNTED_SECONDS
    now = 61.0
    trips.note(0.5)
    now = 122.0
    trips.note(0.5)
    assert trips.counts_seconds == pytest.approx(COUNTED_SECONDS - 0.195)
