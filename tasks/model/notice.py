"""Notices, whom they are for, and what became of each delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tasks.model.identifiers import AccountKey, DeliveryId, ImageId, NoticeId, ProjectId, VoiceId, WorkerId
from tasks.model.money import Money

ALL_LANGUAGES = ""
"""The language of a text that stands for all."""
ANSWERS_MAX = 4


class NoticeKind(StrEnum):
    """What a notice is about. Workers can silence every kind but the last two."""

    WORK = "work"
    LESSON = "lesson"
    NEWS = "news"
    PAY = "pay"
    ACCOUNT = "account"


SILENCEABLE = (NoticeKind.WORK, NoticeKind.LESSON, NoticeKind.NEWS)


class NoticeStatus(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    ASKED = "asked"
    """Urgent and confirmed; waits for the word of a second supervisor."""
    CONFIRMED = "confirmed"
    """Its deliveries are about to be planned."""
    SENDING = "sending"
    PAUSED = "paused"
    """Goes on when a supervisor says so; ``reason`` says why."""
    DONE = "done"
    """Nothing is left to be sent."""
    CANCELLED = "cancelled"
    RETRACTING = "retracting"
    """What was sent is being taken back."""
    RETRACTED = "retracted"


ENDED = (NoticeStatus.DONE, NoticeStatus.CANCELLED, NoticeStatus.RETRACTED)
"""Nothing of it is under way any more."""
NOTICE = "notice"
"""The kind of a delivery that brings a supervisor's notice."""


class Receipt(StrEnum):
    """What workers are asked for below a notice."""

    NONE = "none"
    READ = "read"
    """A button *I have read it*."""
    POLL = "poll"
    """Up to four answers."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is meant: all active workers within the scope for whom everything that is said here holds."""

    places: tuple[str, ...] = ()
    """Any of these; empty: the whole scope."""
    languages: tuple[str, ...] = ()
    project_ids: tuple[ProjectId, ...] = ()
    """Answered in any of these."""
    active_days: int | None = None
    """Answered something within so many days."""
    earned_min: Money | None = None
    """Earned at least so much in all, in that currency."""
    earned_max: Money | None = None
    standing_min: int | None = None
    """At least so many percent of her answers on golds that measure are right; who had none is left out."""
    standing_max: int | None = None
    worker_ids: tuple[WorkerId, ...] | None = None
    """Only these."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message from a supervisor to many workers."""

    id: NoticeId
    author: AccountKey | None
    """None: written on the command line."""
    language: str
    """The author's."""
    scope: str
    """The author's scope; nobody outside it is reached."""
    made_at: datetime
    status: NoticeStatus = NoticeStatus.DRAFT
    reason: str = ""
    """Why it is paused: ``asked``, ``failures`` or ``refused: <the messenger's words>``."""
    kind: NoticeKind = NoticeKind.NEWS
    texts: Mapping[str, str] = field(default_factory=dict)
    """By language; ``ALL_LANGUAGES`` for all."""
    receipt: Receipt = Receipt.NONE
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The poll's answers by language, like ``texts``; equally many in each."""
    picture: ImageId | None = None
    voice: VoiceId | None = None
    audience: Audience = field(default_factory=Audience)
    urgent: bool = False
    """Does not wait for the end of quiet hours; needs a second supervisor."""
    local_time: datetime | None = None
    """Naive: sent when it is that time where the worker lives. None: at once."""
    confirmed_at: datetime | None = None
    """When it was confirmed; with *asked*, when a second supervisor was asked."""
    ended_at: datetime | None = None
    progress_chat: str | None = None
    progress_message: str | None = None
    """The message that shows the author how far it is."""
    reported: bool = False
    """The final report was sent."""

    def say(self, by_language: Mapping[str, str], language: str) -> str:
        """What it says in that language: its own, else the one for all, else English, else any."""
        for key in (language, ALL_LANGUAGES, "en"):
            if key in by_language:
                return by_language[key]
        return next(iter(by_language.values()), "")

    def text(self, language: str) -> str:
        return self.say(self.texts, language)

    def answers_in(self, language: str) -> tuple[str, ...]:
        """The poll's answers in that language, by the same rule as the text."""
        for key in (language, ALL_LANGUAGES, "en"):
            if key in self.answers:
                return tuple(self.answers[key])
        return tuple(next(iter(self.answers.values()), ()))


class DeliveryState(StrEnum):
    """What became of one delivery."""

    PLANNED = "planned"
    SENDING = "sending"
    """On its way this moment."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """It may have arrived or not: the line or the process broke while it was on its way."""
    BLOCKED = "blocked"
    """She blocked the bot."""
    GONE = "gone"
    """The account does not exist any more."""
    REFUSED = "refused"
    """The messenger refuses this message."""
    SKIPPED = "skipped"
    """Not sent, since she left, moved away or silenced this kind meanwhile; ``reason`` says which."""
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one worker: of a notice, or without one, of the program itself."""

    id: DeliveryId
    notice_id: NoticeId | None
    worker_id: WorkerId
    account: AccountKey
    """Where she is reached now."""
    language: str
    kind: str
    """What the program has to say; ``notice`` for a notice."""
    facts: Mapping[str, str]
    """What the words of this kind need."""
    state: DeliveryState
    attempts: int
    chat: str | None = None
    message: str | None = None
    """The message in the chat, if it was sent."""
    sent_at: datetime | None = None
    read_at: datetime | None = None
    answer: int | None = None
    """The number of the poll's answer that she chose, from 1."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """What decides whether a delivery goes out now."""

    delivery: Delivery
    place: str
    active: bool
    """She has agreed to the promise and has not left."""
    reachable: bool
    time_zone: str
    quiet_from: int
    quiet_until: int
    silenced: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries are in each state, how many were read, and how often each answer was chosen."""

    states: Mapping[DeliveryState, int]
    read: int
    answers: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def left(self) -> int:
        """Still to be sent."""
        return self.states[DeliveryState.PLANNED] + self.states[DeliveryState.SENDING]

    @property
    def failed(self) -> int:
        """Did not arrive, for a reason on the other side."""
        names = (DeliveryState.BLOCKED, DeliveryState.GONE, DeliveryState.REFUSED)
        return sum(self.states[name] for name in names)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an audience is; each is counted once."""

    people: int
    """Who would get it."""
    unreachable: int = 0
    """Meant, but blocked the bot or deleted the account."""
    silenced: int = 0
    """Meant and within reach, but do not wish notices of this kind."""
    unknown_ids: tuple[str, ...] = ()
    """Of a pasted list: who is nobody in this scope."""
