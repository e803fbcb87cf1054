"""Makes one call for many callers: whoever comes while a batch is under way travels with the next one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.nursery import Nursery

T = TypeVar("T")
R = TypeVar("R")


def _always(_error: Exception) -> bool:
    return True


class Gathering(Generic[T, R]):
    """Turns ``many(items) -> results`` into ``one(item) -> result``.

    There is no timer: a caller who finds nothing under way starts at once and alone, so that an idle bot is
    as quick as before. Under load the batches grow by themselves.
    """

    def __init__(
        self,
        many: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        nursery: Nursery,
        name: str,
        size_max: int = 64,
        is_one_items_fault: Callable[[Exception], bool] = _always,
    ) -> None:
        """``is_one_items_fault`` says whether a failed batch is worth trying one by one; an outage is not."""
        self._many = many
        self._nursery = nursery
        self._name = name
        self._size_max = size_max
        self._is_one_items_fault = is_one_items_fault
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._under_way: asyncio.Task[None] | None = None

    async def one(self, item: T) -> R:
        """The item's own result, or its own failure."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._under_way is None:
            self._under_way = self._nursery.start(self._work(), name=self._name)
        return await future

    async def _work(self) -> None:
        try:
            while batch := self._next_batch():
                try:
                    await self._run(batch)
                finally:
                    # Only when this task itself is cancelled is anyone of the batch still without a result.
                    _give_up(batch)
        finally:
            _give_up(self._waiting)
            self._under_way = None

    def _next_batch(self) -> list[tuple[T, asyncio.Future[R]]]:
        batch: list[tuple[T, asyncio.Future[R]]] = []
        while self._waiting and len(batch) < self._size_max:
            item, future = self._waiting.popleft()
            # A caller who was cancelled before her turn asks for nothing any more.
            if not future.done():
                batch.append((item, future))
        return batch

    async def _run(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._many([item for item, _ in batch])
            pairs = list(zip(batch, results, strict=True))
        except Exception as error:  # noqa: BLE001 - it is handed to the callers, whatever it is
            await self._run_failed(batch, error)
            return
        for (_, future), result in pairs:
            if not future.done():
                future.set_result(result)

    async def _run_failed(self, batch: list[tuple[T, asyncio.Future[R]]], error: Exception) -> None:
        if len(batch) > 1 and self._is_one_items_fault(error):
            for single in batch:
                await self._run([single])
            return
        for _, future in batch:
            if not future.done():
                future.set_exception(error)


def _give_up(callers: Sequence[tuple[T, asyncio.Future[R]]] | deque[tuple[T, asyncio.Future[R]]]) -> None:
    for _, future in callers:
        future.cancel()
