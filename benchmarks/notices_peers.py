"""The loops in which people send a message to many, and Tapwork, through one server that counts every second.

A twentieth of the people have blocked the bot, and nobody was told. Then the same once more with a process
that is killed in the middle, at a moment when answers take a fifth of a second, and is started again.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import uvloop

from benchmarks.bare_notices import LOOPS
from benchmarks.notices_outside import Place
from tests.journeys.outside.arrivals import Arrival
from tests.journeys.outside.faults import Fault
from tests.journeys.outside.messages import Chat
from tests.journeys.outside.server import TOKEN, BotApi
from tests.journeys.outside.town import Town, town_of
from tests.services import postgres_running, redis_running

BLOCKED_SHARE = 0.05
ANSWER_SECONDS = 0.2
KILLED_AFTER_SECONDS = 0.15
"""The process dies when answers have been late for so long: some are on their way."""
STARTS_AGAIN_AFTER_SECONDS = 1.0
GIVE_UP_FACTOR = 6.0
"""A loop that takes so many times the ideal, and a while to start, is given up."""
START_SECONDS_MAX = 30.0
SWEPT_SECONDS = 60.0
PEERS = {
    "one_after_another": "aiogram, a loop with a rest",
    "all_at_once": "aiogram, gather, 30 at once",
    "rate_limited": "python-telegram-bot, AIORateLimiter",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message to all, as the server saw it."""

    seconds: float
    too_many: int
    reached: int
    doubled: int
    lost: int
    """Who could be reached and has not got it."""
    unknown: int = 0
    """Who is said to have it, or not, when all is over."""


class Results:
    """All outcomes, by contender and by what happened; printed as they come."""

    def __init__(self, people: int, rate: int) -> None:
        self._ideal_seconds = people / rate
        self._outcomes: dict[tuple[str, str], list[Outcome]] = {}

    def add(self, contender: str, happening: str, outcome: Outcome) -> None:
        self._outcomes.setdefault((contender, happening), []).append(outcome)
        print(f"  {contender}, {happening}: {outcome}", file=sys.stderr, flush=True)

    def print(self) -> None:
        print(f"\nIdeal: {self._ideal_seconds:.1f} s")
        print(
            "| contender | what happens | seconds | times the ideal | 429 | got it | twice | lost | unknown |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        for (contender, happening), found in self._outcomes.items():
            seconds = [each.seconds for each in found]
            ratios = [each / self._ideal_seconds for each in seconds]
            counts = (
                _spread([float(getattr(each, name)) for each in found], 0)
                for name in ("too_many", "reached", "doubled", "lost", "unknown")
            )
            cells = [contender, happening, _spread(seconds, 1), _spread(ratios, 2), *counts]
            print(f"| {' | '.join(cells)} |", flush=True)


class Watch:
    """One message to all, from the moment it begins."""

    def __init__(self, api: BotApi, text: str) -> None:
        self.api = api
        self.text = text
        self._first = len(api.arrivals.seen)
        self.began_at: float | None = None
        """None: when the first one arrives; a loop's own start is not counted."""
        api.arrivals.too_many.clear()

    @property
    def arrived(self) -> list[Arrival]:
        return self.api.arrivals.of(self.text, self._first)

    async def reaches(self, count: int) -> None:
        while len(self.arrived) < count:  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.01)

    def outcome(self, unknown: int = 0) -> Outcome:
        arrived = self.arrived
        have_it = {one.chat for one in arrived}
        reachable = {number for number, chat in self.api.chats.items() if not chat.blocked}
        return Outcome(
            seconds=arrived[-1].at - (arrived[0].at if self.began_at is None else self.began_at),
            too_many=len(self.api.arrivals.too_many),
            reached=len(have_it),
            doubled=len(self.api.arrivals.doubled(self.text)),
            lost=len(reachable - have_it),
            unknown=unknown,
        )


def _spread(values: list[float], digits: int) -> str:
    least, most = f"{min(values):.{digits}f}", f"{max(values):.{digits}f}"
    return least if least == most else f"{least}–{most}"


def _block_some(chats: list[Chat], random: Random) -> None:
    """Other people than before have blocked the bot, and it has not heard of it yet."""
    for chat in chats:
        chat.blocked = False
    for chat in random.sample(chats, round(BLOCKED_SHARE * len(chats))):
        chat.blocked = True


# The loops


