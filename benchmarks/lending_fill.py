"""A programme of any size for the benchmarks of lending: tasks, workers, leases with answers, and a frontier.

Of ten tasks four are closed with three answers, one in twenty is started with one, and the rest is fresh. A
few workers did very much and most did little. In play is what would be there: some started, some fresh.
"""

from dataclasses import dataclass

from sqlalchemy import text

from bot.clock import SystemClock
from storage.unit_of_work import SqlStore
from tasks.model.project import Project
from tests.builders import a_project

CHUNK = 500_000
QUOTA = 3
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})",
    "postgresql": "WITH n AS (SELECT i FROM generate_series({first}::bigint, {last}::bigint) AS n(i))",
}
TASKS = """
INSERT INTO tasks (id, project_id, key, position, image_id, explanations, status, taken, answers, cant_tells,
    reports, verdict_version)
{numbers}
SELECT i, {project}, 't' || i, i, '{image}', '{{}}', CASE WHEN i <= {closed} THEN 'closed' ELSE 'open' END,
    CASE WHEN i <= {closed} THEN 3 WHEN i <= {started} THEN 1 ELSE 0 END,
    CASE WHEN i <= {closed} THEN 3 WHEN i <= {started} THEN 1 ELSE 0 END, 0, 0, 0
FROM n
"""
WORKERS = """
INSERT INTO workers (id, language, status, consent_version, time_zone, created_at, status_at)
{numbers} SELECT i, 'zh', 'active', '1', 'UTC', 0, 0 FROM n
"""
ACCOUNTS = """
INSERT INTO accounts (channel, external_id, worker_id, reachable, reachable_at)
{numbers} SELECT 'telegram', 'w' || i, i, TRUE, 0 FROM n
"""
# The cube of an even number between 0 and 1: the busiest worker gets one answer in fifty.
WHO = """
1 + (CAST({workers} * (((i * 7919) % 1000003) / 1000003.0) * (((i * 7919) % 1000003) / 1000003.0)
    * (((i * 7919) % 1000003) / 1000003.0) AS INTEGER) + {which} * 7) % {workers}
"""
LEASES = """
INSERT INTO leases (task_id, project_id, worker_id, state, currency, price_micros, shown_at, ends_at, purpose,
    settled_at, choice, answered_at, seconds, answer_status)
{numbers}
SELECT i, {project}, {who}, 'answered', 'CNY', 50000, i * 1000, i * 1000 + 1, 'work', i * 1000 + 1, 'cat',
    i * 1000 + 1, 4.0, 'approved' FROM n
"""
FRONTIER = """
INSERT INTO frontier (task_id, project_id, bucket, rnd, need, image_id)
SELECT id, project_id, CASE WHEN answers = 0 THEN 2 WHEN id % 5 = 0 THEN 0 ELSE 1 END,
    (id * 1640531527) % 2147483647, 3 - taken, image_id
FROM tasks WHERE status = 'open' AND taken < 3 AND (position > {closed} AND position <= {closed} + {in_play}
    OR position > {started} AND position <= {started} + {in_play})
"""


@dataclass(frozen=True)
class Sizes:
    tasks: int
    workers: int
    in_play: int
    """So many started tasks, and as many fresh ones."""

    @property
    def closed(self) -> int:
        return self.tasks * 4 // 10

    @property
    def started(self) -> int:
        return self.closed + self.tasks // 20


def sizes_for(tasks: int) -> Sizes:
    return Sizes(tasks, workers=max(tasks // 100, 100), in_play=min(tasks // 20, 100_000))


async def fill(store: SqlStore, engine: str, sizes: Sizes) -> Project:
    """Writes all that straight to the tables, in the form that the use cases give it."""
    async with store.write() as uow:
        project = await uow.projects.save(a_project(slug="bench", quota=QUOTA), SystemClock().now())
        await uow.commit()
    facts = {"project": project.id, "image": "0" * 64, "closed": sizes.closed, "started": sizes.started}
    facts |= {"workers": sizes.workers}
    indexes = await drop_indexes(store) if engine == "postgresql" else []
    await insert(store, engine, WORKERS, facts, first=1, last=sizes.workers)
    await insert(store, engine, ACCOUNTS, facts, first=1, last=sizes.workers)
    await insert(store, engine, TASKS, facts, first=1, last=sizes.tasks)
    for which in range(QUOTA):
        last = sizes.started if which == 0 else sizes.closed
        who = WHO.format(workers=sizes.workers, which=which)
        await insert(store, engine, LEASES, facts | {"who": who}, first=1, last=last)
    feeds = f"INSERT INTO feeds VALUES ({project.id}, {sizes.started + sizes.in_play}, 0)"
    tidy = ["SELECT setval(pg_get_serial_sequence('tasks', 'id'), max(id)) FROM tasks"]
    tidy += ["SELECT setval(pg_get_serial_sequence('workers', 'id'), max(id)) FROM workers", "ANALYZE"]
    for statement in [*indexes, feeds, *(tidy if engine == "postgresql" else [])]:
        await run(store, engine, statement)
    await put_in_play(store, engine, sizes)
    return project


async def put_in_play(store: SqlStore, engine: str, sizes: Sizes) -> None:
    """Makes the frontier again, as it was at first but for what was lent since."""
    facts = {"closed": sizes.closed, "started": sizes.started, "in_play": sizes.in_play}
    await run(store, engine, "DELETE FROM frontier")
    await run(store, engine, FRONTIER.format(**facts))
    if engine == "postgresql":
        await run(store, engine, "ANALYZE frontier")
        # What was filled in goes to the disk now, not while it is measured.
        await run(store, engine, "CHECKPOINT")


async def insert(
    store: SqlStore, engine: str, statement: str, facts: dict[str, object], *, first: int, last: int
) -> None:
    for start in range(first, last + 1, CHUNK):
        numbers = NUMBERS[engine].format(first=start, last=min(start + CHUNK - 1, last))
        await run(store, engine, statement.format(numbers=numbers, **facts))


async def run(store: SqlStore, engine: str, statement: str) -> None:
    async with store.database.write() as transaction:
        if engine == "postgresql":
            # What is written here is sound by itself; checking each reference would take most of the time.
            await transaction.execute(text("SET LOCAL session_replication_role = replica"))
        await transaction.connection.exec_driver_sql(statement)
        await transaction.commit()


async def drop_indexes(store: SqlStore) -> list[str]:
    """Takes away what only slows the filling down; returns how to make it again."""
    found = text(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('tasks', 'leases')"
        " AND schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    async with store.database.write() as transaction:
        rows = (await transaction.execute(found)).all()
        for row in rows:
            await transaction.execute(text(f"DROP INDEX {row.indexname}"))
        await transaction.commit()
    return [row.indexdef for row in rows]
