"""How fast messages leave: what one chat and the whole bot may send, before Telegram has to say so."""

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from bot.nursery import Nursery
from bot.round_trips import RoundTrips
from storage.hot_state import HotState, Limits, MemoryHotState, Notices, Wait

log = structlog.get_logger(__name__)

T = TypeVar("T")

REDIS_REST_SECONDS = 5.0
"""How long Redis is left alone after it failed."""
OWN_SHARE_SECONDS = REDIS_REST_SECONDS + 2.0
"""So long a process keeps to its own share after Redis is back: others may not have noticed yet."""
FLUSH_SECONDS = 0.05
"""How long Redis may not know of an ended turn."""
PAUSE_JITTER_SECONDS = 0.5


class Lane(StrEnum):
    """Who waits for whom."""

    ANSWERS = "answers"
    """To what somebody just did: goes first, and waits only for its own chat, or a moment for a notice."""
    NOTICES = "notices"
    """Nobody waits for it: goes when no answer wants to, spread evenly."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to make one call. It must be ended, or given back if nothing was sent."""

    slot: str
    taken_at: float


class Pacing:
    """Gives turns to send. Without Redis, or when it is gone, each process keeps the limits by itself."""

    def __init__(self, limits: Limits, nursery: Nursery, shared: HotState | None = None) -> None:
        self._limits = limits
        self._nursery = nursery
        self._own = MemoryHotState(limits)
        self._shared = shared
        self._shared_again_at = 0.0
        """When a Redis that failed is asked again; 0.0 while it works."""
        self._whole_again_at = 0.0
        """Until when this process keeps to its own share of the limit."""
        self._flushing = False
        self._round_trips = RoundTrips()
        # Several processes share the slots, so their names must differ.
        self._name = f"{random.getrandbits(48):012x}"
        self._numbers = itertools.count()

    async def warm_up(self) -> None:
        """Shows Redis that this process is there. Call it at the start.

        Notices wait a second after Redis was found empty; so the second passes while the process starts.
        """
        await self._ask_shared(lambda shared: shared.greet())

    async def flush(self) -> None:
        """Tells Redis now of all turns that ended, so that nobody waits for them. Call it at the end."""
        await self._ask_shared(lambda shared: shared.flush())

    async def wait_turn(self, chat: str, *, patience_seconds: float) -> Turn | float:
        """For an answer: its turn, or the seconds it would still take if that is longer than the patience.

        The patience is for the chat. For a slot that a notice holds an answer waits a second at most.
        """
        deadline = time.monotonic() + patience_seconds
        slot = self._new_slot(Lane.ANSWERS)
        waits_since: float | None = None
        try:
            while True:
                waited_seconds = 0.0 if waits_since is None else time.monotonic() - waits_since
                wait = await self._ask_for_answer(slot, chat, waited_seconds)
                if wait.is_over:
                    return Turn(slot, time.monotonic())
                if wait.chat_seconds and time.monotonic() + wait.chat_seconds > deadline:
                    return wait.chat_seconds
                if wait.slot_seconds and waits_since is None:
                    waits_since = time.monotonic()
                await asyncio.sleep(wait.chat_seconds or wait.slot_seconds)
        except BaseException:
            # Whoever asked went away; nobody is to wait for this slot, or behind it.
            self._let_count(slot, 0.0)
            raise

    async def take_notice_turns(self, wanted: int) -> Sequence[Turn] | float:
        """For notices: 1..wanted turns to be used right now, or the seconds to ask again after (> 0)."""
        self._keep_share()
        slots = [self._new_slot(Lane.NOTICES) for _ in range(wanted)]
        shared = self._find_shared()
        if shared is None:
            given = await self._own.take_notices(slots)
        else:
            given = await self._ask_for_notices(slots, shared)
        if not given.count:
            return given.ask_again_seconds
        now = time.monotonic()
        return [Turn(slot, now) for slot in slots[: given.count]]

    async def enter_chats(self, chats: Sequence[str]) -> Sequence[float]:
        """Counts one notice into each chat's bucket: 0.0, or (not counted) the seconds it still waits."""
        waits = await self._ask_shared(lambda shared: shared.enter_chats(chats))
        return await self._own.enter_chats(chats) if waits is None else waits

    def end(self, *turns: Turn) -> None:
        """Their calls were answered just now, or failed and may have been heard."""
        now = time.monotonic()
        for turn in turns:
            self._round_trips.note(now - turn.taken_at)
        for turn in turns:
            self._let_count(turn.slot, self._round_trips.counts_seconds)

    def give_back(self, *turns: Turn) -> None:
        """Nothing was sent on them."""
        for turn in turns:
            self._let_count(turn.slot, 0.0)

    async def obey(self, chat: str, lane: Lane, seconds: float) -> None:
        """Telegram said "too many": that chat waits. If a notice met it, all notices do, and slow down."""
        # This process remembers it too, for the case that Redis goes or is emptied.
        await self._own.pause_chat(chat, seconds)
        await self._ask_shared(lambda shared: shared.pause_chat(chat, seconds))
        if lane is Lane.NOTICES:
            lane_seconds = seconds + random.uniform(0.0, PAUSE_JITTER_SECONDS)
            await self._own.pause_notices(lane_seconds)
            await self._ask_shared(lambda shared: shared.pause_notices(lane_seconds))

    async def _ask_for_answer(self, slot: str, chat: str, waited_seconds: float) -> Wait:
        self._keep_share()
        shared = self._find_shared()
        if shared is None:
            return await self._own.take_answer(slot, chat, waited_seconds=waited_seconds)
        # The own window goes first: whatever Redis forgets, one process alone never exceeds the limit.
        if seconds := self._own.window.take_answer(slot, waited_seconds=waited_seconds):
            return Wait(slot_seconds=seconds)
        wait = None
        try:
            wait = await self._ask_shared(
                lambda shared: shared.take_answer(slot, chat, waited_seconds=waited_seconds)
            )
        finally:
            if wait is None or not wait.is_over:
                self._own.window.end(slot, 0.0)
        if wait is None:
            # Nobody knows whether Redis has given it.
            shared.end(slot, 0.0)
            return await self._own.take_answer(slot, chat, waited_seconds=waited_seconds)
        return wait

    async def _ask_for_notices(self, slots: Sequence[str], shared: HotState) -> Notices:
        if seconds := self._own.lane.find_pause():
            return Notices(0, seconds)
        free = self._own.window.take_notices(slots)
        if not free.count:
            return free
        given = None
        try:
            given = await self._ask_shared(lambda shared: shared.take_notices(slots[: free.count]))
        finally:
            count = 0 if given is None else given.count
            for slot in slots[count : free.count]:
                self._own.window.end(slot, 0.0)
                if given is None:
                    # Nobody knows whether Redis has given it.
                    shared.end(slot, 0.0)
        return await self._own.take_notices(slots) if given is None else given

    def _let_count(self, slot: str, seconds: float) -> None:
        self._own.end(slot, seconds)
        if self._shared is None:
            return
        self._shared.end(slot, seconds)
        if not self._flushing:
            self._flushing = True
            self._nursery.start(self._flush_soon(), name="tell redis of ended turns")

    async def _flush_soon(self) -> None:
        try:
            await asyncio.sleep(FLUSH_SECONDS)
        finally:
            self._flushing = False
        await self.flush()

    def _find_shared(self) -> HotState | None:
        """What the processes share, or None if there is none now."""
        return self._shared if time.monotonic() >= self._shared_again_at else None

    async def _ask_shared(self, ask: Callable[[HotState], Awaitable[T]]) -> T | None:
        """What Redis says, or None if there is none now."""
        shared = self._find_shared()
        if shared is None:
            return None
        if self._shared_again_at:
            # One tries; the others need not wait with it.
            self._shared_again_at = time.monotonic() + REDIS_REST_SECONDS
        try:
            answer = await ask(shared)
        except (RedisError, OSError) as error:
            self._go_alone(error, shared.processes)
            return None
        if self._shared_again_at:
            log.info("redis is back, pacing is shared again")
            self._shared_again_at = 0.0
            self._whole_again_at = time.monotonic() + OWN_SHARE_SECONDS
        return answer

    def _go_alone(self, error: Exception, processes: int) -> None:
        if not self._shared_again_at:
            log.warning("redis is gone, each process paces by itself", error=str(error), processes=processes)
            # What the other processes sent in the last second is in nobody's window now.
            self._own.lane.close()
        self._shared_again_at = time.monotonic() + REDIS_REST_SECONDS
        self._whole_again_at = float("inf")
        self._own.limit_to(max(1, self._limits.overall // processes))

    def _new_slot(self, lane: Lane) -> str:
        """A name that no other process uses. Redis reads the lane from its first letter."""
        return f"{lane[0]}:{self._name}:{next(self._numbers)}"

    def _keep_share(self) -> None:
        if self._whole_again_at and time.monotonic() >= self._whole_again_at:
            self._whole_again_at = 0.0
            self._own.limit_to(self._limits.overall)
