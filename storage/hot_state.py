"""What may be forgotten at any moment: who sent how much in the last seconds. In Redis, or in memory."""

import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from redis.asyncio import Redis

WINDOW_SECONDS = 1.05
"""A little more than the second that counts, for what the line adds to one message and not to another."""
_FORGET_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast messages may leave."""

    chat_burst: int = 120
    """Messages that one chat may get at once; afterwards one a second.

    So a worker who taps twice a second is not kept waiting for two minutes, unless her messenger minds.
    """
    overall: int = 30
    """Messages to all chats in any second."""


class HotState(Protocol):
    """Turns to send. Every process of one bot that shares it shares the limits."""

    async def take_turn(self, chat: str, *, waits_for_all: bool) -> float:
        """0.0 if the caller may send now, and the sending is counted; else the seconds to ask again after.

        With ``waits_for_all`` the limit over all chats holds as well; without it the message is only counted.
        """

    async def pause(self, chat: str, seconds: float) -> None:
        """No turns for that chat for so long, and one a second afterwards, until it was quiet for a while.

        A shorter pause does not end a longer one.
        """

    async def find_pause(self, chat: str) -> float:
        """How many seconds that chat is still paused; 0.0 if it is not."""


class MemoryHotState:
    """For one process."""

    def __init__(self, limits: Limits, *, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._now = now
        self._full_at: dict[str, float] = {}
        """When each chat's bucket will be full again; a chat that is not here has a full one."""
        self._paused_until: dict[str, float] = {}
        self._sent: deque[float] = deque()
        self._calls = itertools.count(1)

    async def take_turn(self, chat: str, *, waits_for_all: bool) -> float:
        now = self._now()
        if next(self._calls) % _FORGET_EVERY == 0:
            self._forget(now)
        while self._sent and self._sent[0] <= now - WINDOW_SECONDS:
            self._sent.popleft()
        full_at = max(self._full_at.get(chat, now), now) + 1.0
        wait = max(full_at - now - self._limits.chat_burst, self._paused_until.get(chat, now) - now, 0.0)
        if waits_for_all and len(self._sent) >= self._limits.overall:
            wait = max(wait, self._sent[-self._limits.overall] + WINDOW_SECONDS - now)
        if wait <= 0.0:
            self._full_at[chat] = full_at
            self._sent.append(now)
        return wait

    async def pause(self, chat: str, seconds: float) -> None:
        until = max(self._paused_until.get(chat, 0.0), self._now() + seconds)
        self._paused_until[chat] = until
        self._full_at[chat] = max(self._full_at.get(chat, 0.0), until + self._limits.chat_burst - 1)

    async def find_pause(self, chat: str) -> float:
        return max(self._paused_until.get(chat, 0.0) - self._now(), 0.0)

    def _forget(self, now: float) -> None:
        for kept in (self._full_at, self._paused_until):
            for chat in [chat for chat, until in kept.items() if until <= now]:
                del kept[chat]


# The same rules as above, in one step on the server and by the server's clock.
_TAKE_TURN = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local burst, overall, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - window)
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + 1
local wait = math.max(full_at - now - burst, tonumber(redis.call('GET', KEYS[2]) or now) - now, 0)
if ARGV[4] == '1' and redis.call('ZCARD', KEYS[3]) >= overall then
  local first = redis.call('ZRANGE', KEYS[3], -overall, -overall, 'WITHSCORES')
  wait = math.max(wait, tonumber(first[2]) + window - now)
end
if wait <= 0 then
  redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'EX', burst + 2)
  redis.call('ZADD', KEYS[3], string.format('%.6f', now), ARGV[5])
  redis.call('EXPIRE', KEYS[3], 5)
end
return string.format('%.6f', wait)
"""
_PAUSE = """
local clock = redis.call('TIME')
local wanted = clock[1] + clock[2] / 1000000 + tonumber(ARGV[1])
local burst = tonumber(ARGV[2])
if wanted > tonumber(redis.call('GET', KEYS[1]) or 0) then
  redis.call('SET', KEYS[1], string.format('%.6f', wanted), 'EX', math.ceil(ARGV[1]) + 1)
end
if wanted + burst - 1 > tonumber(redis.call('GET', KEYS[2]) or 0) then
  redis.call('SET', KEYS[2], string.format('%.6f', wanted + burst - 1), 'EX', math.ceil(ARGV[1]) + burst + 2)
end
"""
_FIND_PAUSE = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
return string.format('%.6f', math.max(tonumber(redis.call('GET', KEYS[1]) or now) - now, 0))
"""


class RedisHotState:
    """For several processes of one bot. Raises what Redis raises: the caller decides what then happens."""

    def __init__(self, redis: Redis, limits: Limits, *, prefix: str = "tapwork:") -> None:
        self._limits = limits
        self._prefix = prefix
        self._take_turn = redis.register_script(_TAKE_TURN)
        self._pause = redis.register_script(_PAUSE)
        self._find_pause = redis.register_script(_FIND_PAUSE)
        self._process = secrets.token_hex(4)
        self._numbers = itertools.count()

    async def take_turn(self, chat: str, *, waits_for_all: bool) -> float:
        wait = await self._take_turn(
            keys=[self._key("bucket", chat), self._key("pause", chat), f"{self._prefix}sent"],
            args=[
                self._limits.chat_burst,
                self._limits.overall,
                WINDOW_SECONDS,
                int(waits_for_all),
                f"{self._process}:{next(self._numbers)}",
            ],
        )
        return max(float(wait), 0.0)

    async def pause(self, chat: str, seconds: float) -> None:
        keys = [self._key("pause", chat), self._key("bucket", chat)]
        await self._pause(keys=keys, args=[max(seconds, 0.001), self._limits.chat_burst])

    async def find_pause(self, chat: str) -> float:
        return float(await self._find_pause(keys=[self._key("pause", chat)]))

    def _key(self, kind: str, chat: str) -> str:
        return f"{self._prefix}{kind}:{chat}"


def connect_redis(url: str) -> Redis:
    """A client that rather fails quickly than keeps a worker waiting."""
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
