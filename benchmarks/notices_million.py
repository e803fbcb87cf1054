"""A notice to a million people, in one process and without a messenger: planned, looked at, sent and steered.

The peer is the question that a table without a tally needs for each look at the progress, on the same rows.
Memory is the most that our process held during that step.
"""

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop
from sqlalchemy import text

from benchmarks.lending import open_store
from bot.clock import SystemClock
from storage.exchange.delivery_report import write_delivery_report
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import NoticeId
from tasks.model.notice import Delivery, DeliveryState, Notice
from tasks.noticing.confirming import WriteNotice
from tasks.noticing.planning import PlanNotices
from tasks.noticing.sending import ListSending, SettleDeliveries, TakeDeliveries
from tasks.noticing.steering import Steer, SteerNotice
from tasks.noticing.watching import ShowNotice
from tasks.outcomes import Confirmed
from tasks.ports import Change
from tasks.supervising import Scopes
from tests.builders import a_notice
from tests.journeys.outside.process import zone_where_it_is_noon

NUMBERS = {
    "sqlite": (
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people) SELECT i FROM n)"
    ),
    "postgresql": "generate_series(1, cast(:people as bigint)) AS n(i)",
}
WORKERS = (
    "INSERT INTO workers (id, language, status, consent_version, time_zone, created_at, status_at) "
    "SELECT i, 'en', 'active', '1', '{zone}', 0, 0"
)
ACCOUNTS = (
    "INSERT INTO accounts (channel, external_id, worker_id, reachable, reachable_at) "
    "SELECT 'telegram', cast(i as varchar), i, i % 20 <> 0, 0"
)
NAIVE = text("SELECT state, count(*) FROM deliveries WHERE notice_id = :notice GROUP BY state")
NAIVE_ASKS = 20
PORTION = 30
STEERED_TIMES = 20


@dataclass(frozen=True, slots=True)
class Bench:
    """The store with its people, and the notice to all of them."""

    store: SqlStore
    clock: SystemClock
    scopes: Scopes
    notice_id: NoticeId

    @property
    def take(self) -> TakeDeliveries:
        return TakeDeliveries(self.store, self.clock)

    async def settle(self, taken: list[Delivery]) -> None:
        """All of them have arrived."""
        now = self.clock.now()
        sent = [
            Change(each.id, DeliveryState.SENT, at=now, chat=each.account.external_id, message="1")
            for each in taken
        ]
        await SettleDeliveries(self.store, self.clock)(sent)


async def fill(store: SqlStore, engine: str, people: int) -> None:
    """So many workers, straight to the tables; every twentieth has blocked the bot."""
    inserts = (WORKERS.replace("{zone}", zone_where_it_is_noon()), ACCOUNTS)
    for insert in inserts:
        statement = text(f"{insert} FROM {NUMBERS[engine]}")
        async with store.database.write() as transaction:
            await transaction.execute(statement, {"people": people})
            await transaction.commit()
    if engine == "postgresql":
        async with store.database.write() as transaction:
            await transaction.execute(text("ANALYZE workers, accounts"))
            await transaction.commit()


# What is measured


async def planned(store: SqlStore) -> Bench:
    """Reach, confirmation and planning."""
    clock, scopes = SystemClock(), Scopes()
    notice = a_notice("The school opens on Monday.", author=None)
    async with step("reach: how many people it is for"):
        reach = await _reach(store, notice, clock)
    async with step("write and confirm"):
        _, outcome = await WriteNotice(store, clock, scopes)(notice, confirm=True)
    assert isinstance(outcome, Confirmed)
    async with step(f"plan {reach:,} deliveries"):
        assert await PlanNotices(store, clock)() == reach
    return Bench(store, clock, scopes, outcome.notice.id)


async def _reach(store: SqlStore, notice: Notice, clock: SystemClock) -> int:
    async with store.read() as uow:
        return (await uow.notices.reach(notice, clock.now())).people


async def looked_at(bench: Bench, asks: int, name: str) -> None:
    """The progress, beside what a table without a tally needs for it."""
    show = ShowNotice(bench.store, bench.scopes)
    ours = await _times(lambda: show(None, bench.notice_id), asks)
    naive = await _times(lambda: _count(bench), NAIVE_ASKS)
    _row(f"progress, {name}", ours)
    ratio = statistics.median(naive) / statistics.median(ours)
    _row(f"SELECT state, count(*), {name}: {ratio:,.0f} times ours", naive)


