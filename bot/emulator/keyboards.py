"""Keyboards under messages: what the service takes and what it refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.emulator.errors import bad_request

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
MOST_DATA_BYTES = 64
ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query",
           "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
           "callback_game", "pay")  # fmt: skip
KEPT = {"text", "style", "icon_custom_emoji_id", "disabled", *ACTIONS}

Keyboard = dict[str, Any]


def check_inline_keyboard(markup: Any) -> Keyboard | None:
    """The keyboard as the service keeps it; None stands for an empty one."""
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        words = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        raise bad_request(words)
    kept = [[_check_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in kept):
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def check_reply_markup(markup: Any) -> tuple[Keyboard | None, Keyboard | None]:
    """The inline keyboard, and the other kind: a reply keyboard, its removal, or a forced reply."""
    if markup is None:
        return None, None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return check_inline_keyboard(markup), None
    if "keyboard" in markup:
        rows = markup["keyboard"]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
        return None, markup
    return None, markup if {"remove_keyboard", "force_reply"} & markup.keys() else None


def _check_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    action = next((name for name in ACTIONS if name in button), None)
    if action is None:
        words = "Text buttons are unallowed in the inline keyboard"
        raise bad_request(f"can't parse inline keyboard button: {words}")
    if action == "callback_data" and not 1 <= len(str(button[action]).encode()) <= MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        _check_url(str(button[action]))
    if action == "web_app" and not str(button[action].get("url", "")).startswith("https://"):
        words = f"inline keyboard button Web App URL '{button[action].get('url', '')}' is invalid"
        raise bad_request(f"{words}: Only HTTPS links are allowed")
    return {name: value for name, value in button.items() if name in KEPT}


def _check_url(url: str) -> None:
    address = urlsplit(url if "://" in url or url.startswith(("tg:", "mailto:")) else f"http://{url}")
    if address.scheme in {"http", "https"} and "." not in (address.hostname or ""):
        # The service refuses names without a dot; a loopback address with its port passes.
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
