"""Messages taken away."""

from __future__ import annotations

from bot.emulator.errors import bad_request
from bot.emulator.params import Params
from bot.emulator.service import Method, Service

MOST_AT_ONCE = 100


async def delete_message(service: Service, params: Params) -> bool:
    chat = service.chat_of(params)
    message_id = params.number("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if service.clock.now() - message.date > service.limits.delete_seconds:
        raise bad_request("message can't be deleted for everyone")
    service.world.delete(chat, message)
    return True


async def delete_messages(service: Service, params: Params) -> bool:
    """Those that are missing are passed over."""
    chat = service.chat_of(params)
    message_ids = params.structure("message_ids")
    if not isinstance(message_ids, list) or not message_ids:
        raise bad_request("message identifiers are not specified")
    if len(message_ids) > MOST_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    messages = [chat.messages[int(number)] for number in message_ids if int(number) in chat.messages]
    if any(service.clock.now() - message.date > service.limits.delete_seconds for message in messages):
        raise bad_request("message can't be deleted for everyone")
    for message in messages:
        service.world.delete(chat, message)
    return True


METHODS: dict[str, Method] = {"deleteMessage": delete_message, "deleteMessages": delete_messages}
