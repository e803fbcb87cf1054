"""Tells an outage of something we lean on from a fault of our own."""

import sqlalchemy.exc


def is_outage(error: BaseException) -> bool:
    """True if the same work may well succeed later: a lost database, a full pool, a broken line."""
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(
        error,
        OSError  # broken lines; TimeoutError is one of them
        | sqlalchemy.exc.OperationalError
        | sqlalchemy.exc.InterfaceError
        | sqlalchemy.exc.TimeoutError,
    )
