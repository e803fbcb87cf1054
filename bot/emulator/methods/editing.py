"""Changes to what stands in a message already."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.emulator.entities import RichText
from bot.emulator.errors import CANCELED_BY_NEW_EDIT, MESSAGE_IS_NOT_MODIFIED, ApiError, bad_request
from bot.emulator.keyboards import Keyboard
from bot.emulator.methods.content import caption_of, inline_keyboard_of, message_to_edit, read_text
from bot.emulator.methods.sending import album_item
from bot.emulator.params import Params
from bot.emulator.rendering import message_json
from bot.emulator.service import Method, Service
from bot.emulator.world import Chat, Media, Message


async def edit_message_text(service: Service, params: Params) -> Any:
    chat, message = message_to_edit(service, params)
    words = read_text(params, editing=True)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    return _change(service, chat, message, words=words, media=None, keyboard=inline_keyboard_of(params))


async def edit_message_caption(service: Service, params: Params) -> Any:
    chat, message = message_to_edit(service, params)
    words = caption_of(params, editing=True)
    if message.media is None or message.media.kind == "location":
        raise bad_request("there is no caption in the message to edit")
    return _change(
        service, chat, message, words=words, media=message.media, keyboard=inline_keyboard_of(params)
    )


async def edit_message_media(service: Service, params: Params) -> Any:
    """Takes a moment, in which a newer edit of the same message cancels this one."""
    chat, message = message_to_edit(service, params)
    item = params.structure("media", "can't parse input media JSON object")
    if item is None:
        raise bad_request("input media is not specified")
    words, media = album_item(service, params, item)
    keyboard = inline_keyboard_of(params)
    if message.media is not None and message.media.kind == "location":
        raise bad_request("message media can't be edited")
    if message.album and message.media is not None and message.media.kind != media.kind:
        raise bad_request("message media can't be edited")
    edit = message.media_edit = object()
    if service.limits.media_edit_seconds > 0:
        await asyncio.sleep(service.limits.media_edit_seconds)
    if message.media_edit is not edit:
        raise ApiError(400, CANCELED_BY_NEW_EDIT)
    message.media_edit = None
    if message.message_id not in chat.messages:
        raise bad_request("message to edit not found")
    return _change(service, chat, message, words=words, media=media, keyboard=keyboard)


async def edit_message_reply_markup(service: Service, params: Params) -> Any:
    chat, message = message_to_edit(service, params)
    keyboard = inline_keyboard_of(params)
    return _change(service, chat, message, words=message.words, media=message.media, keyboard=keyboard)


def _change(
    service: Service,
    chat: Chat,
    message: Message,
    *,
    words: RichText,
    media: Media | None,
    keyboard: Keyboard | None,
) -> Any:
    """Put this into the message, unless it stands there already."""
    same_words = (words.text, words.entities) == (message.words.text, message.words.entities)
    if same_words and _same_media(media, message.media) and keyboard == message.keyboard:
        raise ApiError(400, MESSAGE_IS_NOT_MODIFIED)
    service.meter.spend(chat.person.id)
    message.words, message.media, message.keyboard = words, media, keyboard
    service.world.edited(chat, message)
    return message_json(service.world, message)


def _same_media(one: Media | None, other: Media | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.kind == other.kind and one.file is other.file


METHODS: dict[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
