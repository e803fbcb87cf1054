"""The photo or the voice note in a message of Telegram's; tolerant, for it reads what came from outside."""

import hashlib
from collections.abc import Mapping
from typing import Any

from handlers.screens import Attachment


def find_picture(message: object) -> Attachment | None:
    """The message's photo. It comes in several sizes, and the largest one stands for all."""
    sizes = message.get("photo") if isinstance(message, Mapping) else None
    if not isinstance(sizes, list):
        return None
    known = [size for size in sizes if _find_attachment(size) is not None]
    return _find_attachment(max(known, key=_area)) if known else None


def find_voice(message: object) -> Attachment | None:
    """The message's voice note."""
    return _find_attachment(message.get("voice")) if isinstance(message, Mapping) else None


def _find_attachment(file: object) -> Attachment | None:
    if not isinstance(file, Mapping):
        return None
    handle, name = file.get("file_id"), file.get("file_unique_id")
    if not isinstance(handle, str) or not handle:
        return None
    # The handle differs from bot to bot and may change; the unique name stays.
    named = name if isinstance(name, str) and name else handle
    return Attachment(hashlib.sha256(f"telegram:{named}".encode(errors="replace")).hexdigest(), handle)


def _area(size: Mapping[str, Any]) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0
