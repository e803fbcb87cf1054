"""Somebody with a phone: what she sees there, and how she presses and waits."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.journeys.outside.messages import Chat
from tests.journeys.outside.server import BotApi

PATIENCE_SECONDS = 60.0
Message = dict[str, Any]


class NothingHappened(AssertionError):  # noqa: N818 - that is what happened
    """She waited in vain."""


class Person:
    """One person with a phone; whoever inherits from her gives her these."""

    api: BotApi
    number: int
    chat: Chat
    queries: list[str]
    """Every press she made."""

    @property
    def newest(self) -> int:
        return max(self.chat.messages, default=0)

    def say(self, text: str) -> int:
        """Writes it and returns the newest message she had before."""
        before = self.newest
        self.api.say(self.chat, text)
        return before

    def find(self, label: str, after: int = 0) -> tuple[Message, dict[str, str]] | None:
        """The newest message with such a button, and the button."""
        for number, message in sorted(self.chat.messages.items(), reverse=True):
            for button in buttons(message) if number > after else []:
                if label in button["text"]:
                    return message, button
        return None

    def read(self, words: str, after: int = 0) -> Message | None:
        """The newest message that says so."""
        for number, message in sorted(self.chat.messages.items(), reverse=True):
            if number > after and words in text_of(message):
                return message
        return None

    async def sees(self, words: str, after: int = 0) -> Message:
        """The same, as soon as it is there."""
        await self.until(lambda: self.read(words, after), f"the words {words}")
        found = self.read(words, after)
        assert found is not None
        return found

    async def tap(self, label: str, after: int = 0) -> str:
        """Presses a button as soon as it is there; returns the number of the press."""
        await self.until(lambda: self.find(label, after), f"a button {label}")
        found = self.find(label, after)
        assert found is not None
        query = self.api.press(self.chat, found[0]["message_id"], found[1]["callback_data"])
        self.queries.append(query)
        return query

    async def toast(self, query: str) -> str:
        """The answer to a press, when it is there."""
        await self.until(lambda: query in self.chat.toasts, "an answer to her press")
        return self.chat.toasts[query]

    async def until(self, happened: Callable[[], Any], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self.chat.changed:
                await self.chat.changed.wait_for(happened)
        except TimeoutError:
            raise NothingHappened(f"worker {self.number} waited for {what}; {self.history()}") from None

    def history(self) -> str:
        """The last that she saw."""
        seen = [
            (number, m.get("text") or m.get("caption"), [b.get("callback_data") for b in buttons(m)][:1])
            for number, m in sorted(self.chat.messages.items())
        ]
        toasts = [self.chat.toasts.get(query, "(none)") for query in self.queries]
        return f"she sees {seen[-4:]}; toasts {toasts[-3:]}"


def buttons(message: Message | None) -> list[dict[str, str]]:
    return [b for row in (message or {}).get("reply_markup", {}).get("inline_keyboard", []) for b in row]


def text_of(message: Message) -> str:
    return str(message.get("text") or message.get("caption") or "")
