"""The queue of updates that the bot has not confirmed yet."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.emulator.clock import Clock

MOST_PENDING = 100_000
FAR_ABOVE = 10
WEEK_SECONDS = 7 * 86_400
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Pending:
    """One update on its way. `lane` is the queue of the webhook that it must wait in."""

    update_id: int
    body: Any
    lane: str
    expires_at: float
    number: int = 0
    raw: bytes | None = None
    """What the webhook gets instead of the update: something that is no update at all."""


class UpdateQueue:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pending: OrderedDict[int, Pending] = OrderedDict()
        self._numbers = 0
        self._out_of_order = False
        self._last_at = clock.now()
        self.next_id = random.randrange(100_000_000, 900_000_000)
        self.allowed: list[str] = []
        self.listeners: list[Callable[[Pending], None]] = []
        self.added = 0
        self.expired = 0

    def __len__(self) -> int:
        return len(self._pending)

    def __iter__(self) -> Iterator[Pending]:
        return iter(list(self._pending.values()))

    def allows(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def take_id(self) -> int:
        """The next update's id; after a quiet week the row starts anew at random."""
        now = self._clock.now()
        if now - self._last_at > WEEK_SECONDS:
            self.next_id = random.randrange(100_000_000, 900_000_000)
        self._last_at = now
        self.next_id += 1
        return self.next_id - 1

    def add(self, pending: Pending) -> None:
        """Put an update at the end; one too many is dropped in silence, as the service does."""
        if len(self._pending) >= MOST_PENDING:
            return
        self._numbers += 1
        pending.number = self._numbers
        newest = next(reversed(self._pending.values()), None)
        if newest is not None and newest.update_id > pending.update_id:
            self._out_of_order = True
        self._pending[pending.number] = pending
        self.added += 1
        for listener in self.listeners:
            listener(pending)

    def remove(self, pending: Pending) -> None:
        self._pending.pop(pending.number, None)

    def clear(self) -> None:
        self._pending.clear()

    def confirm_below(self, offset: int) -> None:
        """Forget what was requested past."""
        if self._out_of_order:
            for pending in self:
                if pending.update_id < offset:
                    self.remove(pending)
            self._out_of_order = bool(self._pending)
            return
        while self._pending:
            first = next(iter(self._pending.values()))
            if first.update_id >= offset:
                return
            self.remove(first)

    def keep_last(self, count: int) -> None:
        while len(self._pending) > count:
            self._pending.popitem(last=False)

    def is_far_off(self, offset: int) -> bool:
        """An offset so far above the end that the service takes it for the head of the queue."""
        return offset > self.next_id + FAR_ABOVE

    def batch(self, limit: int) -> list[Any]:
        """The oldest updates that have not expired."""
        now = self._clock.now()
        batch: list[Any] = []
        gone: list[Pending] = []
        for pending in self._pending.values():
            if len(batch) == limit:
                break
            if pending.expires_at <= now:
                gone.append(pending)
            else:
                batch.append(pending.body)
        for pending in gone:
            self.expire(pending)
        return batch

    def expire(self, pending: Pending) -> None:
        self.expired += 1
        self.remove(pending)
