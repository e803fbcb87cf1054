"""What the bot leans on goes away and comes back: the database server, Redis, the disk."""

import asyncio
import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import SURELY_SECONDS, Press, Worker, crew_of
from tests.journeys.house import Bot, eventually

OUTAGE_SECONDS = 3.0
HABITS = {"says_undo": 0.05, "says_cant_tell": 0.05}


def health_is(bot: Bot, status: int):
    async def asked() -> bool:
        return await bot.health() == status

    return asked


def accepted(crew) -> int:
    return sum(worker.accepted for worker in crew)


def has_accepted(crew, count: int):
    async def asked() -> bool:
        return accepted(crew) >= count

    return asked


@pytest.mark.postgresql
@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_database_server_that_restarts_costs_nobody_an_answer(build_house, migrated_postgres, way):
    url = migrated_postgres.url(migrated_postgres.new_database("tapwork_template"))
    house = await build_house(url, way=way)
    await house.opens(tasks=500, quota=3)
    await house.starts()
    crew = await crew_of(house.telegram, 10, **HABITS)
    stop = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        for worker in crew:
            group.create_task(worker.works(stop.is_set))
        await asyncio.sleep(1.5)
        try:
            await asyncio.to_thread(migrated_postgres.stop)
            await eventually(health_is(house.bot, 503), within_seconds=30)
            await asyncio.sleep(OUTAGE_SECONDS)
        finally:
            await asyncio.to_thread(migrated_postgres.start)
        await eventually(health_is(house.bot, 200), within_seconds=60)
        await eventually(has_accepted(crew, accepted(crew) + 20), within_seconds=60, what=house.bot.tail)
        stop.set()

    await assert_the_books_are_right(house, crew)


@pytest.mark.redis
async def test_nobody_notices_that_redis_is_emptied_restarted_and_gone(build_house, sqlite_url, redis_server):
    house = await build_house(sqlite_url, redis=redis_server.url(5))
    await house.opens(tasks=500, quota=3)
    await house.starts()
    # Nobody presses again: each press is answered, however busy the machine is.
    crew = await crew_of(house.telegram, 10, patience=SURELY_SECONDS, **HABITS)
    stop = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        for worker in crew:
            group.create_task(worker.works(stop.is_set))
        try:
            for happening in (lambda: empty(redis_server.url(5)), redis_server.restart, redis_server.stop):
                await asyncio.sleep(0.8)
                await asyncio.to_thread(happening)
                await eventually(has_accepted(crew, accepted(crew) + 10), within_seconds=30)
                assert await house.bot.health() == 200
        finally:
            await asyncio.to_thread(redis_server.restart)
        stop.set()

    assert all(press.toast is not None for worker in crew for press in worker.presses)
    await assert_the_books_are_right(house, crew)


def empty(url: str) -> None:
    with contextlib.closing(Redis.from_url(url)) as redis:
        redis.flushall()


class FileSizeLimit:
    """Lets the bot's process write no further than the first bytes of any file."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def fill(self) -> None:
        self._set(1024)

    def free(self) -> None:
        self._set(resource.RLIM_INFINITY)

    def _set(self, limit: int) -> None:
        resource.prlimit(self._bot.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


class SmallDisk:
    """A file system of its own, filled with a file of nothing."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with contextlib.suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)

    def free(self) -> None:
        self._ballast.unlink()


@pytest.fixture
def small_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of six megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a file system can only be mounted by root, and not in every container")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_on_a_disk_without_room_nothing_is_confirmed_and_with_room_it_comes_through(
    build_house, migrated_sqlite, small_folder
):
    shutil.copyfile(migrated_sqlite, small_folder / "tapwork.db")
    house = await build_house(f"sqlite:///{small_folder / 'tapwork.db'}")
    await nothing_is_promised_while_full(house, SmallDisk(small_folder))


async def test_where_files_cannot_grow_nothing_is_confirmed_until_they_can(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    # The limit holds for every file, so for the log as well.
    house.bot.log = Path(os.devnull)
    await nothing_is_promised_while_full(house, FileSizeLimit(house.bot))


async def nothing_is_promised_while_full(house, disk) -> None:
    await house.opens(tasks=100, quota=3)
    await house.starts()
    crew = await crew_of(house.telegram, 3)
    for worker in crew:
        await worker.begins()
        assert (await worker.answers("Cat")).startswith("+¥0.05")
    before = await house.export("answers")

    disk.fill()
    pressed = await asyncio.gather(*(press_in_vain(worker) for worker in crew))
    assert await house.export("answers") == before
    disk.free()

    for worker, press in zip(crew, pressed, strict=True):
        assert await worker.hears(press, patience=60) is not None, house.bot.tail()
        assert press.is_accepted, press
        assert (await worker.answers("Dog")).startswith("+¥0.05")
    assert await assert_the_books_are_right(house, crew) == 3 * len(crew)


async def press_in_vain(worker: Worker) -> Press:
    card = await worker.sees_card()
    press = await worker.presses_on(card, card.data_of("Tree"), patience=2)
    assert press.toast is None
    return press
