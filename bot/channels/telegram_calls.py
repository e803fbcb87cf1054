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
from bot.pacing import Lane, Pacing, Turn
from handlers.screens import Refused, RefusedWhy

log = structlog.get_logger(__name__)

ATTEMPTS = 3
BACK_OFF_SECONDS = 0.3
PATIENCE_SECONDS = 5.0
"""How long an answer waits for its turn, or for the end of a "too many", before it is refused instead."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Telegram did it."""

    result: Any


@dataclass(frozen=True, slots=True)
class _Try:
    """What one try came to."""

    outcome: Answered | Refused
    has_left: bool = True
    """False if Telegram has certainly not heard of it."""

    @property
    def is_too_many(self) -> bool:
        return isinstance(self.outcome, Refused) and self.outcome.why is RefusedWhy.RATE and self.has_left

    def is_broken(self, *, repeatable: bool) -> bool:
        """Whether the line broke, and trying again does no harm."""
        if not self.has_left:
            return True
        return repeatable and isinstance(self.outcome, Refused) and self.outcome.why is RefusedWhy.UNKNOWN


class TelegramCalls:
    """The bot's line to Telegram."""

    def __init__(self, bot: Bot, pacing: Pacing) -> None:
        self._bot = bot
        self._pacing = pacing

    async def paced(
        self, method: TelegramMethod[Any], *, chat: str, repeatable: bool, timeout_seconds: int | None = None
    ) -> Answered | Refused:
        """An answer to what somebody just did: a message or an edit, which Telegram counts for its chat.

        What may be repeated without harm is tried again when the line breaks, and a short "too many" is
        waited out once. Each try has a turn of its own.
        """
        patience_seconds, was_too_many, breaks = PATIENCE_SECONDS, False, 0
        while True:
            turn = await self._pacing.wait_turn(chat, patience_seconds=patience_seconds)
            if isinstance(turn, float):
                return Refused(RefusedWhy.RATE, turn, "our own pacing")
            tried = await self._try_on(turn, method, timeout_seconds)
            if isinstance(tried.outcome, Answered):
                return tried.outcome
            if tried.is_too_many:
                await self._pacing.obey(chat, Lane.ANSWERS, tried.outcome.retry_after)
                if was_too_many or tried.outcome.retry_after > PATIENCE_SECONDS:
                    return tried.outcome
                # Refused for certain, so even a message may be sent again. Its chat's pause is waited out.
                was_too_many, breaks = True, 0
                patience_seconds = tried.outcome.retry_after + PATIENCE_SECONDS
                continue
            breaks += 1
            if breaks == ATTEMPTS or not tried.is_broken(repeatable=repeatable):
                return tried.outcome
            await asyncio.sleep(BACK_OFF_SECONDS * 2 ** (breaks - 1))

    async def once(
        self, method: TelegramMethod[Any], *, timeout_seconds: int | None = None
    ) -> Answered | Refused:
        """Exactly one try, unpaced: for a notice, whose turn the caller holds and ends."""
        return (await self._try(method, timeout_seconds)).outcome

    async def at_once(self, method: TelegramMethod[Any]) -> Answered | Refused:
        """A repeatable call that Telegram counts for no chat; a short "too many" is waited out once."""
        outcome = await self.call(method, repeatable=True)
        if not isinstance(outcome, Refused) or outcome.why is not RefusedWhy.RATE:
            return outcome
        if outcome.retry_after > PATIENCE_SECONDS:
            return outcome
        await asyncio.sleep(outcome.retry_after)
        return await self.call(method, repeatable=True)

    async def call(
        self, method: TelegramMethod[Any], *, repeatable: bool, timeout_seconds: int | None = None
    ) -> Answered | Refused:
        """The call's result, unpaced. What may be repeated is tried again when the line breaks."""
        for attempt in range(1, ATTEMPTS + 1):
            tried = await self._try(method, timeout_seconds)
            if attempt == ATTEMPTS or not tried.is_broken(repeatable=repeatable):
                return tried.outcome
            await asyncio.sleep(BACK_OFF_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("the loop above returns")

    async def _try_on(self, turn: Turn, method: TelegramMethod[Any], timeout_seconds: int | None) -> _Try:
        has_left = True
        try:
            tried = await self._try(method, timeout_seconds)
            has_left = tried.has_left
        finally:
            # A call that was broken off half way may have been heard.
            if has_left:
                self._pacing.end(turn)
            else:
                self._pacing.give_back(turn)
        return tried

    async def _try(self, method: TelegramMethod[Any], timeout_seconds: int | None) -> _Try:
        try:
            return _Try(Answered(await self._bot(method, request_timeout=timeout_seconds)))
        except (TelegramAPIError, ClientDecodeError) as error:
            refused = refusal(error)
            _log_failure(method, error, refused)
            return _Try(refused, has_left=not never_left(error))


def _log_failure(method: TelegramMethod[Any], error: Exception, refused: Refused) -> None:
    name = method.__api_method__
    if isinstance(error, TelegramUnauthorizedError):
        log.error("telegram refuses the token", advice=UNKNOWN_BOT_SENTENCE)
    elif isinstance(error, TelegramRetryAfter):
        log.warning("telegram says too many", method=name, retry_after_seconds=error.retry_after)
    elif refused.why in {RefusedWhy.UNKNOWN, RefusedWhy.NOT_REACHED}:
        log.warning("call failed", method=name, error=type(error).__name__, detail=refused.detail[:200])
