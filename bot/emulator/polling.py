"""getUpdates: a long poll in which the bot confirms by asking for more."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.emulator.clock import Clock
from bot.emulator.errors import TWO_POLLERS, ApiError, conflict
from bot.emulator.updates import Pending, UpdateQueue

MOST_TIMEOUT_SECONDS = 50
MOST_UPDATES = 100


class Polling:
    def __init__(self, updates: UpdateQueue, clock: Clock) -> None:
        self._updates = updates
        self._clock = clock
        self._waiting: asyncio.Future[object] | None = None
        updates.listeners.append(self._arrived)

    async def poll(self, *, offset: int, limit: int, timeout_seconds: int) -> list[Any]:
        """The oldest updates at or above the offset; waits for one if there is none."""
        self.interrupt(conflict(TWO_POLLERS))
        if offset < 0:
            self._updates.keep_last(-offset)
        elif not self._updates.is_far_off(offset):
            self._updates.confirm_below(offset)
        limit = limit if 1 <= limit <= MOST_UPDATES else MOST_UPDATES
        batch = self._updates.batch(limit)
        if batch or timeout_seconds <= 0:
            return batch
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            if await self._clock.wait(waiting, min(timeout_seconds, MOST_TIMEOUT_SECONDS)):
                waiting.result()
        finally:
            if self._waiting is waiting:
                self._waiting = None
        return self._updates.batch(limit)

    def interrupt(self, error: ApiError) -> None:
        """End the poll that waits, if there is one, with this refusal."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        self._waiting = None

    def _arrived(self, _pending: Pending) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
