"""Reads what Telegram sends into events. Pure, and tolerant: it reads only the fields it needs.

aiogram's own models are not used here: they refuse a whole batch if one update in it has a shape that they do
not know yet, and the bot then fetches the same batch for ever.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram_attachments import find_picture, find_voice
from handlers.screens import Attachment, Event, EventKind, MessageRef
from tasks.model.identifiers import AccountKey

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?:\s+(.*))?", re.DOTALL)
ID_DIGITS_MAX = 19
# What Telegram itself writes into a private chat; nobody expects an answer to it.
SERVICE_FIELDS = frozenset({
    "chat_background_set", "chat_shared", "connected_website", "message_auto_delete_timer_changed",
    "passport_data", "pinned_message", "refunded_payment", "successful_payment", "users_shared",
    "write_access_allowed",
})  # fmt: skip

Json = Mapping[str, Any]


class UnreadableUpdate(ValueError):  # noqa: N818 - it is the update that is unreadable
    """The update lacks something without which it cannot be answered; the text says what."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to be answered."""

    reason: str


def read_update(raw: object) -> Event | Ignored:
    """The event in the update; raises UnreadableUpdate if it is none."""
    update = _mapping(raw, "update")
    update_id = str(_number(update.get("update_id"), "update_id"))
    if "callback_query" in update:
        return _read_press(update_id, _mapping(update["callback_query"], "callback_query"))
    if "message" in update:
        return _read_message(update_id, _mapping(update["message"], "message"))
    if "my_chat_member" in update:
        return _read_membership(update_id, _mapping(update["my_chat_member"], "my_chat_member"))
    kind = next((key for key in update if key != "update_id"), "nothing")
    return Ignored(f"not read: {str(kind)[:40]}")


def find_update_id(raw: object) -> int | None:
    """The update's number, even if nothing else in it can be read."""
    return _find_number(raw.get("update_id")) if isinstance(raw, Mapping) else None


def _read_press(update_id: str, query: Json) -> Event | Ignored:
    sender = _mapping(query.get("from"), "callback_query.from")
    person = _number(sender.get("id"), "callback_query.from.id")
    message = query.get("message")
    if isinstance(message, Mapping) and not _is_private(message, person):
        return Ignored("not a private chat")
    data = query.get("data")
    if data is None:
        return Ignored("a press without data")
    return Event(
        id=update_id,
        kind=EventKind.PRESS,
        person=_account(person),
        language_hint=_text(sender.get("language_code")),
        data=_required_text(data, "callback_query.data"),
        press_id=_required_text(query.get("id"), "callback_query.id"),
        message=_find_message_ref(message),
    )


def _read_message(update_id: str, message: Json) -> Event | Ignored:
    sender = message.get("from")
    if not isinstance(sender, Mapping):
        sender = {}
    person = _find_number(sender.get("id")) or _number(_chat(message).get("id"), "message.from.id")
    if not _is_private(message, person):
        return Ignored("not a private chat")
    if sender.get("is_bot") is True:
        return Ignored("written by a bot")
    if not SERVICE_FIELDS.isdisjoint(message):
        return Ignored("a service message")
    attachment = None
    kind, command, text = _read_words(message.get("text"))
    if kind is EventKind.OTHER:
        kind, text, attachment = _read_attachment(message)
    return Event(
        id=update_id,
        kind=kind,
        person=_account(person),
        language_hint=_text(sender.get("language_code")),
        text=text,
        command=command,
        attachment=attachment,
    )


def _read_words(text: object) -> tuple[EventKind, str, str]:
    if not isinstance(text, str) or not text:
        return EventKind.OTHER, "", ""
    if found := COMMAND.fullmatch(text.strip()):
        return EventKind.COMMAND, found[1].lower(), (found[2] or "").strip()
    return EventKind.TEXT, "", text


def _read_attachment(message: Json) -> tuple[EventKind, str, Attachment | None]:
    caption = message.get("caption")
    words = caption if isinstance(caption, str) else ""
    if picture := find_picture(message):
        return EventKind.PICTURE, words, picture
    if voice := find_voice(message):
        return EventKind.VOICE, words, voice
    return EventKind.OTHER, "", None


def _read_membership(update_id: str, change: Json) -> Event | Ignored:
    sender = _mapping(change.get("from"), "my_chat_member.from")
    person = _number(sender.get("id"), "my_chat_member.from.id")
    if not _is_private(change, person):
        return Ignored("not a private chat")
    status = _mapping(change.get("new_chat_member"), "my_chat_member.new_chat_member").get("status")
    kinds = {"kicked": EventKind.BLOCKED, "member": EventKind.RETURNED}
    if not isinstance(status, str) or status not in kinds:
        return Ignored("a membership that says nothing to us")
    return Event(
        id=update_id,
        kind=kinds[status],
        person=_account(person),
        language_hint=_text(sender.get("language_code")),
    )


def _find_message_ref(message: object) -> MessageRef | None:
    """The pressed message. One that is too old comes with date 0 and without content: it is left alone."""
    if not isinstance(message, Mapping) or message.get("date") == 0:
        return None
    chat_id, message_id = _find_number(_chat(message).get("id")), _find_number(message.get("message_id"))
    if chat_id is None or not message_id:
        return None
    return MessageRef(chat=str(chat_id), message=str(message_id), has_picture=bool(message.get("photo")))


def _is_private(part: Json, person: int) -> bool:
    """In a private chat the chat's id is the person's; old shapes do not name the type."""
    chat = _chat(part)
    return chat.get("type", "private") == "private" and _find_number(chat.get("id")) in (None, person)


def _chat(part: Json) -> Json:
    chat = part.get("chat")
    return chat if isinstance(chat, Mapping) else {}


def _account(person: int) -> AccountKey:
    if person <= 0:
        raise UnreadableUpdate("the sender's id is no person's id")
    return AccountKey(CHANNEL, str(person))


def _mapping(value: object, name: str) -> Json:
    if isinstance(value, Mapping):
        return value
    raise UnreadableUpdate(f"{name} is no object")


def _number(value: object, name: str) -> int:
    number = _find_number(value)
    if number is None:
        raise UnreadableUpdate(f"{name} is no whole number")
    return number


def _find_number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) <= ID_DIGITS_MAX and re.fullmatch(r"-?[0-9]+", value):
        return int(value)
    return None


def _required_text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    raise UnreadableUpdate(f"{name} is no text")


def _text(value: object) -> str:
    return value.lower() if isinstance(value, str) else ""
