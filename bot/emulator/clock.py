"""Time that runs along with the real one and can be moved ahead."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any


class Clock:
    """The emulator's time. `speed` is how many of its seconds pass in a real one."""

    def __init__(self, *, speed: float = 1.0, start: float | None = None) -> None:
        self.speed = speed
        self._start = time.time() if start is None else start
        self._began = time.monotonic()
        self._ahead = 0.0
        self._jump = asyncio.Event()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._start + (time.monotonic() - self._began) * self.speed + self._ahead

    def seconds(self) -> int:
        """The same as an integer, as dates in the Bot API are."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Move ahead at once; whoever sleeps until then wakes up."""
        self._ahead += seconds
        jumped, self._jump = self._jump, asyncio.Event()
        jumped.set()

    async def sleep(self, seconds: float) -> None:
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left / self.speed):
                    await self._jump.wait()

    async def wait(self, awaited: asyncio.Future[Any], seconds: float) -> bool:
        """Whether it was done before this much time had passed. What was awaited is left running."""
        timer = asyncio.create_task(self.sleep(seconds))
        try:
            await asyncio.wait([awaited, timer], return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        return awaited.done()
