"""A whole town: the strict server, one installation of one or more processes, and people who have joined."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.journeys.hatchery import Hatchery
from tests.journeys.outside.crowd import join_all
from tests.journeys.outside.notices import Written
from tests.journeys.outside.process import Tapwork, zone_where_it_is_noon
from tests.journeys.outside.projects import Programme, build_programme
from tests.journeys.outside.server import BotApi
from tests.journeys.outside.workers import Worker
from tests.processors import waited_for_a_processor


@dataclass
class Town:
    """Everything runs; whoever comes here finds people at their phones."""

    api: BotApi
    processes: list[Tapwork]
    workers: list[Worker]
    random: Random = field(default_factory=lambda: Random(11))

    async def write(self, text: str, *options: str) -> Written:
        """A notice, to everybody if nothing else is said."""
        return await Written(self.api, self.processes[0], text).write(*options)

    async def kill_one(self) -> None:
        """One process dies without a warning, and is started again."""
        one = self.random.choice(self.processes)
        await one.kill()
        await one.start()

    async def kill_all(self) -> None:
        """All of them die together, and are started again."""
        await asyncio.gather(*(each.kill() for each in self.processes))
        await asyncio.gather(*(each.start() for each in self.processes))

    def waited_for_processors(self) -> float:
        """For so many seconds the server here and the processes could not go on though they were ready to."""
        running: list[int | str] = ["self", *(each.pid for each in self.processes)]
        return sum(waited_for_a_processor(process) for process in running)

    @property
    def log(self) -> str:
        return "".join(each.log.read_text() for each in self.processes)


@asynccontextmanager
async def town_of(
    folder: Path,
    people: int,
    *,
    rate: int,
    processes: int = 1,
    database: str = "",
    redis: str = "",
    hatchery: Hatchery | None = None,
    programme: Programme | None = None,
) -> AsyncIterator[Town]:
    """The server refuses more than ``rate`` messages in any second, once everybody has joined.

    Several processes get updates as from a balancer; one polls.
    """
    programme = programme or build_programme(folder / "project", tasks=24, people=people)
    api = BotApi()
    settings = {
        "TAPWORK_RATE": str(rate),
        "TAPWORK_TIME_ZONE": zone_where_it_is_noon(),
        "TAPWORK_REDIS": redis,
    }
    first = Tapwork(
        folder,
        await api.start(),
        database=database,
        webhook=processes > 1,
        settings=settings,
        hatchery=hatchery,
    )
    running = [first, *(first.neighbour() for _ in range(processes - 1))]
    if database:
        await first.command("migrate")
    await first.command("import", str(programme.folder))
    try:
        for each in running:
            await each.start()
        api.delivery.doors = [each.port for each in running] if processes > 1 else []
        workers = await join_all(api, programme, people)
        api.arrivals.limit = rate
        yield Town(api, running, workers)
    finally:
        for each in running:
            await each.stop()
        await api.close()
