"""Sends the notices that committed work asked for, and gives up only with a reason."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from bot.metrics import Metrics
from handlers.screens import Channel, Refused, RefusedWhy, Screen, Shown
from tasks.model.identifiers import AccountKey
from tasks.ports import Clock, Notice, Store

log = structlog.get_logger(__name__)

PORTION_MAX = 20
HOLD_SECONDS = 180
"""Longer than a portion can take, so that nobody else sends what is being sent."""
ATTEMPTS_MAX = 10
FAULT_RETRY_SECONDS = 60.0
WINDOW_RETRY_SECONDS = 3600.0


class OutboxSender:
    """Sends what is due, some at a time; each notice's fate is written down before the next portion."""

    def __init__(
        self,
        *,
        store: Store,
        channels: Mapping[str, Channel],
        word: Callable[[Notice], Screen],
        mark_unreachable: Callable[[AccountKey], Awaitable[None]],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """``channels`` by name, each in its lane for notices; ``word`` puts a notice into words."""
        self._store = store
        self._channels = channels
        self._word = word
        self._mark_unreachable = mark_unreachable
        self._clock = clock
        self._metrics = metrics

    async def send_due(self) -> bool:
        """Sends one portion; True if there may be more. Made to be a job."""
        async with self._store.write() as unit:
            notices = await unit.outbox.claim(self._clock.now(), PORTION_MAX, hold_seconds=HOLD_SECONDS)
            await unit.commit()
        results = await asyncio.gather(*(self._send(notice) for notice in notices))
        await self._write_down(list(zip(notices, results, strict=True)))
        return len(notices) == PORTION_MAX

    async def _send(self, notice: Notice) -> Shown | Refused:
        channel = self._channels.get(notice.account.channel)
        if channel is None:
            return Refused(RefusedWhy.BAD, detail=f"no channel {notice.account.channel}")
        try:
            screen = self._word(notice)
        except Exception:
            log.exception("notice has no words", kind=notice.kind, notice=notice.id)
            return Refused(RefusedWhy.RATE, FAULT_RETRY_SECONDS, "it could not be put into words")
        shown = await channel.show(notice.account, screen, at=None)
        if isinstance(shown, Refused) and shown.why in {RefusedWhy.BLOCKED, RefusedWhy.GONE}:
            await self._mark_unreachable(notice.account)
        return shown

    async def _write_down(self, results: list[tuple[Notice, Shown | Refused]]) -> None:
        if not results:
            return
        async with self._store.write() as unit:
            now = self._clock.now()
            for notice, result in results:
                if isinstance(result, Shown):
                    await unit.outbox.set_sent(notice.id, now)
                elif (seconds := _retry_seconds(notice, result)) is not None:
                    due_at = now + timedelta(seconds=seconds)
                    await unit.outbox.set_retry(notice.id, due_at=due_at, reason=_reason(result))
                else:
                    await unit.outbox.set_failed(notice.id, reason=_reason(result), at=now)
            await unit.commit()
        for notice, result in results:
            self._metrics.notice_ended(_label(notice, result))


def _retry_seconds(notice: Notice, refused: Refused) -> float | None:
    """When to try again, or None to give up. What may have arrived is not sent twice."""
    if notice.attempts >= ATTEMPTS_MAX:
        return None
    if refused.why is RefusedWhy.RATE:
        return max(refused.retry_after, 1.0)
    if refused.why is RefusedWhy.WINDOW_CLOSED:
        return WINDOW_RETRY_SECONDS
    return None


def _reason(refused: Refused) -> str:
    return f"{refused.why.value}: {refused.detail}"[:200] if refused.detail else refused.why.value


def _label(notice: Notice, result: Shown | Refused) -> str:
    if isinstance(result, Shown):
        return "sent"
    return "failed" if _retry_seconds(notice, result) is None else "put off"
