"""When the next notices are due: spread evenly, at a rate that learns from what the messenger refuses."""

from collections.abc import Callable

from storage.hot_state.limits import (
    ASK_AGAIN_SECONDS_MIN,
    CLOSED_SECONDS,
    RATE_FACTOR_MIN,
    RATE_FACTOR_STEP,
    RATE_RECOVERY_SECONDS,
    Limits,
    Notices,
)

_ROUNDING_SECONDS = 0.000_001


class NoticeLane:
    """A schedule with one notice each 1/rate seconds; who comes a little late may catch up."""

    def __init__(self, limits: Limits, *, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self.rate = float(limits.overall)
        """A second, when nothing has slowed the lane down."""
        self._next_at = 0.0
        self._factor = 1.0
        self._slowed_at = 0.0
        self._paused_until = 0.0
        self._closed_until = 0.0

    @property
    def factor(self) -> float:
        """The part of the rate that holds now, at most 1.0."""
        return min(1.0, self._factor + (self._now() - self._slowed_at) / RATE_RECOVERY_SECONDS)

    def find_pause(self) -> float:
        """The seconds until notices may go at all; 0.0 if they may now."""
        return max(self._paused_until - self._now(), self._closed_until - self._now(), 0.0)

    def take(self, wanted: int) -> Notices:
        """How many of the notices that are wanted are due; they leave the schedule."""
        now, spacing = self._now(), 1 / (self.rate * self.factor)
        latest = now + self._limits.late_seconds
        next_at = max(self._next_at, now)
        due = int((latest - next_at + _ROUNDING_SECONDS) // spacing) + 1
        count = min(wanted, due)
        if count <= 0:
            return Notices(0, max(next_at - latest, ASK_AGAIN_SECONDS_MIN))
        self._next_at = next_at + count * spacing
        return Notices(count)

    def pause(self, seconds: float) -> None:
        """No notices for so long. The first one to tell of a pause slows the lane as well."""
        now = self._now()
        if self._paused_until <= now:
            self._factor = max(RATE_FACTOR_MIN, self.factor * RATE_FACTOR_STEP)
            self._slowed_at = now
        self._paused_until = max(self._paused_until, now + seconds)

    def close(self) -> None:
        """What was sent in the last second is not known: no notices until it does not matter any more."""
        self._closed_until = self._now() + CLOSED_SECONDS
