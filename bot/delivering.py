"""Sends deliveries: of notices, and what the program itself has to say. Answers to people always go first.

The order of things is what keeps a message from being doubled or forgotten: a turn to send, then the mark
*sending* in the database, then the call, then how it went. Whoever dies in between leaves the few that were
on their way marked as *sending*; a sweep makes them *unknown*, and only a supervisor sends those again.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.delivery_outcomes import after_bringing, after_fault, after_taking_back, put_off
from bot.delivery_results import DeliveryResults
from bot.hearing import Hearing
from bot.metrics import Metrics
from bot.nursery import Nursery
from bot.pacing import Lane, Pacing, Turn
from handlers.screens import Courier, MessageRef, Refused, RefusedWhy, Screen, Shown
from tasks.model.identifiers import AccountKey, NoticeId
from tasks.model.notice import Delivery, Notice, NoticeStatus
from tasks.noticing.sending import ListSending, TakeDeliveries
from tasks.noticing.taking_back import TakeBackDeliveries
from tasks.ports import Change, Clock

log = structlog.get_logger(__name__)

ON_THEIR_WAY_MAX = 60
"""Messages of one process that are on their way at once: so many may be of unknown fate if it dies."""
PORTION_MAX = 30
REST_SECONDS_MAX = 0.25
"""Looks again after so long: a notice may have been paused meanwhile."""
BUSY_REST_SECONDS = 0.03
FINISH_SECONDS_MAX = 15.0


@dataclass(frozen=True, slots=True)
class DeliveryCases:
    """The use cases that choose what goes out."""

    list_sending: ListSending
    take: TakeDeliveries
    take_back: TakeBackDeliveries


class Deliverer:
    """Sends as fast as the pacing allows, whatever number of processes do the same."""

    def __init__(
        self,
        *,
        cases: DeliveryCases,
        results: DeliveryResults,
        couriers: Mapping[str, Courier],
        word: Callable[[Delivery, Notice | None], Screen],
        taken_back: Callable[[Notice, str], str],
        mark_unreachable: Callable[[AccountKey], Awaitable[None]],
        pacing: Pacing,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """``couriers`` by the name of their channel. ``word`` puts a delivery into words, ``taken_back`` says
        (by notice and language) what stands in place of one that can no longer be deleted.
        """
        self._cases = cases
        self._results = results
        self._couriers = couriers
        self._word = word
        self._taken_back = taken_back
        self._mark_unreachable = mark_unreachable
        self._pacing = pacing
        self._clock = clock
        self._metrics = metrics
        self._nursery = Nursery()
        self._rounds = 0
        self._hearing = Hearing()
        self._on_their_way: Counter[NoticeId | None] = Counter()

    async def send_due(self) -> bool:
        """Sends one portion; True if there may be more. Made to be a job."""
        sources = await self._cases.list_sending()
        if not sources:
            return False
        self._rounds += 1
        source = _choose(sources, self._rounds)
        room = await self._room(source)
        if room <= 0:
            await asyncio.sleep(BUSY_REST_SECONDS)
            return True
        turns = await self._pacing.take_notice_turns(room)
        if isinstance(turns, float):
            await asyncio.sleep(min(turns, REST_SECONDS_MAX))
            return True
        if isinstance(source, Notice) and source.status is NoticeStatus.RETRACTING:
            await self._take_back(source, turns)
        else:
            await self._send(source, turns)
        return True

    async def finish(self) -> None:
        """Waits for what is on its way and writes it down; nothing new may be sent any more."""
        await self._nursery.stop(grace_seconds=FINISH_SECONDS_MAX)
        await self._results.finish()

    async def _room(self, source: Notice | None) -> int:
        """How many more may be on their way now; one to try with, where it is not sure that all will do."""
        if self._hearing.is_broken:
            return 0
        on_their_way = len(self._nursery)
        if self._hearing.is_doubtful:
            return 0 if on_their_way else 1
        if source is not None and not await self._is_ready(source):
            # Those of other notices may take as long as they like.
            return 0 if self._on_their_way[source.id] else 1
        return min(PORTION_MAX, ON_THEIR_WAY_MAX - on_their_way)

    async def _is_ready(self, source: Notice) -> bool:
        """Whether many may get it at once: its picture must have reached the messenger with one of them."""
        if source.picture is None and source.voice is None:
            return True
        sample = Screen(text="", picture=source.picture, voice=source.voice)
        return all([await courier.is_ready(sample) for courier in self._couriers.values()])

    async def _send(self, source: Notice | None, turns: Sequence[Turn]) -> None:
        try:
            taken = await self._cases.take(None if source is None else source.id, len(turns))
        except BaseException:
            self._pacing.give_back(*turns)
            raise
        self._pacing.give_back(*turns[len(taken.deliveries) :])
        if not taken.deliveries:
            # The first ones of a notice are on their way; the others wait for how these go.
            await asyncio.sleep(0.0 if taken.passed_over else BUSY_REST_SECONDS)
            return
        waits = await self._pacing.enter_chats([each.account.external_id for each in taken.deliveries])
        for delivery, turn, wait in zip(taken.deliveries, turns, waits, strict=False):
            if wait:
                self._pacing.give_back(turn)
                self._note(put_off(delivery, self._clock.now(), wait, reason="her chat is paused"))
            else:
                self._on_their_way[delivery.notice_id] += 1
                self._nursery.start(self._bring(delivery, taken.notice, turn), name="bring a delivery")

    async def _bring(self, delivery: Delivery, notice: Notice | None, turn: Turn) -> None:
        try:
            outcome = await self._call(delivery, notice)
        finally:
            self._pacing.end(turn)
            self._on_their_way[delivery.notice_id] -= 1
        if outcome is None:
            self._note(after_fault(delivery, self._clock.now(), reason="a fault of ours, see the log"))
            return
        self._note(after_bringing(delivery, outcome, self._clock.now()))
        await self._learn(delivery, outcome, turn)

    async def _call(self, delivery: Delivery, notice: Notice | None) -> Shown | Refused | None:
        """How it went; None if the fault is ours and nothing has left."""
        courier = self._couriers.get(delivery.account.channel)
        if courier is None:
            return Refused(RefusedWhy.BAD, detail=f"no channel {delivery.account.channel}")
        try:
            return await courier.bring(delivery.account, self._word(delivery, notice))
        except Exception:
            # A courier raises only what breaks before anything has left, such as the look for a picture.
            log.exception("delivery not brought", kind=delivery.kind, delivery=delivery.id)
            return None

    async def _take_back(self, notice: Notice, turns: Sequence[Turn]) -> None:
        try:
            deliveries = await self._cases.take_back(notice.id, len(turns))
        except BaseException:
            self._pacing.give_back(*turns)
            raise
        self._pacing.give_back(*turns[len(deliveries) :])
        if not deliveries:
            await asyncio.sleep(REST_SECONDS_MAX)
        for delivery, turn in zip(deliveries, turns, strict=False):
            self._nursery.start(self._take_one_back(delivery, notice, turn), name="take a delivery back")

    async def _take_one_back(self, delivery: Delivery, notice: Notice, turn: Turn) -> None:
        courier = self._couriers.get(delivery.account.channel)
        try:
            if courier is None or delivery.chat is None or delivery.message is None:
                outcome: Shown | Refused = Refused(RefusedWhy.BAD, detail="its message is not known")
            else:
                has_picture = notice.picture is not None or notice.voice is not None
                at = MessageRef(delivery.chat, delivery.message, has_picture=has_picture)
                outcome = await courier.take_back(at, self._taken_back(notice, delivery.language))
        finally:
            self._pacing.end(turn)
        if (change := after_taking_back(delivery, outcome)) is not None:
            self._results.note_taken_back(change)
        await self._learn(delivery, outcome, turn)

    def _note(self, change: Change) -> None:
        self._results.note(change)
        self._metrics.delivery_ended(change.state.value)

    async def _learn(self, delivery: Delivery, outcome: Shown | Refused, turn: Turn) -> None:
        """What one call says about the others."""
        why = outcome.why if isinstance(outcome, Refused) else None
        if isinstance(outcome, Refused) and why is RefusedWhy.RATE:
            await self._pacing.obey(delivery.account.external_id, Lane.NOTICES, outcome.retry_after)
        if why in (RefusedWhy.BLOCKED, RefusedWhy.GONE):
            await self._mark_unreachable(delivery.account)
        silent = why in (RefusedWhy.UNKNOWN, RefusedWhy.NOT_REACHED)
        self._hearing.note(turn.taken_at, heard=not silent)


def _choose(sources: Sequence[Notice | None], rounds: int) -> Notice | None:
    """The program's own messages first, then urgent notices; among the others each in its turn."""
    first = sources[0]
    if first is None or first.urgent:
        return first
    return sources[rounds % len(sources)]
