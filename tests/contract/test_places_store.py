"""The tree of places, and where workers live."""

import asyncio

from storage.unit_of_work import SqlStore
from tests.builders import NOON, an_account


async def upsert(store: SqlStore, path: str, time_zone: str | None = None, **names: str) -> bool:
    async with store.write() as work:
        new = await work.places.upsert(path, names, time_zone)
        await work.commit()
    return new


async def test_a_place_is_kept_once_and_can_be_renamed(store: SqlStore) -> None:
    assert await upsert(store, "guizhou", "Asia/Shanghai", en="Guizhou")
    assert not await upsert(store, "guizhou", None, en="Guizhou", zh="贵州")
    async with store.read() as work:
        place = await work.places.find("guizhou")
        assert place is not None
        assert (place.path, place.names, place.time_zone) == (
            "guizhou",
            {"en": "Guizhou", "zh": "贵州"},
            None,
        )
        assert await work.places.find_by_id(place.id) == place
        assert await work.places.find("hunan") is None
        assert await work.places.find_by_id(404) is None


async def test_two_that_keep_the_same_place_at_once_keep_one(store: SqlStore) -> None:
    assert sorted(await asyncio.gather(*(upsert(store, "guizhou") for _ in range(4)))) == [False] * 3 + [True]


async def test_the_places_right_below_are_listed_by_path(store: SqlStore) -> None:
    for path in ("a_b", "a_b/z", "a_b/c", "a_b/c/d", "a_b/Y", "axb", "axb/e", "A_b/f", "a%", "a%/c"):
        await upsert(store, path)

    async def list_in(path: str) -> list[str]:
        async with store.read() as work:
            return [place.path for place in await work.places.list_in(path)]

    assert await list_in("") == ["a%", "a_b", "axb"]
    assert await list_in("a_b") == ["a_b/Y", "a_b/c", "a_b/z"]
    assert await list_in("a%") == ["a%/c"]
    assert await list_in("a_b/c") == ["a_b/c/d"]
    assert await list_in("a_b/c/d") == []


async def test_the_nearest_time_zone_counts(store: SqlStore) -> None:
    await upsert(store, "china", "Asia/Shanghai")
    await upsert(store, "china/xinjiang", "Asia/Urumqi")
    await upsert(store, "china/xinjiang/hotan")
    await upsert(store, "china/hunan")
    async with store.read() as work:
        zones = [
            await work.places.find_time_zone(path)
            for path in ("china/xinjiang/hotan", "china/xinjiang", "china/hunan/unheard-of", "chin", "")
        ]
    assert zones == ["Asia/Urumqi", "Asia/Urumqi", "Asia/Shanghai", None, None]


async def test_the_programme_itself_may_have_a_time_zone(store: SqlStore) -> None:
    await upsert(store, "", "Asia/Shanghai")
    await upsert(store, "china")
    async with store.read() as work:
        assert await work.places.find_time_zone("china") == "Asia/Shanghai"
        assert [place.path for place in await work.places.list_in("")] == ["china"]


async def test_what_is_set_of_a_worker_is_read(store: SqlStore) -> None:
    async with store.write() as work:
        anna = await work.workers.add(an_account(), language="zh", time_zone="UTC", at=NOON)
        assert (anna.place, anna.quiet_from, anna.quiet_until, anna.silenced) == ("", 21, 7, frozenset())
        await work.workers.set_place(anna.id, "china/hunan", "Asia/Shanghai")
        await work.workers.set_quiet_hours(anna.id, quiet_from=0, quiet_until=23)
        await work.workers.set_silenced(anna.id, frozenset({"news", "lesson"}))
        await work.commit()
        worker = await work.workers.get(anna.id)
        assert (worker.place, worker.time_zone) == ("china/hunan", "Asia/Shanghai")
        assert (worker.quiet_from, worker.quiet_until, worker.silenced) == (0, 23, {"news", "lesson"})
        await work.workers.set_place(anna.id, "", None)
        await work.workers.set_silenced(anna.id, frozenset())
        worker = await work.workers.get(anna.id)
        assert (worker.place, worker.time_zone, worker.silenced) == ("", "Asia/Shanghai", frozenset())
