"""Polls while it is this process's turn: Telegram lets one at a time poll, and any of ours may die."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

import structlog

from bot.nursery import Nursery
from bot.outages import is_outage
from bot.polling import Polling
from storage.turns import Turn, until_lost

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""How often one who waits asks for the turn, and one who has it asks whether it still has it."""


class PollingInTurn:
    """Waits for the turn, polls until it is lost, and begins again, each time with a new ``Polling``."""

    def __init__(
        self,
        turn: Turn,
        begin: Callable[[], Polling],
        on_change: Callable[[bool], None] = lambda _polls: None,
    ) -> None:
        """``on_change`` is told whether this process polls now."""
        self._turn = turn
        self._begin = begin
        self._on_change = on_change
        self._nursery = Nursery()
        self._stopping = asyncio.Event()
        self._polling: Polling | None = None
        self._is_failing = False

    async def run(self) -> None:
        """Works until ``stop``. When it returns, another process can have the turn."""
        try:
            while not self._stopping.is_set():
                if await self._try_take():
                    await self._poll_in_turn()
                await self._rest()
        finally:
            await self._nursery.stop()
            # Only now: what was taken is done and confirmed, so that the next one does not get it again.
            await self._turn.release()

    def stop(self) -> None:
        """Ends ``run`` in an orderly way."""
        self._stopping.set()
        if self._polling is not None:
            self._polling.stop()

    async def _try_take(self) -> bool:
        """A server that does not answer must not hold up a stop."""
        taking = self._nursery.start(self._take(), name="take the turn")
        stopping = self._nursery.start(self._stopping.wait(), name="wait for the stop")
        try:
            await asyncio.wait({taking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return taking.done() and taking.result()
        finally:
            taking.cancel()
            stopping.cancel()

    async def _take(self) -> bool:
        try:
            is_ours = await self._turn.try_take()
        except Exception as error:
            if not is_outage(error):
                raise
            if not self._is_failing:
                log.warning("the database does not say whose turn it is to poll", error=type(error).__name__)
            self._is_failing = True
            return False
        self._is_failing = False
        return is_ours

    async def _poll_in_turn(self) -> None:
        log.info("this process polls now")
        with self._term() as polling:
            # It is watched to the very end: what was taken is better finished by the one who has the turn.
            watching = self._nursery.start(self._stop_when_lost(polling), name="watch the turn")
            try:
                await polling.run()
            finally:
                watching.cancel()
                await asyncio.wait({watching})

    @contextlib.contextmanager
    def _term(self) -> Iterator[Polling]:
        polling = self._polling = self._begin()
        self._on_change(True)
        if self._stopping.is_set():
            polling.stop()
        try:
            yield polling
        finally:
            self._polling = None
            self._on_change(False)

    async def _stop_when_lost(self, polling: Polling) -> None:
        try:
            await until_lost(self._turn, look_seconds=LOOK_SECONDS)
            log.warning("it is not this process's turn to poll any more")
        finally:
            # Nobody polls unwatched, however the watch ended.
            polling.stop()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._stopping.wait()
