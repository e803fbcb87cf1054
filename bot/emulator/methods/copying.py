"""Messages sent on: with their author's name, or as a copy without it."""

from __future__ import annotations

from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.methods.content import caption_of, keyboards_of, reply_target
from bot.emulator.params import Params
from bot.emulator.rendering import message_json
from bot.emulator.service import Method, Service
from bot.emulator.world import Message


def _source(service: Service, params: Params, verb: str) -> Message:
    chat_id = params.number("from_chat_id")
    chat = service.world.chats.get(chat_id) if chat_id is not None else None
    if chat is None:
        raise bad_request("chat not found")
    message_id = params.number("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.protected:
        words = "forwarded" if verb == "forward" else "copied"
        raise bad_request(f"message can't be {words}")
    return message


async def copy_message(service: Service, params: Params) -> Any:
    """A copy with another caption or keyboard if they are given; answers with its id only."""
    chat = service.writable_chat(params)
    source = _source(service, params, "copy")
    keyboard, reply_keyboard = keyboards_of(params)
    new_caption = "caption" in params.values and source.media is not None
    words = caption_of(params) if new_caption else source.words
    reply_to = reply_target(params, chat)
    service.meter.spend(chat.person.id)
    message = service.world.add_message(
        chat, words, from_bot=True, media=source.media, keyboard=keyboard, reply_keyboard=reply_keyboard,
        reply_to=reply_to, protected=params.flag("protect_content"),
    )  # fmt: skip
    return {"message_id": message.message_id}


async def forward_message(service: Service, params: Params) -> Any:
    chat = service.writable_chat(params)
    source = _source(service, params, "forward")
    service.meter.spend(chat.person.id)
    first = source.forwarded_from
    if first is None:
        first = 0 if source.from_bot else source.chat_id
    message = service.world.add_message(
        chat, source.words, from_bot=True, media=source.media, forwarded_from=first,
        protected=params.flag("protect_content"),
    )  # fmt: skip
    return message_json(service.world, message)


METHODS: dict[str, Method] = {"copyMessage": copy_message, "forwardMessage": forward_message}
