"""One call of the Bot API as the channel needs it: paced, repeated where that is safe, never an exception."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.channels.telegram_errors import UNKNOWN_BOT_SENTENCE, never_left, refusal
from bot.pacing import Lane, Pacing
from handlers.screens import Refused, RefusedWhy

log = structlog.get_logger(__name__)

ATTEMPTS = 3
BACK_OFF_SECONDS = 0.3
PATIENCE_SECONDS = {Lane.ANSWERS: 5.0, Lane.NOTICES: 15.0}
"""How long a call waits for its turn, or for the end of a "too many", before it is refused instead."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Telegram did it."""

    result: Any


class TelegramCalls:
    """The bot's line to Telegram."""

    def __init__(self, bot: Bot, pacing: Pacing) -> None:
        self._bot = bot
        self._pacing = pacing

    async def paced(
        self,
        method: TelegramMethod[Any],
        *,
        chat: str,
        lane: Lane,
        repeatable: bool,
        timeout_seconds: int | None = None,
    ) -> Answered | Refused:
        """A message or an edit, which Telegram counts for its chat."""
        wait = await self._pacing.wait_turn(chat, lane, patience_seconds=PATIENCE_SECONDS[lane])
        if wait:
            return Refused(RefusedWhy.RATE, wait, "our own pacing")
        outcome = await self.call(method, repeatable=repeatable, timeout_seconds=timeout_seconds)
        if not isinstance(outcome, Refused) or outcome.why is not RefusedWhy.RATE:
            return outcome
        await self._pacing.obey(chat, lane, outcome.retry_after)
        if outcome.retry_after > PATIENCE_SECONDS[lane]:
            return outcome
        # Refused for certain, so even a message may be sent again.
        await asyncio.sleep(outcome.retry_after)
        again = await self.call(method, repeatable=repeatable, timeout_seconds=timeout_seconds)
        if isinstance(again, Refused) and again.why is RefusedWhy.RATE:
            await self._pacing.obey(chat, lane, again.retry_after)
        return again

    async def at_once(self, method: TelegramMethod[Any]) -> Answered | Refused:
        """A repeatable call that Telegram counts for no chat; a short "too many" is waited out once."""
        outcome = await self.call(method, repeatable=True)
        if not isinstance(outcome, Refused) or outcome.why is not RefusedWhy.RATE:
            return outcome
        if outcome.retry_after > PATIENCE_SECONDS[Lane.ANSWERS]:
            return outcome
        await asyncio.sleep(outcome.retry_after)
        return await self.call(method, repeatable=True)

    async def once(
        self, method: TelegramMethod[Any], *, timeout_seconds: int | None = None
    ) -> Answered | Refused:
        """One try, now: for who has waited for the turn and decides alone what is tried again."""
        try:
            return Answered(await self._bot(method, request_timeout=timeout_seconds))
        except (TelegramAPIError, ClientDecodeError) as error:
            refused = refusal(error)
            _log_failure(method, error, refused)
            return refused

    async def call(
        self, method: TelegramMethod[Any], *, repeatable: bool, timeout_seconds: int | None = None
    ) -> Answered | Refused:
        """The call's result. What may be repeated without harm is tried again when the line breaks."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return Answered(await self._bot(method, request_timeout=timeout_seconds))
            except (TelegramAPIError, ClientDecodeError) as error:
                refused = refusal(error)
                _log_failure(method, error, refused)
                broken = never_left(error) or (repeatable and refused.why is RefusedWhy.UNKNOWN)
                if not broken or attempt == ATTEMPTS:
                    return refused
            await asyncio.sleep(BACK_OFF_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("the loop above returns")


def _log_failure(method: TelegramMethod[Any], error: Exception, refused: Refused) -> None:
    name = method.__api_method__
    if isinstance(error, TelegramUnauthorizedError):
        log.error("telegram refuses the token", advice=UNKNOWN_BOT_SENTENCE)
    elif isinstance(error, TelegramRetryAfter):
        log.warning("telegram says too many", method=name, retry_after_seconds=error.retry_after)
    elif refused.why in {RefusedWhy.UNKNOWN, RefusedWhy.NOT_REACHED}:
        log.warning("call failed", method=name, error=type(error).__name__, detail=refused.detail[:200])
