"""What is an outage, seen on databases that really go away."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.outages import is_outage
from storage.unit_of_work import SqlStore, create_store
from tests.services import PostgresServer, ServiceMissing, postgres_running


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One that may be killed."""
    try:
        with postgres_running() as server:
            yield server
    except ServiceMissing as missing:
        pytest.skip(str(missing))


async def failure(store: SqlStore, statement: str = "SELECT 1") -> BaseException | None:
    try:
        async with store.database.read() as transaction:
            await transaction.execute(text(statement))
    except Exception as error:  # noqa: BLE001
        return error
    return None


@pytest.mark.postgresql
async def test_a_postgresql_that_goes_away_and_comes_back(own_postgres: PostgresServer) -> None:
    store = create_store(own_postgres.url("postgres"), connections=4)
    assert await failure(store) is None
    sleeping = asyncio.ensure_future(failure(store, "SELECT pg_sleep(20)"))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(own_postgres.kill)
    errors = [await sleeping, await failure(store), await failure(store)]
    starting = asyncio.ensure_future(asyncio.to_thread(own_postgres.start))
    while not starting.done():
        errors.append(await failure(store))
        await asyncio.sleep(0.02)
    await starting
    assert [repr(error) for error in errors if error is not None and not is_outage(error)] == []
    assert errors[0] is not None
    assert errors[1] is not None
    assert await failure(store) is None
    wrong = await failure(store, "SELECT nothing FROM nowhere")
    assert wrong is not None
    assert not is_outage(wrong)
    await store.close()


async def test_a_locked_sqlite_file_is_an_outage(tmp_path: Path) -> None:
    path = tmp_path / "tapwork.db"
    locking = sqlite3.connect(path, isolation_level=None, timeout=0)
    locking.execute("BEGIN EXCLUSIVE")
    second = sqlite3.connect(path, isolation_level=None, timeout=0)
    with pytest.raises(sqlite3.OperationalError) as locked:
        second.execute("BEGIN EXCLUSIVE")
    locking.close()
    second.close()
    assert is_outage(locked.value)
    assert is_outage(OperationalError("BEGIN", {}, locked.value))


async def test_a_fault_of_ours_is_no_outage(tmp_path: Path) -> None:
    store = create_store(f"sqlite:///{tmp_path / 'tapwork.db'}")
    wrong = await failure(store, "SELECT nothing FROM nowhere")
    assert wrong is not None
    assert not is_outage(wrong)
    assert not is_outage(KeyError("x"))
    assert is_outage(ConnectionResetError())
    await store.close()
