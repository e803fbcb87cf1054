"""The only place that starts a detached task: it keeps a reference, logs failures, and waits for the end."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Nursery:
    """Holds the tasks it started until they are done."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Starts the work now. A failure is logged; whoever awaits the task gets it as well."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._let_go)
        return task

    async def wait(self, seconds: float) -> None:
        """Waits so long for the tasks that are there now to end by themselves."""
        if seconds and self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def stop(self, *, grace_seconds: float = 0.0) -> None:
        """Waits so long for the tasks to end by themselves, cancels the rest, and waits for their end."""
        await self.wait(grace_seconds)
        for task in self._tasks:
            task.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks)
            # The callbacks that let go of ended tasks run in the next turn of the loop.
            await asyncio.sleep(0)

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task failed", task=task.get_name(), exc_info=error)
