"""How a database would answer what a repository asks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import event, text

from storage.engine import PostgresDatabase, SqliteDatabase
from storage.unit_of_work import SqlStore
from tasks.ports import UnitOfWork

Question = Callable[[UnitOfWork], Awaitable[object]]


async def statements_for(store: SqlStore, question: Question) -> Sequence[tuple[str, Any]]:
    """What is really sent to answer the question, each with its parameters; the first of many."""
    sent: list[tuple[str, Any]] = []

    def note(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        one = parameters[0] if many and isinstance(parameters[0], Sequence) else parameters
        sent.append((statement, tuple(one)))

    database = store.database
    assert isinstance(database, SqliteDatabase | PostgresDatabase)
    engine = database.writer if isinstance(database, SqliteDatabase) else database.engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with store.write() as work:
        await question(work)
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    return sent


async def plan_of(store: SqlStore, question: Question, *, may_scan: bool = False) -> str:
    """The plan for the last statement that answers the question, its parameters unknown to the planner.

    PostgreSQL reads a small table whole, unless ``may_scan`` is false.
    """
    database = store.database
    statement, parameters = (await statements_for(store, question))[-1]
    async with database.write() as transaction:
        connection = transaction.connection
        if isinstance(database, SqliteDatabase):
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return "\n".join(row.detail for row in rows)
        # A plan for any parameters, as PostgreSQL keeps it for a prepared statement.
        await transaction.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        await transaction.execute(text(f"SET LOCAL enable_seqscan = {'on' if may_scan else 'off'}"))
        unknown = ", ".join("unknown" for _ in parameters)
        nulls = ", ".join("NULL" for _ in parameters)
        await connection.exec_driver_sql(f"PREPARE question ({unknown}) AS {statement}")
        rows = await connection.exec_driver_sql(f"EXPLAIN EXECUTE question ({nulls})")
        plan = "\n".join(row[0] for row in rows)
        await connection.exec_driver_sql("DEALLOCATE question")
        return plan
