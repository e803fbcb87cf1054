"""The limits of several processes of one bot, kept by Redis and by its clock alone."""

import json
import secrets
import time
from collections import deque
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from storage.hot_state import limits as rules
from storage.hot_state.limits import Limits, Notices, Wait

ENDED_PER_CALL_MAX = 1000
PROCESS_SECONDS = 10.0
"""A process that was silent for so long counts as gone."""


class RedisHotState:
    """Implements ``HotState``. Raises what Redis raises: the caller decides what then happens."""

    def __init__(self, redis: Redis, limits: Limits, *, prefix: str = "tapwork:") -> None:
        self._prefix = prefix
        self._process = secrets.token_hex(4)
        self._processes = 1
        self._ended: deque[tuple[str, float]] = deque()
        """Slots to be told of, each with the moment of this process's clock until which it counts."""
        self._keys = [f"{prefix}{name}" for name in ("slots", "notices", "waiting", "processes", "lane")]
        self._rules = {
            "process": self._process,
            "process_seconds": PROCESS_SECONDS,
            "overall": limits.overall,
            "kept_for_answers": rules.kept_for_answers(limits.overall),
            "chat_burst": limits.chat_burst,
            "late_seconds": limits.late_seconds,
            "held_seconds_max": rules.HELD_SECONDS_MAX,
            "answer_wait_seconds_max": rules.ANSWER_WAIT_SECONDS_MAX,
            "closed_seconds": rules.CLOSED_SECONDS,
            "ask_again_seconds_min": rules.ASK_AGAIN_SECONDS_MIN,
            "ask_again_seconds_max": rules.ASK_AGAIN_SECONDS_MAX,
            "factor_min": rules.RATE_FACTOR_MIN,
            "factor_step": rules.RATE_FACTOR_STEP,
            "recovery_seconds": rules.RATE_RECOVERY_SECONDS,
        }
        self._take_answer = _script(redis, "window", "chats", "take_answer")
        self._take_notices = _script(redis, "window", "lane", "take_notices")
        self._enter_chats = _script(redis, "window", "chats", "enter_chats")
        self._greet = _script(redis, "window", "greet")
        self._pause_chat = _script(redis, "window", "chats", "pause_chat")
        self._pause_notices = _script(redis, "window", "lane", "pause_notices")

    @property
    def processes(self) -> int:
        """How many processes of this bot were alive when Redis was last asked."""
        return self._processes

    async def take_answer(self, slot: str, chat: str, *, waited_seconds: float) -> Wait:
        found = await self._run(
            self._take_answer, self._chat_keys(chat), {"slot": slot, "waited_seconds": waited_seconds}
        )
        return Wait(float(found["chat_seconds"]), float(found["slot_seconds"]))

    async def take_notices(self, slots: Sequence[str]) -> Notices:
        found = await self._run(self._take_notices, [], {"wanted": list(slots)})
        return Notices(int(found["count"]), float(found["ask_again_seconds"]))

    async def enter_chats(self, chats: Sequence[str]) -> list[float]:
        if not chats:
            return []
        keys = [key for chat in chats for key in self._chat_keys(chat)]
        found = await self._run(self._enter_chats, keys, {"chats": len(chats)})
        return [float(seconds) for seconds in found["waits"]]

    def end(self, slot: str, counts_seconds: float) -> None:
        now = time.monotonic()
        self._ended.append((slot, now + counts_seconds))
        # If Redis is gone for long: what is older than this it has forgotten by itself.
        while self._ended[0][1] < now - rules.HELD_SECONDS_MAX:
            self._ended.popleft()

    async def greet(self) -> None:
        await self._run(self._greet, [], {})

    async def flush(self) -> None:
        if self._ended:
            await self.greet()

    async def pause_chat(self, chat: str, seconds: float) -> None:
        await self._run(self._pause_chat, self._chat_keys(chat), {"seconds": max(seconds, 0.001)})

    async def pause_notices(self, seconds: float) -> None:
        await self._run(self._pause_notices, [], {"seconds": seconds})

    def _chat_keys(self, chat: str) -> list[str]:
        return [f"{self._prefix}bucket:{chat}", f"{self._prefix}pause:{chat}"]

    async def _run(self, script: AsyncScript, keys: Sequence[str], ask: Mapping[str, object]) -> Any:
        """Runs the script, and tells Redis of the slots that ended meanwhile."""
        told = [self._ended.popleft() for _ in range(min(len(self._ended), ENDED_PER_CALL_MAX))]
        now = time.monotonic()
        ended = [(slot, round(until - now, 6)) for slot, until in told]
        try:
            answer = await script(
                keys=[*self._keys, *keys], args=[json.dumps({**self._rules, **ask, "ended": ended})]
            )
        except BaseException:
            self._ended.extendleft(reversed(told))
            raise
        found = json.loads(answer)
        self._processes = max(int(found["processes"]), 1)
        return found


def _script(redis: Redis, *parts: str) -> AsyncScript:
    folder = resources.files(__package__)
    text = "\n".join((folder / f"{part}.lua").read_text("utf-8") for part in parts)
    return redis.register_script(text)


def connect_redis(url: str) -> Redis:
    """A client that rather fails quickly than keeps a worker waiting."""
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
