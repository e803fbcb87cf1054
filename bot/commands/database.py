"""The database as commands open it: migrated, answering, and closed at the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import DatabaseSettings
from storage.schema import SchemaState, migrate, require_current, schema_state
from storage.unit_of_work import SqlStore, create_store
from tasks.errors import InputError


async def prepare(database: DatabaseSettings) -> None:
    """Migrates SQLite; for PostgreSQL, which others may be using now, only looks whether it was migrated."""
    state = await schema_state(database.url)
    if database.is_sqlite and state in (SchemaState.NONE, SchemaState.BEHIND):
        await migrate(database.url)
    elif state in (SchemaState.NONE, SchemaState.BEHIND):
        raise InputError("The database is not up to date; run `tapwork migrate` first.")


@asynccontextmanager
async def open_store(database: DatabaseSettings) -> AsyncIterator[SqlStore]:
    """The store of a database that is there and current. Raises InputError."""
    store = create_store(database.url)
    try:
        await require_current(store)
        yield store
    finally:
        await store.close()
