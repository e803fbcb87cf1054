"""Real parts of the process for its tests, with a conversation that a test writes itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channels.telegram_updates import read_update
from bot.clock import SystemClock
from bot.intake import AnswerInReply, Intake
from bot.late_screens import LateScreens
from bot.metrics import Metrics
from bot.nursery import Nursery
from handlers.screens import Channel, Event, MessageRef, Refused, Reply, Rows, Screen, Shown
from tasks.model.identifiers import AccountKey


@dataclass
class ChannelInMemory:
    """Implements ``Channel``: notes what was shown, and refuses whom it is told to."""

    name: str = "telegram"
    shown: list[tuple[str, str, bool]] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    buttons: list[tuple[MessageRef, Rows]] = field(default_factory=list)
    refusing: dict[str, Refused] = field(default_factory=dict)

    async def show(self, person: AccountKey, screen: Screen, *, at: MessageRef | None) -> Shown | Refused:
        if refused := self.refusing.get(person.external_id):
            return refused
        self.shown.append((person.external_id, screen.text, at is not None))
        return Shown(at or MessageRef(person.external_id, "1", has_picture=False))

    async def answer(self, event: Event, toast: str, *, alert: bool) -> None:  # noqa: ARG002
        self.toasts.append(toast)

    async def set_buttons(self, at: MessageRef, rows: Rows) -> None:
        self.buttons.append((at, rows))


@dataclass
class QuarantineInMemory:
    """Implements ``Quarantine``."""

    kept: list[tuple[str, str]] = field(default_factory=list)
    payloads: list[str] = field(default_factory=list)
    last: tuple[str, datetime] | None = None

    async def add(
        self, *, channel: str, event_id: str, received_at: datetime, reason: str, payload: str
    ) -> None:
        self.last = (channel, received_at)
        self.kept.append((event_id, reason))
        self.payloads.append(payload)


@dataclass
class Surroundings:
    """An intake and everything around it that a test looks at."""

    intake: Intake
    quarantine: QuarantineInMemory
    unreachable: list[AccountKey]
    metrics: Metrics
    nursery: Nursery
    late: LateScreens


def make_intake(
    handle: Callable[[Event], Awaitable[Reply]],
    channel: Channel | None = None,
    answer_in_reply: AnswerInReply | None = None,
) -> Surroundings:
    quarantine, metrics = QuarantineInMemory(), Metrics()
    unreachable: list[AccountKey] = []
    nursery = Nursery()
    channel = channel or ChannelInMemory()
    late = LateScreens(channel, nursery)

    async def mark_unreachable(account: AccountKey) -> None:
        unreachable.append(account)

    intake = Intake(
        channel=channel,
        read=read_update,
        handle=handle,
        quarantine=quarantine,
        mark_unreachable=mark_unreachable,
        clock=SystemClock(),
        metrics=metrics,
        late=late,
        answer_in_reply=answer_in_reply,
    )
    return Surroundings(intake, quarantine, unreachable, metrics, nursery, late)


def said(update_id: int, person: int, text: str) -> dict[str, Any]:
    chat = {"id": person, "type": "private"}
    return {
        "update_id": update_id,
        "message": {"message_id": update_id, "date": 1, "from": {"id": person}, "chat": chat, "text": text},
    }


def pressed(update_id: int, person: int, data: str, *, picture: bool = True) -> dict[str, Any]:
    chat = {"id": person, "type": "private"}
    message: dict[str, Any] = {"message_id": 7, "date": 1, "chat": chat}
    if picture:
        message["photo"] = [{"file_id": "x"}]
    query = {"id": str(update_id), "from": {"id": person}, "message": message, "data": data}
    return {"update_id": update_id, "callback_query": query}


def _set(event: asyncio.Event) -> asyncio.Event:
    event.set()
    return event


@dataclass
class CourierInMemory:
    """Implements ``Courier``: notes what was brought, and answers as it is told to."""

    brought: list[tuple[str, str]] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    refusing: dict[str, Refused] = field(default_factory=dict)
    """By person; ``*`` for everybody."""
    ready: bool = True
    seconds: float = 0.0
    arrives: asyncio.Event = field(default_factory=lambda: _set(asyncio.Event()))
    """Cleared, it keeps on their way whatever is brought."""
    at_once_max: int = 0
    _open: int = 0

    async def is_ready(self, screen: Screen) -> bool:  # noqa: ARG002
        return self.ready

    async def bring(self, person: AccountKey, screen: Screen) -> Shown | Refused:
        self._open += 1
        self.at_once_max = max(self.at_once_max, self._open)
        try:
            await asyncio.sleep(self.seconds)
            await self.arrives.wait()
        finally:
            self._open -= 1
        if refused := self.refusing.get(person.external_id) or self.refusing.get("*"):
            return refused
        self.brought.append((person.external_id, screen.text))
        self.ready = True
        return Shown(MessageRef(person.external_id, str(len(self.brought)), has_picture=False))

    async def take_back(self, at: MessageRef, text: str) -> Shown | Refused:  # noqa: ARG002
        if refused := self.refusing.get(at.chat) or self.refusing.get("*"):
            return refused
        self.taken_back.append(at.chat)
        return Shown(at)
