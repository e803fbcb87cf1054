"""64 people ask and answer at once while leases end under them, their process is killed, and the server too.

Afterwards the books must be right: no task beyond its quota, no accepted answer unpaid, none paid that is not
there, every place filled.
"""

import argparse
import asyncio
import contextlib
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import SystemClock
from storage.schema import migrate
from storage.unit_of_work import SqlStore, create_store
from tasks.answering import Press, SubmitAnswers
from tasks.assigning import TakeTask
from tasks.enrolling import GiveConsent, Welcome
from tasks.golding import Golding
from tasks.lending import Lending
from tasks.model.identifiers import AccountKey, ProjectId, WorkerId
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.ports import NewTask
from tasks.stopping import EndOverdueLeases
from tests.builders import a_project, an_image
from tests.services import PostgresServer, postgres_running

TAKERS, TASKS, QUOTA = 64, 400, 4
LEASE_SECONDS = 0.3
"""A lease is ended after this by a sweeper whose clock is ahead."""
BROKEN = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)
CHECKS = {
    "tasks beyond their quota": "SELECT count(*) FROM tasks WHERE taken > {quota} OR answers > {quota}",
    "tasks with more accepted answers than their quota": (
        "SELECT count(*) FROM (SELECT task_id FROM leases WHERE answer_status = 'approved'"
        " GROUP BY task_id HAVING count(*) > {quota}) AS beyond"
    ),
    "tallies that are wrong": (
        "SELECT count(*) FROM tasks WHERE taken <> (SELECT count(*) FROM leases WHERE task_id = tasks.id"
        " AND (state = 'open' OR answer_status = 'approved'))"
    ),
    "accepted answers that are unpaid": (
        "SELECT count(*) FROM leases WHERE answer_status = 'approved' AND NOT EXISTS"
        " (SELECT 1 FROM entries WHERE key = 'answer:' || leases.id)"
    ),
    "payments without an accepted answer": (
        "SELECT count(*) FROM entries WHERE key LIKE 'answer:%' AND NOT EXISTS"
        " (SELECT 1 FROM leases WHERE 'answer:' || leases.id = key AND answer_status = 'approved')"
    ),
    "places in play beyond the quota": (
        "SELECT count(*) FROM frontier JOIN tasks ON id = task_id WHERE taken + need > {quota}"
    ),
    "places not filled": "SELECT {quota} * count(*) - sum(answers) FROM tasks",
}


class ClockAhead:
    def __init__(self, ahead: timedelta) -> None:
        self._clock, self._ahead = SystemClock(), ahead

    def now(self) -> datetime:
        return self._clock.now() + self._ahead


@dataclass
class Crew:
    """Everybody who works in one process."""

    store: SqlStore
    project_id: ProjectId

    def __post_init__(self) -> None:
        lending, clock = Lending(), SystemClock()
        self.take_task = TakeTask(self.store, clock, Golding(lending))
        self.submit = SubmitAnswers(self.store, clock, Golding(lending))
        ahead = timedelta(minutes=60, seconds=-LEASE_SECONDS)
        self.end_overdue = EndOverdueLeases(self.store, ClockAhead(ahead))

    async def works(self, worker: Worker) -> None:
        nothing = 0
        while nothing < 5:
            try:
                card = await self.take_task(worker, self.project_id)
                while isinstance(card, Question):
                    nothing = 0
                    if random.random() < 0.1:
                        await asyncio.sleep(2 * LEASE_SECONDS)
                    (outcome,) = await self.submit([Press(worker, card.lease_id, 1)])
                    card = getattr(outcome, "next", None)
                nothing += 1
            except BROKEN:
                nothing = 0
            await asyncio.sleep(LEASE_SECONDS)

    async def sweeps(self) -> None:
        while True:
            with contextlib.suppress(*BROKEN):
                await self.end_overdue()
            await asyncio.sleep(LEASE_SECONDS)


async def work(url: str, project_id: int) -> None:
    """What the process does that is killed."""
    store = create_store(url, connections=16)
    async with store.read() as uow:
        people = [await uow.workers.get(WorkerId(number)) for number in range(1, TAKERS + 1)]
    crew = Crew(store, ProjectId(project_id))
    sweeping = asyncio.create_task(crew.sweeps())
    await asyncio.gather(*(crew.works(worker) for worker in people))
    sweeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sweeping
    await store.close()


async def prepare(url: str) -> int:
    await migrate(url)
    store, clock = create_store(url), SystemClock()
    async with store.write() as uow:
        project = await uow.projects.save(a_project(quota=QUOTA, lease_minutes=60), clock.now())
        tasks = [NewTask(f"t{n}", an_image(str(n)), None, {}) for n in range(TASKS)]
        await uow.tasks.upsert(project, tasks)
        await uow.commit()
    for number in range(TAKERS):
        key = AccountKey("telegram", f"w{number}")
        welcomed = await Welcome(store, clock, "UTC")(key, language="en", join_code=None)
        await GiveConsent(store, clock)(welcomed.worker, "1")
    await store.close()
    return project.id


async def check(url: str) -> dict[str, int]:
    store = create_store(url)
    async with store.database.read() as transaction:
        facts = {
            name: int((await transaction.execute(text(query.format(quota=QUOTA)))).scalar_one())
            for name, query in CHECKS.items()
        }
        leases = (await transaction.execute(text("SELECT count(*) FROM leases"))).scalar_one()
    await store.close()
    print(f"leases in all: {leases:,}, of {TASKS * QUOTA:,} places")
    return facts


def disturb(server: PostgresServer, command: list[str], kills: int) -> None:
    """Lets them work for a moment and kills them, again and again; every third time the server goes too."""
    for number in range(kills):
        process = subprocess.Popen(command)
        time.sleep(random.uniform(1.5, 3))
        if number % 3 == 2:
            server.kill()
            server.start()
            time.sleep(1)
        process.kill()
        process.wait()
    subprocess.run(command, check=True, timeout=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--takers", nargs=2, metavar=("URL", "PROJECT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.takers:
        asyncio.run(work(options.takers[0], int(options.takers[1])))
        return
    with postgres_running(waits_for_disk=True) as server:
        url = server.url(server.new_database())
        project_id = asyncio.run(prepare(url))
        command = [sys.executable, "-m", "benchmarks.lending_killed", "--takers", url, str(project_id)]
        begin = time.monotonic()
        disturb(server, command, options.kills)
        print(f"{TAKERS} takers, {options.kills} kills, {time.monotonic() - begin:.0f} s")
        facts = asyncio.run(check(url))
    for name, count in facts.items():
        print(f"{name}: {count}")
    if any(facts.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
