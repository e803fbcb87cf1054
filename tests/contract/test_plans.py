"""What is asked for every answer goes along an index and sorts nothing, however many tasks there are."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event, text

from storage.engine import PostgresDatabase, SqliteDatabase
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import WorkerId
from tasks.ports import UnitOfWork
from tests.builders import NOON
from tests.contract.programme import Programme, a_programme

Question = Callable[[Programme, UnitOfWork, WorkerId], Awaitable[object]]

QUESTIONS: dict[str, Question] = {
    "ix_tasks_open": lambda p, work, _: work.tasks.list_candidates(p.project, after=(0, 10), limit=20),
    "uq_leases_worker_id_task_id": lambda p, work, anna: work.tasks.find_unseen(
        p.project, anna, after=(0, 10)
    ),
    "ix_leases_settled": lambda p, work, anna: work.leases.find_last_settled(anna, p.project.id),
    "ix_leases_recent": lambda _, work, anna: work.leases.list_recent(anna, 10),
    "ix_leases_overdue": lambda _, work, __: work.leases.list_overdue(NOON, 10),
    "ix_leases_answered": lambda p, work, _: work.projects.median_seconds(p.project.id),
}


@pytest.mark.parametrize("index", QUESTIONS)
async def test_a_question_goes_along_its_index(store: SqlStore, index: str) -> None:
    programme = await a_programme(store, tasks=2000)
    plan = await plan_of(store, programme, QUESTIONS[index])
    assert index in plan
    assert "Seq Scan on" not in plan
    assert "SCAN tasks" not in plan
    assert "SCAN leases" not in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


async def plan_of(store: SqlStore, programme: Programme, question: Question) -> str:
    """The plan for the last statement that answers the question, its parameters unknown to the planner."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    database = store.database
    assert isinstance(database, SqliteDatabase | PostgresDatabase)
    engine = database.reader if isinstance(database, SqliteDatabase) else database.engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with store.read() as work:
        await question(programme, work, programme.workers[0].id)
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    statement, parameters = sent[-1]
    async with database.write() as transaction:
        connection = transaction.connection
        if isinstance(database, SqliteDatabase):
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return "\n".join(row.detail for row in rows)
        # A plan for any parameters, as PostgreSQL keeps it for a prepared statement.
        await transaction.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        await transaction.execute(text("SET LOCAL enable_seqscan = off"))
        unknown = ", ".join("unknown" for _ in parameters)
        nulls = ", ".join("NULL" for _ in parameters)
        await connection.exec_driver_sql(f"PREPARE question ({unknown}) AS {statement}")
        rows = await connection.exec_driver_sql(f"EXPLAIN EXECUTE question ({nulls})")
        plan = "\n".join(row[0] for row in rows)
        await connection.exec_driver_sql("DEALLOCATE question")
        return plan
