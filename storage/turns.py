"""Turns: what one process at a time may do, of all that share a database, and who does it if that one dies.

On PostgreSQL a turn is an advisory lock of a session, on a connection that does nothing else. The server
gives it to the next one as soon as the connection is gone, however its process ended.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

import asyncpg

if TYPE_CHECKING:
    from typing import TypeAlias

    PostgresConnection: TypeAlias = asyncpg.Connection[asyncpg.Record]

ANSWER_SECONDS = 3.0
"""How long the server may take to say whose turn it is; after that the link counts as dead."""
CLOSE_SECONDS = 1.0

LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last one is what asyncpg says if the server's farewell comes in the very moment of our question."""

SERVER_NOTICES = {
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "6000",
    "idle_session_timeout": "15000",
}
"""How soon the server gives up a dead link, and a process that is there but frozen, which asks for nothing.

It must be later than the holder itself: whoever looks every second has noticed ``ANSWER_SECONDS`` after that.
"""


class Turn(Protocol):
    """Something that one process at a time may do."""

    async def try_take(self) -> bool:
        """Whether it is ours now; if not, somebody has it, and we may ask again. Raises what broke."""

    async def is_ours(self) -> bool:
        """Whether it still is; when in doubt it is not, and must be taken anew."""

    async def release(self) -> None:
        """Lets the next one have it at once."""


class TurnOfTheOnlyProcess:
    """Implements ``Turn`` where no other process can be."""

    async def try_take(self) -> bool:
        return True

    async def is_ours(self) -> bool:
        return True

    async def release(self) -> None:
        return


class PostgresTurn:
    """Implements ``Turn`` by an advisory lock; while it waits it keeps its connection."""

    def __init__(self, name: str, connect: "Callable[[], Awaitable[PostgresConnection]]") -> None:
        self._connect = connect
        self._lock = lock_number(name)
        self._connection: PostgresConnection | None = None
        self._session = 0

    async def try_take(self) -> bool:
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect()
                self._session = await self._prepare(self._connection)
            ask = "SELECT pg_try_advisory_lock($1)"
            return bool(await self._connection.fetchval(ask, self._lock, timeout=ANSWER_SECONDS))
        except asyncpg.InternalClientError as error:
            self._drop()
            raise ConnectionError("the server has closed the connection") from error
        except BaseException:
            # A lock that the server gave us without our knowing must not outlive this.
            self._drop()
            raise

    async def is_ours(self) -> bool:
        if self._connection is None or self._connection.is_closed():
            return False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                # A proxy between us and the server might have given our line to another session.
                session = await self._connection.fetchval("SELECT pg_backend_pid()")
            ours = bool(session == self._session)
        except LOST:
            ours = False
        if not ours:
            self._drop()
        return ours

    async def release(self) -> None:
        if self._connection is None:
            return
        with contextlib.suppress(*LOST):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._connection.close()
        self._drop()

    async def _prepare(self, connection: "PostgresConnection") -> int:
        """Makes the server look after the link, as far as it knows how; the number of our session there."""
        await connection.execute(
            "SELECT set_config(name, wish, false) FROM pg_settings"
            " JOIN unnest($1::text[], $2::text[]) AS wishes (wished, wish) ON name = wished",
            list(SERVER_NOTICES),
            list(SERVER_NOTICES.values()),
            timeout=ANSWER_SECONDS,
        )
        return int(await connection.fetchval("SELECT pg_backend_pid()", timeout=ANSWER_SECONDS))

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


async def until_lost(turn: Turn, *, look_seconds: float) -> None:
    """Asks so often whether a turn that we have is still ours, and returns when it is not.

    Whoever is busy for long must be watched like this, or the server takes the turn for a dead process's.
    """
    is_ours = True
    while is_ours:
        await asyncio.sleep(look_seconds)
        is_ours = await turn.is_ours()


def lock_number(name: str) -> int:
    """The advisory lock of that name: one of 2**64, so that two names do not meet."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
