import asyncio

from bot.keyed_lock import KeyedLock


async def test_same_key_in_order_different_keys_side_by_side_and_nothing_is_kept() -> None:
    locks, seen = KeyedLock(), []

    async def work(key: str, number: int) -> None:
        async with locks.hold(key):
            seen.append((key, number, "in"))
            await asyncio.sleep(0.002)
            seen.append((key, number, "out"))

    await asyncio.gather(*(work(key, number) for number in range(3) for key in "ab"))
    assert [entry for entry in seen if entry[0] == "a"] == [
        ("a", number, step) for number in range(3) for step in ("in", "out")
    ]
    assert seen[:2] == [("a", 0, "in"), ("b", 0, "in")]
    assert len(locks) == 0


async def test_impatience_and_cancellation_leave_the_lock_whole() -> None:
    locks = KeyedLock()
    async with locks.hold("a"):
        async with locks.hold("a", patience_seconds=0.01):
            pass
        waiting = asyncio.ensure_future(locks.hold("a").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with locks.hold("a"):
        assert len(locks) == 1
    assert len(locks) == 0
