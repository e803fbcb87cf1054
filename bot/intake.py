"""Takes one raw update from its receipt to what the person sees; webhook and polling both hand over here."""

import asyncio
import contextlib
import hashlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.keyed_lock import KeyedLock
from bot.late_screens import LATER, LateScreens
from bot.metrics import Metrics
from bot.outages import is_outage
from handlers.screens import Channel, Event, EventKind, Refused, RefusedWhy, Reply
from tasks.model.identifiers import AccountKey
from tasks.ports import Clock, Quarantine

log = structlog.get_logger(__name__)

SIDE_BY_SIDE_MAX = 100
UPDATE_SECONDS_MAX = 50.0
"""Telegram repeats an update whose webhook took 60 seconds; we give up a little earlier, and say so."""
START_PATIENCE_SECONDS = 5.0
"""/start is the way out of whatever hangs: it waits no longer than this for the person's earlier event."""
BACK_OFF_SECONDS_MIN, BACK_OFF_SECONDS_MAX = 0.5, 15.0
FAULTS_MAX = 3
FAULTS_REMEMBERED_MAX = 10_000


AnswerInReply = Callable[[Event, str, bool], Mapping[str, object] | None]
"""Event, toast and alert → the call that answers the press; None if it needs no answer."""


class Ignorable(Protocol):
    """An update that needs no answer."""

    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Done:
    """The update needs nothing more."""

    how: str
    """``done``, ``ignored`` or ``quarantined``."""
    reply: Mapping[str, object] | None = None
    """A call that the messenger carries out when it reads our answer to its update."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The update must come again."""

    outage: bool
    """Something we lean on is gone; otherwise the fault is ours, and repeats are numbered."""


@dataclass(frozen=True, slots=True)
class _Unreadable:
    reason: str


