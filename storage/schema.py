"""Brings a database to the shape that this program needs, and says which shape it has."""

from enum import Enum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.engine import Database, hold_migration_lock, open_database
from storage.unit_of_work import SqlStore
from tasks.errors import InputError


class SchemaState(Enum):
    """How the database's shape compares with what this program needs."""

    NONE = "none"
    """Nothing was made there yet."""
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"
    """A newer program has migrated it."""


async def migrate(database_url: str, revision: str = "head") -> None:
    """Creates or upgrades the database, whole or not at all; two at once wait for each other."""
    database = open_database(database_url, connections=1)
    try:
        await database.ping()
        async with database.write() as transaction:
            await hold_migration_lock(transaction)
            await transaction.connection.run_sync(_upgrade, revision)
            await transaction.commit()
    finally:
        await database.close()


async def downgrade(database_url: str, revision: str = "base") -> None:
    """Takes steps back, with the data that only they could keep."""
    database = open_database(database_url, connections=1)
    try:
        async with database.write() as transaction:
            await hold_migration_lock(transaction)
            await transaction.connection.run_sync(_downgrade, revision)
            await transaction.commit()
    finally:
        await database.close()


async def schema_state(database_url: str) -> SchemaState:
    """Which shape the database has; makes nothing. Raises InputError if it does not answer."""
    database = open_database(database_url, connections=1)
    try:
        return await state_of(database)
    finally:
        await database.close()


async def state_of(database: Database) -> SchemaState:
    """The same for a database that is open already."""
    if not database.exists():
        return SchemaState.NONE
    await database.ping()
    async with database.read() as transaction:
        current = await transaction.connection.run_sync(_current_revision)
    scripts = ScriptDirectory.from_config(_config())
    if current is None:
        return SchemaState.NONE
    if current == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.BEHIND if current in known else SchemaState.AHEAD


async def require_current(store: SqlStore) -> None:
    """Returns if the store's database has the shape that this program needs; raises InputError if not."""
    state = await state_of(store.database)
    if state is SchemaState.AHEAD:
        raise InputError("The database was migrated by a newer Tapwork; run that version, or a newer one.")
    if state is SchemaState.NONE:
        raise InputError(
            f"Nothing of Tapwork is in the database {store.database.name} yet; run `tapwork migrate` first, "
            "or name the one you mean in TAPWORK_DATABASE."
        )
    if state is not SchemaState.CURRENT:
        raise InputError("The database is not up to date; run `tapwork migrate` first.")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    migrations = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(_config(connection), revision)


def _downgrade(connection: Connection, revision: str) -> None:
    command.downgrade(_config(connection), revision)


def _current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
