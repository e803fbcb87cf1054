"""Migrations go up, down and up again on both engines, and end at what tables.py says."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Row, inspect, text

from storage.engine import open_database
from storage.schema import SchemaState, downgrade, migrate, require_current, schema_state
from storage.tables import metadata
from storage.unit_of_work import create_store
from tasks.errors import InputError

ONLY_ON_SQLITE = {"fk_leases_project_id"}
"""What the tables say with ``ddl_if``, which Alembic does not look at."""


async def test_up_down_and_up_again(empty_database_url: str) -> None:
    assert await schema_state(empty_database_url) is SchemaState.NONE
    await migrate(empty_database_url)
    assert await schema_state(empty_database_url) is SchemaState.CURRENT
    await downgrade(empty_database_url)
    assert await schema_state(empty_database_url) is SchemaState.NONE
    assert await tables_in(empty_database_url) == {"alembic_version"}
    await migrate(empty_database_url)
    assert await schema_state(empty_database_url) is SchemaState.CURRENT


async def test_asking_for_the_state_makes_no_file(tmp_path: Path) -> None:
    assert await schema_state(f"sqlite:///{tmp_path / 'none.db'}") is SchemaState.NONE
    assert not (tmp_path / "none.db").exists()


async def test_two_processes_may_migrate_at_once(empty_database_url: str) -> None:
    await asyncio.gather(*(migrate(empty_database_url) for _ in range(3)))
    assert await schema_state(empty_database_url) is SchemaState.CURRENT


async def test_migrations_end_at_the_tables(database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        def is_compared(_object: object, name: str | None, *_rest: object) -> bool:
            return connection.dialect.name == "sqlite" or name not in ONLY_ON_SQLITE

        opts = {"compare_type": True, "include_object": is_compared}
        return list(compare_metadata(MigrationContext.configure(connection, opts=opts), metadata))

    database = open_database(database_url)
    async with database.read() as transaction:
        assert await transaction.connection.run_sync(differences) == []
    await database.close()


async def test_a_store_of_another_shape_is_refused_with_what_to_do(empty_database_url: str) -> None:
    store = create_store(empty_database_url)
    with pytest.raises(InputError, match="tapwork migrate"):
        await require_current(store)
    await migrate(empty_database_url)
    await require_current(store)
    await store.close()


async def test_what_the_outbox_held_survives_the_way_to_deliveries_and_back(empty_database_url: str) -> None:
    await migrate(empty_database_url, "0001")
    await run(empty_database_url, OUTBOX_ROWS)
    before = await run(empty_database_url, [OUTBOX])
    await migrate(empty_database_url)
    kept = await run(empty_database_url, [DELIVERIES])
    assert [(row.key, row.state, row.sent_at) for row in kept] == [
        ("w", "planned", None),
        ("s", "sent", 5),
        ("b", "blocked", None),
        ("g", "gone", None),
        ("f", "refused", None),
    ]
    assert {(row.kind, row.due_at, row.attempts) for row in kept} == {("work_again", 7, 2)}
    assert {row.facts for row in kept} == {'{"a": "b"}'}
    await run(empty_database_url, NOTICE_ROWS)
    await downgrade(empty_database_url, "0001")
    after = await run(empty_database_url, [OUTBOX])
    assert after == before


async def tables_in(database_url: str) -> set[str]:
    database = open_database(database_url)
    async with database.read() as transaction:
        names = await transaction.connection.run_sync(
            lambda connection: inspect(connection).get_table_names()
        )
    await database.close()
    return set(names)


async def run(database_url: str, statements: Sequence[str]) -> list[Row[Any]]:
    """Runs the statements and returns the rows of the last one, if it has any."""
    database = open_database(database_url, connections=1)
    async with database.write() as transaction:
        for statement in statements:
            result = await transaction.execute(text(statement))
        rows = list(result.all()) if result.returns_rows else []
        await transaction.commit()
    await database.close()
    return rows


OUTBOX = "SELECT key, state, due_at, attempts, reason FROM outbox ORDER BY id"
DELIVERIES = """
    SELECT key, state, kind, CAST(facts AS TEXT) AS facts, due_at, attempts, sent_at
    FROM deliveries ORDER BY id
"""
OUTBOX_ROWS = (
    """
    INSERT INTO workers (language, status, time_zone, created_at, status_at)
    VALUES ('zh', 'active', 'UTC', 0, 0)
    """,
    """
    INSERT INTO outbox (key, worker_id, kind, facts, state, due_at, attempts, settled_at, reason) VALUES
        ('w', 1, 'work_again', '{"a": "b"}', 'waiting', 7, 2, NULL, 'rate'),
        ('s', 1, 'work_again', '{"a": "b"}', 'sent', 7, 2, 5, NULL),
        ('b', 1, 'work_again', '{"a": "b"}', 'failed', 7, 2, 5, 'blocked'),
        ('g', 1, 'work_again', '{"a": "b"}', 'failed', 7, 2, 5, 'gone: no such chat'),
        ('f', 1, 'work_again', '{"a": "b"}', 'failed', 7, 2, 5, 'bad: too long')
    """,
)
NOTICE_ROWS = (
    """
    INSERT INTO notices (language, scope, kind, status, reason, texts, receipt, answers, audience, urgent,
        made_at, reported)
    VALUES ('en', '', 'news', 'sending', '', '{}', 'none', '{}', '{}', false, 0, false)
    """,
    "INSERT INTO notice_tallies (notice_id) VALUES (1)",
    """
    INSERT INTO deliveries (notice_id, worker_id, kind, state, due_at, attempts)
    VALUES (1, 1, 'notice', 'planned', 7, 0)
    """,
)
