"""A notice goes out through a server that counts every second, while processes and servers die."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis import Redis

from tests.journeys.hatchery import Hatchery
from tests.journeys.outside.crowd import press_read
from tests.journeys.outside.faults import Fault, bad_picture, blocked, deactivated, too_many, unparsable
from tests.journeys.outside.notices import Written
from tests.journeys.outside.projects import EXAMPLE
from tests.journeys.outside.town import Town, town_of
from tests.services import PostgresServer, RedisServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE, RATE, KILLS = 300, 60, 3
MANY, SOME, FIRST = (("--workers", ",".join(map(str, range(1, count + 1)))) for count in (220, 70, 50))
"""For what may go wrong so many people are enough; the first fifty wait for nobody."""
PICTURES = sorted((EXAMPLE / "images").iterdir())
TRIAL = 50
"""What became of so many must be known before anybody else gets it; whoever dies earlier holds all up."""
FEW = 12
"""So many messages may be wasted on a notice that reaches nobody."""
ON_THEIR_WAY_MAX = 60


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def village(hatchery: Hatchery, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One process, and one file."""
    folder = tmp_path_factory.mktemp("village")
    async with town_of(folder, PEOPLE, rate=RATE, hatchery=hatchery) as town:
        yield town
    assert "Traceback" not in town.log


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(
    hatchery: Hatchery,
    postgres_server: PostgresServer,
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Town]:
    """Two processes that share a server and a Redis."""
    async with town_of(
        tmp_path_factory.mktemp("city"),
        PEOPLE,
        rate=RATE,
        processes=2,
        database=postgres_server.url(postgres_server.new_database()),
        redis=redis_server.url(4),
        hatchery=hatchery,
    ) as town:
        yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def interrupted(city: Town) -> Written:
    """A notice whose senders were killed. After 40 seconds it is clear that they do not come back."""
    return await _killed_while_sending(city)


@pytest.mark.postgresql
@pytest.mark.redis
async def test_what_one_sender_left_when_it_died_another_one_sends(city: Town, interrupted: Written) -> None:
    facts = await interrupted.facts()
    while facts["planned"]:
        facts = await interrupted.facts()
    assert city.api.arrivals.doubled(interrupted.text) == []
    assert facts["sending"] + facts["unknown"] <= KILLS * ON_THEIR_WAY_MAX
    assert facts["sent"] <= len(interrupted.arrived) <= facts["total"]


async def test_everybody_gets_it_once_and_in_time(village: Town) -> None:
    await _everybody_gets_it_once_and_in_time(village)


async def test_whoever_dies_while_sending_doubles_nothing(village: Town) -> None:
    notice = await _killed_while_sending(village)
    facts = await notice.until("done")
    assert village.api.arrivals.doubled(notice.text) == []
    assert facts["sent"] + facts["unknown"] == facts["total"]
    assert facts["unknown"] <= KILLS * ON_THEIR_WAY_MAX
    await _what_nobody_knows_is_settled(village, notice)


async def test_people_who_blocked_the_bot_or_are_gone_hold_nobody_up(village: Town) -> None:
    chats = [worker.chat.person["id"] for worker in village.workers]
    some, others = frozenset(chats[3:60:20]), frozenset(chats[9:60:20])
    # Not edits: some that belong to the test before are still on their way, and whoever cannot be reached
    # is not written to any more.
    with (
        village.api.faults.on(Fault(refuse=blocked, chats=some, method="sendmessage")) as lost,
        village.api.faults.on(Fault(refuse=deactivated, chats=others, method="sendmessage")) as gone,
    ):
        notice = await village.write("The school opens on Monday.", *SOME)
        facts = await notice.until("done")
    assert (facts["blocked"], facts["gone"]) == (lost.met, gone.met) == (3, 3)
    assert facts["sent"] == len(notice.arrived) == 64


async def test_a_storm_of_too_many_loses_and_doubles_nobody(village: Town) -> None:
    notice = Written(village.api, village.processes[0], "Bring your own cup.")
    with village.api.faults.on(Fault(refuse=too_many, share=0.2)) as storm:
        await notice.write(*SOME)
        await notice.has_reached(10, within_seconds=60)
    facts = await notice.until("done")
    assert storm.met
    assert facts["sent"] == facts["total"] == len(notice.arrived)
    assert village.api.arrivals.doubled(notice.text) == []


async def test_who_may_have_got_it_does_not_get_it_again(village: Town) -> None:
    """The server carries out every tenth call and does not answer; ours waits ten seconds."""
    with village.api.faults.on(Fault(hold_seconds=30, share=0.1)) as silence:
        notice = await village.write("The road is open again.", *FIRST, "--read-button")
        facts = await notice.facts()
        await notice.has_reached(facts["total"], within_seconds=10)
    # Meanwhile nobody waits for the ten seconds.
    await _a_picture_is_uploaded_once(village)
    facts = await notice.until("done")
    assert facts["unknown"] == silence.met > 0
    assert facts["sent"] + facts["unknown"] == facts["total"] == len(notice.arrived)
    await _what_nobody_knows_is_settled(village, notice)


async def test_a_text_that_is_refused_for_everybody_stops_after_a_few(village: Town) -> None:
    with village.api.faults.on(Fault(refuse=unparsable, method="sendmessage")) as fault:
        notice = await village.write("Broken <br> words.", *SOME)
        facts = await notice.until_paused()
    assert "can't parse entities" in facts["reason"]
    assert facts["refused"] == fault.met <= FEW
    await notice.steer("cancel")


