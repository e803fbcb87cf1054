"""One lock for each key, which is forgotten as soon as nobody holds it or waits for it."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class KeyedLock:
    """Lets callers with the same key in one after another, in the order in which they came."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, _Counted] = {}

    def __len__(self) -> int:
        """How many keys are held or waited for."""
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, key: Hashable, *, patience_seconds: float | None = None) -> AsyncIterator[None]:
        """Holds the key's lock inside the block; whoever loses patience goes in without it."""
        entry = self._locks.setdefault(key, _Counted())
        entry.interested += 1
        held = False
        try:
            held = await _acquire(entry.lock, patience_seconds)
            yield
        finally:
            if held:
                entry.lock.release()
            entry.interested -= 1
            if not entry.interested:
                del self._locks[key]


class _Counted:
    """A lock and the number of those who hold it or wait for it."""

    __slots__ = ("interested", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.interested = 0


async def _acquire(lock: asyncio.Lock, patience_seconds: float | None) -> bool:
    if patience_seconds is None:
        return await lock.acquire()
    try:
        async with asyncio.timeout(patience_seconds):
            return await lock.acquire()
    except TimeoutError:
        return False
