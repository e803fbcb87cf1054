"""Shows later what a messenger took too fast: the work is committed, only the screen has to wait."""

import asyncio

import structlog

from bot.nursery import Nursery
from handlers.screens import Channel, MessageRef, Refused, RefusedWhy, Screen
from tasks.model.identifiers import AccountKey

log = structlog.get_logger(__name__)

WAIT_SECONDS_MAX = 120.0
ATTEMPTS_MAX = 3
WAITING_MAX = 1000
LATER = (RefusedWhy.RATE, RefusedWhy.NOT_REACHED)
"""What is refused so will do later."""


class LateScreens:
    """One waiting screen a person; whatever she does next makes it obsolete.

    It lives in memory only: if it is lost, her old card still works and a press on it shows the same screen.
    """

    def __init__(self, channel: Channel, nursery: Nursery) -> None:
        self._channel = channel
        self._nursery = nursery
        self._waiting: dict[AccountKey, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def forget(self, person: AccountKey) -> None:
        """She did something new."""
        if (task := self._waiting.pop(person, None)) is not None:
            task.cancel()

    def show(
        self, person: AccountKey, screen: Screen, at: MessageRef | None, *, after_seconds: float
    ) -> None:
        """Shows the screen after so many seconds, if she does nothing meanwhile."""
        self.forget(person)
        if after_seconds > WAIT_SECONDS_MAX or len(self._waiting) >= WAITING_MAX:
            log.warning("screen given up", after_seconds=after_seconds)
            return
        self._waiting[person] = self._nursery.start(
            self._show(person, screen, at, after_seconds), name="show a screen late"
        )

    async def _show(
        self, person: AccountKey, screen: Screen, at: MessageRef | None, after_seconds: float
    ) -> None:
        try:
            for _ in range(ATTEMPTS_MAX):
                await asyncio.sleep(after_seconds)
                shown = await self._channel.show(person, screen, at=at)
                if not isinstance(shown, Refused) or shown.why not in LATER:
                    return
                after_seconds = min(max(shown.retry_after, 1.0), WAIT_SECONDS_MAX)
        finally:
            if self._waiting.get(person) is asyncio.current_task():
                del self._waiting[person]
