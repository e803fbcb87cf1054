"""Which deliveries go out now, and what follows from how it went."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tasks.model.identifiers import NoticeId
from tasks.model.notice import (
    Delivery,
    DeliveryState,
    Notice,
    NoticeStatus,
    Recipient,
    Tally,
)
from tasks.model.place import is_within
from tasks.noticing.clocks import quiet_until
from tasks.noticing.outdated import list_outdated
from tasks.noticing.own_messages import NOTICE_PAUSED, Manners, manners_of, say_about
from tasks.noticing.saying_again import not_lost, when_she_is_back
from tasks.ports import Change, Clock, Clockwork, Store, UnitOfWork

CANARY = 50
"""So many go first; the others follow if these went well."""
CANARY_FAILED_MIN = 10
CANARY_FAILED_SHARE = 0.5
"""In old lists up to a third of the people are gone; more than this is no chance."""
REFUSED_MAX = 3
"""A message that the messenger refuses so often in a row is refused for everybody."""
HOLD_SECONDS = 40.0
"""Longer than any sending takes: who is *sending* for so long belongs to a process that is gone."""
STALE_MAX = 500

_SETTLED = (
    DeliveryState.SENT,
    DeliveryState.UNKNOWN,
    DeliveryState.BLOCKED,
    DeliveryState.GONE,
    DeliveryState.REFUSED,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What goes out now."""

    notice: Notice | None
    """None: messages of the program itself."""
    deliveries: Sequence[Delivery]
    passed_over: int = 0
    """How many were looked at and are not to be sent now: there may be more behind them."""


@dataclass(frozen=True, slots=True)
class ListSending:
    """What has something to be sent or taken back now: None stands for the program's own messages and comes
    first, then notices, urgent ones before others.
    """

    store: Store
    clock: Clock

    async def __call__(self) -> Sequence[Notice | None]:
        async with self.store.read() as uow:
            now = self.clock.now()
            own = await uow.deliveries.has_due(None, now, DeliveryState.PLANNED)
            notices = [
                notice for notice in await uow.notices.list_active() if await _has_due(uow, notice, now)
            ]
        return [None, *notices] if own else notices


@dataclass(frozen=True, slots=True)
class TakeDeliveries:
    """Marks up to ``limit`` deliveries as *sending* and returns them; what must not go out now is settled.

    After the commit they are as good as sent: whoever took them and dies leaves them of unknown fate.
    """

    store: Store
    clock: Clock

    async def __call__(self, notice_id: NoticeId | None, limit: int) -> Taken:
        async with self.store.write() as uow:
            notice = None if notice_id is None else await uow.notices.find(notice_id)
            if notice_id is not None and (notice is None or notice.status is not NoticeStatus.SENDING):
                return Taken(notice, ())
            if notice is not None:
                limit = min(limit, _canary_left(await uow.notices.tally(notice.id)))
            now = self.clock.now()
            due = await uow.deliveries.lock_due(notice_id, now, limit) if limit > 0 else ()
            outdated = await list_outdated(uow, [each.delivery for each in due])
            held_back = {
                each.delivery.id: _instead(each, notice, now, outdated=each.delivery.id in outdated)
                for each in due
            }
            sending = [each.delivery for each in due if held_back[each.delivery.id] is None]
            changes = [change for change in held_back.values() if change is not None]
            changes += [Change(each.id, DeliveryState.SENDING, at=now) for each in sending]
            await uow.deliveries.change(changes)
            await uow.commit()
        return Taken(notice, sending, passed_over=len(due) - len(sending))


@dataclass(frozen=True, slots=True)
class SettleDeliveries:
    """Writes down how it went, and pauses a notice that goes wrong."""

    store: Store
    clock: Clock

    async def __call__(self, results: Sequence[Change]) -> None:
        if not results:
            return
        by_id = {result.delivery_id: result for result in results}
        async with self.store.write() as uow:
            # A press on the message itself, or a sweep, may have been quicker.
            open_ = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
            locked = [each for each in await uow.deliveries.lock(by_id) if each.state in open_]
            await uow.deliveries.change([not_lost(each, by_id[each.id], self.clock.now()) for each in locked])
            added: dict[NoticeId, Counter[DeliveryState]] = {}
            for each in locked:
                if each.notice_id is not None:
                    added.setdefault(each.notice_id, Counter())[by_id[each.id].state] += 1
            words = {
                each.notice_id: by_id[each.id].reason or "" for each in locked if _is_refused(by_id[each.id])
            }
            for notice_id in sorted(added):
                await self._judge(uow, notice_id, added[notice_id], words.get(notice_id, ""))
            await uow.commit()

    async def _judge(
        self, uow: UnitOfWork, notice_id: NoticeId, added: Counter[DeliveryState], words: str
    ) -> None:
        tally = await uow.notices.tally(notice_id)
        reason = _why_to_pause(tally, added, words)
        if not reason and tally.left:
            return
        notice = await uow.notices.lock(notice_id)
        if notice.status is not NoticeStatus.SENDING:
            return
        now = self.clock.now()
        if not tally.left:
            await uow.notices.save(replace(notice, status=NoticeStatus.DONE, ended_at=now))
            return
        paused = replace(notice, status=NoticeStatus.PAUSED, reason=reason)
        await uow.notices.save(paused)
        await tell_author(uow, paused, now)


