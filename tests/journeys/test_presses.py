"""Presses and updates that no honest phone sends, and some that honest ones do."""

import asyncio
from random import Random

import pytest

from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import crew_of, lease_of
from tests.journeys.house import eventually

GARBAGE = (
    "", ".", "a", "a.", "a.1", "a.1.1.1", "a.-1.1", "a.zzzzzzzzzzzzz.1", "a.99999999999999999999.1", "a.1.zz",
    "a.0.0", "u.0", "c.0", "b.0", "s.0", "t.999", "m.nowhere", "g.999", "l.xx", "r.1.y", "r.1.x", "\x00",
    "猫" * 21, "A.1.1", "a.1.1 ", "a.+1.1", "a.1.١", "' OR 1=1 --", "a." + "0" * 60,
)  # fmt: skip
RAW = ("", "null", "[]", "{", '"text"', "123", '{"update_id": null}', '{"update_id": "x"}')
UPDATES = (
    {}, {"message": None}, {"message": {}}, {"callback_query": {}}, {"callback_query": []},
    {"message": {"chat": {"id": "x"}, "text": 5}}, {"novel": {"from": {"id": 1}}},
    {"callback_query": {"id": "1", "from": {"id": 2**70}, "data": "m.menu"}},
    {"message": {"message_id": 1, "from": {"id": -5}, "chat": {"id": -5}, "text": "/start"}},
)  # fmt: skip
NOT_YOURS = "This question is not yours, so nothing was changed."


async def test_presses_of_all_sorts_change_what_they_may_and_nothing_else(build_house, database_url):
    house = await build_house(database_url)
    await house.opens(tasks=60, quota=3)
    await house.starts()
    anna, berta = await crew_of(house.telegram, 2)
    card = await anna.begins()
    first = card.data_of("Cat")
    hers = (await berta.begins()).data_of("Dog")

    twice = await asyncio.gather(*(anna.presses_on(card, first) for _ in range(2)))
    assert sorted(press.toast[:8] for press in twice) == ["+¥0.05 ·", "Already "]

    card = await anna.sees_card()
    before = card.data_of("Cat")
    forged = await anna.presses_on(card, hers)
    assert forged.toast == NOT_YOURS
    in_another_name = await anna.actor.presses_without_waiting(on=card, data=before, as_person=berta.actor)
    await anna.actor.answer_to(in_another_name, timeout=0.5)
    assert (await anna.sees_card()).data_of("Cat") == before

    for _ in range(3):
        await anna.answers("Tree")
    long_ago = await anna.presses_on(await anna.sees_card(), first)
    assert long_ago.toast == "Already answered."

    for data in GARBAGE:
        if not 1 <= len(data.encode()) <= 64:
            continue
        answer = await anna.actor.press(on=await anna.sees_card(), data=data)
        assert not answer["text"].startswith(("+", "Taken")), (data, answer)
    assert (await berta.answers("Dog")).startswith("+¥0.05")
    assert lease_of(hers) in {press.lease for press in berta.presses if press.is_accepted}
    assert await assert_the_books_are_right(house, [anna, berta]) == 5
    assert "Traceback" not in house.log


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_updates_twice_swapped_maimed_and_garbage_hold_up_nobody(build_house, sqlite_url, way):
    house = await build_house(sqlite_url, way=way)
    await house.opens(tasks=1000, quota=3)
    await house.starts()
    crew = await crew_of(house.telegram, 4)
    for worker in crew:
        await worker.begins()
    chance, stop = Random(5), asyncio.Event()

    async with asyncio.TaskGroup() as group:
        for worker in crew:
            group.create_task(worker.works(stop.is_set))
        for update in UPDATES:
            await house.telegram.inject(update, lane=str(chance.random()))
            await asyncio.sleep(0.1)
        if way == "webhook":
            for raw in RAW:
                await house.telegram.inject(raw=raw, lane=str(chance.random()))
        await house.telegram.inject(skip=5)
        for kind in ("update_twice", "update_swapped", "update_unknown_type", "update_twice"):
            await house.telegram.breaks(kind, "callback_query", times=3)
            await asyncio.sleep(0.3)
        for fields in (["from"], ["message"], ["chat_instance"], ["data"], ["id"]):
            await house.telegram.breaks("update_without", "callback_query", fields=fields)
            await asyncio.sleep(0.3)
        await house.telegram.is_whole_again()
        accepted = _accepted(crew)
        # A quick worker's chat may be in the middle of a "too many" of some seconds.

        async def somebody_works() -> bool:
            return _accepted(crew) > accepted

        await eventually(somebody_works, within_seconds=30, what="nobody works any more")
        stop.set()

    assert await house.bot.health() == 200
    await assert_the_books_are_right(house, crew)
    assert "Traceback" not in house.log


def _accepted(crew) -> int:
    return sum(worker.accepted for worker in crew)
