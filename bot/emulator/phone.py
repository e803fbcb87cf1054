"""What people do on their phones: say, press, send, block. Each makes the update that the bot gets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from bot.emulator.entities import RichText, as_typed
from bot.emulator.rendering import membership_json, message_json, query_json
from bot.emulator.service import Service
from bot.emulator.world import Chat, Media, Message, Person, Query

LOOKED_THROUGH = 200


class PhoneError(Exception):
    """A person cannot do that, such as pressing a button that is not there."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button on a phone, with the message that it hangs under."""

    message: Message
    label: str
    data: str | None
    url: str | None


class Phones:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._world = service.world

    def get_person(self, person_id: int) -> Person:
        try:
            return self._world.people[person_id]
        except KeyError as error:
            raise PhoneError(f"nobody has the id {person_id}") from error

    def say(self, person: Person, text: str) -> Message:
        return self._send(person, as_typed(text), None)

    def send(self, person: Person, media: Media, caption: str = "") -> Message:
        return self._send(person, as_typed(caption) if caption else RichText(), media)

    def _send(self, person: Person, words: RichText, media: Media | None) -> Message:
        if person.blocked or person.deactivated:
            raise PhoneError("who has blocked the bot, or is gone, cannot write to it")
        person.started = True
        chat = self._world.chats[person.id]
        message = self._world.add_message(chat, words, from_bot=False, media=media)
        self._service.add_update("message", message_json(self._world, message), str(person.id))
        return message

    def press(self, button: Button, presser: Person, *, data: str | None = None) -> Query:
        """Press a button, or pretend to have pressed one with other data."""
        sent = button.data if data is None else data
        if sent is None:
            raise PhoneError(f"the button {button.label!r} has no callback data")
        return self.press_data(
            presser, sent, chat_id=button.message.chat_id, message_id=button.message.message_id
        )

    def press_data(self, presser: Person, data: str, *, chat_id: int, message_id: int) -> Query:
        """A press with any data on any message, as a forged client can send it."""
        if presser.deactivated:
            raise PhoneError("who is gone cannot press a button")
        query = self._world.add_query(presser, message_id, data, chat_id=chat_id)
        self._service.add_update("callback_query", query_json(self._world, query), str(presser.id))
        return query

    def find_button(self, chat: Chat, *, label: str, message_id: int | None = None) -> Button:
        """The button with this label on the newest message that has one; if none there has exactly
        this label, one that contains it.
        """
        seen: dict[str, None] = {}
        for message in self._messages(chat, message_id):
            buttons = list(buttons_of(message))
            for fits in (str.__eq__, str.__contains__):
                for button in buttons:
                    if fits(button.label, label):
                        return button
            seen.update(dict.fromkeys(button.label for button in buttons))
        raise PhoneError(f"there is no button {label!r}; there are {', '.join(seen) or 'no buttons'}")

    def get_button(self, chat: Chat, index: int, message_id: int | None = None) -> Button:
        """The button at this place, counted from 0, of a message or of the newest one that has any."""
        for message in self._messages(chat, message_id):
            buttons = list(buttons_of(message))
            if 0 <= index < len(buttons):
                return buttons[index]
            if buttons:
                break
        raise PhoneError(f"there is no button number {index}")

    @staticmethod
    def _messages(chat: Chat, message_id: int | None) -> Iterator[Message]:
        """One message, or the newest ones."""
        if message_id is None:
            return itertools.islice(chat.newest(), LOOKED_THROUGH)
        if message_id not in chat.messages:
            raise PhoneError(f"there is no message {message_id}")
        return iter([chat.messages[message_id]])

    def set_blocked(self, person: Person, *, blocked: bool) -> None:
        """Block or unblock the bot, which is told so."""
        if person.blocked == blocked:
            return
        person.blocked = blocked
        body = membership_json(self._world, person, blocked=blocked)
        self._service.add_update("my_chat_member", body, str(person.id))
        self._world.touch(self._world.chats[person.id], None, "person")

    def set_deactivated(self, person: Person, *, deactivated: bool) -> None:
        """Delete the account, or bring it back; the bot is not told."""
        person.deactivated = deactivated
        self._world.touch(self._world.chats[person.id], None, "person")

    def commands_for(self, person: Person) -> list[dict[str, str]]:
        """The command menu on this phone: narrowest scope first, inside it her language first."""
        for scope in (f"chat:{person.id}", "all_private_chats", "default"):
            for language in (person.language[:2], ""):
                commands = self._world.commands.get((scope, language))
                if commands:
                    return commands
        return []


def buttons_of(message: Message) -> Iterator[Button]:
    """The inline buttons of a message, row by row."""
    for row in (message.keyboard or {}).get("inline_keyboard", ()):
        for button in row:
            yield Button(message, button["text"], button.get("callback_data"), button.get("url"))
