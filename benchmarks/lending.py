"""Time to lend the next task, with 10^5 to 10^7 tasks and a history of answers: it must stay flat.

*draw* is one worker's next task with its lease, written and committed; *lend 16* is what a batch of presses
asks for, 16 workers in one transaction; *lend, 16 clients* are 16 people of whom each asks, waits until her
lease is committed and asks again, through the batches in which the bot answers; *take* is the whole use case
for somebody who has nothing open. The statements of *draw* run without our Python too (pgbench, sqlite3), and
on PostgreSQL beside them the shapes of the queries that PyBossa and Label Studio send. The event loop is the
one that serves.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import text

from benchmarks.lending_fill import Sizes, fill, put_in_play, sizes_for
from benchmarks.lending_pgbench import PEERS, bench_draw
from benchmarks.lending_sqlite3 import replay_draws
from bot.clock import SystemClock
from bot.command_line import run_async
from bot.gathering import Gathering
from bot.nursery import Nursery
from storage.schema import migrate
from storage.unit_of_work import SqlStore, create_store
from tasks.assigning import TakeTask
from tasks.golding import Golding
from tasks.lending import LOOK_ROWS, Lending, Wish
from tasks.model.identifiers import WorkerId
from tasks.model.project import Project
from tasks.model.work import Question
from tasks.ports import ROUND, Asker, Terms, UnitOfWork
from tasks.quality.selection import Reach
from tests.services import PostgresServer, postgres_running

CONNECTIONS = 16
BATCH = 16
SMALL_FRONTIER = 1000
"""Left over from a small table after the other measurements: too few for an end game."""
SERVER = {"shared_buffers": "4GB", "maintenance_work_mem": "1GB", "max_wal_size": "8GB"}


async def time_each(what: Callable[[], Awaitable[Any]], count: int) -> list[float]:
    """Milliseconds of each call, one after the other."""
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        await what()
        times.append((time.perf_counter() - begin) * 1000)
    return times


async def time_together(what: Callable[[], Awaitable[Any]], count: int) -> tuple[list[float], float]:
    """The same for 16 callers at once, and the calls a second."""
    begin = time.perf_counter()
    lanes = await asyncio.gather(*(time_each(what, count // CONNECTIONS) for _ in range(CONNECTIONS)))
    seconds = time.perf_counter() - begin
    times = [each for lane in lanes for each in lane]
    return times, len(times) / seconds


class AskingWorkers:
    """Workers who ask for tasks in every way there is."""

    def __init__(self, store: SqlStore, project: Project, workers: int) -> None:
        self.store, self.project, self.workers = store, project, workers
        self.lending, self.clock = Lending(), SystemClock()
        self.take_task = TakeTask(store, self.clock, Golding(self.lending))

    def anybody(self) -> WorkerId:
        return WorkerId(random.randint(1, self.workers))

    async def draw(self, worker_id: WorkerId | None = None, start: int | None = None) -> None:
        async with self.store.write() as uow:
            await self.draw_in(uow, worker_id, start)
            await uow.commit()

    async def draw_in(
        self, uow: UnitOfWork, worker_id: WorkerId | None = None, start: int | None = None
    ) -> None:
        now = self.clock.now()
        terms = Terms(
            project_id=self.project.id,
            price=self.project.price,
            shown_at=now,
            ends_at=now + timedelta(hours=1),
        )
        asker = Asker(worker_id or self.anybody(), None)
        start = random.randrange(ROUND) if start is None else start
        assert await uow.frontier.draw(
            self.project, terms, [asker], Reach.USUAL.buckets, start=start, rows=LOOK_ROWS
        )

    async def draw_busiest(self) -> None:
        await self.draw(WorkerId(1))

    async def lend_batch(self) -> None:
        await self.lend_all([WorkerId(one) for one in random.sample(range(1, self.workers + 1), BATCH)])

    async def lend_all(self, workers: Sequence[WorkerId]) -> Sequence[Question | None]:
        """One transaction for all of them, as for those who press in the same moment."""
        wishes = [Wish(one, None) for one in dict.fromkeys(workers)]
        async with self.store.write() as uow:
            lent = await self.lending.lend(uow, self.project, wishes, self.clock.now())
            await uow.commit()
        assert len(lent.questions) + len(lent.busy) == len(wishes)
        return [lent.questions.get(one) for one in workers]

    @asynccontextmanager
    async def gathered(self) -> AsyncIterator[Callable[[], Awaitable[Question | None]]]:
        """Somebody asks and waits for her question; whoever asks meanwhile is in the next transaction."""
        nursery = Nursery()
        gathering = Gathering(self.lend_all, nursery=nursery, name="lend")
        yield lambda: gathering.one(self.anybody())
        await nursery.stop()

    async def take(self) -> None:
        async with self.store.read() as uow:
            worker = await uow.workers.get(self.anybody())
        assert isinstance(await self.take_task(worker, self.project.id), Question)


async def measure(engine: str, sizes: Sizes, crowd: AskingWorkers, calls: int) -> None:
    await time_each(crowd.draw, 50)
    await time_each(crowd.lend_batch, 10)
    print(row(engine, sizes, "draw, one client", await time_each(crowd.draw, calls)))
    async with crowd.store.write() as uow:
        times = await time_each(lambda: crowd.draw_in(uow), calls)
    print(row(engine, sizes, "draw, without the commit", times))
    print(row(engine, sizes, "draw, the busiest worker", await time_each(crowd.draw_busiest, calls)))
    print(row(engine, sizes, "take, the whole use case", await time_each(crowd.take, calls)))
    times = await time_each(crowd.lend_batch, calls // 10)
    print(row(engine, sizes, "lend 16 in one transaction", times, BATCH * 1000 * len(times) / sum(times)))
    async with crowd.gathered() as ask:
        times, rate = await time_together(ask, calls * 16)
    print(row(engine, sizes, "lend, 16 clients who travel in batches", times, rate))
    times, rate = await time_together(crowd.draw, calls * 4)
    print(row(engine, sizes, "draw, 16 clients, one process", times, rate))


async def measure_end_game(engine: str, sizes: Sizes, crowd: AskingWorkers, calls: int) -> None:
    """Somebody who has had all tasks in play but one in four thousand."""
    store, project = crowd.store, crowd.project
    await put_in_play(store, engine, sizes)
    statement = text(
        "INSERT INTO leases (task_id, project_id, worker_id, state, currency, price_micros, shown_at,"
        " ends_at) SELECT task_id, project_id, 2, 'reported', 'CNY', 50000, 0, 0 FROM frontier f"
        " WHERE NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = f.task_id AND l.worker_id = 2)"
        " AND task_id % 4001 <> 0"
    )
    async with store.database.write() as transaction:
        rows = (await transaction.execute(text("SELECT count(*) FROM frontier"))).scalar_one()
        if rows < SMALL_FRONTIER:
            return
        await transaction.execute(statement)
        await transaction.execute(text("UPDATE feeds SET position = 2000000000"))
        await transaction.commit()
    wish = [Wish(WorkerId(2), None)]
    found = []

    async def ask(*, wait: bool) -> None:
        async with store.write() as uow:
            lent = await crowd.lending.lend(uow, project, wish, crowd.clock.now(), wait=wait)
            found.append(len(lent.questions))
            await uow.commit()

    times = await time_each(lambda: ask(wait=False), calls)
    print(row(engine, sizes, f"end game, {rows:,} in play, in a batch: got {sum(found)}", times))
    found.clear()
    times = []
    while not found or found[-1]:
        times += await time_each(lambda: ask(wait=True), 1)
    print(row(engine, sizes, f"end game, alone, to the last one: got {sum(found)}", times))


async def measure_peers(engine: str, sizes: Sizes, crowd: AskingWorkers) -> None:
    for name, query in PEERS.items():

        async def ask(query: str = query) -> None:
            async with crowd.store.database.read() as transaction:
                await transaction.execute(text(query), {"worker": crowd.anybody()})

        print(row(engine, sizes, name, await time_each(ask, 5)), flush=True)


@asynccontextmanager
async def open_store(engine: str, folder: str) -> AsyncIterator[SqlStore]:
    """A fresh, migrated database."""
    async with serve(engine, folder) as (store, _server):
        yield store


@asynccontextmanager
async def serve(engine: str, folder: str) -> AsyncIterator[tuple[SqlStore, PostgresServer | None]]:
    if engine == "sqlite":
        url = f"sqlite:///{folder}/lending.db"
        await migrate(url)
        store = create_store(url)
        yield store, None
        await store.close()
        return
    with postgres_running(waits_for_disk=True) as server:
        for name, value in SERVER.items():
            server.psql("postgres", f"ALTER SYSTEM SET {name} = '{value}'")
        server.restart()
        url = server.url(server.new_database())
        await migrate(url)
        store = create_store(server.socket_url(url.rpartition("/")[2]), connections=CONNECTIONS)
        yield store, server
        await store.close()


def row(engine: str, sizes: Sizes, name: str, times: list[float], rate: float | None = None) -> str:
    ordered = sorted(times)
    p99 = ordered[int(len(ordered) * 0.99)]
    a_second = 1000 * len(times) / sum(times) if rate is None else rate
    return (
        f"| {engine} | {sizes.tasks:,} | {name} | {statistics.median(ordered):.2f} | {p99:.2f} | "
        f"{a_second:,.0f} | {os.getloadavg()[0]:.1f} |"
    )


async def run(engine: str, size: int, calls: int) -> None:
    sizes = sizes_for(size)
    with tempfile.TemporaryDirectory() as folder:
        async with serve(engine, folder) as (store, server):
            begin = time.perf_counter()
            project = await fill(store, engine, sizes)
            print(f"<!-- {engine}, {size:,} tasks: filled in {time.perf_counter() - begin:.0f} s -->")
            crowd = AskingWorkers(store, project, sizes.workers)
            await measure(engine, sizes, crowd, calls)
            if server is None:
                times = await replay_draws(store, crowd.draw, sizes.workers, calls)
                print(row(engine, sizes, "draw, sqlite3 alone", times), flush=True)
            if server is not None:
                for clients, flush in ((1, True), (16, True), (64, True), (1, False), (16, False)):
                    times, rate = bench_draw(server, project, sizes, clients=clients, flush=flush)
                    name = f"draw, pgbench, clients: {clients}{'' if flush else ', no wait for the disk'}"
                    print(row(engine, sizes, name, times, rate), flush=True)
                await measure_peers(engine, sizes, crowd)
            await measure_end_game(engine, sizes, crowd, calls // 10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--sizes", default="100000,1000000,10000000")
    parser.add_argument("--calls", type=int, default=1000)
    options = parser.parse_args()
    print("| engine | tasks | what | p50 ms | p99 ms | a second | load |\n|---|---|---|---|---|---|---|")
    for engine in options.engines.split(","):
        for size in options.sizes.split(","):
            run_async(partial(run, engine, int(size), options.calls))


if __name__ == "__main__":
    main()
