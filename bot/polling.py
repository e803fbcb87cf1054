"""Long polling that confirms an update only after it was handled."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.intake import Done, Intake
from bot.nursery import Nursery

log = structlog.get_logger(__name__)

LONG_POLL_SECONDS = 25
STRAGGLER_SECONDS = 1.0
"""How long the last ones of a batch are waited for before newer updates are fetched past them."""
NUMBERLESS_REST_SECONDS = 5.0
STOP_SECONDS_MAX = 20.0


class UpdateSource(Protocol):
    """Where updates are fetched."""

    async def fetch(self, offset: int | None, *, timeout_seconds: int) -> Sequence[object] | float:
        """Updates from the offset on, which confirms all below it; after a failure, the seconds to wait."""

    async def confirm(self, offset: int) -> None:
        """Confirms all below the offset and returns at once."""

    def find_id(self, raw: object) -> int | None:
        """The update's number."""


class Polling:
    """Fetches, hands over, and remembers what is done and what is not."""

    def __init__(self, source: UpdateSource, intake: Intake) -> None:
        self._source = source
        self._intake = intake
        self._nursery = Nursery()
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._open: set[int] = set()
        """Numbers of updates that were fetched and are not done."""
        self._done: set[int] = set()
        """Numbers of those that are done, but cannot be confirmed since one before them is open."""
        self._next: int | None = None
        """One past the highest number of the last batch that had something new."""

    async def run(self) -> None:
        """Works until ``stop``; returns when everything taken is done and confirmed."""
        try:
            while not self._stopping.is_set():
                answer = await self._fetch_unless_stopped()
                if isinstance(answer, float):
                    await self._rest(answer)
                    continue
                if answer:
                    await self._accept(answer)
                await self._wait_for_stragglers()
            await self._finish()
        finally:
            await self._nursery.stop()

    def stop(self) -> None:
        """Ends ``run`` in an orderly way."""
        self._stopping.set()
        self._changed.set()

    def _offset(self) -> int | None:
        return min(self._open) if self._open else self._next

    async def _fetch_unless_stopped(self) -> Sequence[object] | float:
        """A poll that is given up confirms nothing that is not done, so a stop need not wait for it."""
        # What is open is still waiting at Telegram too, so a poll past it would return at once anyway.
        timeout_seconds = 0 if self._open else LONG_POLL_SECONDS
        fetching = self._nursery.start(
            self._source.fetch(self._offset(), timeout_seconds=timeout_seconds), name="fetch updates"
        )
        stopping = self._nursery.start(self._stopping.wait(), name="wait for the stop")
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return fetching.result() if fetching.done() else []
        finally:
            fetching.cancel()
            stopping.cancel()

    async def _accept(self, updates: Sequence[object]) -> None:
        numbered = [(number, raw) for raw in updates if (number := self._source.find_id(raw)) is not None]
        for raw in updates:
            if self._source.find_id(raw) is None:
                # It cannot be confirmed by itself; it goes with the next one that has a number.
                await self._intake.take(raw, stopping=self._stopping)
        if not numbered:
            await self._rest(NUMBERLESS_REST_SECONDS)
        fresh = {number: raw for number, raw in numbered if number not in self._open | self._done}
        if fresh:
            # After a week of silence Telegram may count from a lower number, so the last word is the batch's.
            self._next = max(fresh.keys() | self._open | self._done) + 1
        for number, raw in fresh.items():
            self._open.add(number)
            self._nursery.start(self._take(number, raw), name="handle an update")

    async def _take(self, number: int, raw: object) -> None:
        outcome = await self._intake.take(raw, stopping=self._stopping)
        if isinstance(outcome, Done):
            self._open.discard(number)
            self._done.add(number)
            self._changed.set()

    async def _wait_for_stragglers(self) -> None:
        """Waits until all are done, or a moment longer: one that takes long must not hold up the others."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STRAGGLER_SECONDS):
                while self._open and not self._stopping.is_set():
                    self._changed.clear()
                    await self._changed.wait()
        offset = self._offset()
        self._done = {number for number in self._done if offset is not None and number >= offset}

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _finish(self) -> None:
        await self._nursery.wait(STOP_SECONDS_MAX)
        if self._open:
            log.warning("some updates were not finished, they will come again", count=len(self._open))
        offset = self._offset()
        if offset is not None:
            await self._source.confirm(offset)
