"""SQLite and PostgreSQL: the only file that knows which of them it speaks to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import unquote, urlsplit

import aiosqlite
import asyncpg
from sqlalchemy import Connection, Insert, Table, bindparam, column, event, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.sole_use import sole_use_of_file
from storage.sqlite_connection import SqliteConnection
from storage.turns import PostgresTurn, Turn, TurnOfTheOnlyProcess
from tasks.errors import InputError

SQLITE_PRAGMAS = ("foreign_keys = ON", "synchronous = FULL")
CONNECT_TIMEOUT_SECONDS = 10
COMMAND_TIMEOUT_SECONDS = 120
"""A link that died without a word is given up after this; no statement of ours needs as long."""

STATEMENTS_KEPT = 500
"""Prepared statements per connection: a statement over a list has one form for each length of the list."""

MIGRATION_LOCK = 7_209_261_185
"""The PostgreSQL advisory lock that one migrating process holds; any number that nobody else uses."""


class Transaction:
    """One open transaction, as repositories see it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.execute = connection.execute
        self.commit = connection.commit

    @property
    def chains(self) -> bool:
        """Whether one statement may change several tables (PostgreSQL); else it takes one for each."""
        return self.connection.dialect.name == "postgresql"

    async def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Adds rows that have the same columns. PostgreSQL gets them in one statement, whatever their number,
        so that what its triggers do they do once for all of them.
        """
        if not rows:
            return
        if self.chains:
            columns = {name: [row[name] for row in rows] for name in rows[0]}
            await self.execute(_insert_columns(table, tuple(columns)), columns)
        else:
            await self.execute(insert(table), rows)

    def insert(self, table: Table) -> postgresql.Insert:
        """An insert that can say what happens on conflict; both engines spell it alike."""
        if self.connection.dialect.name == "sqlite":
            return cast("postgresql.Insert", sqlite.insert(table))
        return postgresql.insert(table)


class Database(Protocol):
    """A database that can be written to and read from."""

    @property
    def name(self) -> str:
        """What people are told of where it is; no password is in it."""

    def write(self) -> contextlib.AbstractAsyncContextManager[Transaction]:
        """A transaction that may change things; undone unless its connection commits."""

    def read(self) -> contextlib.AbstractAsyncContextManager[Transaction]:
        """A transaction that the database itself keeps from changing anything."""

    def exists(self) -> bool:
        """False if the database's file is not there yet; a server is asked only when it is used."""

    def turn(self, name: str) -> Turn:
        """What one process at a time may do, of all that serve on this database; asked for, not taken yet."""

    async def ping(self) -> None:
        """Returns if the database answers; raises InputError with one sentence if not."""

    async def close(self) -> None: ...


class SqliteDatabase:
    """One file. One connection writes, a few others read beside it."""

    def __init__(self, path: Path, *, readers: int) -> None:
        self.path = path
        self.writer = _sqlite_engine(path, "journal_mode = WAL", connections=1, begin="BEGIN IMMEDIATE")
        self.reader = _sqlite_engine(path, "query_only = ON", connections=readers, begin="BEGIN")
        # SQLite lets waiting writers poll for the lock. Inside one process they queue fairly instead.
        self._turn = asyncio.Lock()

    @property
    def name(self) -> str:
        return str(self.path)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        async with self._turn, _begin(self.writer) as transaction:
            yield transaction

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        async with _begin(self.reader) as transaction:
            yield transaction

    def exists(self) -> bool:
        return self.path.exists()

    def turn(self, name: str) -> Turn:  # noqa: ARG002 - there are no others, see sole_use
        return TurnOfTheOnlyProcess()

    async def ping(self) -> None:
        if not self.path.parent.is_dir():
            raise InputError(f"The folder {self.path.parent} of the database is not there; make it first.")
        await _ping(self)

    async def close(self) -> None:
        await self.writer.dispose()
        await self.reader.dispose()


class PostgresDatabase:
    """A PostgreSQL server; connections that it dropped are replaced before they are used."""

    def __init__(self, dsn: str, *, connections: int) -> None:
        self.dsn = dsn
        self.engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            connect_args={"prepared_statement_cache_size": STATEMENTS_KEPT},
            pool_size=connections,
            max_overflow=0,
        )
        event.listen(self.engine.sync_engine, "checkout", _replace_if_closed)
        self._read_only = self.engine.execution_options(postgresql_readonly=True)

    @property
    def name(self) -> str:
        return _without_password(self.dsn)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        async with _begin(self.engine) as transaction:
            yield transaction

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        async with _begin(self._read_only) as transaction:
            yield transaction

    def exists(self) -> bool:
        return True

    def turn(self, name: str) -> Turn:
        return PostgresTurn(name, self._connect)

    async def ping(self) -> None:
        await _ping(self)

    async def close(self) -> None:
        await self.engine.dispose()

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        try:
            # asyncpg's own parser knows every form of libpq's addresses.
            connection = await asyncpg.connect(
                dsn=self.dsn,
                timeout=CONNECT_TIMEOUT_SECONDS,
                command_timeout=COMMAND_TIMEOUT_SECONDS,
                server_settings={"application_name": "tapwork"},
            )
        except (asyncpg.InterfaceError, ValueError) as error:
            raise InputError(
                f"TAPWORK_DATABASE {_without_password(self.dsn)} is not a PostgreSQL address: {error}."
            ) from error
        # Compiling our queries takes longer than they do. As a server_setting a proxy might refuse it.
        await connection.execute("SET jit = off")
        return connection


