"""What is on the phones: people, chats, messages, presses. Plain state that knows no HTTP."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.clock import Clock
from bot.emulator.entities import RichText
from bot.emulator.files import FileStore, StoredFile

KEPT_TOASTS = 200
KEPT_CHANGES = 1_000
KEPT_QUERIES = 20_000
KEPT_MESSAGES_IN_A_CHAT = 5_000


@dataclass(slots=True)
class Person:
    id: int
    name: str
    last_name: str = ""
    username: str = ""
    language: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(slots=True)
class Media:
    """A photo, voice or document with its file, or a location."""

    kind: str
    file: StoredFile | None = None
    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(slots=True)
class Message:
    """One bubble. `words` is the caption if there is media."""

    message_id: int
    chat_id: int
    from_bot: bool
    date: int
    words: RichText
    media: Media | None = None
    keyboard: dict[str, Any] | None = None
    reply_keyboard: dict[str, Any] | None = None
    album: str = ""
    forwarded_from: int | None = None
    """Who wrote it first; 0 stands for the bot."""
    reply_to: int | None = None
    protected: bool = False
    reaction: str = ""
    edit_date: int = 0
    edits: int = 0
    version: int = 0
    """The chat's version at which this message last changed."""
    media_edit: object | None = None
    """The edit of its media that is under way."""


@dataclass(slots=True)
class Query:
    """One press of a button, to be answered once."""

    id: str
    person_id: int
    chat_id: int
    message_id: int
    data: str
    pressed_at: float
    answered: asyncio.Future[dict[str, Any]]


@dataclass(slots=True)
class Chat:
    """The bot's chat with one person."""

    person: Person
    instance: str
    messages: dict[int, Message] = field(default_factory=dict)
    version: int = 0
    typing: str = ""
    typing_until: float = 0.0
    toasts: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_TOASTS))
    waiting: list[asyncio.Future[object]] = field(default_factory=list)

    def newest(self) -> Iterator[Message]:
        return reversed(self.messages.values())


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a watcher of the phones may want to see."""

    kind: str
    person_id: int
    facts: dict[str, Any]


@dataclass(eq=False, slots=True)
class Watcher:
    """Somebody who is told of every change; one who cannot keep up loses some, and knows it."""

    changes: asyncio.Queue[Change] = field(default_factory=lambda: asyncio.Queue(KEPT_CHANGES))
    lost: bool = False


class World:
    """Everybody and everything in one bot's Telegram."""

    def __init__(self, *, bot_id: int, username: str, name: str, clock: Clock) -> None:
        self.bot_id = bot_id
        self.username = username
        self.name = name
        self.clock = clock
        self.files = FileStore(bot_id)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: OrderedDict[str, Query] = OrderedDict()
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int | None, dict[str, Any]] = {}
        self.watchers: set[Watcher] = set()
        self._message_ids = itertools.count(1)
        self._query_ids = itertools.count(random.randrange(1 << 40, 1 << 50))
        self._person_ids = itertools.count(700_000_001)

    def add_person(self, person_id: int | None, name: str, **facts: Any) -> Person:
        """A new person, or the one with this id under a new name."""
        if person_id is None:
            person_id = next(number for number in self._person_ids if number not in self.people)
        known = self.people.get(person_id)
        if known is not None:
            known.name = name
            for fact, value in facts.items():
                setattr(known, fact, value)
            self.publish("person", person_id)
            return known
        person = self.people[person_id] = Person(person_id, name, **facts)
        self.chats[person_id] = Chat(person, str(random.getrandbits(62)))
        self.publish("person", person_id)
        return person

    def add_message(self, chat: Chat, words: RichText, *, from_bot: bool, **facts: Any) -> Message:
        message = Message(
            message_id=next(self._message_ids), chat_id=chat.person.id, from_bot=from_bot,
            date=self.clock.seconds(), words=words, **facts,
        )  # fmt: skip
        chat.messages[message.message_id] = message
        if len(chat.messages) > KEPT_MESSAGES_IN_A_CHAT:
            del chat.messages[next(iter(chat.messages))]
        if from_bot:
            chat.typing_until = 0.0
        self.touch(chat, message, "message")
        return message

    def edited(self, chat: Chat, message: Message) -> None:
        message.edit_date = self.clock.seconds()
        message.edits += 1
        self.touch(chat, message, "edit")

    def delete(self, chat: Chat, message: Message) -> None:
        del chat.messages[message.message_id]
        self.touch(chat, message, "delete")

    def touch(self, chat: Chat, message: Message | None, kind: str, **facts: Any) -> None:
        """Count a change in a chat and wake whoever waits for one."""
        chat.version += 1
        if message is not None:
            message.version = chat.version
            facts["message"] = message
        waiting, chat.waiting = chat.waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
        self.publish(kind, chat.person.id, **facts)

    def publish(self, kind: str, person_id: int = 0, **facts: Any) -> None:
        for watcher in self.watchers:
            if watcher.changes.full():
                watcher.lost = True
            else:
                watcher.changes.put_nowait(Change(kind, person_id, facts))

    def add_query(self, person: Person, message_id: int, data: str, *, chat_id: int) -> Query:
        query = Query(
            id=str(next(self._query_ids)), person_id=person.id, chat_id=chat_id, message_id=message_id,
            data=data, pressed_at=self.clock.now(), answered=asyncio.get_running_loop().create_future(),
        )  # fmt: skip
        self.queries[query.id] = query
        if len(self.queries) > KEPT_QUERIES:
            self.queries.popitem(last=False)
        return query

    async def changed(self, chat: Chat, after_version: int, seconds: float) -> bool:
        """Wait until something in the chat is newer than this version."""
        until = self.clock.now() + seconds
        while chat.version <= after_version:
            left = until - self.clock.now()
            if left <= 0:
                return False
            future = asyncio.get_running_loop().create_future()
            chat.waiting.append(future)
            await self.clock.wait(future, left)
        return True
