"""What one chat may get: a burst, and then one message a second."""

import itertools
from collections.abc import Callable

_FORGET_EVERY = 1000


class ChatBuckets:
    """A bucket for each chat that was spoken to lately."""

    def __init__(self, burst: int, *, now: Callable[[], float]) -> None:
        self._burst = burst
        self._now = now
        self._full_at: dict[str, float] = {}
        """When each chat's bucket will be full again; a chat that is not here has a full one."""
        self._paused_until: dict[str, float] = {}
        self._calls = itertools.count(1)

    def __len__(self) -> int:
        return len(self._full_at.keys() | self._paused_until.keys())

    def find_wait(self, chat: str) -> float:
        """The seconds until the next message may go; 0.0 if it may now."""
        now = self._now()
        full_at = max(self._full_at.get(chat, now), now) + 1.0
        return max(full_at - now - self._burst, self._paused_until.get(chat, now) - now, 0.0)

    def enter(self, chat: str) -> None:
        """Counts one message."""
        now = self._now()
        if next(self._calls) % _FORGET_EVERY == 0:
            self._forget(now)
        self._full_at[chat] = max(self._full_at.get(chat, now), now) + 1.0

    def pause(self, chat: str, seconds: float) -> None:
        """Nothing for so long, and one a second afterwards; a shorter pause does not end a longer one."""
        until = max(self._paused_until.get(chat, 0.0), self._now() + seconds)
        self._paused_until[chat] = until
        self._full_at[chat] = max(self._full_at.get(chat, 0.0), until + self._burst - 1)

    def _forget(self, now: float) -> None:
        for kept in (self._full_at, self._paused_until):
            for chat in [chat for chat, until in kept.items() if until <= now]:
                del kept[chat]
