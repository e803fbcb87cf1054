"""The bot dies without a warning, again and again, while people work."""

import asyncio
import time
from random import Random

import pytest

from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import crew_of
from tests.journeys.house import eventually

KILLS = 12
WORKERS = 20
HABITS = {"says_undo": 0.08, "says_cant_tell": 0.05, "presses_twice": 0.05, "presses_old": 0.05}


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_no_answer_is_lost_or_paid_twice_when_the_bot_is_killed_again_and_again(
    build_house, database_url, way
):
    seed = time.time_ns()
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the journey fails
    chance = Random(seed)
    # With a server behind them, two bots work side by side, and any of the two dies.
    both = way == "webhook" and database_url.startswith("postgresql")
    house = await build_house(database_url, way=way, bots=2 if both else 1)
    await house.opens(tasks=1000, quota=3)
    await house.starts()
    crew = await crew_of(house.telegram, WORKERS, seed=seed, **HABITS)
    stop = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        for worker in crew:
            group.create_task(worker.works(stop.is_set))
        for _ in range(KILLS):
            bot = chance.choice(house.bots)
            # At any moment of its life: while it starts, when it has just come back, in full work.
            if chance.random() < 0.7:
                await bot.is_up()
            await asyncio.sleep(chance.uniform(0.0, 0.9))
            await house.restarts(bot)
        for bot in house.bots:
            await bot.is_up()
        before = {worker.number: worker.accepted for worker in crew}

        async def everybody_works_on() -> bool:
            return all(worker.accepted > before[worker.number] + 1 for worker in crew)

        await eventually(everybody_works_on, within_seconds=90, what=house.bot.tail)
        stop.set()

    accepted = sum(worker.accepted for worker in crew)
    assert await assert_the_books_are_right(house, crew) >= accepted >= 2 * WORKERS
