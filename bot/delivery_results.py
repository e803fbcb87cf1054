"""Writes down how deliveries went, as soon as it is known and as many at once as there are."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.nursery import Nursery
from tasks.ports import Change

log = structlog.get_logger(__name__)

Settle = Callable[[Sequence[Change]], Awaitable[None]]

RETRY_SECONDS = 1.0
FINISH_SECONDS_MAX = 5.0
PORTION_MAX = 200


class DeliveryResults:
    """Keeps results until they are written; while one portion is being written, the next one gathers."""

    def __init__(self, settle: Settle, settle_taken_back: Settle) -> None:
        """The use cases that write: ``SettleDeliveries`` and ``SettleTakenBack``."""
        self._settle = settle
        self._settle_taken_back = settle_taken_back
        self._brought: list[Change] = []
        self._taken_back: list[Change] = []
        self._nursery = Nursery()
        self._is_writing = False
        """Ends with the last look at what is left; the nursery lets go of the task a moment later."""

    def note(self, change: Change) -> None:
        """What became of a delivery that was sent."""
        self._brought.append(change)
        self._write_soon()

    def note_taken_back(self, change: Change) -> None:
        """What became of one that was taken back."""
        self._taken_back.append(change)
        self._write_soon()

    async def finish(self) -> None:
        """Writes what is left, within a few seconds; what is not written then is of unknown fate."""
        await self._nursery.stop(grace_seconds=FINISH_SECONDS_MAX)

    def _write_soon(self) -> None:
        if not self._is_writing:
            self._is_writing = True
            self._nursery.start(self._write_all(), name="write down deliveries")

    async def _write_all(self) -> None:
        try:
            await self._write()
        finally:
            self._is_writing = False

    async def _write(self) -> None:
        while self._brought or self._taken_back:
            brought, self._brought = self._brought[:PORTION_MAX], self._brought[PORTION_MAX:]
            taken_back, self._taken_back = self._taken_back[:PORTION_MAX], self._taken_back[PORTION_MAX:]
            try:
                if brought:
                    await self._settle(brought)
                    brought = []
                if taken_back:
                    await self._settle_taken_back(taken_back)
            except Exception:
                log.exception("deliveries not written down, trying again")
                self._brought[:0] = brought
                self._taken_back[:0] = taken_back
                await asyncio.sleep(RETRY_SECONDS)
