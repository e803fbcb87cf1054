"""People who agree are believed before everybody was asked; what follows is there after a kill, too."""

import asyncio
from collections.abc import Sequence

from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import Worker, crew_of, label_of
from tests.journeys.house import PICTURES, House, write_tasks

TASKS, QUOTA, PEOPLE = 24, 5, 6


async def all_work(crew: Sequence[Worker], house: House) -> None:
    async with asyncio.TaskGroup() as group:
        for worker in crew:
            group.create_task(worker.works())
        await asyncio.sleep(1.0)
        await house.restarts(house.bot)
        await house.bot.is_up()


async def test_a_task_that_is_sure_asks_nobody_else(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    folder = write_tasks(house.folder / "village", tasks=TASKS, quota=QUOTA, least=1)
    await house.run("import", str(folder))
    house.quotas["village"] = QUOTA
    await house.starts()
    crew = await crew_of(house.telegram, PEOPLE, looks=1.0)
    async with asyncio.timeout(300):
        await all_work(crew, house)

    answers = await assert_the_books_are_right(house, crew)
    verdicts = await house.export("verdicts")
    # One may be open still: it gets extra answers, to see whether such verdicts hold, or wanted one more
    # when all had gone home.
    closed = [row for row in verdicts if row["status"] == "closed"]
    assert len(closed) >= TASKS - 2
    assert all(int(row["version"]) >= 1 for row in closed)
    assert {row["task"]: row["choice"] for row in verdicts} == {
        f"t{number:04}": label_of(number % PICTURES).lower() for number in range(TASKS)
    }
    assert TASKS * 2 <= answers < TASKS * QUOTA
