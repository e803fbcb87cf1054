"""Text with its entities, which are counted in UTF-16 units."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.errors import ApiError, bad_request

Entity = dict[str, Any]

COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?")
LINK = re.compile(r"https?://[^\s<>\"]+")


def utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def cannot_parse(words: str) -> ApiError:
    return bad_request(f"can't parse entities: {words}")


@dataclass(slots=True)
class RichText:
    """Words and the entities that lie over them."""

    text: str = ""
    entities: list[Entity] = field(default_factory=list)

    def stripped(self) -> RichText:
        """Without white space around it, as the service keeps it; entities move along."""
        kept = self.text.strip()
        if kept == self.text:
            return self
        gone = utf16_length(self.text[: len(self.text) - len(self.text.lstrip())])
        end = utf16_length(kept)
        entities = []
        for entity in self.entities:
            first = max(0, entity["offset"] - gone)
            last = min(end, entity["offset"] + entity["length"] - gone)
            if last > first:
                entities.append({**entity, "offset": first, "length": last - first})
        return RichText(kept, entities)


class RichTextBuilder:
    """Collects words and knows where it stands in UTF-16 units."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.length = 0
        self.entities: list[Entity] = []

    def add(self, text: str) -> None:
        self._pieces.append(text)
        self.length += utf16_length(text)

    def text_from(self, offset: int) -> str:
        encoded = "".join(self._pieces).encode("utf-16-le")
        return encoded[offset * 2 :].decode("utf-16-le")

    def close(self, kind: str, start: int, **facts: str | bool) -> None:
        """End an entity that began at `start`; an empty one is left out."""
        if self.length > start:
            self.entities.append({"type": kind, "offset": start, "length": self.length - start, **facts})

    def finish(self) -> RichText:
        entities = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return RichText("".join(self._pieces), entities)


def as_typed(text: str) -> RichText:
    """What a person typed: commands and links get their entities."""
    found = [("bot_command", match) for match in COMMAND.finditer(text)]
    found += [("url", match) for match in LINK.finditer(text)]
    entities = [
        {
            "type": kind,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for kind, match in found
    ]
    return RichText(text, sorted(entities, key=lambda entity: entity["offset"]))
