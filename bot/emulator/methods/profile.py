"""What the bot says about itself: commands, names, descriptions, the menu button."""

from __future__ import annotations

import re
from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.params import Params
from bot.emulator.service import Method, Service

MOST_COMMANDS = 100
LONGEST_COMMAND = 32
LONGEST_DESCRIPTION = 256
SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
          "chat_administrators", "chat_member"}  # fmt: skip
TEXTS = {
    "Name": ("name", 64),
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
}


def _list_key(params: Params) -> tuple[str, str]:
    """Scope and language of a list of commands."""
    scope = params.structure("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    name = f"{kind}:{scope['chat_id']}" if "chat_id" in scope else str(kind)
    return name, _language(params)


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _check_command(command: Any) -> dict[str, str]:
    name = str(command.get("command", "")).removeprefix("/").strip()
    description = str(command.get("description", "")).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > LONGEST_COMMAND:
        raise bad_request("command length must not exceed 32")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > LONGEST_DESCRIPTION:
        raise bad_request("command description length must not exceed 256")
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


async def set_my_commands(service: Service, params: Params) -> bool:
    commands = params.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    service.world.commands[_list_key(params)] = [_check_command(command) for command in commands]
    service.world.publish("commands")
    return True


async def get_my_commands(service: Service, params: Params) -> Any:
    return service.world.commands.get(_list_key(params), [])


async def delete_my_commands(service: Service, params: Params) -> bool:
    service.world.commands.pop(_list_key(params), None)
    service.world.publish("commands")
    return True


def _setter(field: str, longest: int) -> Method:
    async def set_text(service: Service, params: Params) -> bool:
        text = params.text(field)
        if len(text) > longest:
            raise bad_request(f"{field.replace('_', ' ')} is too long")
        service.world.texts[field, _language(params)] = text
        return True

    return set_text


def _getter(field: str) -> Method:
    async def get_text(service: Service, params: Params) -> Any:
        texts = service.world.texts
        usual = service.world.name if field == "name" else ""
        return {field: texts.get((field, _language(params))) or texts.get((field, ""), usual) or usual}

    return get_text


async def set_chat_menu_button(service: Service, params: Params) -> bool:
    button = params.structure("menu_button") or {"type": "default"}
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: unsupported type specified")
    service.world.menu_buttons[params.number("chat_id")] = button
    return True


async def get_chat_menu_button(service: Service, params: Params) -> Any:
    buttons = service.world.menu_buttons
    return buttons.get(params.number("chat_id"), buttons.get(None, {"type": "default"}))


METHODS: dict[str, Method] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    **{f"setMy{name}": _setter(*facts) for name, facts in TEXTS.items()},
    **{f"getMy{name}": _getter(facts[0]) for name, facts in TEXTS.items()},
}
