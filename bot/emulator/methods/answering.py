"""Answers to presses, and reactions."""

from __future__ import annotations

from bot.emulator.errors import QUERY_IS_TOO_OLD, ApiError, bad_request
from bot.emulator.params import Params
from bot.emulator.service import Method, Service

LONGEST_TOAST = 200


async def answer_callback_query(service: Service, params: Params) -> bool:
    """Stops the spinner, once, while the press is young enough."""
    query = service.world.queries.get(params.text("callback_query_id"))
    text = params.text("text")
    if len(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    now = service.clock.now()
    if query is None or query.answered.done() or now - query.pressed_at > service.limits.callback_seconds:
        raise ApiError(400, QUERY_IS_TOO_OLD)
    toast = {
        "query_id": query.id, "message_id": query.message_id, "data": query.data, "text": text,
        "show_alert": params.flag("show_alert"), "url": params.text("url"), "at": now,
    }  # fmt: skip
    query.answered.set_result(toast)
    chat = service.world.chats[query.person_id]
    chat.toasts.append(toast)
    service.world.touch(chat, None, "toast", toast=toast)
    return True


async def set_message_reaction(service: Service, params: Params) -> bool:
    chat = service.writable_chat(params)
    message = chat.messages.get(params.number("message_id") or 0)
    if message is None:
        raise bad_request("message to react not found")
    reactions = params.structure("reaction") or []
    message.reaction = str(reactions[0].get("emoji", "")) if reactions else ""
    service.world.touch(chat, message, "edit")
    return True


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "setMessageReaction": set_message_reaction,
}
