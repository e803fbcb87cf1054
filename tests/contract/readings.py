"""How a database would read the tables that a repository asks about, taken from its own plans."""

import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import SqliteDatabase
from storage.unit_of_work import SqlStore
from tests.contract.query_plans import Question, statements_for

# An automatic index, which SQLite makes for one statement by reading the whole table, has no condition here.
SQLITE_READS = re.compile(
    r"(?:SCAN|SEARCH) (?P<table>\w+)"
    r"(?: USING (?:COVERING )?(?:INDEX )?(?P<index>INTEGER PRIMARY KEY|\w+)(?: \((?P<condition>.*)\))?)?"
)


@dataclass(frozen=True)
class Reading:
    """One table in a plan."""

    table: str
    index: str
    """Empty if the table is read whole."""
    condition: str
    """Which part of the index is read; empty if all of it is."""

    @property
    def is_narrow(self) -> bool:
        """Something in the index is looked up, instead of going through it from somewhere on."""
        return "=" in self.condition.replace(">=", ">").replace("<=", "<")


@dataclass(frozen=True)
class Plan:
    statement: str
    readings: Sequence[Reading]
    drawn: str
    """As the database shows it."""


async def plans_of(store: SqlStore, question: Question) -> Sequence[Plan]:
    """The plans for all that is sent to answer the question; on PostgreSQL those for these parameters, and
    those for any, as it keeps them for a prepared statement.
    """
    sent = list(dict(await statements_for(store, question)).items())
    async with store.database.write() as transaction:
        if isinstance(store.database, SqliteDatabase):
            return [await _sqlite_plan(transaction.connection, *one) for one in sent]
        plans = [await _postgres_plan(transaction.connection, *one) for one in sent]
        await transaction.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        return plans + [await _generic_plan(transaction.connection, *one) for one in sent]


async def effort_of(store: SqlStore, question: Question) -> int:
    """How much the last statement that answers the question has to go through: steps, or rows."""
    statement, parameters = (await statements_for(store, question))[-1]
    if isinstance(store.database, SqliteDatabase):
        steps: list[None] = []
        with contextlib.closing(sqlite3.connect(store.database.path)) as connection:
            connection.set_progress_handler(lambda: steps.append(None), 1)
            connection.execute(statement, parameters).fetchall()
        return len(steps)
    async with store.database.read() as transaction:
        rows = await transaction.connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
        )
        told = rows.scalar_one()
    return _rows((json.loads(told) if isinstance(told, str) else told)[0]["Plan"])


def _rows(node: Any) -> int:
    own = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return int(own) + sum(_rows(one) for one in node.get("Plans", ()))


async def _sqlite_plan(connection: AsyncConnection, statement: str, parameters: Any) -> Plan:
    rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    lines = [row.detail for row in rows]
    found = [match for line in lines if (match := SQLITE_READS.match(line))]
    readings = [Reading(one["table"], one["index"] or "", one["condition"] or "") for one in found]
    return Plan(statement, readings, "\n".join(lines))


async def _postgres_plan(connection: AsyncConnection, statement: str, parameters: Any) -> Plan:
    rows = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    return _plan(statement, rows.scalar_one())


async def _generic_plan(connection: AsyncConnection, statement: str, parameters: Any) -> Plan:
    unknown = ", ".join("unknown" for _ in parameters)
    nulls = ", ".join("NULL" for _ in parameters)
    await connection.exec_driver_sql(f"PREPARE question {f'({unknown})' if unknown else ''} AS {statement}")
    rows = await connection.exec_driver_sql(
        f"EXPLAIN (FORMAT JSON) EXECUTE question {f'({nulls})' if nulls else ''}"
    )
    plan = _plan(statement, rows.scalar_one())
    await connection.exec_driver_sql("DEALLOCATE question")
    return plan


def _plan(statement: str, told: Any) -> Plan:
    top = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return Plan(statement, list(_readings(top)), json.dumps(top, indent=1))


def _readings(node: Any) -> Iterator[Reading]:
    below = node.get("Plans", ())
    if node["Node Type"] == "Bitmap Heap Scan":
        for part in _bitmaps(node):
            yield Reading(node["Relation Name"], part["Index Name"], part.get("Index Cond", ""))
    elif node["Node Type"].endswith("Scan") and "Relation Name" in node:
        yield Reading(node["Relation Name"], node.get("Index Name", ""), node.get("Index Cond", ""))
    for one in below:
        yield from _readings(one)


def _bitmaps(node: Any) -> Iterator[Any]:
    for one in node.get("Plans", ()):
        if one["Node Type"] == "Bitmap Index Scan":
            yield one
        yield from _bitmaps(one)
