"""Tests wait for what must come: no sleep is long enough on a busy machine."""

import asyncio
from collections.abc import Awaitable, Callable

SURELY_SECONDS = 30
"""So long at most; a test that waits for longer hangs."""
AGAIN_SECONDS = 0.01


async def until(check: Callable[[], object]) -> None:
    """Looks again and again until it holds."""
    async with asyncio.timeout(SURELY_SECONDS):
        while not check():  # noqa: ASYNC110
            await asyncio.sleep(AGAIN_SECONDS)


async def until_told(ask: Callable[[], Awaitable[object]]) -> None:
    """Asks again and again until the answer is yes."""
    async with asyncio.timeout(SURELY_SECONDS):
        while not await ask():  # noqa: ASYNC110
            await asyncio.sleep(AGAIN_SECONDS)