async def measure_loops(options: argparse.Namespace, results: Results, number: int) -> None:
    """Each loop undisturbed, and killed with and without a memory."""
    api = BotApi()
    address = await api.start()
    chats = [api.join(person, "Somebody", "en") for person in range(options.people)]
    environment = dict(os.environ) | {
        "BENCH_API": address,
        "BENCH_TOKEN": TOKEN,
        "BENCH_RATE": str(options.rate),
    }
    api.arrivals.limit = options.rate
    random = Random(number)
    for loop in LOOPS:
        for happening in ("nothing", "killed, begins anew", "killed, has a file"):
            _block_some(chats, random)
            await asyncio.sleep(1.1)
            watch = Watch(api, f"{loop}, {happening}, {number}")
            with tempfile.TemporaryDirectory() as folder:
                memory = [f"{folder}/have-it.txt"] if "file" in happening else []
                command = [sys.executable, "-m", "benchmarks.bare_notices", loop]
                command += [str(api.manners.first_person), str(options.people), *memory]
                variables = environment | {"BENCH_TEXT": watch.text}
                await _run_loop(command, variables, watch, killed=happening != "nothing", options=options)
            results.add(PEERS[loop], happening, watch.outcome())
    await api.close()


async def _run_loop(
    command: list[str],
    environment: dict[str, str],
    watch: Watch,
    *,
    killed: bool,
    options: argparse.Namespace,
) -> None:
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    if killed:
        await watch.reaches(options.people // 2)
        with watch.api.faults.on(Fault(hold_seconds=ANSWER_SECONDS)):
            await asyncio.sleep(KILLED_AFTER_SECONDS)
            process.kill()
            await process.wait()
        await asyncio.sleep(STARTS_AGAIN_AFTER_SECONDS)
        process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        longest_seconds = START_SECONDS_MAX + GIVE_UP_FACTOR * options.people / options.rate
        await asyncio.wait_for(process.wait(), longest_seconds)
    except TimeoutError:
        print(f"  given up: {watch.text}", file=sys.stderr)
        process.kill()
        await process.wait()


# Tapwork


@contextmanager
def places() -> Iterator[list[Place]]:
    """One process on SQLite, and two on PostgreSQL with Redis."""
    with postgres_running(waits_for_disk=True) as postgres, redis_running() as redis:
        cluster = Place("PostgreSQL + Redis", 2, postgres.url(postgres.new_database()), redis.url())
        yield [Place("SQLite", 1), cluster]


async def measure_tapwork(place: Place, options: argparse.Namespace, results: Results, folder: Path) -> None:
    """One town in which everybody has joined: each round undisturbed, and with a process that is killed."""
    name = f"Tapwork, {place.name}, processes: {place.processes}"
    async with town_of(
        folder,
        options.people,
        rate=options.rate,
        processes=place.processes,
        database=place.database,
        redis=place.redis,
    ) as town:
        random = Random(place.processes)
        for number in range(options.rounds):
            for happening in ("nothing", "killed"):
                await _hear_of_all(town)
                _block_some([worker.chat for worker in town.workers], random)
                watch = Watch(town.api, f"{happening}, {number}")
                facts = await _send_notice(town, watch, killed=happening != "nothing", people=options.people)
                results.add(name, happening, watch.outcome(facts["unknown"]))


async def _hear_of_all(town: Town) -> None:
    """Whoever had blocked the bot comes back, so that the next notice is for everybody."""
    for worker in town.workers:
        if worker.chat.blocked:
            town.api.block(worker.chat, blocked=False)
    await town.api.delivery.all_taken()
    await asyncio.sleep(1.1)


async def _send_notice(town: Town, watch: Watch, *, killed: bool, people: int) -> dict[str, int]:
    notice = await town.write(watch.text)
    watch.began_at = notice.written_at
    if killed:
        await watch.reaches(people // 2)
        with town.api.faults.on(Fault(hold_seconds=ANSWER_SECONDS)):
            await asyncio.sleep(KILLED_AFTER_SECONDS)
            one = town.random.choice(town.processes)
            await one.kill()
        await asyncio.sleep(STARTS_AGAIN_AFTER_SECONDS)
        await one.start()
    facts = await notice.until("done", within_seconds=SWEPT_SECONDS + people)
    assert facts["total"] == people, "somebody who came back was not reckoned with"
    return {"unknown": facts["unknown"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=600)
    parser.add_argument("--rate", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    results = Results(options.people, options.rate)
    for number in range(options.rounds):
        uvloop.run(measure_loops(options, results, number))
    with places() as found:
        for place in found:
            with tempfile.TemporaryDirectory() as folder:
                uvloop.run(measure_tapwork(place, options, results, Path(folder)))
    results.print()


if __name__ == "__main__":
    main()
