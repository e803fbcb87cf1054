"""Processes that book the answers of one order at the same time, on PostgreSQL: do they wait for each other?

Each books batches of 16 answers, of workers of its own, and holds a batch's transaction open for as long as
everything else that belongs to a batch takes. What two processes book together is compared with one alone.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from bot.command_line import run_async
from storage.schema import migrate
from storage.unit_of_work import create_store
from tasks.booking import Moment, earning
from tasks.model.identifiers import LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.ledger import Entry
from tasks.model.money import Money
from tasks.model.work import Lease, LeaseState
from tests.services import postgres_running

BATCH = 16
REST_SECONDS = 0.003
"""What else a batch does while its transaction is open."""
PRICE = Money(50_000, "CNY")


def batch_of(first: int) -> Sequence[Entry]:
    """The bookings of so many answers, each of another worker."""
    now = datetime.now(UTC)
    leases = [
        Lease(
            id=LeaseId(number),
            task_id=TaskId(number),
            project_id=ProjectId(1),
            worker_id=WorkerId(number),
            state=LeaseState.OPEN,
            price=PRICE,
            shown_at=now,
            ends_at=now,
            previous_id=None,
        )
        for number in range(first, first + BATCH)
    ]
    return [earning(lease, Moment(now, now.date())) for lease in leases]


async def book(url: str, first: int, batches: int) -> list[float]:
    """Milliseconds of each batch."""
    store = create_store(url, connections=1)
    times = []
    for number in range(batches):
        begin = time.perf_counter()
        async with store.write() as uow:
            await uow.ledger.add(batch_of(first + number * BATCH))
            await asyncio.sleep(REST_SECONDS)
            await uow.commit()
        times.append((time.perf_counter() - begin) * 1000)
    await store.close()
    return times


def book_alone(url: str, first: int, batches: int) -> list[float]:
    """In a process of its own."""
    return run_async(partial(book, url, first, batches))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print("| processes | p50 ms | p99 ms | answers a second, all together |\n|---|---|---|---|")
    with postgres_running(waits_for_disk=True) as server:
        url = server.url(server.new_database())
        run_async(partial(migrate, url))
        first = 1
        for processes in [1, 2] * options.rounds:
            starts = [first + number * BATCH * options.batches for number in range(processes)]
            first = starts[-1] + BATCH * options.batches
            with multiprocessing.get_context("spawn").Pool(processes) as pool:
                lanes = pool.starmap(book_alone, [(url, one, options.batches) for one in starts])
            times = sorted(each for lane in lanes for each in lane)
            rate = sum(1000 * BATCH * len(lane) / sum(lane) for lane in lanes)
            p99 = times[int(len(times) * 0.99)]
            print(f"| {processes} | {statistics.median(times):.1f} | {p99:.1f} | {rate:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
