"""Whether the messenger is heard at all: while it is not, one call finds out, and the others wait."""

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

SILENT_IN_ROW_MAX = 4
"""After so many calls in a row of which nothing was heard, the line is taken for broken."""
BROKEN_SECONDS_MIN, BROKEN_SECONDS_MAX = 2.0, 60.0
DOUBLINGS_MAX = 10


class Hearing:
    """Learns from each call that ended. Times are of the monotonic clock."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._silent_in_row = 0
        self._news_at = 0.0
        self._broken_until = 0.0

    @property
    def is_broken(self) -> bool:
        """Nothing should be sent for now."""
        return self._now() < self._broken_until

    @property
    def is_doubtful(self) -> bool:
        """One call at a time is enough, until it is heard of."""
        return self._silent_in_row >= SILENT_IN_ROW_MAX

    def note(self, begun_at: float, *, heard: bool) -> None:
        """A call ended that had begun then; ``heard`` if anything came back, a refusal as well."""
        if heard:
            self._silent_in_row, self._news_at, self._broken_until = 0, self._now(), 0.0
            return
        if begun_at < self._news_at:
            # Many calls are on their way side by side: one that began before the last news adds nothing.
            return
        self._silent_in_row += 1
        if self.is_doubtful:
            self._news_at = self._now()
            doublings = min(self._silent_in_row - SILENT_IN_ROW_MAX, DOUBLINGS_MAX)
            pause = min(BROKEN_SECONDS_MIN * 2**doublings, BROKEN_SECONDS_MAX)
            self._broken_until = self._now() + pause
            log.warning("nothing is heard from the messenger, notices wait", again_in_seconds=pause)
