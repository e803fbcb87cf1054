"""Our connection to SQLite under SQLAlchemy: one trip a statement, and all else as with any other.

When SQLAlchemy or aiosqlite changes what decision 0014 leans on, one of these fails.
"""

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.engine import SqliteDatabase, Transaction
from storage.sqlite_connection import FIRST_ROWS, SqliteConnection

FRUIT = Table(
    "fruit", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, unique=True)
)
COUNT_TO = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {}) SELECT {} FROM n"
LONG_WORK = text(COUNT_TO.format(1_000_000_000, "count(*)"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = SqliteDatabase(tmp_path / "fruit.db", readers=2)
    async with opened.write() as transaction:
        await transaction.connection.run_sync(FRUIT.metadata.create_all)
        await transaction.commit()
    yield opened
    await opened.close()


async def add(database: SqliteDatabase, name: str) -> None:
    async with database.write() as transaction:
        await transaction.execute(insert(FRUIT), {"name": name})
        await transaction.commit()


async def names(database: SqliteDatabase) -> list[str]:
    async with database.read() as transaction:
        return list((await transaction.execute(select(FRUIT.c.name).order_by(FRUIT.c.name))).scalars())


async def driver_of(transaction: Transaction) -> SqliteConnection:
    driver = (await transaction.connection.get_raw_connection()).driver_connection
    assert isinstance(driver, SqliteConnection)
    return driver


async def list_trips(transaction: Transaction, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the connection of the transaction goes to its thread for, from now on."""
    driver = await driver_of(transaction)
    trips: list[str] = []
    go = driver._execute

    async def note(work: Any, *arguments: Any) -> Any:
        trips.append(work.__name__)
        return await go(work, *arguments)

    monkeypatch.setattr(driver, "_execute", note)
    return trips


def another(database: SqliteDatabase) -> sqlite3.Connection:
    return sqlite3.connect(database.path, timeout=0, isolation_level=None)


async def test_a_transaction_is_one_trip_a_statement(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as transaction:
        trips = await list_trips(transaction, monkeypatch)
        await transaction.execute(insert(FRUIT).returning(FRUIT.c.id), {"name": "apple"})
        await transaction.execute(insert(FRUIT), [{"name": "pear"}, {"name": "plum"}])
        assert len((await transaction.execute(select(FRUIT))).all()) == 3
        await transaction.commit()
    assert trips == ["_answer", "_answer", "_answer", "commit"]


async def test_what_changed_and_which_ids_it_got(database: SqliteDatabase) -> None:
    async with database.write() as transaction:
        execute = transaction.execute
        assert (await execute(insert(FRUIT), {"name": "apple"})).inserted_primary_key == (1,)
        many = [{"name": "pear"}, {"name": "plum"}]
        assert (await execute(insert(FRUIT).returning(FRUIT.c.id), many)).scalars().all() == [2, 3]
        assert (await execute(insert(FRUIT), [{"name": "fig"}, {"name": "lime"}])).rowcount == 2
        raw = await transaction.connection.exec_driver_sql("INSERT INTO fruit (name) VALUES ('kiwi')")
        assert raw.lastrowid == 6
        assert (await execute(update(FRUIT).where(FRUIT.c.id > 4).values(name=FRUIT.c.name))).rowcount == 2
        gone = await execute(delete(FRUIT).where(FRUIT.c.id < 3).returning(FRUIT.c.name))
        assert set(gone.scalars()) == {"apple", "pear"}
        assert (await execute(delete(FRUIT).where(FRUIT.c.id == 404))).rowcount == 0
        await transaction.commit()
    assert await names(database) == ["fig", "kiwi", "lime", "plum"]


@pytest.mark.parametrize("rows", [0, 1, FIRST_ROWS - 1, FIRST_ROWS, FIRST_ROWS + 1, 3 * FIRST_ROWS])
async def test_no_row_is_lost_where_the_first_ones_end(database: SqliteDatabase, rows: int) -> None:
    statement = text(COUNT_TO.format(rows, "i") if rows else "SELECT 1 WHERE false")
    expected = list(range(1, rows + 1))
    async with database.read() as transaction:
        assert (await transaction.execute(statement)).scalars().all() == expected
        for size in (7, FIRST_ROWS, FIRST_ROWS + 1):
            pages = (await transaction.connection.stream(statement)).scalars().partitions(size)
            assert [row async for page in pages for row in page] == expected
        assert [row async for (row,) in await transaction.connection.stream(statement)] == expected


async def test_a_stream_takes_only_what_was_asked_for(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    async with database.read() as transaction:
        await (await driver_of(transaction)).create_function("made", 1, made.append)
        trips = await list_trips(transaction, monkeypatch)
        result = await transaction.connection.stream(text(COUNT_TO.format(100_000, "made(i)")))
        pages = result.partitions(1000)
        await anext(pages)
        assert len(await anext(pages)) == 1000
        assert 2000 <= len(made) <= 2000 + FIRST_ROWS
        await result.close()
    assert len(made) <= 2000 + FIRST_ROWS
    assert trips == ["_answer", "_fetch", "_fetch", "close", "rollback"]


async def test_errors_are_told_as_before(database: SqliteDatabase) -> None:
    await add(database, "apple")
    async with database.write() as transaction:
        with pytest.raises(IntegrityError, match=r"UNIQUE constraint failed: fruit\.name") as caught:
            await transaction.execute(insert(FRUIT), {"name": "apple"})
        assert isinstance(caught.value.orig, sqlite3.IntegrityError)
        with pytest.raises(OperationalError, match="no such table: nowhere"):
            await transaction.execute(text("SELECT 1 FROM nowhere"))
        # A statement that failed leaves the transaction as it was before it.
        await transaction.execute(insert(FRUIT), {"name": "pear"})
        await transaction.commit()
    assert await names(database) == ["apple", "pear"]


async def test_whoever_is_cancelled_in_a_statement_neither_waits_nor_leaves_anything(
    database: SqliteDatabase,
) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with database.write() as transaction:
            await transaction.execute(insert(FRUIT), {"name": "half"})
            begun.set()
            await transaction.execute(LONG_WORK)
            await transaction.commit()

    async def read() -> None:
        async with database.read() as transaction:
            await transaction.execute(LONG_WORK)

    working = [asyncio.create_task(each) for each in (write(), read(), read())]
    await begun.wait()
    await asyncio.sleep(0.1)
    began = time.monotonic()
    for each in working:
        each.cancel()
    assert all(
        isinstance(end, asyncio.CancelledError)
        for end in await asyncio.gather(*working, return_exceptions=True)
    )
    await add(database, "whole")
    assert await asyncio.gather(*(names(database) for _ in range(4))) == [["whole"]] * 4
    assert time.monotonic() - began < 30


async def test_whoever_is_cancelled_before_it_began_leaves_no_lock(database: SqliteDatabase) -> None:
    holder = another(database)
    holder.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(add(database, "late"))
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.sleep(0)
    holder.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await waiting
    holder.execute("BEGIN IMMEDIATE")
    holder.close()
    await add(database, "next")
    assert await names(database) == ["next"]


async def test_who_could_not_begin_can_try_again(database: SqliteDatabase) -> None:
    async with database.write() as transaction:
        await transaction.execute(text("PRAGMA busy_timeout = 20"))
    holder = another(database)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"):
        await add(database, "early")
    holder.close()
    await add(database, "later")
    assert await names(database) == ["later"]


async def test_a_transaction_begins_with_its_first_statement_and_ends_with_the_block(
    database: SqliteDatabase,
) -> None:
    other = another(database)
    async with database.write() as transaction:
        other.execute("BEGIN IMMEDIATE")
        other.execute("COMMIT")
        assert (await transaction.execute(select(FRUIT))).all() == []
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    async with database.write() as transaction:
        await transaction.commit()
    await add(database, "apple")
    assert await names(database) == ["apple"]


async def test_a_read_sees_one_moment(database: SqliteDatabase) -> None:
    async with database.read() as transaction:
        assert (await transaction.execute(select(FRUIT))).all() == []
        await add(database, "apple")
        assert (await transaction.execute(select(FRUIT))).all() == []
    assert await names(database) == ["apple"]


async def test_who_opens_a_new_file_waits_for_others_who_do(tmp_path: Path) -> None:
    """SQLite itself refuses at once to change the journal while another writes."""
    opened = SqliteDatabase(tmp_path / "new.db", readers=1)
    other = another(opened)
    other.execute("CREATE TABLE fruit (id INTEGER PRIMARY KEY, name TEXT)")
    other.execute("BEGIN IMMEDIATE")
    adding = asyncio.create_task(add(opened, "apple"))
    await asyncio.sleep(0.2)
    other.close()
    await adding
    assert await names(opened) == ["apple"]
    await opened.close()


def test_a_connection_that_nobody_closed_lets_the_process_end(tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, sys; from storage.engine import SqliteDatabase\n"
        "opened = SqliteDatabase(pathlib.Path(sys.argv[1]), readers=1)\n"
        "asyncio.run(opened.ping())\n"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path / "left.db"], check=True, timeout=120)


def test_what_is_no_database_leaves_nothing_that_speaks_after_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread of a connection that could not be opened has ended before the event loop has."""
    no_database = tmp_path / "words.db"
    no_database.write_text("only the name of one " * 50)
    late: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", late.append)

    async def open_it() -> None:
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            await SqliteConnection(no_database, begin="BEGIN", pragmas=("journal_mode = WAL",))

    # Left alone, one in thirty is too late.
    for _ in range(300):
        asyncio.run(open_it())
    assert late == []
