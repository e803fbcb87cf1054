"""A notice goes out through a server that counts every second, while processes and servers die."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.journeys.outside.crowd import press_read
from tests.journeys.outside.faults import Fault, bad_picture, blocked, deactivated, too_many, unparsable
from tests.journeys.outside.notices import Written
from tests.journeys.outside.projects import EXAMPLE
from tests.journeys.outside.town import Town, town_of
from tests.services import PostgresServer, RedisServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE, RATE, KILLS = 300, 60, 3
SOME = ",".join(map(str, range(1, 71)))
"""For what may go wrong seventy people are enough."""
FEW = 12
"""So many messages may be wasted on a notice that reaches nobody."""
ON_THEIR_WAY_MAX = 60


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def village(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One process, and one file."""
    folder = tmp_path_factory.mktemp("village")
    async with town_of(folder, PEOPLE, rate=RATE) as town:
        yield town
    _nothing_broke(town)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(
    postgres_server: PostgresServer, redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """Two processes that share a server and a Redis."""
    folder, database = tmp_path_factory.mktemp("city"), postgres_server.url(postgres_server.new_database())
    redis = redis_server.url(4)
    async with town_of(folder, PEOPLE, rate=RATE, processes=2, database=database, redis=redis) as town:
        yield town


async def test_everybody_gets_it_once_and_in_time(village: Town) -> None:
    await _everybody_gets_it_once_and_in_time(village)


async def test_whoever_dies_while_sending_doubles_nothing(village: Town) -> None:
    notice = await _killed_while_sending(village)
    await _what_nobody_knows_is_settled(village, notice)


async def test_people_who_blocked_the_bot_or_are_gone_hold_nobody_up(village: Town) -> None:
    chats = [worker.chat.person["id"] for worker in village.workers]
    with (
        village.api.faults.on(Fault(refuse=blocked, chats=frozenset(chats[3:60:20]))) as lost,
        village.api.faults.on(Fault(refuse=deactivated, chats=frozenset(chats[9:60:20]))) as gone,
    ):
        notice = await village.write("The school opens on Monday.", "--workers", SOME)
        facts = await notice.until("done")
    assert (facts["blocked"], facts["gone"]) == (lost.met, gone.met) == (3, 3)
    assert facts["sent"] == len(notice.arrived) == 64


async def test_a_storm_of_too_many_loses_and_doubles_nobody(village: Town) -> None:
    notice = Written(village.api, village.processes[0], "Bring your own cup.")
    with village.api.faults.on(Fault(refuse=too_many, share=0.2)) as storm:
        await notice.write("--workers", SOME)
        await notice.has_reached(10, within_seconds=20)
    facts = await notice.until("done")
    assert storm.met
    assert facts["sent"] == facts["total"] == len(notice.arrived)
    assert village.api.arrivals.doubled(notice.text) == []


async def test_who_may_have_got_it_does_not_get_it_again(village: Town) -> None:
    """The server carries out every tenth call and never answers; after ten seconds that is of unknown fate."""
    with village.api.faults.on(Fault(hold_seconds=30, share=0.1)) as silence:
        notice = await village.write("The road is open again.", "--workers", SOME, "--read-button")
        facts = await notice.until("done")
    assert facts["unknown"] == silence.met > 0
    assert facts["sent"] + facts["unknown"] == facts["total"] == len(notice.arrived)
    await _what_nobody_knows_is_settled(village, notice)


async def test_a_text_that_is_refused_for_everybody_stops_after_a_few(village: Town) -> None:
    with village.api.faults.on(Fault(refuse=unparsable, method="sendmessage")) as fault:
        notice = await village.write("Broken <br> words.", "--workers", SOME)
        facts = await notice.until("paused")
    assert "can't parse entities" in facts["reason"]
    assert facts["refused"] == fault.met <= FEW
    await notice.steer("cancel")


async def test_a_picture_is_uploaded_once_and_a_bad_one_stops_after_a_few(village: Town) -> None:
    pictures = sorted((EXAMPLE / "images").iterdir())
    before = village.api.messages.uploads["photo"]
    notice = await village.write("The new well.", "--workers", SOME, "--picture", str(pictures[0]))
    facts = await notice.until("done")
    assert facts["sent"] == facts["total"] == len(notice.arrived)
    assert village.api.messages.uploads["photo"] == before + 1
    with village.api.faults.on(Fault(refuse=bad_picture, method="sendphoto")) as fault:
        notice = await village.write("The old well.", "--workers", SOME, "--picture", str(pictures[1]))
        facts = await notice.until("paused")
    assert facts["refused"] == fault.met <= FEW
    await notice.steer("cancel")


async def test_an_unusual_share_of_failures_stops_after_the_first_fifty(village: Town) -> None:
    with village.api.faults.on(Fault(refuse=blocked, share=0.7)) as fault:
        notice = await village.write("Who is still there?", "--workers", SOME)
        facts = await notice.until("paused")
    assert facts["reason"] == "failures"
    assert facts["blocked"] == fault.met
    assert facts["sent"] + facts["blocked"] == 50
    assert facts["planned"] == facts["total"] - 50
    await notice.steer("cancel")


@pytest.mark.postgresql
@pytest.mark.redis
async def test_two_processes_keep_the_limit_together(city: Town) -> None:
    await _everybody_gets_it_once_and_in_time(city)


@pytest.mark.postgresql
@pytest.mark.redis
async def test_whatever_dies_doubles_nothing(
    city: Town, postgres_server: PostgresServer, redis_server: RedisServer
) -> None:
    """Senders are killed; Redis is emptied, goes and comes back; the database is started anew."""
    notice = await _killed_while_sending(city)
    await _what_nobody_knows_is_settled(city, notice)


async def _everybody_gets_it_once_and_in_time(town: Town) -> None:
    town.api.arrivals.too_many.clear()
    notice = await town.write("Pay day is Friday.", "--read-button")
    await notice.has_reached(PEOPLE, within_seconds=60)
    facts = await notice.until("done")
    assert town.api.arrivals.too_many == []
    assert town.api.arrivals.doubled(notice.text) == []
    assert (facts["sent"], len(notice.arrived)) == (PEOPLE, PEOPLE)
    assert notice.took_seconds < 1.05 * PEOPLE / RATE + 1.5


async def _killed_while_sending(town: Town) -> Written:
    """Answers take a moment, so that there is always something of which a killed sender knows nothing."""
    with town.api.faults.on(Fault(hold_seconds=0.2)):
        notice = await town.write("Bring your papers tomorrow.", "--read-button")
        for number in range(1, KILLS + 1):
            await notice.has_reached(number * PEOPLE // (KILLS + 2), within_seconds=30)
            await town.kill_one()
        facts = await notice.until("done", within_seconds=90)
    assert town.api.arrivals.doubled(notice.text) == []
    assert facts["sent"] + facts["unknown"] == PEOPLE
    assert facts["unknown"] <= KILLS * ON_THEIR_WAY_MAX
    assert facts["sent"] <= len(notice.arrived) <= PEOPLE
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


def _nothing_broke(town: Town) -> None:
    assert "Traceback" not in town.log
