"""The last second as the messenger sees it: a slot for each message that may still count."""

import heapq
from collections.abc import Callable, Sequence

from storage.hot_state.limits import (
    ANSWER_WAIT_SECONDS_MAX,
    ASK_AGAIN_SECONDS_MAX,
    ASK_AGAIN_SECONDS_MIN,
    HELD_SECONDS_MAX,
    Notices,
    kept_for_answers,
)


class SlotWindow:
    """At most ``limit`` slots at once, but that answers go on when only answers hold them."""

    def __init__(self, limit: int, *, now: Callable[[], float]) -> None:
        self.limit = limit
        self._now = now
        self._until: dict[str, float] = {}
        self._ends: list[tuple[float, str]] = []
        """A heap of when slots end. Those that ended otherwise stay in it until their time comes."""
        self._notices: set[str] = set()
        self._waiting: dict[str, float] = {}
        """Answers that wait for a slot, in the order they came, each with when it gives up."""

    def __len__(self) -> int:
        return len(self._until)

    def take_answer(self, slot: str, *, waited_seconds: float) -> float:
        """0.0 and the slot is taken, or the seconds to ask again after."""
        now = self._clean()
        may_wait = ANSWER_WAIT_SECONDS_MAX - waited_seconds
        if len(self._until) >= self.limit and self._notices and may_wait > 0.0:
            self._waiting.setdefault(slot, now + may_wait + ASK_AGAIN_SECONDS_MAX)
            ahead = list(self._waiting).index(slot)
            return min(self._find_free_after(now, ahead), may_wait)
        self._waiting.pop(slot, None)
        self._hold(slot, now + HELD_SECONDS_MAX)
        return 0.0

    def take_notices(self, slots: Sequence[str]) -> Notices:
        """Takes the slots that are free, unless an answer waits for them.

        While answers hold some, a few are left free, so that the next answer need not wait for one.
        """
        now = self._clean()
        kept = kept_for_answers(self.limit) if len(self._until) > len(self._notices) else 0
        count = 0 if self._waiting else min(len(slots), self.limit - kept - len(self._until))
        if count <= 0:
            return Notices(0, self._find_free_after(now, len(self._waiting) + kept))
        for slot in slots[:count]:
            self._notices.add(slot)
            self._hold(slot, now + HELD_SECONDS_MAX)
        return Notices(count)

    def end(self, slot: str, counts_seconds: float) -> None:
        """The slot counts for so long from now; not at all if that is 0.0."""
        self._waiting.pop(slot, None)
        if counts_seconds > 0.0:
            self._hold(slot, self._now() + counts_seconds)
        else:
            self._until.pop(slot, None)
            self._notices.discard(slot)

    def _hold(self, slot: str, until: float) -> None:
        self._until[slot] = until
        heapq.heappush(self._ends, (until, slot))

    def _clean(self) -> float:
        now = self._now()
        while self._ends and self._ends[0][0] <= now:
            until, slot = heapq.heappop(self._ends)
            if self._until.get(slot) == until:
                del self._until[slot]
                self._notices.discard(slot)
        for slot in [slot for slot, until in self._waiting.items() if until <= now]:
            del self._waiting[slot]
        return now

    def _find_free_after(self, now: float, ahead: int) -> float:
        """When a slot comes free for one who has so many before it, as far as is known now."""
        needed = len(self._until) - self.limit + 1 + ahead
        first = heapq.nsmallest(needed, self._until.values())
        seconds = first[-1] - now if first else 0.0
        return min(max(seconds, ASK_AGAIN_SECONDS_MIN), ASK_AGAIN_SECONDS_MAX)
