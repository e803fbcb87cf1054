"""Tells an outage of something we lean on from a fault of our own."""

import asyncpg
import sqlalchemy.exc

OUTAGE_SQLSTATES = frozenset({
    "08",  # the connection is lost
    "40",  # a deadlock or another transaction in the way
    "53",  # no memory, disk or connections left
    "55",  # a lock is not to be had now
    "57",  # shut down, starting up, or cancelled
    "58",  # the server's own disk or system
})  # fmt: skip
"""The first two characters of what PostgreSQL calls its errors."""

OUTAGE_SQLITE = ("BUSY", "CANTOPEN", "FULL", "IOERR", "LOCKED", "NOMEM", "PROTOCOL", "READONLY")


def is_outage(error: BaseException) -> bool:
    """True if the same work may well succeed later: a lost database, a full pool, a broken line."""
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated:
        return True
    # While a connection is being made, the driver's errors arrive as they are.
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    if isinstance(name := getattr(cause, "sqlite_errorname", None), str):
        # SQLite calls a misspelt statement "operational" as well; only its own name tells.
        return name.removeprefix("SQLITE_").startswith(OUTAGE_SQLITE)
    if isinstance(sqlstate := getattr(cause, "sqlstate", None), str) and sqlstate[:2] in OUTAGE_SQLSTATES:
        return True
    return isinstance(
        error,
        OSError  # broken lines; TimeoutError is one of them
        | asyncpg.InterfaceError
        | sqlalchemy.exc.OperationalError
        | sqlalchemy.exc.InterfaceError
        | sqlalchemy.exc.TimeoutError,
    )
