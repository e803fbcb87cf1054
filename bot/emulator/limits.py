"""How much a bot may send: a bucket for each chat, and a sliding second over all chats."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from bot.emulator.clock import Clock
from bot.emulator.errors import flood

SWEEP_AT_CHATS = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What the emulator enforces; None switches a limit off. Rates count sends and edits alike."""

    chat_per_second: float | None = 1.0
    chat_burst: int = 20
    total_per_second: int | None = None
    media_edit_seconds: float = 0.005
    """How long an edit of media is under way, in real seconds: a second one within cancels the first."""
    callback_seconds: float = 150.0
    update_seconds: float = 86_400.0
    delete_seconds: float = 172_800.0


@dataclass(slots=True)
class Bucket:
    tokens: float
    at: float


class SendMeter:
    """Refuses what goes too fast, and knows how fast it went."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._buckets: dict[int, Bucket] = {}
        self._second: deque[float] = deque()
        self.sent = 0
        self.refused = 0
        self.most_in_a_second = 0

    def reset(self) -> None:
        self._buckets.clear()
        self._second.clear()
        self.sent = self.refused = self.most_in_a_second = 0

    def spend(self, chat_id: int, messages: int = 1) -> None:
        """Count these messages into this chat, or refuse them all with 429."""
        now = self._clock.now()
        while self._second and self._second[0] <= now - 1:
            self._second.popleft()
        wait_seconds = max(self._wait_for_total(now, messages), self._wait_for_chat(chat_id, now, messages))
        if wait_seconds > 0:
            self.refused += 1
            raise flood(max(1, math.ceil(wait_seconds)))
        if self.limits.chat_per_second is not None:
            self._buckets[chat_id].tokens -= messages
        self._second.extend([now] * messages)
        self.sent += messages
        self.most_in_a_second = max(self.most_in_a_second, len(self._second))

    def _wait_for_total(self, now: float, messages: int) -> float:
        most = self.limits.total_per_second
        if most is None or len(self._second) + messages <= most:
            return 0.0
        return self._second[0] + 1 - now if self._second else 1.0

    def _wait_for_chat(self, chat_id: int, now: float, messages: int) -> float:
        rate = self.limits.chat_per_second
        if rate is None:
            return 0.0
        if len(self._buckets) > SWEEP_AT_CHATS:
            self._forget_full_buckets(now, rate)
        burst = self.limits.chat_burst
        bucket = self._buckets.setdefault(chat_id, Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        missing = messages - bucket.tokens
        return missing / rate if missing > 0 else 0.0

    def _forget_full_buckets(self, now: float, rate: float) -> None:
        burst = self.limits.chat_burst
        self._buckets = {
            chat_id: bucket
            for chat_id, bucket in self._buckets.items()
            if bucket.tokens + (now - bucket.at) * rate < burst
        }
