"""The courier of notices on the emulator: one try a call, and what each answer means."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.channels.telegram_calls import TelegramCalls
from bot.channels.telegram_courier import TelegramCourier
from bot.channels.telegram_links import TelegramLinks
from bot.channels.telegram_pictures import TelegramPictures
from bot.channels.telegram_session import LeanSession
from bot.channels.telegram_updates import read_update
from bot.emulator import Emulator, Limits
from bot.emulator.people import Actor, TelegramWorld
from bot.nursery import Nursery
from bot.pacing import Pacing
from handlers.screens import (
    Attachment,
    Choice,
    Event,
    EventKind,
    MessageRef,
    Refused,
    RefusedWhy,
    Screen,
    Shown,
    Slot,
)
from storage import hot_state
from tasks.model.identifiers import AccountKey, ImageId, VoiceId
from tests.contract.emulator.conftest import picture
from tests.contract.test_telegram_channel import CAT, HELLO, PicturesInMemory

TOKEN = "42:TEST"
THREE_DAYS = 3 * 86_400
ROWS = ((Choice("Seen", "n:1"),),)
TEXT = Screen("Rain tomorrow", ROWS, slot=Slot.NOTE)
PICTURE = Screen("Look", ROWS, CAT, Slot.NOTE)
VOICE = Screen("Listen", ROWS, slot=Slot.NOTE, voice=HELLO)


class RealPictures(PicturesInMemory):
    failing = False

    async def read(self, image_id: ImageId) -> bytes:
        await super().read(image_id)
        return picture("plum")

    async def save_handle(self, media_id: ImageId | VoiceId, messenger: str, handle: str) -> None:
        if self.failing:
            raise OSError("the disk is full")
        await super().save_handle(media_id, messenger, handle)


@dataclass
class Line:
    """A courier, its calls and pictures, and somebody to be reached."""

    world: TelegramWorld
    anna: Actor
    bot: Bot
    calls: TelegramCalls
    pictures: RealPictures

    def __post_init__(self) -> None:
        self.handles = TelegramPictures(self.pictures, self.bot.id)
        self.courier = TelegramCourier(self.calls, self.handles)

    async def bring(self, screen: Screen) -> Shown | Refused:
        return await self.courier.bring(key(self.anna), screen)

    async def brought(self, screen: Screen) -> MessageRef:
        shown = await self.bring(screen)
        assert isinstance(shown, Shown), shown
        return shown.message

    async def methods(self) -> list[str]:
        return [call["method"] for call in await self.world.calls()]


def key(person: Actor) -> AccountKey:
    return AccountKey("telegram", str(person.id))


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with (
        Emulator(TOKEN, limits=Limits(chat_per_second=None)) as emulator,
        TelegramWorld(emulator.base_url) as world,
    ):
        session = LeanSession(api=TelegramAPIServer.from_base(emulator.base_url), timeout_seconds=30)
        aiogram_bot = Bot(TOKEN, session=session)
        calls = TelegramCalls(aiogram_bot, Pacing(hot_state.Limits(), Nursery()))
        anna = await world.person("Anna")
        await anna.says("/start")
        yield Line(world, anna, aiogram_bot, calls, RealPictures())
        await session.close()


async def test_a_text_with_buttons(line: Line) -> None:
    assert await line.courier.is_ready(TEXT)
    message = await line.brought(TEXT)
    seen = await line.anna.sees("Rain tomorrow", button="Seen")
    assert message == MessageRef(str(line.anna.id), str(seen.message_id), has_picture=False)
    assert seen.data_of("Seen") == "n:1"


@pytest.mark.parametrize(("screen", "what"), [(PICTURE, "photo"), (VOICE, "voice")])
async def test_a_file_is_uploaded_once_and_then_sent_by_its_handle(
    line: Line, screen: Screen, what: str
) -> None:
    assert not await line.courier.is_ready(screen)
    message = await line.brought(screen)
    assert message.has_picture == (what == "photo")
    assert await line.courier.is_ready(screen)
    await line.brought(screen)
    first, second = await line.world.calls()
    assert str(first["params"][what]).startswith("attach://")
    assert second["params"][what] == next(iter(line.pictures.handles.values()))
    for bubble in (await line.anna.chat())[1:]:
        assert bubble.media is not None
        assert (bubble.media["kind"], bubble.text, bubble.buttons) == (what, screen.text, ["Seen"])


@pytest.mark.parametrize("screen", [PICTURE, VOICE])
async def test_a_dead_handle_is_forgotten_and_the_next_try_uploads(line: Line, screen: Screen) -> None:
    await line.brought(screen)
    await line.world.breaks("file_ids", file_id=next(iter(line.pictures.handles.values())))
    refused = await line.bring(screen)
    assert isinstance(refused, Refused)
    assert (refused.why, refused.retry_after) == (RefusedWhy.NOT_REACHED, 1.0)
    assert not await line.courier.is_ready(screen)
    await line.brought(screen)
    assert len(await line.methods()) == 3


async def test_what_a_person_sent_goes_on_by_its_handle_and_has_no_file_of_ours(line: Line) -> None:
    await line.anna.sends_photo(picture("red"), caption="Mine")
    await line.anna.sends_voice(b"OggS-anna", caption="Hear")
    updates = [read_update(raw) for raw in await line.bot.get_updates()]  # type: ignore[arg-type]
    photo, voice = updates[1:]
    assert isinstance(photo, Event)
    assert isinstance(voice, Event)
    assert (photo.kind, photo.text, voice.kind, voice.text) == (
        EventKind.PICTURE, "Mine", EventKind.VOICE, "Hear",
    )  # fmt: skip
    assert photo.attachment is not None
    assert voice.attachment is not None
    for attachment, screen in (
        (photo.attachment, Screen("On", picture=ImageId(photo.attachment.id))),
        (voice.attachment, Screen("On", voice=VoiceId(voice.attachment.id))),
    ):
        await line.handles.keep(attachment)
        assert await line.courier.is_ready(screen)
        await line.brought(screen)
    seen = [bubble.media for bubble in (await line.anna.chat())[-4:] if bubble.media]
    assert [media["bytes"] for media in seen[:2]] == [media["bytes"] for media in seen[2:]]


@pytest.mark.parametrize(
    ("screen", "what"),
    [
        (Screen("?", picture=ImageId("gone")), "the picture's file is missing"),
        (Screen("?", voice=VoiceId("gone")), "the voice's file is missing"),
    ],
)
async def test_a_missing_file_is_refused_for_good(line: Line, screen: Screen, what: str) -> None:
    assert await line.bring(screen) == Refused(RefusedWhy.BAD, detail=what)
    await line.handles.keep(Attachment("gone", "AgAC-nonsense"))
    first = await line.bring(screen)
    assert isinstance(first, Refused)
    assert first.why is RefusedWhy.NOT_REACHED
    assert await line.bring(screen) == Refused(RefusedWhy.BAD, detail=what)


async def test_a_handle_that_cannot_be_kept_does_not_make_the_notice_unbrought(line: Line) -> None:
    line.pictures.failing = True
    await line.brought(PICTURE)
    assert await line.courier.is_ready(PICTURE)


async def test_who_blocked_or_is_gone_or_never_came(line: Line) -> None:
    berta, never = await line.world.person("Berta"), await line.world.person("Never")
    await line.anna.blocks()
    await berta.says("/start")
    await berta.deletes_account()
    whys = []
    for person in (key(line.anna), key(berta), key(never), AccountKey("telegram", "5")):
        outcome = await line.courier.bring(person, TEXT)
        assert isinstance(outcome, Refused)
        whys.append(outcome.why)
    assert whys == [RefusedWhy.BLOCKED, RefusedWhy.GONE, RefusedWhy.GONE, RefusedWhy.GONE]


async def test_a_screen_that_telegram_refuses(line: Line) -> None:
    refused = await line.bring(Screen("x" * 4097))
    assert isinstance(refused, Refused)
    assert refused.why is RefusedWhy.BAD
    long = await line.bring(Screen("x" * 1025, picture=CAT))
    assert isinstance(long, Refused)
    assert (long.why, long.detail) == (RefusedWhy.BAD, "Bad Request: message caption is too long")


@pytest.mark.parametrize("screen", [TEXT, PICTURE])
@pytest.mark.parametrize(
    ("fault", "why", "seconds"),
    [
        ({"kind": "error", "retry_after": 7}, RefusedWhy.RATE, 7.0),
        ({"kind": "error"}, RefusedWhy.UNKNOWN, 0.0),
        ({"kind": "html"}, RefusedWhy.UNKNOWN, 0.0),
        ({"kind": "cut_before"}, RefusedWhy.UNKNOWN, 0.0),
        ({"kind": "cut_after"}, RefusedWhy.UNKNOWN, 0.0),
    ],
)
async def test_a_failure_is_one_try_and_told_at_once(
    line: Line, screen: Screen, fault: dict[str, object], why: RefusedWhy, seconds: float
) -> None:
    await line.world.request("POST", "/sim/faults", json={"times": None, **fault})
    refused = await line.bring(screen)
    assert isinstance(refused, Refused)
    assert (refused.why, refused.retry_after) == (why, seconds)
    assert len(await line.methods()) == 1


async def test_no_answer_in_time_is_unknown(line: Line) -> None:
    await line.world.breaks("hang", "sendMessage")
    line.bot.session.timeout = 2.0
    refused = await line.bring(TEXT)
    assert isinstance(refused, Refused)
    assert refused.why is RefusedWhy.UNKNOWN
    assert await line.methods() == ["sendMessage"]


async def test_only_a_paid_courier_asks_for_paid_sending(line: Line) -> None:
    paid = TelegramCourier(line.calls, line.handles, paid=True)
    for screen in (TEXT, PICTURE, VOICE):
        await line.brought(screen)
        await paid.bring(key(line.anna), screen)
    asked = [call["params"].get("allow_paid_broadcast") for call in await line.world.calls()]
    assert [str(flag) for flag in asked] == ["None", "True"] * 3


@pytest.mark.parametrize("screen", [TEXT, PICTURE, VOICE])
async def test_a_young_notice_is_deleted_and_one_that_is_gone_is_no_failure(
    line: Line, screen: Screen
) -> None:
    message = await line.brought(screen)
    assert await line.courier.take_back(message, "Taken back") == Shown(message)
    assert [bubble.from_bot for bubble in await line.anna.chat()] == [False]
    assert await line.courier.take_back(message, "Taken back") == Shown(message)
    assert (await line.methods())[1:] == ["deleteMessage"] * 2


@pytest.mark.parametrize(
    ("screen", "edits"),
    [
        (TEXT, ["editMessageText"]),
        (PICTURE, ["editMessageCaption"]),
        (VOICE, ["editMessageText", "editMessageCaption"]),
    ],
)
async def test_an_old_notice_gets_other_words_and_loses_its_buttons(
    line: Line, screen: Screen, edits: list[str]
) -> None:
    message = await line.brought(screen)
    await line.world.advance(THREE_DAYS)
    assert await line.courier.take_back(message, "Taken back") == Shown(message)
    seen = await line.anna.sees("Taken back")
    assert seen.buttons == []
    assert (await line.methods())[1:] == ["deleteMessage", *edits]
    assert await line.courier.take_back(message, "Taken back") == Shown(message)


@pytest.mark.parametrize(
    ("fault", "why", "seconds"),
    [
        ({"kind": "error", "retry_after": 7}, RefusedWhy.RATE, 7.0),
        ({"kind": "cut_after"}, RefusedWhy.UNKNOWN, 0.0),
        (
            {"kind": "error", "code": 403, "description": "Forbidden: bot was blocked by the user"},
            RefusedWhy.BLOCKED,
            0.0,
        ),
    ],
)
@pytest.mark.parametrize("method", ["deleteMessage", "editMessageText"])
async def test_a_notice_that_cannot_be_taken_back_now(
    line: Line, method: str, fault: dict[str, object], why: RefusedWhy, seconds: float
) -> None:
    message = await line.brought(TEXT)
    await line.world.advance(THREE_DAYS)
    await line.world.request("POST", "/sim/faults", json={"method": method, **fault})
    refused = await line.courier.take_back(message, "Taken back")
    assert isinstance(refused, Refused)
    assert (refused.why, refused.retry_after) == (why, seconds)
    assert await line.courier.take_back(message, "Taken back") == Shown(message)


async def test_an_old_notice_of_who_deleted_the_account(line: Line) -> None:
    message = await line.brought(TEXT)
    await line.world.advance(THREE_DAYS)
    await line.anna.deletes_account()
    refused = await line.courier.take_back(message, "Taken back")
    assert isinstance(refused, Refused)
    assert refused.why is RefusedWhy.GONE


async def test_a_link_into_the_chat_asks_once_what_the_bot_is_called(line: Line) -> None:
    links = TelegramLinks(line.calls)
    await line.world.breaks("error", "getMe", retry_after=60)
    assert await links.start_link("a-B_1") == "/start a-B_1"
    for _ in range(2):
        assert await links.start_link("a-B_1") == "https://t.me/tapwork_demo_bot?start=a-B_1"
    assert await line.methods() == ["getMe"] * 2
