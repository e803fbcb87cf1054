"""Time to lend the next task, with 10^4 to 10^7 tasks: it must stay flat.

Timed are the whole use case ``TakeTask`` for workers who have nothing open, one transaction each, and
``find_unseen`` for a worker who has seen nothing.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from bot.clock import SystemClock
from storage.schema import migrate
from storage.unit_of_work import SqlStore, create_store
from tasks.assigning import TakeTask
from tasks.enrolling import GiveConsent, Welcome
from tasks.golding import Golding
from tasks.lending import START, Lending
from tasks.model.identifiers import AccountKey
from tasks.model.project import Project
from tasks.model.work import Question
from tasks.model.worker import Worker
from tests.builders import a_project
from tests.services import postgres_running

FILL = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
        "INSERT INTO tasks ({columns}) SELECT {values} FROM n"
    ),
    "postgresql": (
        "INSERT INTO tasks ({columns}) SELECT {values} FROM generate_series(cast(:first as bigint), "
        "cast(:last as bigint)) AS n(i)"
    ),
}
COLUMNS = "project_id, key, position, image_id, explanations, status, taken, answers, cant_tells, reports"
VALUES = ":project, 't' || i, i, :image, '{}', 'open', 0, 0, 0, 0"
CHUNK = 500_000


async def fill(store: SqlStore, project: Project, engine: str, first: int, last: int) -> None:
    """Adds tasks straight to the table, in the form that an import gives them."""
    statement = text(FILL[engine].replace("{columns}", COLUMNS).replace("{values}", VALUES))
    for start in range(first, last + 1, CHUNK):
        values = {
            "project": project.id,
            "image": "0" * 64,
            "first": start,
            "last": min(start + CHUNK - 1, last),
        }
        async with store.database.write() as transaction:
            await transaction.execute(statement, values)
            await transaction.commit()
    if engine == "postgresql":
        async with store.database.write() as transaction:
            await transaction.execute(text("ANALYZE tasks"))
            await transaction.commit()


async def worker(store: SqlStore, name: str) -> Worker:
    clock = SystemClock()
    key = AccountKey("telegram", name)
    welcomed = await Welcome(store, clock, "UTC")(key, language="en", join_code=None)
    await GiveConsent(store, clock)(welcomed.worker, "1")
    return welcomed.worker


async def time_takes(store: SqlStore, project: Project, count: int, label: str) -> list[float]:
    """Milliseconds of each of so many takes, by so many workers."""
    take = TakeTask(store, SystemClock(), Golding(Lending()))
    people = [await worker(store, f"{label}-{number}") for number in range(count)]
    times = []
    for person in people:
        begin = time.perf_counter()
        taken = await take(person, project.id)
        times.append((time.perf_counter() - begin) * 1000)
        assert isinstance(taken, Question)
    return times


async def time_finds(store: SqlStore, project: Project, count: int) -> list[float]:
    """Milliseconds to find what a new worker never saw."""
    person = await worker(store, "finder")
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        async with store.read() as uow:
            assert await uow.tasks.find_unseen(project, person.id, after=START)
        times.append((time.perf_counter() - begin) * 1000)
    return times


@asynccontextmanager
async def open_store(engine: str, folder: str) -> AsyncIterator[SqlStore]:
    if engine == "sqlite":
        url = f"sqlite:///{folder}/lending.db"
        await migrate(url)
        store = create_store(url)
        yield store
        await store.close()
        return
    with postgres_running() as server:
        url = server.url(server.new_database())
        await migrate(url)
        store = create_store(url)
        yield store
        await store.close()


def row(engine: str, size: int, name: str, times: list[float]) -> str:
    ordered = sorted(times)
    p99 = ordered[int(len(ordered) * 0.99)]
    return (
        f"| {engine} | {size:,} | {name} | {statistics.median(ordered):.2f} | {p99:.2f} | {ordered[-1]:.2f} |"
    )


async def run(engine: str, sizes: list[int], takes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(engine, folder) as store:
            async with store.write() as uow:
                project = await uow.projects.save(a_project(slug="bench"), SystemClock().now())
                await uow.commit()
            filled = 0
            for size in sizes:
                await fill(store, project, engine, filled + 1, size)
                filled = size
                await time_takes(store, project, 20, f"warm-{size}")
                print(
                    row(engine, size, "take", await time_takes(store, project, takes, str(size))), flush=True
                )
                print(row(engine, size, "find", await time_finds(store, project, takes)), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--sizes", default="10000,100000,1000000,10000000")
    parser.add_argument("--takes", type=int, default=500)
    options = parser.parse_args()
    print("| engine | tasks | what | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|---|")
    for engine in options.engines.split(","):
        asyncio.run(run(engine, [int(size) for size in options.sizes.split(",")], options.takes))


if __name__ == "__main__":
    main()
