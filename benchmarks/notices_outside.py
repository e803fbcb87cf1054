"""Notices through a Bot API server that refuses all that is over the limit in any second: figures only.

The server and the people are those of ``tests.journeys.outside``, which share nothing with our own emulator.
In each town everybody joins, and then a notice goes to all of them three times: alone, while some people work
on at the pace of people, and, if asked to, while processes are killed at random moments. All that arrives
counts for the limit, also the next pictures of those who work; what was left for the notice is its ideal.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from tests.journeys.outside.crowd import Tapper, figures, press_read, tap_for
from tests.journeys.outside.faults import Fault
from tests.journeys.outside.notices import Written
from tests.journeys.outside.projects import Programme, build_programme
from tests.journeys.outside.town import Town, town_of
from tests.services import postgres_running, redis_running

TASKS = 4000
GIVE_UP_FACTOR = 4.0
"""A notice that takes so many times its ideal is given up."""
SWEPT_SECONDS = 90.0
"""What a killed process left is of unknown fate by then."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where Tapwork runs."""

    name: str
    processes: int
    database: str = ""
    redis: str = ""


@contextmanager
def places(numbers: Sequence[int]) -> Iterator[list[Place]]:
    """One process on SQLite, and each number of processes on PostgreSQL with Redis."""
    with postgres_running(waits_for_disk=True) as postgres, redis_running() as redis:
        found = [Place("SQLite", 1)] if 1 in numbers else []
        for index, number in enumerate(numbers):
            database = postgres.url(postgres.new_database())
            found.append(Place("PostgreSQL + Redis", number, database, redis.url(index)))
        yield found


def programme_of(folder: Path, people: int) -> Programme:
    """More to label than everybody can label meanwhile; the tasks share a few pictures."""
    programme = build_programme(folder / "project", tasks=24, people=people)
    pictures = sorted((programme.folder / "images").iterdir())
    with (programme.folder / "tasks.csv").open("a") as file:
        for number in range(TASKS):
            file.write(f"again-{number},images/{pictures[number % len(pictures)].name}\n")
    return programme


async def measure(place: Place, options: argparse.Namespace, folder: Path) -> None:
    """One town: prints its figures as they come."""
    programme = programme_of(folder, options.workers)
    before = time.perf_counter()
    async with town_of(
        folder,
        options.workers,
        rate=options.rate,
        processes=place.processes,
        database=place.database,
        redis=place.redis,
        programme=programme,
    ) as town:
        joined_seconds = time.perf_counter() - before
        print(
            f"\n{place.name}, processes: {place.processes} (ready after {joined_seconds:.0f} s)", flush=True
        )
        await asyncio.sleep(2.0)
        await _alone(town, options)
        await _while_people_tap(town, options)
        if options.kills:
            await _while_processes_die(town, options)


async def _alone(town: Town, options: argparse.Namespace) -> None:
    notice = await town.write("The school opens on Monday.", "--read-button")
    await _wait(notice, options)
    _print("alone", town, notice, options)


async def _while_people_tap(town: Town, options: argparse.Namespace) -> None:
    tappers = [Tapper(worker) for worker in town.workers[: options.tappers]]
    await tap_for(tappers, 5.0)  # the first pictures are uploaded
    idle = await tap_for(tappers, options.idle_seconds)
    done = asyncio.Event()
    for tapper in tappers:
        tapper.waited_seconds.clear()
    async with asyncio.TaskGroup() as work:
        for tapper in tappers:
            work.create_task(tapper.works(done))
        notice = await town.write("Pay day is Friday.", "--read-button")
        for tapper in tappers:
            tapper.waited_seconds.clear()
        await _wait(notice, options)
        during = figures(tappers)
        done.set()
    _print("while people tap", town, notice, options)
    for name, told in (("idle", idle), ("during", during)):
        print(f"    taps {name}: {told['taps']:.0f}, p50 {told['p50']:.1f} ms, p99 {told['p99']:.1f} ms")


async def _while_processes_die(town: Town, options: argparse.Namespace) -> None:
    """Answers take a fifth of a second, so that a killed process always leaves something."""
    with town.api.faults.on(Fault(hold_seconds=0.2)):
        notice = await town.write("Bring your papers tomorrow.", "--read-button")
        kills: list[float] = []
        while len(kills) < options.kills and len(notice.arrived) < options.workers:
            await asyncio.sleep(town.random.uniform(0.0, 2.0))
            kills.append(asyncio.get_running_loop().time())
            await town.kill_one()
        facts = await notice.until("done", within_seconds=SWEPT_SECONDS + 2 * options.workers / options.rate)
    # Those after the last arrival met nobody who was sending.
    killed = sum(at < notice.arrived[-1].at for at in kills)
    _print(f"while {killed} times a process dies", town, notice, options)
    print(f"    unknown: {facts['unknown']}, listed: {len(facts['unknown_workers'])}, sent: {facts['sent']}")
    town.api.arrivals.limit = None
    for worker in town.workers:
        press_read(town.api, worker.chat, notice.text)
    await town.api.delivery.all_taken()
    facts = await notice.facts()
    print(f"    all who have it say so: unknown {facts['unknown']}, sent {facts['sent']}")
    town.api.arrivals.limit = options.rate
    await notice.steer("send-again")
    facts = await notice.until("done", within_seconds=SWEPT_SECONDS)
    print(
        f"    sent again: unknown {facts['unknown']}, arrived {len(notice.arrived)} of {options.workers}, "
        f"doubled {len(town.api.arrivals.doubled(notice.text))}"
    )


async def _wait(notice: Written, options: argparse.Namespace) -> None:
    await notice.has_reached(options.workers, within_seconds=GIVE_UP_FACTOR * options.workers / options.rate)


def _print(name: str, town: Town, notice: Written, options: argparse.Namespace) -> None:
    arrivals, arrived = town.api.arrivals, notice.arrived
    since, last = notice.written_at, arrived[-1].at
    others = sum(since <= one.at <= last for one in arrivals.seen) - sum(one.at >= since for one in arrived)
    ideal_seconds = (options.workers + others) / options.rate
    too_many = sum(at >= since for at in arrivals.too_many)
    print(
        f"  {name}: {len(arrived)} arrived in {notice.took_seconds:.2f} s, "
        f"{notice.took_seconds / ideal_seconds:.3f} of the ideal {ideal_seconds:.2f} s; "
        f"429: {too_many}; doubled: {len(arrivals.doubled(notice.text))}; "
        f"fullest second: {arrivals.most_in_a_second(since)}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2500)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--tappers", type=int, default=100, help="how many work on, a tap in 4 s each")
    parser.add_argument("--idle-seconds", type=float, default=40.0)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--only", default="", help="a part of a place's name")
    options = parser.parse_args()
    with places(options.processes) as found:
        for place in found:
            if options.only in place.name:
                with tempfile.TemporaryDirectory() as folder:
                    uvloop.run(measure(place, options, Path(folder)))


if __name__ == "__main__":
    main()
