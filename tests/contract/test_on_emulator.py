"""The whole process but its conversation, on the emulator: both ways in, and a line that breaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

import bot.channels.telegram_calls
from bot.channels.telegram import TelegramChannel, answer_in_reply
from bot.channels.telegram_calls import TelegramCalls
from bot.channels.telegram_pictures import TelegramPictures
from bot.channels.telegram_polling import TelegramUpdateSource
from bot.channels.telegram_registration import TelegramRegistration
from bot.channels.telegram_session import LeanSession
from bot.emulator import Emulator, Limits
from bot.emulator.people import TelegramWorld
from bot.jobs import Jobs
from bot.nursery import Nursery
from bot.pacing import Pacing
from bot.polling import Polling
from bot.serving import Parts, WebhookAddress, serve
from bot.web import Webhook, WebServer, build_app
from handlers.screens import Choice, Event, EventKind, Reply, Screen, Slot
from storage import hot_state
from tasks.model.identifiers import ImageId
from tests.contract.emulator.conftest import picture
from tests.contract.test_telegram_channel import PicturesInMemory
from tests.runtime_parts import Surroundings, make_intake
from tests.services import KeptPort

TOKEN = "42:TEST"
SECRET = "hush-hush"


class TwoPictures(PicturesInMemory):
    async def read(self, image_id: ImageId) -> bytes:
        return picture("teal" if image_id == "0" else "plum")


async def converse(event: Event) -> Reply:
    """Asks one question after another; the button carries the number of the next one."""
    if event.kind is EventKind.PRESS and event.data == "stop":
        return Reply((Screen("That was all.", slot=Slot.WORK),), toast="bye")
    number = int(event.data or 0)
    rows = ((Choice("Cat", str(number + 1)), Choice("Stop", "stop")),)
    toast = "+0.05" if event.data else ""
    return Reply((Screen(f"Question {number}", rows, ImageId(str(number % 2)), Slot.WORK),), toast=toast)


@asynccontextmanager
async def serving(emulator: Emulator, way: str) -> AsyncIterator[Surroundings]:
    session = LeanSession(api=TelegramAPIServer.from_base(emulator.base_url), timeout_seconds=20)
    aiogram_bot = Bot(TOKEN, session=session)
    calls = TelegramCalls(aiogram_bot, Pacing(hot_state.Limits(), Nursery()))
    channel = TelegramChannel(calls, TelegramPictures(TwoPictures(), aiogram_bot.id))
    around = make_intake(converse, channel, answer_in_reply if way == "webhook, in the reply" else None)
    webhook = Webhook(around.intake, SECRET)
    app = build_app(metrics=around.metrics, check_health=_no_check, webhook=webhook)
    with closing(KeptPort()) as kept:
        web = WebServer(app, host="127.0.0.1", port=kept.number)
        polling = Polling(TelegramUpdateSource(aiogram_bot), around.intake) if way == "polling" else None
        parts = Parts(
            web=web,
            registration=TelegramRegistration(aiogram_bot),
            command_menus={"": [("start", "Begin")], "zh": [("start", "开始")]},
            jobs=Jobs([]),
            nursery=around.nursery,
            polling=polling,
            webhook=None if polling else WebhookAddress(f"http://127.0.0.1:{web.port}", SECRET),
            closing=[session.close],
        )
        stop, started = asyncio.Event(), asyncio.Event()
        running = asyncio.ensure_future(serve(parts, stop=stop, started=started.set))
        await asyncio.wait({running, asyncio.ensure_future(started.wait())}, return_when="FIRST_COMPLETED")
        yield around
        stop.set()
        await asyncio.wait_for(running, 30)


async def _no_check() -> None:
    return


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(TOKEN, limits=Limits()) as running:
        yield running


@pytest.fixture
async def world(emulator: Emulator) -> AsyncIterator[TelegramWorld]:
    async with TelegramWorld(emulator.base_url) as telegram:
        yield telegram


@pytest.mark.parametrize("way", ["polling", "webhook", "webhook, in the reply"])
async def test_a_card_turns_from_question_to_question(
    emulator: Emulator, world: TelegramWorld, way: str
) -> None:
    async with serving(emulator, way) as around:
        anna = await world.person("Anna")
        await anna.says("/start")
        card = await anna.sees("Question 0", photo=True)
        for number in range(1, 4):
            assert await anna.taps("Cat") == "+0.05"
            turned = await anna.sees(f"Question {number}", photo=True)
            assert turned.message_id == card.message_id
        assert await anna.taps("Stop") == "bye"
        await anna.sees("That was all.")
        old = [bubble for bubble in await anna.chat() if bubble.message_id == card.message_id]
        assert old[0].buttons == []
        assert old[0].has_photo
        uploads = [call for call in await world.calls() if "attach://" in str(call)]
        assert len(uploads) == 2
        assert around.quarantine.kept == []


@pytest.mark.parametrize("way", ["polling", "webhook", "webhook, in the reply"])
@pytest.mark.parametrize("kind", ["html", "cut_before", "cut_after"])
async def test_a_broken_line_under_an_edit_is_not_noticed(
    emulator: Emulator, world: TelegramWorld, monkeypatch: pytest.MonkeyPatch, way: str, kind: str
) -> None:
    monkeypatch.setattr(bot.channels.telegram_calls, "BACK_OFF_SECONDS", 0.02)
    async with serving(emulator, way):
        anna = await world.person("Anna")
        await anna.says("/start")
        await anna.sees("Question 0", photo=True)
        await world.breaks(kind, "editMessageMedia", times=2)
        await world.breaks(kind, "answerCallbackQuery", times=1)
        await anna.taps("Cat")
        await anna.sees("Question 1", photo=True)
        assert len([bubble for bubble in await anna.chat() if bubble.from_bot]) == 1


@pytest.mark.parametrize("way", ["polling", "webhook", "webhook, in the reply"])
async def test_who_blocks_is_marked_and_garbage_stops_nobody(
    emulator: Emulator, world: TelegramWorld, way: str
) -> None:
    async with serving(emulator, way) as around:
        anna, berta = await world.person("Anna"), await world.person("Berta")
        await anna.says("/start")
        await anna.sees("Question 0")
        await world.inject({"message": {"from": 5}})
        await anna.presses_without_waiting(label="Cat")
        await anna.blocks()
        await berta.says("/start")
        await berta.sees("Question 0")
        async with asyncio.timeout(30):
            while not (around.quarantine.kept and around.unreachable):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert [reason for _, reason in around.quarantine.kept] == [
            "unreadable: message.from.id is no whole number"
        ]
        assert {account.external_id for account in around.unreachable} == {str(anna.id)}


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_short_too_many_only_delays_the_card(
    emulator: Emulator, world: TelegramWorld, way: str
) -> None:
    async with serving(emulator, way):
        anna = await world.person("Anna")
        await anna.says("/start")
        await anna.sees("Question 0")
        await world.breaks("error", "editMessageMedia", retry_after=1)
        assert await anna.taps("Cat") == "+0.05"
        await anna.sees("Question 1")
        (told,) = await world.calls("answerCallbackQuery")
        (turned,) = await world.calls("editMessageMedia", status=200)
        assert told["id"] < turned["id"], "the toast waits for nothing"
