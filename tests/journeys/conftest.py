"""Houses for journeys."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import pytest

from tests.journeys.hatchery import Hatchery
from tests.journeys.house import House, house_on

BuildHouse = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated file."""
    (tmp_path / "tapwork.db").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{tmp_path / 'tapwork.db'}"


@pytest.fixture
async def build_house(hatchery: Hatchery, tmp_path: Path) -> AsyncIterator[Callable[..., object]]:
    """Builds a house around a database; it is pulled down at the end of the test."""
    async with AsyncExitStack() as stack:

        async def build(database_url: str, **wishes: object) -> House:
            house = house_on(hatchery, tmp_path / "house", database_url, **wishes)  # type: ignore[arg-type]
            return await stack.enter_async_context(house)

        yield build
