"""New messages from the bot."""

from __future__ import annotations

import secrets
from typing import Any

from bot.emulator.entities import RichText
from bot.emulator.errors import bad_request
from bot.emulator.methods.content import (
    caption_of,
    keyboards_of,
    read_caption,
    read_file,
    read_text,
    reply_target,
)
from bot.emulator.params import Params
from bot.emulator.rendering import message_json
from bot.emulator.service import Method, Service
from bot.emulator.world import Media

MOST_IN_ALBUM = 10
FEWEST_IN_ALBUM = 2
TYPING_SECONDS = 5


async def send_message(service: Service, params: Params) -> Any:
    chat = service.writable_chat(params)
    return _send(service, params, read_text(params), None, chat_id=chat.person.id)


async def send_photo(service: Service, params: Params) -> Any:
    return _send_media(service, params, "photo")


async def send_document(service: Service, params: Params) -> Any:
    return _send_media(service, params, "document")


async def send_voice(service: Service, params: Params) -> Any:
    return _send_media(service, params, "voice")


async def send_location(service: Service, params: Params) -> Any:
    chat = service.writable_chat(params)
    try:
        place = Media("location", None, float(params.text("latitude")), float(params.text("longitude")))
    except ValueError as error:
        raise bad_request("latitude is empty") from error
    return _send(service, params, RichText(), place, chat_id=chat.person.id)


def _send_media(service: Service, params: Params, kind: str) -> Any:
    chat = service.writable_chat(params)
    words = caption_of(params)
    media = Media(kind, read_file(service, params, kind))
    return _send(service, params, words, media, chat_id=chat.person.id)


def _send(service: Service, params: Params, words: RichText, media: Media | None, *, chat_id: int) -> Any:
    chat = service.world.chats[chat_id]
    keyboard, reply_keyboard = keyboards_of(params)
    reply_to = reply_target(params, chat)
    service.meter.spend(chat_id)
    message = service.world.add_message(
        chat, words, from_bot=True, media=media, keyboard=keyboard, reply_keyboard=reply_keyboard,
        reply_to=reply_to, protected=params.flag("protect_content"),
    )  # fmt: skip
    return message_json(service.world, message)


async def send_media_group(service: Service, params: Params) -> Any:
    """An album of photos or of documents; it carries no keyboard."""
    chat = service.writable_chat(params)
    items = params.structure("media")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send")
    if len(items) > MOST_IN_ALBUM:
        raise bad_request("too many messages to send as an album")
    if len(items) < FEWEST_IN_ALBUM:
        raise bad_request("media group must include 2-10 items")
    if len({item.get("type") for item in items}) > 1:
        raise bad_request("message type can't be mixed in an album")
    reply_to = reply_target(params, chat)
    contents = [album_item(service, params, item) for item in items]
    service.meter.spend(chat.person.id, len(contents))
    album = str(secrets.randbits(52))
    messages = [
        service.world.add_message(
            chat, words, from_bot=True, media=media, album=album, reply_to=reply_to,
            protected=params.flag("protect_content"),
        )
        for words, media in contents
    ]  # fmt: skip
    return [message_json(service.world, message) for message in messages]


def album_item(service: Service, params: Params, item: Any) -> tuple[RichText, Media]:
    """One InputMedia with its caption and file."""
    if not isinstance(item, dict) or item.get("type") not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: unsupported type")
    kind = str(item["type"])
    entities = item.get("caption_entities")
    words = read_caption(str(item.get("caption") or ""), str(item.get("parse_mode") or ""), entities)
    one = Params({kind: item.get("media", "")}, params.uploads)
    return words, Media(kind, read_file(service, one, kind))


async def send_chat_action(service: Service, params: Params) -> bool:
    chat = service.writable_chat(params)
    action = params.text("action")
    if not action:
        raise bad_request("wrong parameter action in request")
    chat.typing = action
    chat.typing_until = service.clock.now() + TYPING_SECONDS
    service.world.touch(chat, None, "typing", action=action)
    return True


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendVoice": send_voice,
    "sendLocation": send_location,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