@dataclass(frozen=True, slots=True)
class FinishNotices:
    """Ends notices that have nothing left to send; what was put off or skipped may have been the last."""

    store: Store
    clock: Clock

    async def __call__(self) -> int:
        async with self.store.read() as uow:
            sending = [n for n in await uow.notices.list_active() if n.status is NoticeStatus.SENDING]
            empty = [n.id for n in sending if not (await uow.notices.tally(n.id)).left]
        for notice_id in empty:
            async with self.store.write() as uow:
                notice = await uow.notices.lock(notice_id)
                if notice.status is NoticeStatus.SENDING and not (await uow.notices.tally(notice_id)).left:
                    ended = replace(notice, status=NoticeStatus.DONE, ended_at=self.clock.now())
                    await uow.notices.save(ended)
                    await uow.commit()
        return len(empty)


@dataclass(frozen=True, slots=True)
class SweepDeliveries:
    """Marks deliveries whose sender is gone as of *unknown* fate, or to be sent once more if they are the
    program's own; returns how many.

    With ``everything`` those just begun as well: for the only process there is, when it starts.
    """

    store: Store
    clock: Clock

    async def __call__(self, *, everything: bool = False) -> int:
        now = self.clock.now()
        hold = timedelta(seconds=HOLD_SECONDS)
        before = now + hold if everything else now - hold
        async with self.store.write() as uow:
            stale = await uow.deliveries.lock_stale(before, now + hold, STALE_MAX)
            unknown = [Change(each.id, DeliveryState.UNKNOWN, reason="its sender is gone") for each in stale]
            changes = [not_lost(each, change, now) for each, change in zip(stale, unknown, strict=True)]
            await uow.deliveries.change(changes)
            await uow.commit()
        return len(stale)


async def tell_author(uow: UnitOfWork, notice: Notice, now: datetime) -> None:
    """Asks to say to the author that the program has paused her notice."""
    if notice.author is None:
        return
    for worker in (await uow.workers.list_by_account([notice.author])).values():
        await say_about(uow, notice, worker, kind=NOTICE_PAUSED, now=now, reason=notice.reason)


async def _has_due(uow: UnitOfWork, notice: Notice, now: datetime) -> bool:
    match notice.status:
        case NoticeStatus.RETRACTING:
            return True
        case NoticeStatus.SENDING:
            return await uow.deliveries.has_due(notice.id, now, DeliveryState.PLANNED)
        case _:
            return False


def _canary_left(tally: Tally) -> int:
    """How many may be on their way: few until the first ones are known to have arrived."""
    settled = _settled(tally)
    if settled >= CANARY:
        return tally.total
    return CANARY - settled - tally.states[DeliveryState.SENDING]


def _settled(tally: Tally) -> int:
    return sum(tally.states[state] for state in _SETTLED)


def _instead(recipient: Recipient, notice: Notice | None, now: datetime, *, outdated: bool) -> Change | None:
    """What becomes of the delivery instead of being sent; None if it may go out now."""
    delivery_id = recipient.delivery.id
    if outdated:
        return Change(delivery_id, DeliveryState.SKIPPED, reason="no longer true")
    manners = manners_of(recipient.delivery.kind)
    if reason := _why_to_skip(recipient, notice, manners):
        return Change(delivery_id, DeliveryState.SKIPPED, reason=reason)
    if not recipient.reachable and notice is not None:
        return Change(delivery_id, DeliveryState.BLOCKED, reason="blocked before it was sent")
    if not recipient.reachable:
        return when_she_is_back(delivery_id, now, reason="she cannot be reached")
    urgent = manners.urgent if notice is None else notice.urgent
    clockwork = Clockwork(recipient.time_zone, recipient.quiet_from, recipient.quiet_until)
    if not urgent and (end := quiet_until(clockwork, now)) is not None:
        return Change(delivery_id, DeliveryState.PLANNED, due_at=end)
    return None


def _why_to_skip(recipient: Recipient, notice: Notice | None, manners: Manners) -> str:
    """Why it is not for her any more; empty if it is."""
    if not recipient.active and (notice is not None or manners.to_workers_only):
        return "left"
    if recipient.reachable and notice is not None and not _is_meant(recipient, notice):
        return "moved away"
    kind = manners.kind if notice is None else notice.kind
    return "silenced" if recipient.reachable and kind in recipient.silenced else ""


def _is_meant(recipient: Recipient, notice: Notice) -> bool:
    """Whether she still lives where the notice is for."""
    places = notice.audience.places or (notice.scope,)
    return is_within(recipient.place, notice.scope) and any(is_within(recipient.place, p) for p in places)


def _why_to_pause(tally: Tally, added: Counter[DeliveryState], words: str) -> str:
    """The reason to pause, if the deliveries that were just settled have crossed a line; else nothing.

    A line is crossed once: a supervisor who lets the notice go on is not asked about it again.
    """
    refused, sent = tally.states[DeliveryState.REFUSED], tally.states[DeliveryState.SENT]
    if refused // REFUSED_MAX > (refused - added[DeliveryState.REFUSED]) // REFUSED_MAX and sent <= refused:
        return f"refused: {words}"
    settled = _settled(tally)
    before = settled - sum(added[state] for state in _SETTLED)
    if before < CANARY <= settled or (before < CANARY and not tally.left):
        failed = tally.failed
        if failed >= CANARY_FAILED_MIN and failed >= CANARY_FAILED_SHARE * settled:
            return "failures"
    return ""


def _is_refused(change: Change) -> bool:
    return change.state is DeliveryState.REFUSED