class Intake:
    """One person's updates run one after another, different people's side by side, within bounds."""

    def __init__(
        self,
        *,
        channel: Channel,
        read: Callable[[object], Event | Ignorable],
        handle: Callable[[Event], Awaitable[Reply]],
        quarantine: Quarantine,
        mark_unreachable: Callable[[AccountKey], Awaitable[None]],
        late: LateScreens,
        clock: Clock,
        metrics: Metrics,
        answer_in_reply: AnswerInReply | None = None,
    ) -> None:
        """``read`` raises ValueError for an update that cannot be read.

        With ``answer_in_reply`` a press is answered by what ``Done.reply`` holds, not by a call of its own.
        """
        self._channel = channel
        self._read = read
        self._handle = handle
        self._quarantine = quarantine
        self._mark_unreachable = mark_unreachable
        self._late = late
        self._clock = clock
        self._metrics = metrics
        self._answer_in_reply = answer_in_reply
        self._persons = KeyedLock()
        self._places = asyncio.Semaphore(SIDE_BY_SIDE_MAX)
        self._faults: dict[str, int] = {}

    async def take(self, raw: object, *, stopping: asyncio.Event | None = None) -> Done | Failed:
        """Handles the update once; with ``stopping``, until it is done or that event is set.

        Whoever tries again keeps the person's turn meanwhile, so that her updates stay in their order.
        """
        started = time.monotonic()
        self._metrics.update_opened()
        event = self._read_safely(raw)
        outcome: Done | Failed = Failed(outage=True)
        try:
            with structlog.contextvars.bound_contextvars(update=secrets.token_hex(4)):
                # With the messenger waiting for an answer, the time in the queue counts as well.
                async with asyncio.timeout(UPDATE_SECONDS_MAX if stopping is None else None):
                    outcome = await self._take_in_turn(event, raw, stopping)
        except TimeoutError:
            log.warning("the person's turn did not come in time")
        finally:
            kind = event.kind.value if isinstance(event, Event) else "none"
            self._metrics.update_closed(kind, _label(outcome), time.monotonic() - started)
        return outcome

    async def put_aside(self, event_id: str, reason: str, raw: object) -> Done | Failed:
        """Moves the update into the quarantine."""
        log.error("update put aside", event_id=event_id[:40], reason=reason[:300])
        payload = raw if isinstance(raw, str) else json.dumps(raw, default=str)
        # What has no number of its own is known by its content, so that it is kept once if it comes again.
        known_by = event_id[:40] or hashlib.sha256(payload.encode(errors="replace")).hexdigest()[:40]
        try:
            await self._quarantine.add(
                channel=self._channel.name,
                event_id=known_by,
                received_at=self._clock.now(),
                reason=reason[:300],
                payload=payload,
            )
        except Exception:
            log.exception("quarantine failed")
            return Failed(outage=True)
        return Done("quarantined")

    def _read_safely(self, raw: object) -> Event | Ignorable | _Unreadable:
        try:
            return self._read(raw)
        except ValueError as error:
            return _Unreadable(f"unreadable: {error}")

    async def _take_in_turn(
        self, event: Event | Ignorable | _Unreadable, raw: object, stopping: asyncio.Event | None
    ) -> Done | Failed:
        is_start = isinstance(event, Event) and event.kind is EventKind.COMMAND and event.command == "start"
        patience = START_PATIENCE_SECONDS if is_start else None
        key: object = event.person if isinstance(event, Event) else object()
        async with self._persons.hold(key, patience_seconds=patience):
            pause = BACK_OFF_SECONDS_MIN
            while True:
                outcome = await self._try(event, raw)
                if isinstance(outcome, Done) or stopping is None or stopping.is_set():
                    return outcome
                await _rest(stopping, pause)
                pause = min(pause * 2, BACK_OFF_SECONDS_MAX)

    async def _try(self, event: Event | Ignorable | _Unreadable, raw: object) -> Done | Failed:
        if isinstance(event, _Unreadable):
            event_id = str(raw.get("update_id", "")) if isinstance(raw, dict) else ""
            return await self.put_aside(event_id, event.reason, raw)
        if not isinstance(event, Event):
            log.debug("update ignored", reason=event.reason)
            return Done("ignored")
        try:
            # The place is taken after the turn, so that one busy person cannot fill all places.
            async with asyncio.timeout(UPDATE_SECONDS_MAX), self._places:
                answer = await self._answer(event)
        except Exception as error:
            if is_outage(error):
                log.exception("outage, the update will come again", kind=event.kind)
                return Failed(outage=True)
            return await self._count_fault(event, raw, error)
        self._faults.pop(event.id, None)
        return Done("done", answer)

    async def _count_fault(self, event: Event, raw: object, error: Exception) -> Done | Failed:
        """A fault of ours is tried a few times; what always fails must not block what follows it."""
        count = self._faults.pop(event.id, 0) + 1
        log.error("update failed", kind=event.kind, command=event.command, count=count, exc_info=error)
        if count < FAULTS_MAX:
            self._faults[event.id] = count
            if len(self._faults) > FAULTS_REMEMBERED_MAX:
                del self._faults[next(iter(self._faults))]
            return Failed(outage=False)
        aside = await self.put_aside(event.id, f"failed {count} times: {type(error).__name__}", raw)
        if isinstance(aside, Failed):
            self._faults[event.id] = count
        return aside

    async def _answer(self, event: Event) -> Mapping[str, object] | None:
        self._late.forget(event.person)
        reply = await self._handle(event)
        try:
            return await self._reply_to(event, reply)
        finally:
            for screen in reply.screens:
                if screen.document is not None:
                    await asyncio.to_thread(screen.document.path.unlink, missing_ok=True)

    async def _reply_to(self, event: Event, reply: Reply) -> Mapping[str, object] | None:
        if event.kind is EventKind.PRESS and self._answer_in_reply is not None:
            await self._carry_out(event, reply)
            return self._answer_in_reply(event, reply.toast, reply.alert)
        if event.kind is EventKind.PRESS:
            # Telegram has no limit for answers to presses, so the toast need not wait for the screen.
            await asyncio.gather(
                self._channel.answer(event, reply.toast, alert=reply.alert), self._carry_out(event, reply)
            )
        else:
            await self._carry_out(event, reply)
        return None

    async def _carry_out(self, event: Event, reply: Reply) -> None:
        if reply.buttons is None or event.message is None:
            await self._show_all(event, reply)
            return
        await asyncio.gather(
            self._channel.set_buttons(event.message, reply.buttons), self._show_all(event, reply)
        )

    async def _show_all(self, event: Event, reply: Reply) -> None:
        at = None if reply.fresh else event.message
        for screen in reply.screens:
            shown = await self._channel.show(event.person, screen, at=at)
            if isinstance(shown, Refused):
                log.warning("screen not shown", why=shown.why, detail=shown.detail[:200])
                if shown.why in {RefusedWhy.BLOCKED, RefusedWhy.GONE}:
                    await self._mark_unreachable(event.person)
                    return
                if shown.why in LATER:
                    self._late.show(event.person, screen, at, after_seconds=shown.retry_after)
            # Only the first screen may replace what was pressed.
            at = None


def _label(outcome: Done | Failed) -> str:
    if isinstance(outcome, Done):
        return outcome.how
    return "outage" if outcome.outage else "fault"


async def _rest(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()
