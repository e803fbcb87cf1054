"""Long polling that confirms an update only after it was handled."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Protocol

import structlog

from bot.intake import Done, Failed
from bot.nursery import Nursery

log = structlog.get_logger(__name__)

LONG_POLL_SECONDS = 25
STRAGGLER_SECONDS = 1.0
"""How long a batch's last ones are waited for before newer updates are fetched past them."""
BACK_OFF_SECONDS_MIN, BACK_OFF_SECONDS_MAX = 0.5, 15.0
STOP_SECONDS_MAX = 20.0


class UpdateSource(Protocol):
    """Where updates are fetched."""

    async def fetch(self, offset: int | None, *, timeout_seconds: int) -> list[object] | float:
        """Updates from the offset on, which confirms all below it; or the seconds to wait after a failure."""

    async def confirm(self, offset: int) -> None:
        """Confirms all below the offset and returns at once."""

    def find_id(self, raw: object) -> int | None: ...

    def find_person(self, raw: object) -> Hashable | None: ...


class Polling:
    """One person's updates stay in their order, retries included; nobody else waits behind them."""

    def __init__(
        self, source: UpdateSource, take: Callable[[object], Awaitable[Done | Failed]], nursery: Nursery
    ) -> None:
        self._source = source
        self._take = take
        self._nursery = nursery
        self._stopping = asyncio.Event()
        self._progress = asyncio.Event()
        self._open: set[int] = set()
        """Numbers of updates that were fetched and are not done."""
        self._done: set[int] = set()
        """Numbers of those that are done, but not confirmed since one before them is open."""
        self._next: int | None = None
        """One past the highest number seen."""
        self._chains: dict[Hashable, deque[tuple[int, object]]] = {}

    async def run(self) -> None:
        """Fetches and hands over until ``stop``; returns when everything taken is done and confirmed."""
        while not self._stopping.is_set():
            fetching = self._nursery.start(
                self._source.fetch(self._offset(), timeout_seconds=0 if self._open else LONG_POLL_SECONDS),
                name="get updates",
            )
            answer = await self._unless_stopped(fetching)
            if isinstance(answer, float):
                await self._rest(answer)
            elif answer:
                await self._accept(answer)
        await self._finish()

    def stop(self) -> None:
        """Ends ``run`` in an orderly way."""
        self._stopping.set()
        self._progress.set()

    def _offset(self) -> int | None:
        return min(self._open) if self._open else self._next

    async def _unless_stopped(self, fetching: asyncio.Task[list[object] | float]) -> list[object] | float:
        """Nothing is confirmed by giving up a poll, so a stop need not wait for it."""
        stopping = self._nursery.start(self._stopping.wait(), name="stop waits")
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return fetching.result() if fetching.done() else []
        finally:
            stopping.cancel()
            fetching.cancel()

    async def _accept(self, updates: list[object]) -> None:
        for raw in updates:
            number = self._source.find_id(raw)
            if number is None:
                # Without a number it cannot be confirmed by itself; it goes with the next one that is.
                await self._take(raw)
            elif number not in self._open and number not in self._done:
                self._open.add(number)
                self._next = max(self._next or 0, number + 1)
                self._append(number, raw)
        self._forget_confirmed()
        await self._wait_for_progress()

    def _append(self, number: int, raw: object) -> None:
        person = self._source.find_person(raw)
        # Nobody's updates have no order to keep; -number is no person's key.
        key: Hashable = ("nobody", number) if person is None else person
        if (chain := self._chains.get(key)) is not None:
            chain.append((number, raw))
            return
        self._chains[key] = deque([(number, raw)])
        self._nursery.start(self._work_off(key), name="updates of one person")

    async def _work_off(self, key: Hashable) -> None:
        chain = self._chains[key]
        try:
            while chain:
                number, raw = chain[0]
                if not await self._take_until_done(raw):
                    return
                chain.popleft()
                self._open.discard(number)
                self._done.add(number)
                self._progress.set()
        finally:
            del self._chains[key]
            self._progress.set()

    async def _take_until_done(self, raw: object) -> bool:
        pause = BACK_OFF_SECONDS_MIN
        while True:
            if isinstance(await self._take(raw), Done):
                return True
            if self._stopping.is_set():
                return False
            await self._rest(pause)
            pause = min(pause * 2, BACK_OFF_SECONDS_MAX)

    async def _wait_for_progress(self) -> None:
        """Waits until all are done, or a moment longer: one who takes long must not keep the others from us."""
        try:
            async with asyncio.timeout(STRAGGLER_SECONDS):
                while self._open and not self._stopping.is_set():
                    self._progress.clear()
                    await self._progress.wait()
        except TimeoutError:
            pass
        self._forget_confirmed()

    def _forget_confirmed(self) -> None:
        offset = self._offset()
        self._done = {number for number in self._done if offset is not None and number >= offset}

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _finish(self) -> None:
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX):
                while self._chains:
                    self._progress.clear()
                    await self._progress.wait()
        except TimeoutError:
            log.warning("some updates were not finished, they will come again", count=len(self._open))
        offset = self._offset()
        if offset is not None:
            await self._source.confirm(offset)