async def test_a_picture_that_is_refused_for_everybody_stops_after_a_few(village: Town) -> None:
    with village.api.faults.on(Fault(refuse=bad_picture, method="sendphoto")) as fault:
        notice = await village.write("The old well.", *SOME, "--picture", str(PICTURES[1]))
        facts = await notice.until_paused()
    assert facts["refused"] == fault.met <= FEW
    await notice.steer("cancel")


async def test_an_unusual_share_of_failures_stops_after_the_first_fifty(village: Town) -> None:
    with village.api.faults.on(Fault(refuse=blocked, share=0.7)) as fault:
        notice = await village.write("Who is still there?", *SOME)
        facts = await notice.until_paused()
    assert facts["reason"] == "failures"
    assert facts["blocked"] == fault.met
    assert facts["sent"] + facts["blocked"] == TRIAL
    assert facts["planned"] == facts["total"] - TRIAL
    await notice.steer("cancel")


@pytest.mark.postgresql
@pytest.mark.redis
async def test_two_processes_keep_the_limit_together(city: Town) -> None:
    await _everybody_gets_it_once_and_in_time(city)


@pytest.mark.postgresql
@pytest.mark.redis
async def test_whatever_servers_do_nobody_gets_it_twice(
    city: Town, postgres_server: PostgresServer, redis_server: RedisServer
) -> None:
    """Redis is emptied, goes and comes back; the database is started anew."""
    happenings = (
        lambda: _empty(redis_server),
        redis_server.stop,
        redis_server.start,
        postgres_server.restart,
    )
    notice = await city.write("The bus leaves at eight.")
    for number, happening in enumerate(happenings, start=1):
        await notice.has_reached(number * PEOPLE // 6, within_seconds=60)
        await asyncio.to_thread(happening)
    await notice.has_reached(PEOPLE - ON_THEIR_WAY_MAX, within_seconds=60)
    facts = await notice.until("done", within_seconds=60)
    assert city.api.arrivals.doubled(notice.text) == []
    assert facts["sent"] + facts["unknown"] == facts["total"] == PEOPLE
    assert facts["sent"] <= len(notice.arrived)


@pytest.mark.postgresql
@pytest.mark.redis
async def test_what_nobody_knows_is_listed_and_sent_again_if_wished(city: Town, interrupted: Written) -> None:
    await interrupted.until("done", within_seconds=60)
    await _what_nobody_knows_is_settled(city, interrupted)


def _empty(redis_server: RedisServer) -> None:
    with Redis.from_url(redis_server.url()) as redis:
        redis.flushall()


async def _everybody_gets_it_once_and_in_time(town: Town) -> None:
    await asyncio.sleep(1.0)  # what went before does not count any more
    town.api.arrivals.too_many.clear()
    waited_before = town.waited_for_processors()
    notice = await town.write("Pay day is Friday.", "--read-button")
    await notice.has_reached(PEOPLE, within_seconds=60)
    facts = await notice.until("done")
    assert town.api.arrivals.too_many == []
    assert town.api.arrivals.doubled(notice.text) == []
    assert (facts["sent"], len(notice.arrived)) == (PEOPLE, PEOPLE)
    spoilt_seconds = town.waited_for_processors() - waited_before
    assert notice.took_seconds < 1.05 * PEOPLE / RATE + 1.5 + spoilt_seconds


async def _a_picture_is_uploaded_once(town: Town) -> None:
    before = town.api.messages.uploads["photo"]
    notice = await town.write("The new well.", *SOME, "--picture", str(PICTURES[0]))
    facts = await notice.until("done")
    assert facts["sent"] == facts["total"] == len(notice.arrived)
    assert town.api.messages.uploads["photo"] == before + 1


async def _killed_while_sending(town: Town) -> Written:
    """Answers take a moment, so that there is always something of which a killed sender knows nothing."""
    with town.api.faults.on(Fault(hold_seconds=0.2)):
        notice = await town.write("Bring your papers tomorrow.", *MANY, "--read-button")
        for number in range(1, KILLS):
            await notice.has_reached(TRIAL + number * 20, within_seconds=60)
            await town.kill_one()
        # Whoever sends now dies, so that there surely is something of which nobody knows.
        reached = len(notice.arrived) + 12
        await notice.has_reached(reached, within_seconds=60)
        await town.kill_all()
    return notice


async def _what_nobody_knows_is_settled(town: Town, notice: Written) -> None:
    """Whoever has it says so; the others get it again, and then nothing is unknown any more."""
    facts = await notice.facts()
    assert len(set(facts["unknown_workers"])) == facts["unknown"] > 0
    town.api.arrivals.limit = None
    pressed = [press_read(town.api, worker.chat, notice.text) for worker in town.workers]
    await town.api.delivery.all_taken()
    town.api.arrivals.limit = RATE
    facts = await notice.facts()
    has_it = sum(query is not None for query in pressed)
    assert facts["read"] == facts["sent"] == has_it == len(notice.arrived)
    assert facts["unknown"] == facts["total"] - has_it
    if facts["unknown"]:
        await notice.steer("send-again")
    facts = await notice.until("done")
    assert facts["sent"] == facts["total"] == len(notice.arrived)
    assert town.api.arrivals.doubled(notice.text) == []
