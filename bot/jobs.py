"""Runs the program's own background work, each job in its own rhythm, until the process stops."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.nursery import Nursery

log = structlog.get_logger(__name__)

BACK_OFF_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of background work."""

    name: str
    interval_seconds: float
    run: Callable[[], Awaitable[bool | None]]
    """Does one portion; True means that more is waiting and the next portion may start at once."""
    rests_times: float = 0.0
    """After a portion it rests at least so many times as long as that took…"""
    rest_seconds_max: float = math.inf
    """…but never longer than this."""

    def pause_seconds(self, took_seconds: float) -> float:
        """How long to rest after a portion that took so long, if nothing more is waiting."""
        rest = min(self.rests_times * took_seconds, self.rest_seconds_max)
        return max(self.interval_seconds, rest)


class Jobs:
    """A job that fails is logged and tried again, later each time; it never stops its neighbours."""

    def __init__(self, jobs: Sequence[Job], *, stop_grace_seconds: float = 10.0) -> None:
        self._jobs = jobs
        self._stop_grace_seconds = stop_grace_seconds
        self._nursery = Nursery()
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Starts all of them, at once and side by side."""
        for job in self._jobs:
            self._nursery.start(self._repeat(job), name=f"job {job.name}")

    async def stop(self) -> None:
        """Lets the portions under way end within the grace, then cancels them."""
        self._stopping.set()
        await self._nursery.stop(grace_seconds=self._stop_grace_seconds)

    async def _repeat(self, job: Job) -> None:
        failures = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                more = await job.run()
            except Exception:
                failures += 1
                pause = min(max(job.interval_seconds, 1.0) * 2**failures, BACK_OFF_SECONDS_MAX)
                log.exception("job failed", job=job.name, failures=failures, again_in_seconds=pause)
            else:
                failures = 0
                took_seconds = time.monotonic() - started
                pause = 0.0 if more else job.pause_seconds(took_seconds)
                log.debug("job done", job=job.name, seconds=round(took_seconds, 3))
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        if not seconds:
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
