"""Many people on few tasks, before two bots of one database."""

import asyncio

import pytest

from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import crew_of

WORKERS, TASKS, QUOTA = 64, 6, 16


@pytest.mark.postgresql
async def test_64_workers_at_two_bots_fill_every_task_and_overfill_none(build_house, migrated_postgres):
    url = migrated_postgres.url(migrated_postgres.new_database("tapwork_template"))
    house = await build_house(url, way="webhook", bots=2)
    await house.opens(tasks=TASKS, quota=QUOTA)
    await house.starts()
    crew = await crew_of(house.telegram, WORKERS)

    async with asyncio.timeout(600):
        await asyncio.gather(*(worker.works() for worker in crew))

    # Nobody was sent away while there was a free place: there is none, though everybody has stopped.
    assert await assert_the_books_are_right(house, crew) == TASKS * QUOTA
