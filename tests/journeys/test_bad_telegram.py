"""Telegram refuses, breaks off, does not answer; the worker reads what is true, and goes on."""

import asyncio

from tests.journeys.books import assert_the_books_are_right
from tests.journeys.crew import crew_of

FAULTS = {
    "too many": {"kind": "error", "retry_after": 1},
    "a server error": {"kind": "error", "code": 500, "description": "Internal Server Error"},
    "a page of HTML": {"kind": "html"},
    "the line cut before": {"kind": "cut_before"},
    "the line cut after": {"kind": "cut_after"},
    "the message is gone": {
        "kind": "error", "code": 400, "description": "Bad Request: message to edit not found"
    },
    "blocked": {"kind": "error", "code": 403, "description": "Forbidden: bot was blocked by the user"},
}  # fmt: skip
CARD_CALLS = ("editMessageMedia", "sendPhoto")
NO_TOAST_SECONDS = 0.7
BESIDE_A_HANG_SECONDS = 7.0
"""So long others may wait beside a call that nobody answers; after ten seconds the bot gives it up."""


async def test_whatever_telegram_does_to_a_card_the_next_tap_finds_its_question(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    await house.opens(tasks=50, quota=3)
    await house.starts()
    crew = await crew_of(house.telegram, len(FAULTS))
    await asyncio.gather(*(worker.begins() for worker in crew))

    for method in CARD_CALLS:
        for worker, fault in zip(crew, FAULTS.values(), strict=True):
            await house.telegram.breaks(method=method, match={"chat_id": str(worker.actor.id)}, **fault)
        await asyncio.gather(*(_presses_cat(worker) for worker in crew))
        await house.telegram.is_whole_again()
        await asyncio.gather(*(_goes_on(worker) for worker in crew))

    assert await assert_the_books_are_right(house, crew) >= 2 * len(FAULTS) * len(CARD_CALLS)
    assert "Traceback" not in house.log


async def test_whatever_telegram_does_to_a_toast_the_next_tap_finds_its_question(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    await house.opens(tasks=50, quota=3)
    await house.starts()
    (anna,) = await crew_of(house.telegram, 1)
    await anna.begins()

    for fault in FAULTS.values():
        await house.telegram.breaks(method="answerCallbackQuery", **fault)
        await _presses_cat(anna)
        await house.telegram.is_whole_again()
        await _goes_on(anna)

    assert await assert_the_books_are_right(house, [anna]) >= 2 * len(FAULTS)
    assert "Traceback" not in house.log


async def _presses_cat(worker):
    card = await worker.sees_card()
    await worker.presses_on(card, card.data_of("Cat"), patience=NO_TOAST_SECONDS)


async def _goes_on(worker):
    """If the card stayed as it was, her next tap on it shows what comes after it."""
    await worker.works(until=_one_more(worker))
    await worker.sees_card()


def _one_more(worker):
    before = worker.accepted
    return lambda: worker.accepted > before


async def test_polls_that_fail_in_every_way_hold_up_nobody_for_long(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    await house.opens(tasks=50, quota=3)
    await house.starts()
    (anna,) = await crew_of(house.telegram, 1)
    await anna.begins()
    for name in ("too many", "a server error", "a page of HTML", "the line cut before", "the line cut after"):
        await house.telegram.breaks(method="getUpdates", **FAULTS[name])
        await anna.works(until=_one_more(anna))
    await anna.sees_card()
    await assert_the_books_are_right(house, [anna])
    assert "Traceback" not in house.log


async def test_while_telegram_does_not_answer_one_person_others_work_on(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    await house.opens(tasks=50, quota=3)
    await house.starts()
    anna, berta = await crew_of(house.telegram, 2)
    for worker in (anna, berta):
        await worker.begins()
    hers = {"chat_id": str(anna.actor.id)}
    await house.telegram.breaks("hang", "editMessageMedia", match=hers)
    assert (await anna.answers("Cat")).startswith("+¥0.05")
    for _ in range(5):
        assert (await berta.answers("Dog", patience=BESIDE_A_HANG_SECONDS)).startswith("+¥0.05")
    # After the hang is given up, the edit is made again, or her next tap shows what follows.
    await anna.actor.sees(photo=True, where=lambda card: card.edits > 0, timeout=45)
    await assert_the_books_are_right(house, [anna, berta])


async def test_a_handle_that_stopped_working_is_renewed_unnoticed(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    await house.opens(tasks=40, quota=3)
    await house.starts()
    (anna,) = await crew_of(house.telegram, 1)
    await anna.begins()
    for _ in range(7):
        await anna.answers()
    await anna.sees_card()

    await house.telegram.breaks("file_ids")

    for _ in range(7):
        assert (await anna.answers()).startswith("+¥0.05")
    card = await anna.sees_card()
    assert (await card.photo_bytes())[:2] == b"\xff\xd8"
    assert len(await anna.actor.chat()) <= 8, "a card was sent anew instead of being turned"
    await assert_the_books_are_right(house, [anna])
