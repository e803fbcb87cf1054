"""Who the bot is, whom it talks to, and files to download."""

from __future__ import annotations

from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.files import MOST_DOWNLOAD_BYTES, file_json
from bot.emulator.params import Params
from bot.emulator.rendering import bot_json, chat_json
from bot.emulator.service import Method, Service


async def get_me(service: Service, params: Params) -> Any:
    del params
    abilities = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries",
                 "can_connect_to_business", "has_main_web_app")  # fmt: skip
    return {**bot_json(service.world), **dict.fromkeys(abilities, False)}


async def get_chat(service: Service, params: Params) -> Any:
    chat = service.chat_of(params)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
             "gifts_from_channels")  # fmt: skip
    return {
        **chat_json(chat.person),
        "accent_color_id": chat.person.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


async def get_file(service: Service, params: Params) -> Any:
    files = service.world.files
    try:
        stored, size = files.by_id(params.text("file_id"))
    except ValueError as error:
        if str(error) == "broken":
            raise bad_request("wrong file_id or the file is temporarily unavailable") from error
        raise bad_request("invalid file_id") from error
    if len(stored.content) > MOST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**file_json(files, stored, size), "file_path": files.path(stored, size)}


async def log_out(service: Service, params: Params) -> bool:
    """Leaves the cloud server; the emulator just agrees."""
    del service, params
    return True


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getFile": get_file,
    "logOut": log_out,
    "close": log_out,
}
