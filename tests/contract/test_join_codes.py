"""Join codes: never more people than their quota."""

import asyncio
from datetime import datetime, timedelta

import pytest

from storage.unit_of_work import SqlStore
from tasks.model.supervisor import JoinCode
from tests.builders import NOON


def a_code(code: str = "WS-1", place: str = "guizhou/wanshan", **changes: object) -> JoinCode:
    values: dict[str, object] = {"recruiter": "mei", "quota": None, "used": 0, "ends_at": None}
    return JoinCode(code=code, place=place, **(values | changes))  # type: ignore[arg-type]


async def keep(store: SqlStore, code: JoinCode, at: datetime = NOON) -> None:
    async with store.write() as work:
        await work.join_codes.add(code, at)
        await work.commit()


async def look(store: SqlStore, code: str) -> JoinCode | None:
    async with store.write() as work:
        return await work.join_codes.lock(code)


async def test_a_code_is_kept_whole(store: SqlStore) -> None:
    code = a_code(quota=5, ends_at=NOON + timedelta(days=1))
    await keep(store, code)
    assert await look(store, "WS-1") == code
    assert await look(store, "ws-1") is None


async def test_racing_people_never_exceed_the_quota(store: SqlStore) -> None:
    await keep(store, a_code(quota=5))
    await keep(store, a_code("free"))

    async def come(code: str) -> bool:
        async with store.write() as work:
            found = await work.join_codes.lock(code)
            assert found is not None
            if not found.is_open(NOON):
                return False
            await work.join_codes.count_use(code)
            await work.commit()
            return True

    came = await asyncio.gather(*(come(code) for code in ("WS-1", "free") for _ in range(12)))
    assert (sum(came[:12]), sum(came[12:])) == (5, 12)
    assert await look(store, "WS-1") == a_code(quota=5, used=5)


async def test_a_use_that_does_not_fit_is_refused_even_without_a_look(store: SqlStore) -> None:
    await keep(store, a_code(quota=1, used=1))
    async with store.write() as work:
        for code in ("WS-1", "unknown"):
            with pytest.raises(LookupError):
                await work.join_codes.count_use(code)
        await work.commit()
    assert await look(store, "WS-1") == a_code(quota=1, used=1)


async def test_an_end_may_come_earlier_but_never_later(store: SqlStore) -> None:
    await keep(store, a_code())
    for hours, end in ((5, 5), (3, 3), (4, 3)):
        async with store.write() as work:
            await work.join_codes.end("WS-1", NOON + timedelta(hours=hours))
            await work.commit()
        assert await look(store, "WS-1") == a_code(ends_at=NOON + timedelta(hours=end))


async def test_codes_within_a_scope_newest_first(store: SqlStore) -> None:
    for number, place in enumerate(("a_b", "a_b/c", "axb/c", "a_b/d", "")):
        await keep(store, a_code(f"code{number}", place), NOON + timedelta(minutes=number))
    async with store.read() as work:
        within = [code.place for code in await work.join_codes.list_within("a_b", 9)]
        newest = [code.place for code in await work.join_codes.list_within("", 2)]
    assert within == ["a_b/d", "a_b/c", "a_b"]
    assert newest == ["", "a_b/d"]
