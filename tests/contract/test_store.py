"""Transactions: all or nothing, one writer at a time on SQLite, and back after the server was away."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.schema import migrate
from storage.unit_of_work import SqlStore, create_store
from tasks.errors import InputError
from tasks.ports import Store
from tests.builders import NOON, a_project
from tests.services import PostgresServer, postgres_running


async def slugs(store: SqlStore) -> list[str]:
    async with store.read() as work:
        return [project.slug for project in await work.projects.list_all()]


async def save(store: SqlStore, slug: str) -> None:
    async with store.write() as work:
        await work.projects.save(a_project(slug), NOON)
        await work.commit()


def test_the_store_is_a_store(store: SqlStore) -> None:
    as_port: Store = store
    assert as_port is store


async def test_without_commit_nothing_happened(store: SqlStore) -> None:
    async with store.write() as work:
        await work.projects.save(a_project("silent"), NOON)
    with pytest.raises(RuntimeError):  # noqa: PT012 - the error is part of the block
        async with store.write() as work:
            await work.projects.save(a_project("broken"), NOON)
            raise RuntimeError
    assert await slugs(store) == []
    await save(store, "kept")
    assert await slugs(store) == ["kept"]


async def test_a_cancelled_transaction_is_undone_and_lets_the_next_one_in(store: SqlStore) -> None:
    started = asyncio.Event()

    async def hang() -> None:
        async with store.write() as work:
            await work.projects.save(a_project("hanging"), NOON)
            started.set()
            await asyncio.sleep(60)

    hanging = asyncio.create_task(hang())
    await started.wait()
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    await save(store, "next")
    assert await slugs(store) == ["next"]


async def test_a_read_cannot_write(store: SqlStore) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        async with store.read() as work:
            await work.projects.save(a_project(), NOON)
    await save(store, "kept")


async def test_reads_go_on_beside_a_write(store: SqlStore) -> None:
    async with store.write() as work:
        await work.projects.save(a_project(), NOON)
        assert await asyncio.wait_for(slugs(store), 30) == []
        await work.commit()
    assert await slugs(store) == ["animals"]


async def test_it_answers(store: SqlStore) -> None:
    await store.ping()


async def test_sqlite_is_set_up_for_safety(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tapwork.db'}"
    await migrate(url)
    store = create_store(url)
    expected = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 30_000}
    async with store.database.write() as transaction:
        for pragma, value in expected.items():
            assert (await transaction.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value
        # BEGIN IMMEDIATE has really run: nobody else can begin to write, though nothing was written yet.
        other = sqlite3.connect(tmp_path / "tapwork.db", timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    await store.close()


async def test_relative_and_absolute_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for url in ("sqlite:///here.db", f"sqlite:///{tmp_path}/there.db"):
        await migrate(url)
    assert (tmp_path / "here.db").exists()
    assert (tmp_path / "there.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tapwork.db",
        "mysql://localhost/x",
        "sqlite://",
        "sqlite:///",
        "sqlite:tapwork.db",
        "postgresql://",
        "postgresql://host:port/x",
    ],
)
def test_no_address_is_an_input_error(url: str) -> None:
    with pytest.raises(InputError, match="TAPWORK_DATABASE"):
        create_store(url)


async def test_what_does_not_answer_is_an_input_error_without_the_password(tmp_path: Path) -> None:
    for url in (
        "postgresql://anna:secret@127.0.0.1:1/x",
        "postgresql://anna:secret@127.0.0.1:1/x?sslmode=nonsense",
        f"sqlite:///{tmp_path}/missing/tapwork.db",
    ):
        store = create_store(url)
        with pytest.raises(InputError) as caught:
            await store.ping()
        assert "secret" not in str(caught.value)
        await store.close()


@pytest.mark.postgresql
async def test_every_form_of_a_postgresql_address(migrated_postgres: PostgresServer) -> None:
    server = migrated_postgres
    name = server.new_database()
    over_tcp, over_socket = server.url(name), server.socket_url(name)
    forms = (
        over_tcp,
        over_tcp.replace("postgresql://", "postgres://"),
        over_tcp + "?sslmode=prefer",
        over_tcp.replace("tapwork@", "tapwork:password@"),
        over_socket,
        f"postgresql:///{name}?host={server.folder}&port={server.port}&user=tapwork",
    )
    for url in forms:
        store = create_store(url)
        await store.ping()
        await store.close()


@pytest.fixture
def own_postgres(migrated_postgres: PostgresServer) -> Iterator[PostgresServer]:
    with postgres_running() as server:
        yield server


@pytest.fixture
async def restartable(own_postgres: PostgresServer) -> AsyncIterator[tuple[SqlStore, PostgresServer]]:
    url = own_postgres.url(own_postgres.new_database())
    await migrate(url)
    store = create_store(url)
    yield store, own_postgres
    await store.close()


@pytest.mark.postgresql
async def test_after_a_restart_the_next_transaction_works(
    restartable: tuple[SqlStore, PostgresServer],
) -> None:
    store, server = restartable
    await asyncio.gather(*(slugs(store) for _ in range(4)))
    await save(store, "before")
    await asyncio.to_thread(server.restart)
    await save(store, "after")
    with pytest.raises((DBAPIError, OSError)):  # noqa: PT012 - which of the steps fails is not said
        async with store.write() as work:
            await work.projects.save(a_project("in flight"), NOON)
            await asyncio.to_thread(server.restart)
            await work.commit()
    assert await slugs(store) == ["before", "after"]
    await asyncio.to_thread(server.kill)
    with pytest.raises(InputError, match=r"does not answer.*or correct TAPWORK_DATABASE"):
        await store.ping()
    await asyncio.to_thread(server.start)
    assert await slugs(store) == ["before", "after"]
