"""One call for many callers, under real concurrency."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.gathering import Gathering
from bot.nursery import Nursery


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    kept = Nursery()
    yield kept
    await kept.stop()


class Doubling:
    """Doubles numbers, notes its batches, and fails at 13."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def __call__(self, items: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(items))
        await asyncio.sleep(0.01)
        if 13 in items:
            raise ValueError("13")
        return [2 * item for item in items]


async def test_whoever_comes_meanwhile_travels_with_the_next_batch(nursery: Nursery) -> None:
    many = Doubling()
    one = Gathering(many, nursery=nursery, name="double", size_max=8).one
    assert await asyncio.gather(*(one(number) for number in range(12))) == [2 * n for n in range(12)]
    assert many.batches == [list(range(8)), list(range(8, 12))] or many.batches == [
        [0], list(range(1, 9)), [9, 10, 11]]  # fmt: skip


async def test_an_idle_caller_travels_alone_and_at_once(nursery: Nursery) -> None:
    many = Doubling()
    one = Gathering(many, nursery=nursery, name="double").one
    assert [await one(1), await one(2)] == [2, 4]
    assert many.batches == [[1], [2]]


async def test_one_bad_item_does_not_spoil_its_neighbours(nursery: Nursery) -> None:
    one = Gathering(Doubling(), nursery=nursery, name="double").one
    results = await asyncio.gather(*(one(n) for n in (0, 12, 13, 14)), return_exceptions=True)
    assert results[:2] == [0, 24]
    assert isinstance(results[2], ValueError)
    assert results[3] == 28


async def test_an_outage_is_not_tried_item_by_item(nursery: Nursery) -> None:
    many = Doubling()
    one = Gathering(many, nursery=nursery, name="double", is_one_items_fault=lambda _error: False).one
    results = await asyncio.gather(*(one(n) for n in (13, 14)), return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError]
    assert len(many.batches) == 1


async def test_cancelled_callers_do_no_harm(nursery: Nursery) -> None:
    many = Doubling()
    one = Gathering(many, nursery=nursery, name="double").one
    tasks = [asyncio.ensure_future(one(number)) for number in range(6)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[3].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    kept = [result for result in results if not isinstance(result, BaseException)]
    assert kept == [2, 4, 8, 10]
    assert await one(50) == 100


async def test_a_wrong_number_of_results_is_an_error(nursery: Nursery) -> None:
    async def none(_items: Sequence[int]) -> Sequence[int]:
        return []

    with pytest.raises(ValueError, match="shorter"):
        await Gathering(none, nursery=nursery, name="none").one(1)


async def test_stopping_the_nursery_lets_nobody_wait_for_ever(nursery: Nursery) -> None:
    begun = asyncio.Event()

    async def hang(_items: Sequence[int]) -> Sequence[int]:
        begun.set()
        await asyncio.Event().wait()
        return []

    one = Gathering(hang, nursery=nursery, name="hang", size_max=1).one
    tasks = [asyncio.ensure_future(one(number)) for number in range(3)]
    await begun.wait()
    await nursery.stop()
    async with asyncio.timeout(30):
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert len(nursery) == 0
