"""What a stranger, a forger, a bad line and an unknown Telegram may do to the real process."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.hatchery import Hatchery
from tests.journeys.outside.books import check_books
from tests.journeys.outside.manners import Manners
from tests.journeys.outside.people import buttons
from tests.journeys.outside.process import Tapwork
from tests.journeys.outside.projects import EXAMPLE, RECORDED, Programme, build_programme
from tests.journeys.outside.server import BotApi
from tests.journeys.outside.workers import Pressed, Worker

GARBAGE = [
    "garbage",
    "a.",
    "a.1",
    "a.-1.1",
    "a.1.1.1",
    "a.99999999999999999999999.1",
    "a.٣.1",
    "c.\x00",
    "😀",
    "x" * 64,
]
GROUP = {"id": -100_777, "type": "supergroup", "title": "G"}


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    return build_programme(tmp_path_factory.mktemp("outside") / "project", tasks=30, people=4)


@pytest.fixture
async def served(
    hatchery: Hatchery, programme: Programme, tmp_path: Path
) -> AsyncIterator[tuple[BotApi, Tapwork]]:
    api = BotApi(Manners())
    tapwork = Tapwork(tmp_path, await api.start(), webhook=True, hatchery=hatchery)
    await tapwork.command("import", str(programme.folder))
    await tapwork.start()
    yield api, tapwork
    await tapwork.stop()
    await api.close()
    assert "Traceback" not in tapwork.log.read_text()


async def test_misuse_changes_no_answer(served: tuple[BotApi, Tapwork], programme: Programme) -> None:
    """Forgers, two fingers, a bad line, people who leave and come back: the books stay right."""
    api, tapwork = served
    anna, bo, clara, dora = (Worker(api, programme, i, ["en", "zh"][i == 1]) for i in range(4))
    clara.chat.person["language_code"] = "fr"  # not one of ours, so she reads English
    async with asyncio.TaskGroup() as stories:
        stories.create_task(_leave_and_return(clara))
        stories.create_task(_misuse(anna, bo))
        stories.create_task(_look_on(tapwork, programme))
    if RECORDED:
        # Up to half a minute passes before she is told; only the long run has it.
        await _told_once(tapwork, dora)
    await check_books(tapwork, [anna, bo, clara, dora])


async def _look_on(tapwork: Tapwork, programme: Programme) -> None:
    """While people work: exports and figures can be had, and importing the same again changes nothing."""
    await tapwork.export(programme.slug, "answers")
    assert programme.slug in await tapwork.command("stats")
    assert "0 new" in await tapwork.command("import", str(programme.folder))


async def _told_once(tapwork: Tapwork, worker: Worker) -> None:
    """She has done everything; new tasks come; one message says so."""
    await worker.work(99)
    newest = worker.newest
    worker.programme.add_tasks([("later", max((EXAMPLE / "images").iterdir()))])
    assert "1 new" in await tapwork.command("import", str(worker.programme.folder))
    await worker.until(lambda: worker.newest > newest, "news of work")
    await asyncio.sleep(3)
    assert worker.newest == newest + 1
    await worker.begin()
    assert worker.card is not None


async def _misuse(anna: Worker, bo: Worker) -> None:
    """Forged and garbled presses, two fingers, calls that go wrong and updates from another world."""
    api = anna.api
    for worker in (anna, bo):
        await worker.join()
        await worker.begin()
        await worker.answer("cant_tell")
        assert await worker.earnings() == 0
    await _forged(bo, anna)
    await _two_fingers(anna)
    for method in ("editmessagemedia", "answercallbackquery"):
        for trouble in ("429", "500", "html", "close", "cut"):
            api.troubles.append((method, trouble))
            await anna.answer()
    assert not api.troubles
    await _strange_updates(api, bo)
    await bo.answer()


async def _leave_and_return(worker: Worker) -> None:
    """What she presses counts though no word reaches her; she may block, leave and come back."""
    await worker.join()
    await worker.begin()
    await worker.answer()
    worker.api.block(worker.chat, blocked=True)
    await _press_unheard(worker)
    worker.api.block(worker.chat, blocked=False)
    await worker.begin()
    await worker.answer()
    before = worker.newest
    worker.api.say(worker.chat, "/stop")
    await worker.until(lambda: worker.newest > before + 1, "a good-bye")
    worker.api.say(worker.chat, "/start code42")
    await worker.tap(worker.words["agree"], after=before)
    await worker.until(lambda: worker.find("▶️", before), "a menu")
    await worker.begin()
    await worker.answer()


async def _forged(forger: Worker, owner: Worker) -> None:
    stolen = [b["callback_data"] for b in buttons(owner.card)]
    shown = forger.card
    assert shown is not None
    for data in [*stolen, *GARBAGE]:
        query = forger.api.press(forger.chat, shown["message_id"], data)
        await forger.toast(query)
        assert "+" not in forger.chat.toasts[query]
    assert forger.card == shown


async def _two_fingers(worker: Worker) -> None:
    card = worker.card
    assert card is not None
    first, second = buttons(card)[:2]
    worker.opinions = {**worker.opinions, worker.task(card): first["text"].removeprefix(worker.words["a"])}
    pressed = asyncio.ensure_future(worker.answer())
    await asyncio.sleep(0)  # now the first press is on its way
    query = worker.api.press(worker.chat, card["message_id"], second["callback_data"])
    await pressed
    await worker.toast(query)


async def _press_unheard(worker: Worker) -> None:
    """Her press is recorded though no word reaches her."""
    card = worker.card
    assert card is not None
    chat, button = worker.chat, buttons(card)[0]
    worker.made.append(Pressed(worker.task(card), button["text"].removeprefix(worker.words["a"])))
    query = worker.api.press(chat, card["message_id"], button["callback_data"])
    await worker.toast(query)


async def _strange_updates(api: BotApi, worker: Worker) -> None:
    card, person = worker.chat.card, worker.chat.person
    message: dict[str, Any] = {"message_id": 1, "date": 1, "from": person}
    strange: list[dict[str, Any]] = [
        {},
        {"mystery_2031": {"a": 1}},
        {"message": {}},
        {"message": message | {"chat": GROUP, "text": "/start"}},
        {"message": message | {"chat": card, "photo": []}},
        {"edited_message": message | {"chat": card, "text": "/stop"}},
        {"callback_query": {"id": "1", "data": "a.1.1"}},
        {"callback_query": {"id": "2", "from": person}},
        {
            "channel_post": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": -5, "type": "channel"},
                "text": "/start",
            }
        },
    ]
    for number, update in enumerate(strange):
        api.delivery.put(update, f"strange {number}")
    await api.delivery.all_taken()
