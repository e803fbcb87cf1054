"""What the conversation speaks: events in, screens out; a channel makes them a messenger's own things."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from tasks.model.identifiers import AccountKey, ImageId


class EventKind(StrEnum):
    """What a person did."""

    COMMAND = "command"
    """Wrote a command: ``command`` is its name without the slash, ``text`` what follows it."""
    TEXT = "text"
    PRESS = "press"
    """Pressed a button: ``data`` is what the button carries. It is untrusted."""
    OTHER = "other"
    """Sent something we do not read yet: a photo, a voice, a sticker."""
    BLOCKED = "blocked"
    """Blocked the bot."""
    RETURNED = "returned"
    """Unblocked it."""


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message in a chat, as its channel knows it."""

    chat: str
    message: str
    has_picture: bool
    """What kind of message it is decides whether an edit can turn it into the next screen."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one person did."""

    id: str
    """The messenger's id of the event; the same when it is delivered again."""
    kind: EventKind
    person: AccountKey
    language_hint: str
    """The language of her messenger, such as ``zh-hans``; may be empty."""
    text: str = ""
    command: str = ""
    data: str = ""
    press_id: str = ""
    """What the channel needs to answer the press."""
    message: MessageRef | None = None
    """The message whose button was pressed; None if the messenger no longer tells."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One button."""

    label: str
    data: str
    """At most 64 bytes; see ``handlers/buttons.py``."""


class Slot(StrEnum):
    """Where a screen belongs."""

    WORK = "work"
    """The card: one message, edited in place from question to question."""
    MENU = "menu"
    """Lists, earnings, settings: an answer to what she just asked."""
    NOTE = "note"
    """Something she did not ask for: always a message of its own."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person is to see."""

    text: str
    rows: tuple[tuple[Choice, ...], ...] = ()
    picture: ImageId | None = None
    slot: Slot = Slot.MENU


@dataclass(frozen=True, slots=True)
class Reply:
    """The conversation's answer to one event."""

    screens: tuple[Screen, ...] = ()
    toast: str = ""
    """A few words that fade, shown at the press itself (at most 200 characters)."""
    alert: bool = False
    """The toast must be dismissed by hand: for what she must not overlook."""
    fresh: bool = field(default=False)
    """Show the first screen as a new message even where the pressed one could be edited."""


class RefusedWhy(StrEnum):
    """Why a messenger did not take a screen."""

    BLOCKED = "blocked"
    """She blocked the bot; she comes back with /start."""
    GONE = "gone"
    """The account does not exist any more, or never wrote to us."""
    RATE = "rate"
    """Too fast; try again after ``retry_after`` seconds."""
    WINDOW_CLOSED = "window_closed"
    """The messenger allows no message now."""
    BAD = "bad"
    """The messenger refuses this screen itself; trying again does not help."""
    UNKNOWN = "unknown"
    """The line broke or the messenger failed: it may or may not have arrived."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The person has it."""

    message: MessageRef


@dataclass(frozen=True, slots=True)
class Refused:
    """A normal result of showing, not an exception."""

    why: RefusedWhy
    retry_after: float = 0.0
    detail: str = ""
    """The messenger's own words, for the log."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What a channel can do."""

    choices_max: int
    """Buttons on one screen."""
    label_length_max: int
    """Characters on one button."""
    data_bytes_max: int
    edit: bool
    """A message can be turned into another one in place."""
    picture_with_choices: bool


class Channel(Protocol):
    """One messenger."""

    name: str
    caps: Caps

    async def show(self, person: AccountKey, screen: Screen, *, at: MessageRef | None) -> Shown | Refused:
        """Brings the screen to the person: turns ``at`` into it where possible, else sends a new message."""

    async def answer(self, event: Event, toast: str, *, alert: bool) -> None:
        """Answers the press itself; a press too old to be answered is no error."""
