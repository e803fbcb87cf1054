"""An orderly stop while everybody works."""

import asyncio
import contextlib
import json
import sys
import time

import pytest

from tests.architecture.sources import ROOT
from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import crew_of
from tests.journeys.house import TOKEN

PATIENCE_SECONDS = 10.0
"""After so long whoever runs services kills what has not stopped."""


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_stop_under_load_finishes_what_was_taken_and_says_no_names(build_house, sqlite_url, way):
    house = await build_house(sqlite_url, way=way)
    await house.opens(tasks=300, quota=3)
    await house.starts()
    crew = await crew_of(house.telegram, 12)
    stop = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        for worker in crew:
            group.create_task(worker.works(stop.is_set))
        for _ in range(2):
            await asyncio.sleep(0.7)
            began = time.monotonic()
            assert await house.bot.terminate() == 0, house.bot.tail()
            assert time.monotonic() - began < PATIENCE_SECONDS
            house.bot.start()
            await house.bot.is_up()
        await asyncio.sleep(0.5)
        stop.set()

    await assert_the_books_are_right(house, crew)
    lines = [json.loads(line) for line in house.log.splitlines()]
    assert [line for line in lines if line["level"] not in {"info", "debug"}] == []
    assert [line["event"] for line in lines].count("stopped") == 2
    for secret in (TOKEN, TOKEN.partition(":")[2], "Aurelia", "Traceback"):
        assert secret not in house.log


async def test_the_command_itself_starts_and_stops(build_house, sqlite_url):
    """Without the hatchery, as people start it."""
    house = await build_house(sqlite_url)
    listen = {"TAPWORK_LISTEN": f"127.0.0.1:{house.bot.port}"}
    command = [sys.executable, "-m", "bot", "run"]
    with house.bot.log.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=house.environment | listen, stderr=log
        )
    try:
        anna = await house.telegram.person("Anna")
        await anna.says("/start")
        await anna.sees("Our promise", timeout=60)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), PATIENCE_SECONDS) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    assert "Traceback" not in house.log
