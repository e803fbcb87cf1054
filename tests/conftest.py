"""Servers and stores that tests ask for by name."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from storage.hot_state import connect_redis
from storage.schema import migrate
from storage.unit_of_work import SqlStore, create_store
from tests.journeys.hatchery import Hatchery
from tests.services import PostgresServer, RedisServer, ServiceMissing, postgres_running, redis_running

TEMPLATE = "tapwork_template"

# What hypothesis makes up is the same in every run, and how long a slow machine takes for it says nothing.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    yield from _running(postgres_running)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    yield from _running(redis_running)


@pytest.fixture(scope="session")
def hatchery() -> Iterator[Hatchery]:
    """Starts Tapwork, loaded already."""
    loaded = Hatchery()
    yield loaded
    loaded.close()


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """A client of an empty Redis."""
    client = connect_redis(redis_server.url())
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> PostgresServer:
    """The server, with a migrated database to copy from."""
    postgres_server.psql("postgres", f"CREATE DATABASE {TEMPLATE}")
    _run_apart(migrate(postgres_server.url(TEMPLATE)))
    return postgres_server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "tapwork.db"
    _run_apart(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database; a test that asks for it runs once on each engine."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), tmp_path / "tapwork.db")
        yield f"sqlite:///{tmp_path / 'tapwork.db'}"
        return
    server: PostgresServer = request.getfixturevalue("migrated_postgres")
    with server.fresh_database(TEMPLATE) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing was made yet, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.fresh_database() as url:
        yield url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    """A store on a fresh database, on each engine."""
    opened = create_store(database_url, connections=16)
    yield opened
    await opened.close()


@pytest.fixture
async def postgresql_store(migrated_postgres: PostgresServer) -> AsyncIterator[SqlStore]:
    """A store for what only several processes on one server can do."""
    with migrated_postgres.fresh_database(TEMPLATE) as url:
        opened = create_store(url, connections=16)
        yield opened
        await opened.close()


def _running(service: Callable[[], AbstractContextManager[Any]]) -> Iterator[Any]:
    try:
        with service() as server:
            yield server
    except ServiceMissing as missing:
        if os.environ.get("TAPWORK_TEST_REQUIRE") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def _run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Runs it in a loop of its own: the test that asked for the fixture has another."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
