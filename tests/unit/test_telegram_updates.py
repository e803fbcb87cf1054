"""Updates of many shapes, proper and improper, become events, are ignored, or are refused with a reason."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_updates import Ignored, UnreadableUpdate, find_update_id, read_update
from handlers.screens import Attachment, Event, EventKind, MessageRef
from tasks.model.identifiers import AccountKey

ANNA = AccountKey("telegram", "1001")
SENDER = {"id": 1001, "is_bot": False, "first_name": "Anna", "language_code": "zh-Hans"}
CHAT = {"id": 1001, "type": "private", "first_name": "Anna"}


def message(**fields: Any) -> dict[str, Any]:
    return {"update_id": 5, "message": {"message_id": 1, "date": 1, "from": SENDER, "chat": CHAT, **fields}}


def press(**fields: Any) -> dict[str, Any]:
    pressed = {"message_id": 9, "date": 1, "chat": CHAT, "photo": [{"file_id": "x"}]}
    query = {"id": "77", "from": SENDER, "message": pressed, "chat_instance": "1", "data": "a:1"}
    return {"update_id": 5, "callback_query": {**query, **fields}}


def membership(status: Any, **fields: Any) -> dict[str, Any]:
    change = {"chat": CHAT, "from": SENDER, "date": 1, "new_chat_member": {"status": status}}
    return {"update_id": 5, "my_chat_member": {**change, **fields}}


def read(raw: Any) -> Event:
    event = read_update(raw)
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize(
    ("text", "kind", "command", "rest"),
    [
        ("/start", EventKind.COMMAND, "start", ""),
        ("/start wuxi-7", EventKind.COMMAND, "start", "wuxi-7"),
        ("/start@tapwork_bot wuxi-7 ", EventKind.COMMAND, "start", "wuxi-7"),
        ("  /STOP  ", EventKind.COMMAND, "stop", ""),
        ("/broadcast\nfirst\nsecond", EventKind.COMMAND, "broadcast", "first\nsecond"),
        ("/", EventKind.TEXT, "", "/"),
        ("/привет", EventKind.TEXT, "", "/привет"),
        ("猫", EventKind.TEXT, "", "猫"),
        ("look /start", EventKind.TEXT, "", "look /start"),
        ("", EventKind.OTHER, "", ""),
        (None, EventKind.OTHER, "", ""),
        (7, EventKind.OTHER, "", ""),
    ],
)
def test_words(text: Any, kind: EventKind, command: str, rest: str) -> None:
    event = read(message(text=text))
    assert (event.kind, event.command, event.text) == (kind, command, rest)
    assert (event.id, event.person, event.language_hint) == ("5", ANNA, "zh-hans")


def named(unique_name: str) -> str:
    return hashlib.sha256(f"telegram:{unique_name}".encode()).hexdigest()


SMALL = {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60}
LARGE = {"file_id": "large", "file_unique_id": "l", "width": 800, "height": 600}
VOICE = {"file_id": "note", "file_unique_id": "n", "duration": 3}


@pytest.mark.parametrize(
    ("fields", "kind", "attachment", "text"),
    [
        ({"photo": [LARGE, SMALL]}, EventKind.PICTURE, Attachment(named("l"), "large"), ""),
        (
            {"photo": [SMALL, LARGE], "caption": "/start", "media_group_id": "7"},
            EventKind.PICTURE,
            Attachment(named("l"), "large"),
            "/start",
        ),
        ({"photo": [{"file_id": "x"}]}, EventKind.PICTURE, Attachment(named("x"), "x"), ""),
        ({"voice": VOICE}, EventKind.VOICE, Attachment(named("n"), "note"), ""),
        ({"voice": VOICE, "caption": "hear"}, EventKind.VOICE, Attachment(named("n"), "note"), "hear"),
        ({"photo": []}, EventKind.OTHER, None, ""),
        ({"photo": [{"width": 3}], "caption": "x"}, EventKind.OTHER, None, ""),
        ({"voice": {"file_id": 7}}, EventKind.OTHER, None, ""),
        ({"document": {"file_id": "d"}, "caption": "x"}, EventKind.OTHER, None, ""),
        ({"sticker": {"file_id": "s"}}, EventKind.OTHER, None, ""),
    ],
)
def test_pictures_and_voice_notes(
    fields: dict[str, Any], kind: EventKind, attachment: Attachment | None, text: str
) -> None:
    event = read(message(**fields))
    assert (event.kind, event.attachment, event.text, event.command) == (kind, attachment, text, "")


def test_old_shapes_without_bot_flag_chat_type_and_language() -> None:
    raw = {"update_id": 5, "message": {"text": "hi", "from": {"id": 1001}, "chat": {"id": 1001}}}
    assert read(raw).person == ANNA
    del raw["message"]["from"]  # type: ignore[attr-defined]
    assert read(raw).person == ANNA


def test_numbers_that_came_as_texts() -> None:
    raw = message(text="hi", **{"from": {"id": "1001"}, "chat": {"id": "1001", "type": "private"}})
    assert read({**raw, "update_id": "5"}).person == ANNA


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, MessageRef("1001", "9", has_picture=True)),
        (
            {"message": {"message_id": 9, "date": 1, "chat": CHAT, "text": "x"}},
            MessageRef("1001", "9", has_picture=False),
        ),
        ({"message": {"message_id": 9, "date": 0, "chat": CHAT}}, None),
        ({"message": None, "inline_message_id": "i"}, None),
        ({"message": {"date": 1, "chat": CHAT}}, None),
        ({"message": {"message_id": 9, "date": 1}}, None),
        ({"message": {"message_id": 9, "date": 1, "chat": 5}}, None),
        ({"message": "garbage"}, None),
    ],
)
def test_the_pressed_message(fields: dict[str, Any], expected: MessageRef | None) -> None:
    event = read(press(**fields))
    assert (event.kind, event.data, event.press_id) == (EventKind.PRESS, "a:1", "77")
    assert event.message == expected


def test_a_press_needs_no_chat_instance() -> None:
    raw = press()
    del raw["callback_query"]["chat_instance"]
    assert read(raw).kind is EventKind.PRESS


@pytest.mark.parametrize(("status", "kind"), [("kicked", EventKind.BLOCKED), ("member", EventKind.RETURNED)])
def test_blocking_and_coming_back(status: str, kind: EventKind) -> None:
    assert read(membership(status)).kind is kind


GROUP = {"id": -100, "type": "supergroup"}


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 5},
        {"update_id": 5, "edited_message": {}},
        {"update_id": 5, "subscription": {"new": "kind"}},
        message(text="hi", chat=GROUP),
        message(text="hi", **{"from": {**SENDER, "is_bot": True}}),
        message(pinned_message={"message_id": 3}),
        press(message={"message_id": 9, "date": 1, "chat": GROUP}),
        press(data=None, game_short_name="chess"),
        membership("administrator"),
        membership(None),
        membership("kicked", chat=GROUP),
    ],
)
def test_what_needs_no_answer(raw: Any) -> None:
    event = read_update(raw)
    assert isinstance(event, Ignored)
    assert event.reason


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "text",
        7,
        {},
        {"update_id": None, "message": {}},
        {"update_id": True},
        {"update_id": "9" * 5000},
        {"update_id": 5, "message": None},
        {"update_id": 5, "message": []},
        {"update_id": 5, "message": {}},
        message(text="hi", **{"from": {"id": -5}, "chat": {"id": -5}}),
        message(text="hi", **{"from": {"id": 0}, "chat": {"id": 0}}),
        {"update_id": 5, "callback_query": 3},
        press(**{"from": None}),
        press(**{"from": {"id": [1]}}),
        press(data=["a"]),
        press(data={"a": 1}),
        press(id=None),
        {"update_id": 5, "my_chat_member": {"chat": CHAT}},
        membership("kicked", new_chat_member=None),
    ],
)
def test_what_cannot_be_read_says_why(raw: Any) -> None:
    with pytest.raises(UnreadableUpdate, match=r"\w+ "):
        read_update(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["update_id", "message", "callback_query", "my_chat_member", "from", "chat", "id", "data", "text",
         "date", "message_id", "photo", "type", "new_chat_member", "status",
         "voice", "file_id", "file_unique_id", "width", "height"]  # fmt: skip
GARBAGE = st.recursive(
    JSON, lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=6), max_leaves=12
)


UPDATES = st.fixed_dictionaries(
    {"update_id": st.integers()},
    optional=dict.fromkeys(("message", "callback_query", "my_chat_member"), GARBAGE),
)


@given(UPDATES | GARBAGE)
def test_nothing_else_ever_comes_out(raw: Any) -> None:
    find_update_id(raw)
    try:
        event = read_update(raw)
    except UnreadableUpdate:
        return
    assert isinstance(event, Event | Ignored)
