"""How long a message's second lasts on our side of the line."""

import time
from collections.abc import Callable

COUNTED_SECONDS = 1.001
"""The second that the messenger counts, and a millisecond for clocks that are just being set right."""
SHARE = 0.8
MARGIN_SECONDS = 0.005
CREDIT_SECONDS_MAX = 0.2
"""What four fifths of a round trip of a quarter of a second come to."""
CALLS_MIN = 32
GENERATION_SECONDS = 60.0


class RoundTrips:
    """Remembers the shortest round trip of the last one or two minutes.

    A message arrives before the answer to it comes back, and the next one arrives after it was sent. So the
    second between two arrivals begins earlier, and ends later, than we see: by what the line needs there and
    back at the very least. The shortest round trip seen is only an estimate of that, and on a line of
    changing length too long a one; hence the share, the margin, and no credit before some calls were seen.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began_at = now()
        self._shortest = CREDIT_SECONDS_MAX / SHARE
        self._shortest_before = CREDIT_SECONDS_MAX / SHARE
        self._calls = 0

    def note(self, seconds: float) -> None:
        """A call was answered, so long after its turn came."""
        if self._now() >= self._began_at + GENERATION_SECONDS:
            self._began_at = self._now()
            self._shortest_before, self._shortest = self._shortest, CREDIT_SECONDS_MAX / SHARE
        self._shortest = min(self._shortest, seconds)
        self._calls += 1

    @property
    def counts_seconds(self) -> float:
        """So long a message counts from the moment its call was answered."""
        if self._calls < CALLS_MIN:
            return COUNTED_SECONDS
        shortest = min(self._shortest, self._shortest_before)
        return COUNTED_SECONDS - max(SHARE * shortest - MARGIN_SECONDS, 0.0)
