"""The parameters of one call, however the bot wrote them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.errors import bad_request

LONGEST_LOGGED = 1000


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes
    mime_type: str


@dataclass(slots=True)
class Params:
    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> int | None:
        """An integer; None if it was left out or is none."""
        try:
            return int(self.values[name])
        except (KeyError, TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in {"true", "1", "yes", "t", "y"}

    def structure(self, name: str, complaint: str = "") -> Any:
        """An object or list, given as such or as JSON text; None if it was left out."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(complaint or f"can't parse {name} JSON object") from error

    def for_log(self) -> dict[str, Any]:
        """What was asked, without the bytes of files and without endless texts."""
        shown: dict[str, Any] = {}
        for name, value in self.values.items():
            if isinstance(value, str) and len(value) > LONGEST_LOGGED:
                shown[name] = value[:LONGEST_LOGGED] + "…"
            else:
                shown[name] = _opened(value)
        for name, upload in self.uploads.items():
            shown[name] = {"file": upload.name, "bytes": len(upload.content)}
        return shown


def _opened(value: Any) -> Any:
    """JSON text as what it stands for, so that a test need not care how a client wrote it."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
