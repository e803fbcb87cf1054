"""SQLite beside the event loop, with one trip to the connection's thread for each statement.

aiosqlite goes there to make a cursor, to execute, to fetch, and to close, and a trip takes longer than most
of our statements. Here the thread begins the transaction if that is due, executes, takes the first rows, and
closes a cursor that has no more, all in one trip (docs/decisions/0014).
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import aiosqlite

BUSY_TIMEOUT_MS = 30_000
BUSY_REST_MS = 10
FIRST_ROWS = 200
"""So many rows come with the statement: most results are whole with that, and a stream begins with it."""

Rows = list[Any]
T = TypeVar("T")


class _Phase(Enum):
    IDLE = auto()
    DUE = auto()
    """A transaction was asked for; the next statement begins it."""
    OPEN = auto()


class SqliteConnection(aiosqlite.Connection):
    """What SQLAlchemy's dialect for aiosqlite speaks to; it opens when it is awaited."""

    def __init__(self, path: Path, *, begin: str, pragmas: Sequence[str]) -> None:
        super().__init__(partial(_open, path, pragmas), iter_chunk_size=FIRST_ROWS)
        # Like the dialect's own connections: one that was not closed does not keep the process from ending.
        self._thread.daemon = True
        self._begin = begin
        self._phase = _Phase.IDLE

    def begin(self) -> None:
        """Lets the next statement begin a transaction."""
        self._phase = _Phase.DUE

    async def _connect(self) -> Self:
        try:
            await super()._connect()
        except Exception:
            # The thread has only its end left to tell; aiosqlite does not wait for that, and a program that
            # has nothing more to do may have closed the event loop by then.
            self._thread.join()
            raise
        return self

    def cursor(self) -> "SqliteCursor":  # type: ignore[override]
        return SqliteCursor(self)

    async def commit(self) -> None:
        await self._end(super().commit)

    async def rollback(self) -> None:
        await self._end(super().rollback)

    async def answer(self, execute: Callable[..., Any], *what: Any) -> tuple[sqlite3.Cursor, Rows, bool]:
        """A new cursor that has executed this, its first rows, and whether these are all."""
        begin = self._begin if self._phase is _Phase.DUE else None
        if begin is not None:
            self._phase = _Phase.OPEN
        return await self.trip(_answer, self._conn, begin, execute, *what)

    async def trip(self, work: Callable[..., T], *arguments: Any) -> T:
        """What the thread makes of it. Nobody who was cancelled waits for a long statement to end."""
        try:
            return cast("T", await self._execute(work, *arguments))  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            self._conn.interrupt()
            raise

    async def _end(self, end: Callable[[], Awaitable[None]]) -> None:
        if self._phase is _Phase.OPEN:
            await end()
        self._phase = _Phase.IDLE


class SqliteCursor:
    """What the dialect asks of a cursor; rows beyond the first are fetched when they are asked for."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._rows: Rows = []
        self._is_whole = True

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._ask(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        await self._ask(sqlite3.Cursor.executemany, sql, parameters)

    async def _ask(self, execute: Callable[..., Any], *what: Any) -> None:
        self._cursor, self._rows, self._is_whole = await self._connection.answer(execute, *what)
        self.description = self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def fetchmany(self, size: int) -> Rows:
        missing = size - len(self._rows)
        if missing > 0 and not self._is_whole:
            more, self._is_whole = await self._connection.trip(_fetch, self._cursor, missing)
            self._rows += more
        fetched, self._rows = self._rows[:size], self._rows[size:]
        return fetched

    async def fetchone(self) -> Any:
        return next(iter(await self.fetchmany(1)), None)

    async def fetchall(self) -> Rows:
        if not self._is_whole:
            self._rows += await self._connection.trip(_fetch_rest, self._cursor)
            self._is_whole = True
        fetched, self._rows = self._rows, []
        return fetched

    async def close(self) -> None:
        if not self._is_whole:
            await self._connection.trip(self._cursor.close)
            self._is_whole = True


# From here on: what runs on the connection's thread.


def _open(path: Path, pragmas: Sequence[str]) -> sqlite3.Connection:
    # The driver would begin transactions by itself, too late and only before some statements.
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
    for pragma in pragmas:
        _set(connection, pragma)
    return connection


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """Waits where SQLite itself does not: of several who change the journal of a new file at once, it refuses
    all but one without waiting, since each holds a lock that another one wants.
    """
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(BUSY_REST_MS / 1000)
        else:
            return


def _answer(
    connection: sqlite3.Connection, begin: str | None, execute: Callable[..., Any], *what: Any
) -> tuple[sqlite3.Cursor, Rows, bool]:
    if begin is not None:
        connection.execute(begin)
    cursor = connection.cursor()
    execute(cursor, *what)
    return cursor, *_fetch(cursor, FIRST_ROWS)


def _fetch(cursor: sqlite3.Cursor, count: int) -> tuple[Rows, bool]:
    rows = cursor.fetchmany(count)
    is_last = len(rows) < count
    if is_last:
        cursor.close()
    return rows, is_last


def _fetch_rest(cursor: sqlite3.Cursor) -> Rows:
    rows = cursor.fetchall()
    cursor.close()
    return rows
