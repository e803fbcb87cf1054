"""The methods of the Bot API, each a function of the service and the parameters."""

from __future__ import annotations

from bot.emulator.methods import answering, chats, copying, deleting, editing, profile, sending, updating
from bot.emulator.service import Method


def all_methods() -> dict[str, tuple[str, Method]]:
    """Lower-case name → official name and the function."""
    modules = (sending, editing, deleting, copying, answering, updating, chats, profile)
    return {name.lower(): (name, method) for module in modules for name, method in module.METHODS.items()}