def open_database(database_url: str, *, connections: int = 8) -> Database:
    """The database at that address, not connected yet; raises InputError if it is no address of one."""
    if (file := _find_file(database_url)) is not None:
        return SqliteDatabase(file, readers=max(1, connections // 2))
    scheme, separator, rest = database_url.partition("://")
    if separator and scheme in {"postgresql", "postgres"} and rest:
        _check_address(database_url)
        return PostgresDatabase(database_url, connections=connections)
    raise InputError(
        "TAPWORK_DATABASE is no address of a database; write sqlite:///tapwork.db or postgresql://user@host/name."
    )


def sole_use(database_url: str) -> contextlib.AbstractContextManager[None]:
    """For whoever serves: a SQLite file is kept for this process, a server's database is there for many.

    Raises InputError if another process serves on the file.
    """
    file = _find_file(database_url)
    return contextlib.nullcontext() if file is None else sole_use_of_file(file)


async def hold_migration_lock(transaction: Transaction) -> None:
    """Lets one process migrate at a time, until the transaction ends."""
    if transaction.connection.dialect.name == "postgresql":
        await transaction.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    else:
        # The first statement takes the write lock of SQLite, whatever it says.
        await transaction.execute(text("SELECT 1"))


def limit_lock_wait(connection: Connection, *, seconds: int) -> None:
    """Makes a migration fail rather than stand in front of everybody while it waits for a table."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{int(seconds)}s'"))


@cache
def _insert_columns(table: Table, names: Sequence[str]) -> Insert:
    types = {name: table.c[name].type for name in names}
    given = [bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in types.items()]
    rows = func.unnest(*given).table_valued(*(column(name, kind) for name, kind in types.items()))
    return insert(table).from_select(list(names), select(rows.render_derived(name="rows")))


@contextlib.asynccontextmanager
async def _begin(engine: AsyncEngine) -> AsyncIterator[Transaction]:
    async with engine.connect() as connection:
        await connection.begin()
        yield Transaction(connection)


def _sqlite_engine(path: Path, *pragmas: str, connections: int, begin: str) -> AsyncEngine:
    async def connect() -> aiosqlite.Connection:
        return await SqliteConnection(path, begin=begin, pragmas=(*SQLITE_PRAGMAS, *pragmas))

    def begin_with_the_next_statement(connection: Connection) -> None:
        cast("SqliteConnection", connection.connection.driver_connection).begin()

    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}", async_creator=connect, pool_size=connections, max_overflow=0
    )
    event.listen(engine.sync_engine, "begin", begin_with_the_next_statement)
    return engine


def _replace_if_closed(_dbapi: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Lets the pool connect anew where the server went away. To ask it each time takes three round trips."""
    connection = cast("asyncpg.Connection[asyncpg.Record]", record.driver_connection)
    if connection.is_closed():
        raise DisconnectionError


async def _ping(database: Database) -> None:
    try:
        async with database.read() as transaction:
            await transaction.execute(text("SELECT 1"))
    except (OSError, SQLAlchemyError, asyncpg.PostgresError) as error:
        # The library's own words begin with the name of a class; what the driver said is below them.
        cause = getattr(error, "orig", None) or error
        reason = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
        raise InputError(
            f"The database {database.name} does not answer ({reason}); start it, allow it, or correct "
            "TAPWORK_DATABASE."
        ) from error


def _find_file(database_url: str) -> Path | None:
    """The file of an address of SQLite."""
    path = database_url.removeprefix("sqlite:///")
    return Path(unquote(path)) if path and path != database_url else None


def _check_address(database_url: str) -> None:
    try:
        _ = urlsplit(database_url).port
    except ValueError as error:
        raise InputError(f"TAPWORK_DATABASE is no address of a PostgreSQL database: {error}.") from error


def _without_password(dsn: str) -> str:
    """The address as it may be shown; passwords can stand before the host or among the options."""
    parts = urlsplit(dsn)
    user = f"{parts.username}@" if parts.username else ""
    return f"{parts.scheme}://{user}{parts.netloc.rpartition('@')[2]}{parts.path}"