async def _count(bench: Bench) -> None:
    async with bench.store.database.read() as transaction:
        (await transaction.execute(NAIVE, {"notice": bench.notice_id})).all()


async def sent(bench: Bench, portions: int) -> None:
    """Portions of thirty, one after another."""
    choose = ListSending(bench.store, bench.clock)
    choices, takes, settles = [], [], []
    for _ in range(portions):
        choices += await _times(choose, 1)
        before = time.perf_counter()
        taken = list((await bench.take(bench.notice_id, PORTION)).deliveries)
        takes.append((time.perf_counter() - before) * 1000)
        before = time.perf_counter()
        await bench.settle(taken)
        settles.append((time.perf_counter() - before) * 1000)
    _row("what has something to send", choices)
    _row(f"take {PORTION}", takes)
    _row(f"settle {PORTION}", settles)


async def steered(bench: Bench) -> None:
    """Beside a sender that is always at work: until it finds nothing, and until it finds something again."""
    steer = SteerNotice(bench.store, bench.clock, bench.scopes)
    found = asyncio.Condition()
    finds: list[bool] = []

    async def send() -> None:
        while True:
            taken = list((await bench.take(bench.notice_id, PORTION)).deliveries)
            async with found:
                finds.append(bool(taken))
                found.notify_all()
            await bench.settle(taken)
            await asyncio.sleep(0.0 if taken else 0.001)

    async def until(how: Steer, something: bool) -> None:  # noqa: FBT001
        async with found:
            await found.wait_for(lambda: bool(finds) and finds[-1] is not something)
        await steer(None, bench.notice_id, how)
        async with found:
            await found.wait_for(lambda: finds[-1] is something)

    pauses, resumes = [], []
    async with asyncio.TaskGroup() as work:
        sender = work.create_task(send())
        for _ in range(STEERED_TIMES):
            pauses += await _times(lambda: until(Steer.PAUSE, something=False), 1)
            resumes += await _times(lambda: until(Steer.RESUME, something=True), 1)
        sender.cancel()
    _row("pause: until nothing is found to send", pauses)
    _row("resume: until something is found", resumes)


async def told(bench: Bench) -> None:
    """The file of all deliveries."""
    async with step("file of deliveries"):
        path = await write_delivery_report(bench.store, bench.notice_id)
    print(f"({path.suffix.lstrip('.')}, {path.stat().st_size / 1e6:.1f} MB)")
    path.unlink()


# How it is measured


@contextlib.asynccontextmanager
async def step(name: str) -> AsyncIterator[None]:
    """Prints its seconds, what the process held before, and the most that it held meanwhile."""
    Path("/proc/self/clear_refs").write_text("5")  # noqa: ASYNC240 - it is no disk; the peak begins anew
    held, before = _megabytes("VmRSS"), time.perf_counter()
    yield
    seconds = time.perf_counter() - before
    print(f"| {name} | {seconds:.2f} s | | {held:.0f} → {_megabytes('VmHWM'):.0f} MB |", flush=True)


def _megabytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


async def _times(ask: Callable[[], Awaitable[object]], count: int) -> list[float]:
    """Milliseconds of each."""
    times = []
    for _ in range(count):
        before = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - before) * 1000)
    return times


def _row(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"| {name} | {statistics.median(ordered):.2f} ms | {p99:.2f} ms | |", flush=True)


async def run(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(options.engine, folder) as store:
            await fill(store, options.engine, options.people)
            print(f"{options.engine}, {options.people:,} people\n\n| what | p50 or once | p99 | memory |")
            print("|---|---|---|---|")
            bench = await planned(store)
            await looked_at(bench, options.asks, "nothing sent yet")
            await sent(bench, options.portions)
            await looked_at(bench, options.asks, f"{options.portions * PORTION:,} sent")
            await steered(bench)
            await told(bench)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--asks", type=int, default=1000)
    parser.add_argument("--portions", type=int, default=1000)
    uvloop.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
