"""What the conversation speaks: events in, screens out; a channel makes them a messenger's own things."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from tasks.model.identifiers import AccountKey, ImageId, VoiceId


class EventKind(StrEnum):
    """What a person did."""

    COMMAND = "command"
    """Wrote a command: ``command`` is its name without the slash, ``text`` what follows it."""
    TEXT = "text"
    PRESS = "press"
    """Pressed a button: ``data`` is what the button carries. It is untrusted."""
    PICTURE = "picture"
    """Sent a photo: ``attachment`` names it, ``text`` is its caption."""
    VOICE = "voice"
    """Sent a voice note: ``attachment`` names it, ``text`` is its caption."""
    OTHER = "other"
    """Sent something we do not read: a sticker, a place, a film."""
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
class Attachment:
    """A photo or a voice note that a person sent; the messenger keeps it for us."""

    id: str
    """A fingerprint under which the program knows it: an ``ImageId`` or a ``VoiceId``."""
    handle: str
    """What the messenger calls it, good for sending it on."""


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
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One button."""

    label: str
    data: str
    """What comes back when it is pressed; see ``handlers/buttons.py``."""


class Slot(StrEnum):
    """Where a screen belongs."""

    WORK = "work"
    """The card: one message, edited in place from question to question."""
    MENU = "menu"
    """Lists, earnings, settings: an answer to what she just asked."""
    NOTE = "note"
    """Something she did not ask for: always a message of its own."""


Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file for a person to keep; on our side it is made for this one showing, and removed after it."""

    path: Path
    name: str
    """What it is called on her side, such as ``notice-7.csv``."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person is to see: a text with at most one of picture, voice and document."""

    text: str
    rows: Rows = ()
    picture: ImageId | None = None
    slot: Slot = Slot.MENU
    voice: VoiceId | None = None
    document: Document | None = None
    fresh_picture: bool = False
    """The picture is brought anew each time: nobody knows it again by what the messenger calls it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The conversation's answer to one event."""

    screens: tuple[Screen, ...] = ()
    toast: str = ""
    """A few words that fade, shown at the press itself."""
    alert: bool = False
    """The toast must be dismissed by hand: for what she must not overlook."""
    fresh: bool = field(default=False)
    """Show the first screen as a new message even where the pressed one could be edited."""
    buttons: Rows | None = None
    """What the buttons under the pressed message become, whatever that message is; None leaves them."""


class RefusedWhy(StrEnum):
    """Why a messenger did not take a screen."""

    BLOCKED = "blocked"
    """She blocked the bot; she comes back with /start."""
    GONE = "gone"
    """The account does not exist any more, or never wrote to us."""
    RATE = "rate"
    """Too fast; try again after ``retry_after`` seconds."""
    NOT_REACHED = "not_reached"
    """Nothing left for certain: the messenger is out of reach, or does not know us; try again later."""
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


class Channel(Protocol):
    """One messenger: shows whatever keeps to the measures in ``handlers/labels.py``, and decides how."""

    name: str

    async def show(self, person: AccountKey, screen: Screen, *, at: MessageRef | None) -> Shown | Refused:
        """Brings the screen to the person: turns ``at`` into it where possible, else sends a new message."""

    async def answer(self, event: Event, toast: str, *, alert: bool) -> None:
        """Answers the press itself; a press too old to be answered is no error."""

    async def set_buttons(self, at: MessageRef, rows: Rows) -> None:
        """Changes the buttons under that message and nothing else of it; a failure is logged, not raised."""


class Courier(Protocol):
    """The side of a messenger that brings notices: whoever calls has waited for the turn before.

    Each call is one try: nothing here waits, and nothing that may have arrived is sent again.
    """

    async def is_ready(self, screen: Screen) -> bool:
        """Whether the messenger has the screen's picture or voice; if not, bring it to one person first."""

    async def bring(self, person: AccountKey, screen: Screen) -> Shown | Refused:
        """Sends the screen as a message of its own."""

    async def take_back(self, at: MessageRef, text: str) -> Shown | Refused:
        """Deletes the message, or where that is no longer allowed makes it the text without buttons."""


class Links(Protocol):
    """Addresses that lead into the chat."""

    async def start_link(self, code: str) -> str:
        """Opens the chat with us and hands over the code: at Telegram ``https://t.me/<bot>?start=<code>``."""
