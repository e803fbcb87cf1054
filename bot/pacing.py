"""How fast messages leave: what one chat and the whole bot may send, before Telegram has to say so."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from storage.hot_state import HotState, Limits, MemoryHotState

log = structlog.get_logger(__name__)

T = TypeVar("T")

REDIS_REST_SECONDS = 5.0
"""How long Redis is left alone after it failed."""
ALL_NOTICES = "all-notices"
"""Stands for a chat where the whole lane of notices is meant."""


class Lane(StrEnum):
    """Who waits for whom."""

    ANSWERS = "answers"
    """To what somebody just did: goes first, and waits only for its own chat."""
    NOTICES = "notices"
    """Nobody waits for it: keeps to the limit over all chats as well."""


class Pacing:
    """Gives turns to send. Without Redis, or when it is gone, each process keeps the limits by itself."""

    def __init__(self, limits: Limits, shared: HotState | None = None) -> None:
        self._own: HotState = MemoryHotState(limits)
        self._shared = shared
        self._shared_again_at = 0.0

    async def wait_turn(self, chat: str, lane: Lane, *, patience_seconds: float) -> float:
        """Waits for the turn. 0.0 means go; anything else is how long it would still take."""
        deadline = time.monotonic() + patience_seconds
        while (wait := await self._ask(chat, lane)) > 0.0:
            if time.monotonic() + wait > deadline:
                return wait
            await asyncio.sleep(wait)
        return 0.0

    async def obey(self, chat: str, lane: Lane, seconds: float) -> None:
        """Telegram said "too many": that chat waits, and if a notice met it, all notices do."""
        await self._with_hot_state(lambda state: state.pause(chat, seconds))
        if lane is Lane.NOTICES:
            await self._with_hot_state(lambda state: state.pause(ALL_NOTICES, seconds))

    async def _ask(self, chat: str, lane: Lane) -> float:
        if lane is Lane.NOTICES:
            paused = await self._with_hot_state(lambda state: state.find_pause(ALL_NOTICES))
            if paused:
                return paused
        return await self._with_hot_state(
            lambda state: state.take_turn(chat, waits_for_all=lane is Lane.NOTICES)
        )

    async def _with_hot_state(self, ask: Callable[[HotState], Awaitable[T]]) -> T:
        if self._shared is not None and time.monotonic() >= self._shared_again_at:
            try:
                answer = await ask(self._shared)
            except (RedisError, OSError) as error:
                if not self._shared_again_at:
                    log.warning("redis is gone, each process paces by itself", error=str(error))
                self._shared_again_at = time.monotonic() + REDIS_REST_SECONDS
            else:
                if self._shared_again_at:
                    log.info("redis is back, pacing is shared again")
                    self._shared_again_at = 0.0
                return answer
        return await ask(self._own)
