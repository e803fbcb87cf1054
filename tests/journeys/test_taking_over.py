"""Several processes of one bot: one polls, the others stand by; and one only where one must be."""

import asyncio
import re

import pytest

from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import crew_of
from tests.journeys.house import Bot, House, eventually

QUIET_SECONDS = 3.0
ANSWERED_AFTER_KILL_SECONDS = 10.0
ANSWERED_AFTER_STOP_SECONDS = 10.0


async def polls(bot: Bot) -> bool:
    """Whether that process says that it polls."""
    return bool(bot.pid) and "tapwork_polling 1.0" in await bot.figures()


async def the_one_that_polls(house: House) -> Bot:
    """Waits until one does; two never do."""
    found: list[Bot] = []

    async def one_does() -> bool:
        found[:] = [bot for bot in house.bots if await polls(bot)]
        assert len(found) <= 1
        return bool(found)

    await eventually(one_does, within_seconds=30)
    return found[0]


async def conflicts(house: House) -> int:
    """How many polls were ended by another one so far."""
    return sum(call["status"] == 409 for call in await house.telegram.calls("getUpdates"))


@pytest.mark.postgresql
async def test_of_three_that_poll_in_turn_another_takes_over(build_house, migrated_postgres):
    url = migrated_postgres.url(migrated_postgres.new_database("tapwork_template"))
    house = await build_house(url, bots=3)
    await house.opens(tasks=20, quota=2)
    await house.starts()
    [anna] = crew = await crew_of(house.telegram, 1)
    await anna.begins()

    first = await the_one_that_polls(house)
    await anna.answers("Cat")
    await asyncio.sleep(QUIET_SECONDS)
    assert await conflicts(house) == 0

    await first.kill()
    pressed = anna.answers("Dog", patience=ANSWERED_AFTER_KILL_SECONDS)
    assert (await pressed).startswith("+")
    second = await the_one_that_polls(house)

    stopping = asyncio.create_task(second.terminate())
    pressed = anna.answers("Cat", patience=ANSWERED_AFTER_STOP_SECONDS)
    assert (await pressed).startswith("+")
    assert await stopping == 0
    third = await the_one_that_polls(house)
    assert {first.port, second.port, third.port} == {bot.port for bot in house.bots}

    # A killed one that comes back stands by, and the turn does not wander.
    first.start()
    await first.is_up()
    before = await conflicts(house)
    await asyncio.sleep(QUIET_SECONDS)
    assert await the_one_that_polls(house) is third
    assert await conflicts(house) == before <= 2
    assert await assert_the_books_are_right(house, crew) == 3


async def test_a_second_process_on_a_sqlite_file_is_told_so_and_the_first_goes_on(build_house, sqlite_url):
    house = await build_house(sqlite_url, bots=2)
    first, second = house.bots
    await house.opens(tasks=20, quota=2)
    first.start()
    await first.is_up()
    [anna] = crew = await crew_of(house.telegram, 1)
    await anna.begins()

    second.start()
    assert await second.ended() == 1
    said = second.log.read_text("utf-8")
    assert re.fullmatch(
        rf"Error: The database \S+tapwork\.db is in use by another tapwork \(process {first.pid}\); "
        r"stop that one first, or use PostgreSQL to run several\.\n",
        said,
    ), said

    # What only looks may work beside it, and the file is free as soon as the first one is dead.
    assert "village" in await house.run("stats")
    assert (await anna.answers("Cat")).startswith("+")
    await first.kill()
    second.start()
    await second.is_up()
    assert (await anna.answers("Dog")).startswith("+")
    assert await assert_the_books_are_right(house, crew) == 2
