"""Who blocked the bot, and who waits for work."""

import asyncio

from bot.emulator.people import NotSeen
from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import crew_of

NEWS = "There is work again."


async def test_who_waits_for_work_is_told_once_and_who_blocked_the_bot_is_left_alone(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    await house.opens(tasks=2, quota=3)
    await house.starts()
    anna, berta = crew = await crew_of(house.telegram, 2)
    for worker in crew:
        await worker.begins()
        for _ in range(2):
            assert (await worker.answers()).startswith("+¥0.05")
        await worker.actor.sees("We will write to you when there is work again")
    await berta.actor.blocks()
    await house.hears_everything()

    await house.opens(tasks=6, quota=3)

    # The program looks for those who wait whenever it starts, and every twenty seconds.
    await house.restarts(house.bot)
    news = await anna.actor.sees(NEWS, button="Work", timeout=60)
    await house.restarts(house.bot)
    await house.bot.is_up()
    await asyncio.sleep(2)
    assert sum(bubble.text == NEWS for bubble in await anna.actor.chat()) == 1
    assert NEWS not in [bubble.text for bubble in await berta.actor.chat()]
    assert await house.telegram.calls("sendMessage", chat_id=berta.actor.id, status=403) == []

    await anna.actor.taps("Work", on=news)
    await anna.actor.taps("Animals", on=await anna.actor.sees(button="Animals", fresh=True))
    assert (await anna.answers()).startswith("+¥0.05")
    await berta.actor.unblocks()
    await berta.actor.says("/start")
    await berta.actor.sees("What would you like to do?", fresh=True)
    await berta.begins()
    assert (await berta.answers()).startswith("+¥0.05")
    await assert_the_books_are_right(house, crew)


async def test_who_blocks_in_the_middle_of_work_is_noted_and_can_go_on_later(build_house, sqlite_url):
    house = await build_house(sqlite_url, way="webhook")
    await house.opens(tasks=20, quota=3)
    await house.starts()
    (anna,) = await crew_of(house.telegram, 1)
    card = await anna.begins()
    await anna.actor.blocks()
    press = await anna.presses_on(card, card.data_of("Cat"), patience=3)
    await anna.actor.unblocks()
    await anna.actor.says("/start")
    await anna.actor.sees("What would you like to do?", fresh=True)
    try:
        await anna.begins()
    except NotSeen:
        raise AssertionError(f"no card after {press.toast}") from None
    assert (await anna.answers()).startswith("+¥0.05")
    await assert_the_books_are_right(house, [anna])
