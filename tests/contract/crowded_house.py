"""A database with much in it: projects, people, tasks, answers and what is known of them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Date, TextClause, bindparam, text

from storage.engine import PostgresDatabase
from storage.unit_of_work import SqlStore
from tasks.model.project import Project
from tests.builders import NOON, a_project
from tests.contract.village import PRICE

PROJECTS, TASKS, PEOPLE, LEASES = 10, 60_000, 3_000, 120_000
QUOTA = 5
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {})"
NOON_MICROS = int(NOON.timestamp()) * 1_000_000

FILL: Sequence[str] = (
    f"""
    INSERT INTO workers (language, status, time_zone, place, created_at, status_at)
    {NUMBERS.format(PEOPLE)}
    SELECT 'zh', 'active', 'UTC', CASE n % 3 WHEN 0 THEN 'tongren' ELSE 'bijie' END, 0, 0 FROM numbers
    """,
    """
    INSERT INTO accounts (channel, external_id, worker_id, reachable, reachable_at)
    SELECT 'telegram', CAST(id AS VARCHAR), id, true, 0 FROM workers
    """,
    # Every fifth is gold; of the others many are decided, and a few are set aside.
    f"""
    INSERT INTO tasks (project_id, key, position, image_id, gold, explanations, status, taken, answers,
        cant_tells, reports, choice, confidence, verdict_version)
    {NUMBERS.format(TASKS)}
    SELECT 1 + (n - 1) / ({TASKS} / {PROJECTS}), 't' || n, n, 'f', CASE WHEN n % 5 = 2 THEN 'cat' END, '{{}}',
        CASE WHEN n % 997 = 7 THEN 'broken' WHEN n % 5 = 2 OR n > {TASKS} / 2 THEN 'open' ELSE 'closed' END,
        2, 2, 0, 0, 'cat', 0.9, 1
    FROM numbers
    """,
    f"""
    INSERT INTO leases (task_id, project_id, worker_id, state, currency, price_micros, shown_at, ends_at,
        purpose, settled_at, choice, answered_at, seconds, answer_status)
    {NUMBERS.format(LEASES)}
    SELECT id, project_id, 1 + (n / 40 + n * 7) % {PEOPLE},
        CASE n % 10 WHEN 3 THEN 'open' WHEN 4 THEN 'ended' ELSE 'answered' END,
        'CNY', {PRICE.micros}, {NOON_MICROS} + n, {NOON_MICROS} + n + 1,
        CASE WHEN gold IS NULL THEN 'work' ELSE 'silent' END,
        CASE WHEN n % 10 NOT IN (3, 4) THEN {NOON_MICROS} + n END,
        CASE WHEN n % 10 NOT IN (3, 4) THEN 'cat' END,
        CASE WHEN n % 10 NOT IN (3, 4) THEN {NOON_MICROS} + n END,
        CASE WHEN n % 10 NOT IN (3, 4) THEN 4.0 END,
        CASE WHEN n % 10 NOT IN (3, 4) THEN 'approved' END
    FROM numbers JOIN tasks ON tasks.id = 1 + (CAST(n AS BIGINT) * 7919) % {TASKS} ORDER BY n
    """,
    """
    INSERT INTO golds (task_id, project_id, choice, role, state, origin, shown, contradicted, state_seen)
    SELECT id, project_id, 'cat', CASE WHEN id % 2 = 0 THEN 'silent' ELSE 'teaching' END,
        CASE WHEN id % 41 = 0 THEN 'suspended' WHEN id % 37 = 0 THEN 'retired' ELSE 'live' END,
        'client', 2, CASE WHEN id % 43 = 0 THEN 4 ELSE 0 END, true
    FROM tasks WHERE gold IS NOT NULL
    """,
    """
    INSERT INTO standings (project_id, worker_id, step, questions, golds, golds_right, lessons, refreshers,
        doubt, credit, weight, pace)
    SELECT projects.id, workers.id, CASE workers.id % 100 WHEN 9 THEN 'paused' ELSE 'working' END,
        40, workers.id % 9, workers.id % 9, 2, 0, 0.0, '[]', 1.0, '{}'
    FROM projects CROSS JOIN workers
    """,
    f"""
    INSERT INTO sanctions (project_id, worker_id, kind, reason, evidence, made_at, appeal, ended_at)
    SELECT project_id, worker_id, CASE worker_id % 2 WHEN 1 THEN 'pause' ELSE 'refresher' END, 'gold', '[]',
        {NOON_MICROS} + worker_id, 'none',
        CASE WHEN worker_id % 100 <> 9 THEN {NOON_MICROS} + worker_id END
    FROM standings WHERE worker_id % 10 < 4 OR worker_id % 10 = 9
    """,
    f"""
    INSERT INTO verdicts (task_id, version, choice, confidence, soft, answers, reason, made_at)
    SELECT id, 1, 'cat', 0.9, '{{}}', 2, 'sure', {NOON_MICROS} FROM tasks
    """,
    """
    INSERT INTO frontier (task_id, project_id, bucket, rnd, need, image_id)
    SELECT id, project_id, id % 3, (CAST(id AS BIGINT) * 1640531527) % 2147483647, 2, image_id
    FROM tasks WHERE status = 'open' AND gold IS NULL AND id % 7 < 5
    """,
    "INSERT INTO feeds (project_id, position, mended) SELECT id, 40000, 10 FROM projects",
    rf"""
    INSERT INTO balances (account, currency, day, shard, micros)
    {NUMBERS.format(30)}
    SELECT 'worker\:' || workers.id || '\:approved', 'CNY', :day, n, 5 FROM workers CROSS JOIN numbers
    """,
    r"""
    INSERT INTO balances (account, currency, day, shard, micros)
    SELECT 'order\:' || projects.id || '\:committed', 'CNY', :day, workers.id % 32000, -5
    FROM projects CROSS JOIN workers WHERE workers.id <= 300
    """,
)


def _with_day(statement: str) -> TextClause:
    if ":day" not in statement:
        return text(statement)
    return text(statement).bindparams(bindparam("day", date(2026, 3, 1), Date))


async def fill(store: SqlStore) -> Project:
    """Fills an empty store; returns one of its projects."""
    async with store.write() as work:
        saved = [
            await work.projects.save(a_project(f"p{number}", quota=QUOTA, choices=("cat", "dog")), NOON)
            for number in range(PROJECTS)
        ]
        for project in saved:
            await work.projects.set_has_gold(project.id)
        await work.commit()
    async with store.database.write() as transaction:
        for statement in FILL:
            await transaction.execute(_with_day(statement))
        await transaction.commit()
    if isinstance(store.database, PostgresDatabase):
        async with store.database.write() as transaction:
            await transaction.execute(text("ANALYZE"))
            await transaction.commit()
    return saved[4]
