"""The Telegram channel against an HTTP server: what it calls, and what it makes of each answer."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.methods import SendMessage

import bot.channels.last_cards
import bot.channels.telegram_calls
from bot.channels.last_cards import LastCards
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_calls import Answered, TelegramCalls
from bot.channels.telegram_pictures import TelegramPictures
from bot.nursery import Nursery
from bot.pacing import Pacing
from handlers.screens import (
    Attachment,
    Choice,
    Document,
    Event,
    EventKind,
    MessageRef,
    Refused,
    RefusedWhy,
    Screen,
    Shown,
    Slot,
)
from storage.hot_state import Limits
from tasks.model.identifiers import AccountKey, ImageId, MediaId, VoiceId
from tests.contract.scripted_telegram import CUT, HANG, ScriptedTelegram, error, make_bot, page

ANNA = AccountKey("telegram", "1001")
CAT = ImageId("cat")
HELLO = VoiceId("hello")
CARD = MessageRef("1001", "7", has_picture=True)
TEXT = MessageRef("1001", "8", has_picture=False)
ROWS = ((Choice("Cat", "a:1"), Choice("Dog", "a:2")),)
QUESTION = Screen("What is it?", ROWS, CAT, Slot.WORK)
FRESH = Screen("What is it?", ROWS, CAT, Slot.WORK, fresh_picture=True)
NO_WORK = Screen("No more work now.", slot=Slot.WORK)
MENU = Screen("Earnings", ROWS)


@dataclass
class PicturesInMemory:
    """Implements ``Pictures``."""

    handles: dict[tuple[str, str], str] = field(default_factory=dict)

    async def read(self, image_id: ImageId) -> bytes:
        if image_id != CAT:
            raise FileNotFoundError(image_id)
        return b"jpeg" * 100

    async def read_voice(self, voice_id: VoiceId) -> bytes:
        if voice_id != HELLO:
            raise FileNotFoundError(voice_id)
        return b"OggS" * 100

    async def find_handle(self, media_id: MediaId, messenger: str) -> str | None:
        return self.handles.get((media_id, messenger))

    async def save_handle(self, media_id: MediaId, messenger: str, handle: str) -> None:
        self.handles[media_id, messenger] = handle

    async def forget_handle(self, media_id: MediaId, messenger: str, handle: str) -> None:
        if self.handles.get((media_id, messenger)) == handle:
            del self.handles[media_id, messenger]


@dataclass
class Line:
    """A channel and the server at its other end."""

    channel: TelegramChannel
    telegram: ScriptedTelegram
    pictures: PicturesInMemory
    bot: Bot

    def has_little_patience(self) -> None:
        """A call that is not answered is soon given up."""
        self.bot.session.timeout = 1.0


@pytest.fixture
async def line(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.setattr(bot.channels.telegram_calls, "BACK_OFF_SECONDS", 0.01)
    telegram, pictures = ScriptedTelegram(), PicturesInMemory()
    aiogram_bot = make_bot(await telegram.start())
    calls = TelegramCalls(aiogram_bot, Pacing(Limits(), Nursery()))
    channel = TelegramChannel(calls, TelegramPictures(pictures, aiogram_bot.id))
    yield Line(channel, telegram, pictures, aiogram_bot)
    await aiogram_bot.session.close()
    await telegram.stop()


@pytest.mark.parametrize(
    ("screen", "at", "methods"),
    [
        (QUESTION, None, ["sendPhoto"]),
        (QUESTION, CARD, ["editMessageMedia"]),
        (QUESTION, TEXT, ["sendPhoto"]),
        (MENU, None, ["sendMessage"]),
        (MENU, TEXT, ["editMessageText"]),
        (MENU, CARD, ["sendMessage"]),
        (NO_WORK, CARD, ["editMessageReplyMarkup", "sendMessage"]),
        (Screen("Hello", slot=Slot.NOTE), TEXT, ["sendMessage"]),
        (Screen("Hello", voice=HELLO), TEXT, ["sendVoice"]),
        (Screen("Hello", voice=HELLO), CARD, ["sendVoice"]),
        (Screen("Hello", voice=HELLO, slot=Slot.WORK), CARD, ["editMessageReplyMarkup", "sendVoice"]),
    ],
)
async def test_a_screen_becomes_an_edit_where_it_can(
    line: Line, screen: Screen, at: MessageRef | None, methods: list[str]
) -> None:
    shown = await line.channel.show(ANNA, screen, at=at)
    assert isinstance(shown, Shown)
    assert shown.message.has_picture == (screen.picture is not None)
    assert line.telegram.methods == methods


async def test_buttons_and_text_arrive_as_they_are(line: Line) -> None:
    await line.channel.show(ANNA, Screen("<b> & _x_", ROWS), at=None)
    assert line.telegram.named("sendMessage") == [
        {
            "chat_id": 1001,
            "text": "<b> & _x_",
            "reply_markup": {
                "inline_keyboard": [
                    [{"text": "Cat", "callback_data": "a:1"}, {"text": "Dog", "callback_data": "a:2"}]
                ]
            },
        }
    ]


async def test_a_picture_is_uploaded_once_and_then_sent_by_its_handle(line: Line) -> None:
    await line.channel.show(ANNA, QUESTION, at=None)
    await line.channel.show(ANNA, QUESTION, at=CARD)
    uploaded, edited = line.telegram.named("sendPhoto")[0], line.telegram.named("editMessageMedia")[0]
    assert uploaded["photo"].startswith("attach://")
    assert edited["media"] == {"type": "photo", "media": "large-1", "caption": "What is it?"}
    assert list(line.pictures.handles.values()) == ["large-1"]


async def test_two_who_need_the_same_new_picture_upload_it_once(line: Line) -> None:
    berta = AccountKey("telegram", "1002")
    await asyncio.gather(
        line.channel.show(ANNA, QUESTION, at=None), line.channel.show(berta, QUESTION, at=None)
    )
    photos = sorted(str(call["photo"])[:6] for call in line.telegram.named("sendPhoto"))
    assert photos == ["attach", "large-"]


async def test_a_dead_handle_is_forgotten_and_the_picture_uploaded_anew(line: Line) -> None:
    line.pictures.handles["cat", "telegram:4242424242"] = "old"
    line.telegram.queue(
        "editMessageMedia", error(400, "Bad Request: wrong file identifier/HTTP URL specified")
    )
    assert isinstance(await line.channel.show(ANNA, QUESTION, at=CARD), Shown)
    assert line.pictures.handles["cat", "telegram:4242424242"] == "large-2"


async def test_a_missing_picture_file_is_a_refusal(line: Line) -> None:
    shown = await line.channel.show(ANNA, Screen("?", picture=ImageId("dog")), at=None)
    assert isinstance(shown, Refused)
    assert shown.why is RefusedWhy.BAD


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
        "Bad Request: MESSAGE_ID_INVALID",
        "Bad Request: there is no text in the message to edit",
    ],
)
async def test_what_cannot_be_edited_is_sent_anew(line: Line, description: str) -> None:
    line.telegram.queue("editMessageText", error(400, description))
    assert isinstance(await line.channel.show(ANNA, MENU, at=TEXT), Shown)
    assert line.telegram.methods == ["editMessageText", "sendMessage"]


async def test_not_modified_is_success(line: Line) -> None:
    line.telegram.queue("editMessageText", error(400, "Bad Request: message is not modified: same"))
    assert await line.channel.show(ANNA, MENU, at=TEXT) == Shown(TEXT)


@pytest.mark.parametrize(
    ("code", "description", "why"),
    [
        (403, "Forbidden: bot was blocked by the user", RefusedWhy.BLOCKED),
        (403, "Forbidden: user is deactivated", RefusedWhy.GONE),
        (403, "Forbidden: bot can't initiate conversation with a user", RefusedWhy.GONE),
        (400, "Bad Request: chat not found", RefusedWhy.GONE),
        (400, "Bad Request: message is too long", RefusedWhy.BAD),
        (413, "Request Entity Too Large", RefusedWhy.BAD),
        (401, "Unauthorized", RefusedWhy.NOT_REACHED),
        (404, "Not Found", RefusedWhy.NOT_REACHED),
        (500, "Internal Server Error: restart", RefusedWhy.UNKNOWN),
        (409, "Conflict: odd", RefusedWhy.UNKNOWN),
    ],
)
async def test_refusals_are_understood(line: Line, code: int, description: str, why: RefusedWhy) -> None:
    line.telegram.queue("sendMessage", error(code, description))
    shown = await line.channel.show(ANNA, MENU, at=None)
    assert isinstance(shown, Refused)
    assert shown.why is why
    assert line.telegram.methods == ["sendMessage"]


async def test_a_refusal_with_status_200_is_understood_by_its_code(line: Line) -> None:
    refusal = error(403, "Forbidden: bot was blocked by the user")
    refusal.set_status(200)
    line.telegram.queue("sendMessage", refusal)
    shown = await line.channel.show(ANNA, MENU, at=None)
    assert isinstance(shown, Refused)
    assert shown.why is RefusedWhy.BLOCKED


@pytest.mark.parametrize("fault", [page(502), CUT, HANG])
async def test_a_message_of_unknown_fate_is_not_sent_twice(line: Line, fault: object) -> None:
    line.has_little_patience()
    line.telegram.queue("sendMessage", fault)  # type: ignore[arg-type]
    shown = await line.channel.show(ANNA, MENU, at=None)
    assert isinstance(shown, Refused)
    assert shown.why is RefusedWhy.UNKNOWN
    assert line.telegram.methods == ["sendMessage"]


async def test_an_edit_is_repeated_when_the_line_breaks(line: Line) -> None:
    line.telegram.queue("editMessageText", CUT, page(502))
    assert await line.channel.show(ANNA, MENU, at=TEXT) == Shown(TEXT)
    assert line.telegram.methods == ["editMessageText"] * 3


async def test_a_short_too_many_is_waited_for_and_repeated(line: Line) -> None:
    line.telegram.queue(
        "sendMessage", error(429, "Too Many Requests: retry after 1", retry_after=1), page(429)
    )
    started = time.monotonic()
    shown = await line.channel.show(ANNA, MENU, at=None)
    assert isinstance(shown, Refused)
    assert shown == Refused(RefusedWhy.RATE, 3.0, shown.detail)
    assert time.monotonic() - started >= 1.0


async def test_a_long_too_many_is_a_refusal_and_later_messages_wait_for_it(line: Line) -> None:
    line.telegram.queue("sendMessage", error(429, "Too Many Requests: retry after 35"))
    first = await line.channel.show(ANNA, MENU, at=None)
    second = await line.channel.show(ANNA, MENU, at=None)
    assert isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert (first.why, first.retry_after) == (RefusedWhy.RATE, 35.0)
    assert 20.0 < second.retry_after <= 35.0
    assert line.telegram.methods == ["sendMessage"]
    other = await line.channel.show(AccountKey("telegram", "1002"), MENU, at=None)
    assert isinstance(other, Shown)


async def test_a_server_that_is_not_there_is_a_certain_refusal() -> None:
    telegram = ScriptedTelegram()
    base = await telegram.start()
    await telegram.stop()
    aiogram_bot = make_bot(base)
    calls = TelegramCalls(aiogram_bot, Pacing(Limits(), Nursery()))
    channel = TelegramChannel(calls, TelegramPictures(PicturesInMemory(), aiogram_bot.id))
    shown = await channel.show(ANNA, MENU, at=None)
    assert isinstance(shown, Refused)
    assert shown.why is RefusedWhy.NOT_REACHED
    await aiogram_bot.session.close()
    await aiogram_bot.session.close()


async def test_edits_of_one_message_go_one_after_another(line: Line) -> None:
    screens = [Screen(f"text {number}") for number in range(5)]
    await asyncio.gather(*(line.channel.show(ANNA, screen, at=TEXT) for screen in screens))
    assert [call["text"] for call in line.telegram.named("editMessageText")] == [s.text for s in screens]


async def test_a_press_is_answered_and_an_old_one_is_no_error(line: Line) -> None:
    press = Event("1", EventKind.PRESS, ANNA, "en", press_id="77")
    line.telegram.queue("answerCallbackQuery", page(502))
    await line.channel.answer(press, "x" * 300, alert=True)
    line.telegram.queue(
        "answerCallbackQuery", error(400, "Bad Request: query is too old and response timeout expired")
    )
    await line.channel.answer(press, "", alert=False)
    calls = line.telegram.named("answerCallbackQuery")
    assert calls[1] == {"callback_query_id": "77", "text": "x" * 200, "show_alert": True}
    assert calls[2] == {"callback_query_id": "77"}


async def test_a_voice_note_is_uploaded_once_and_then_sent_by_its_handle(line: Line) -> None:
    for _ in range(2):
        assert isinstance(await line.channel.show(ANNA, Screen("Hello", ROWS, voice=HELLO), at=None), Shown)
    uploaded, sent = line.telegram.named("sendVoice")
    assert uploaded["voice"].startswith("attach://")
    assert sent == {
        "chat_id": 1001,
        "voice": "voice-1",
        "caption": "Hello",
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "Cat", "callback_data": "a:1"}, {"text": "Dog", "callback_data": "a:2"}]
            ]
        },
    }
    assert line.pictures.handles == {("hello", "telegram:4242424242"): "voice-1"}


async def test_a_document_is_a_message_of_its_own_under_the_name_it_is_given(
    line: Line, tmp_path: Path
) -> None:
    path = tmp_path / "odd name.tmp"
    path.write_text("a,b")
    screen = Screen("Who read it", ROWS, document=Document(path, "notice-7.csv"))
    shown = await line.channel.show(ANNA, screen, at=TEXT)
    assert isinstance(shown, Shown)
    assert not shown.message.has_picture
    (sent,) = line.telegram.named("sendDocument")
    assert sent["document"].startswith("attach://")
    assert sent["caption"] == "Who read it"
    assert "Cat" in sent["reply_markup"]
    assert "notice-7.csv" in sent.values()


async def test_a_missing_document_is_a_refusal(line: Line, tmp_path: Path) -> None:
    shown = await line.channel.show(ANNA, Screen("?", document=Document(tmp_path / "x", "x")), at=None)
    assert shown == Refused(RefusedWhy.BAD, detail="the file is missing")
    assert line.telegram.methods == []


async def test_only_the_buttons_change_and_none_takes_them_away(line: Line) -> None:
    await line.channel.set_buttons(CARD, ROWS)
    await line.channel.set_buttons(TEXT, ())
    first, second = line.telegram.named("editMessageReplyMarkup")
    assert (first["chat_id"], first["message_id"]) == (1001, 7)
    assert [key["text"] for key in first["reply_markup"]["inline_keyboard"][0]] == ["Cat", "Dog"]
    assert second == {"chat_id": 1001, "message_id": 8}


@pytest.mark.parametrize(
    "fault",
    [
        error(400, "Bad Request: message is not modified: same"),
        error(400, "Bad Request: message can't be edited"),
        error(403, "Forbidden: bot was blocked by the user"),
        HANG,
    ],
)
async def test_buttons_that_cannot_be_changed_are_no_error(line: Line, fault: object) -> None:
    line.has_little_patience()
    line.telegram.queue("editMessageReplyMarkup", fault)  # type: ignore[arg-type]
    await line.channel.set_buttons(TEXT, ROWS)


async def test_buttons_wait_for_the_edit_of_the_same_message(line: Line) -> None:
    screens = [Screen(f"text {number}") for number in range(3)]
    shows = [line.channel.show(ANNA, screen, at=TEXT) for screen in screens]
    await asyncio.gather(*shows, line.channel.set_buttons(TEXT, ROWS))
    assert line.telegram.methods == ["editMessageText"] * 3 + ["editMessageReplyMarkup"]


async def test_what_a_person_sent_is_sent_on_by_its_handle(line: Line) -> None:
    await line.channel.keep_attachment(Attachment("a1", "from-anna"))
    await line.channel.show(ANNA, Screen("Look", picture=ImageId("a1")), at=None)
    await line.channel.show(ANNA, Screen("Listen", voice=VoiceId("a1")), at=None)
    assert [call["photo"] for call in line.telegram.named("sendPhoto")] == ["from-anna"]
    assert [call["voice"] for call in line.telegram.named("sendVoice")] == ["from-anna"]


async def test_once_is_one_try_and_never_an_exception(line: Line) -> None:
    calls = line.channel._calls
    line.telegram.queue("sendMessage", error(429, "Too Many Requests: retry after 35"), CUT)
    refused = await calls.once(SendMessage(chat_id=1001, text="first"))
    assert isinstance(refused, Refused)
    assert (refused.why, refused.retry_after) == (RefusedWhy.RATE, 35.0)
    assert isinstance(await calls.once(SendMessage(chat_id=1001, text="second")), Refused)
    assert isinstance(await calls.once(SendMessage(chat_id=1001, text="third")), Answered)
    assert line.telegram.methods == ["sendMessage"] * 3


async def test_what_never_left_takes_nobodys_place() -> None:
    telegram = ScriptedTelegram()
    base = await telegram.start()
    await telegram.stop()
    aiogram_bot, pacing = make_bot(base), Pacing(Limits(overall=1), Nursery())
    message = SendMessage(chat_id=1001, text="hello")
    refused = await TelegramCalls(aiogram_bot, pacing).paced(message, chat="1001", repeatable=False)
    assert isinstance(refused, Refused)
    assert not isinstance(await pacing.take_notice_turns(1), float)
    await aiogram_bot.session.close()


async def test_a_double_tap_does_not_bring_the_same_picture_twice(line: Line) -> None:
    card, following = FRESH, replace(FRESH, text="And this?")
    for screen in (card, card, following, following, card):
        assert await line.channel.show(ANNA, screen, at=CARD) == Shown(CARD)
    assert line.telegram.methods == ["editMessageMedia"] * 3


async def test_what_may_not_stand_there_is_shown_again(line: Line) -> None:
    other = replace(CARD, message="9")
    line.telegram.queue("editMessageMedia", error(400, "Bad Request: IMAGE_PROCESS_FAILED"))
    assert isinstance(await line.channel.show(ANNA, FRESH, at=CARD), Refused)
    await line.channel.show(ANNA, FRESH, at=CARD)
    await line.channel.show(ANNA, FRESH, at=other)
    await line.channel.set_buttons(CARD, ())
    await line.channel.show(ANNA, FRESH, at=CARD)
    assert line.telegram.methods == ["editMessageMedia"] * 3 + ["editMessageReplyMarkup", "editMessageMedia"]


async def test_the_pictures_of_a_menu_are_shown_whenever_they_are_asked_for(line: Line) -> None:
    """Another process may have turned a page meanwhile, and the same page may be due once more."""
    page_one = replace(FRESH, slot=Slot.MENU)
    for _ in range(2):
        await line.channel.show(ANNA, page_one, at=CARD)
    assert line.telegram.methods == ["editMessageMedia"] * 2


async def test_only_the_last_cards_are_kept_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = LastCards(most=2)
    places = [replace(CARD, message=str(number)) for number in range(3)]
    for place in (*places, places[1]):
        cards.note(place, FRESH)
    assert [cards.stands(place, FRESH) for place in places] == [False, True, True]
    assert len(cards) == 2
    monkeypatch.setattr(bot.channels.last_cards, "STANDS_SECONDS", 0.0)
    assert not cards.stands(places[1], FRESH)
