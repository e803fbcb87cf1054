"""The very statements that draw a task on SQLite, run by Python's sqlite3 alone."""

import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import event

from storage.engine import SqliteDatabase
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import WorkerId
from tasks.ports import ROUND

START = 1_234_567_891
"""A place on the round that is no other parameter's value."""

Draw = Callable[[WorkerId, int], Awaitable[None]]


async def replay_draws(store: SqlStore, draw: Draw, workers: int, count: int) -> list[float]:
    """Listens to one draw, and then says the same for others; milliseconds of each, commit included."""
    assert isinstance(store.database, SqliteDatabase)
    sent: list[tuple[str, tuple[Any, ...]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    worker = workers - 1
    event.listen(store.database.writer.sync_engine, "before_cursor_execute", note)
    await draw(WorkerId(worker), START)
    event.remove(store.database.writer.sync_engine, "before_cursor_execute", note)
    await store.close()
    connection = sqlite3.connect(store.database.path, isolation_level=None)
    for pragma in ("foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    times = []
    task = sent[1][1][-1]
    for _ in range(count):
        swap = {worker: random.randint(1, workers), START: random.randrange(ROUND)}
        begin = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for statement, parameters in sent:
            rows = connection.execute(statement, [swap.get(value, value) for value in parameters]).fetchall()
            if statement is sent[0][0]:
                swap[task] = rows[0][0]
        connection.execute("COMMIT")
        times.append((time.perf_counter() - begin) * 1000)
    connection.close()
    return times
