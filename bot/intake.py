"""Takes one raw update from its receipt to what the person sees; webhook and polling both hand over here."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson
import structlog

from bot.keyed_lock import KeyedLock
from bot.metrics import Metrics
from bot.outages import is_outage
from handlers.screens import Channel, Event, EventKind, Refused, RefusedWhy, Reply
from tasks.model.identifiers import AccountKey
from tasks.ports import Clock

log = structlog.get_logger(__name__)

SIDE_BY_SIDE_MAX = 64
UPDATE_SECONDS_MAX = 50.0
"""Telegram repeats an update whose webhook took 60 seconds; we give up a little earlier, and say so."""
START_PATIENCE_SECONDS = 5.0
"""/start is the way out of whatever hangs: it waits no longer than this for the person's earlier event."""
FAULTS_MAX = 3
FAULTS_REMEMBERED_MAX = 10_000
QUARANTINED_BYTES_MAX = 64 * 1024


class Ignorable(Protocol):
    """An update that needs no answer."""

    @property
    def reason(self) -> str: ...


class Quarantine(Protocol):
    """Keeps what could not be read or handled, so that somebody can look at it and nobody waits behind it."""

    async def add(self, channel: str, event_id: str, *, reason: str, payload: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Done:
    """The update needs nothing more."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The update must come again."""

    outage: bool
    """Something we lean on is gone; otherwise the fault is ours, and repeats are numbered."""


class Intake:
    """One person's updates run one after another, different people's side by side, and not too many at once."""

    def __init__(
        self,
        *,
        channel: Channel,
        read: Callable[[object], Event | Ignorable],
        handle: Callable[[Event], Awaitable[Reply]],
        quarantine: Quarantine,
        mark_unreachable: Callable[[AccountKey], Awaitable[None]],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """``read`` raises ValueError for an update that cannot be read."""
        self._channel = channel
        self._read = read
        self._handle = handle
        self._quarantine = quarantine
        self._mark_unreachable = mark_unreachable
        self._clock = clock
        self._metrics = metrics
        self._persons = KeyedLock()
        self._places = asyncio.Semaphore(SIDE_BY_SIDE_MAX)
        self._faults: dict[str, int] = {}

    async def take(self, raw: object) -> Done | Failed:
        """Handles the update; everything that can go wrong is in what it returns."""
        started = time.monotonic()
        self._metrics.update_opened()
        kind, label = "unreadable", "failed"
        try:
            with structlog.contextvars.bound_contextvars(update=secrets.token_hex(4)):
                event = await self._read_or_put_aside(raw)
                if isinstance(event, Event):
                    kind = event.kind.value
                    outcome = await self._take_event(event, raw)
                else:
                    kind = "ignored" if event == Done("ignored") else kind
                    outcome = event
            label = outcome.outcome if isinstance(outcome, Done) else label
            return outcome
        finally:
            self._metrics.update_closed(kind, label, time.monotonic() - started)

    async def _read_or_put_aside(self, raw: object) -> Event | Done | Failed:
        try:
            event = self._read(raw)
        except ValueError as error:
            event_id = str(raw.get("update_id", "")) if isinstance(raw, dict) else ""
            return await self.put_aside(event_id, f"unreadable: {error}", raw)
        if isinstance(event, Event):
            return event
        log.debug("update ignored", reason=event.reason)
        return Done("ignored")

    async def put_aside(self, event_id: str, reason: str, raw: object) -> Done | Failed:
        """Moves the update into the quarantine."""
        log.error("update put aside", event_id=event_id[:40], reason=reason[:300])
        payload = raw if isinstance(raw, str) else orjson.dumps(raw, default=str).decode()
        try:
            await self._quarantine.add(
                self._channel.name,
                event_id[:40],
                reason=reason[:300],
                payload=payload[:QUARANTINED_BYTES_MAX],
                at=self._clock.now(),
            )
        except Exception:
            log.exception("quarantine failed")
            return Failed(outage=True)
        return Done("quarantined")

    async def _take_event(self, event: Event, raw: object) -> Done | Failed:
        is_start = event.kind is EventKind.COMMAND and event.command == "start"
        patience = START_PATIENCE_SECONDS if is_start else None
        try:
            async with asyncio.timeout(UPDATE_SECONDS_MAX):
                # The place is taken after the turn, so that one busy person cannot fill all places.
                async with self._persons.hold(event.person, patience_seconds=patience), self._places:
                    await self._answer(event)
        except Exception as error:
            if is_outage(error):
                log.exception("outage, the update will come again", kind=event.kind)
                return Failed(outage=True)
            return await self._count_fault(event, raw, error)
        self._faults.pop(event.id, None)
        return Done("done")

    async def _count_fault(self, event: Event, raw: object, error: Exception) -> Done | Failed:
        """A fault of ours is tried a few times; an update that always fails must not block what follows it."""
        count = self._faults.pop(event.id, 0) + 1
        log.error("update failed", kind=event.kind, command=event.command[:32], count=count, exc_info=error)
        if count < FAULTS_MAX:
            self._faults[event.id] = count
            if len(self._faults) > FAULTS_REMEMBERED_MAX:
                del self._faults[next(iter(self._faults))]
            return Failed(outage=False)
        return await self.put_aside(event.id, f"failed {count} times: {type(error).__name__}", raw)

    async def _answer(self, event: Event) -> None:
        reply = await self._handle(event)
        if event.kind is EventKind.PRESS:
            # Telegram has no limit for answers to presses, so the toast need not wait for the screen.
            await asyncio.gather(
                self._channel.answer(event, reply.toast, alert=reply.alert), self._show_all(event, reply)
            )
        else:
            await self._show_all(event, reply)

    async def _show_all(self, event: Event, reply: Reply) -> None:
        at = None if reply.fresh else event.message
        for screen in reply.screens:
            shown = await self._channel.show(event.person, screen, at=at)
            if isinstance(shown, Refused):
                await self._note_refusal(event.person, shown)
                if shown.why in {RefusedWhy.BLOCKED, RefusedWhy.GONE}:
                    return
            # Only the first screen may replace what was pressed.
            at = None

    async def _note_refusal(self, person: AccountKey, refused: Refused) -> None:
        log.warning(
            "screen not shown",
            why=refused.why,
            retry_after_seconds=refused.retry_after,
            detail=refused.detail[:200],
        )
        if refused.why in {RefusedWhy.BLOCKED, RefusedWhy.GONE}:
            await self._mark_unreachable(person)
