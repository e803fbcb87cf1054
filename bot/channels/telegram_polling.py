"""Fetches updates from Telegram by long polling."""

from collections.abc import Sequence
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetUpdates

from bot.channels.telegram_errors import UNKNOWN_BOT_SENTENCE
from bot.channels.telegram_updates import ALLOWED_UPDATES, find_update_id

log = structlog.get_logger(__name__)

LINE_SECONDS = 10
"""What a poll may take beyond its own waiting time."""
BATCH_MAX = 100
CONFLICT_SECONDS = 5.0
TAKE_OVER_SECONDS, TAKE_OVER_TRIES = 1.0, 3
"""The poll of a process that has just died may still be open at Telegram, and is no reason to wait long."""
BACK_OFF_SECONDS_MIN, BACK_OFF_SECONDS_MAX = 1.0, 30.0


class TelegramUpdateSource:
    """Implements ``UpdateSource`` on getUpdates."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._failures = 0

    async def fetch(self, offset: int | None, *, timeout_seconds: int) -> Sequence[object] | float:
        method = GetUpdates(
            offset=offset,
            limit=BATCH_MAX,
            timeout=timeout_seconds,
            allowed_updates=list(ALLOWED_UPDATES),
        )
        try:
            updates: Any = await self._bot(method, request_timeout=timeout_seconds + LINE_SECONDS)
        except (TelegramAPIError, ClientDecodeError) as error:
            return await self._after(error)
        if not isinstance(updates, list):
            return await self._after(ValueError("the answer is no list"))
        self._failures = 0
        return list(updates)

    async def confirm(self, offset: int) -> None:
        try:
            await self._bot(GetUpdates(offset=offset, limit=1, timeout=0), request_timeout=LINE_SECONDS)
        except (TelegramAPIError, ClientDecodeError) as error:
            # They will come again, and be recognised as repeats.
            log.warning("last updates not confirmed", error=type(error).__name__)

    def find_id(self, raw: object) -> int | None:
        return find_update_id(raw)

    async def _after(self, error: Exception) -> float:
        self._failures += 1
        pause: float = min(BACK_OFF_SECONDS_MIN * 2 ** (self._failures - 1), BACK_OFF_SECONDS_MAX)
        match error:
            case TelegramRetryAfter():
                pause = max(float(error.retry_after), pause)
                log.warning("telegram says too many polls", again_in_seconds=pause)
            case TelegramUnauthorizedError() | TelegramNotFound():
                pause = BACK_OFF_SECONDS_MAX
                log.error("telegram refuses the token", advice=UNKNOWN_BOT_SENTENCE)
            case TelegramConflictError() if "webhook" in str(error).lower():
                pause = await self._take_over_from_webhook()
            case TelegramConflictError() if self._failures <= TAKE_OVER_TRIES:
                pause = TAKE_OVER_SECONDS
                log.info("another poll for this bot is still open", again_in_seconds=pause)
            case TelegramConflictError():
                pause = CONFLICT_SECONDS
                log.warning("another process polls for this bot; stop one of the two", again_in_seconds=pause)
            case _:
                log.warning("no updates", error=type(error).__name__, again_in_seconds=pause)
        return pause

    async def _take_over_from_webhook(self) -> float:
        """Who starts polling wishes it explicitly; what waits at Telegram stays there and is fetched now."""
        log.warning("a webhook is set for this bot; it is removed, since this process polls")
        try:
            await self._bot(DeleteWebhook(drop_pending_updates=False))
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("webhook not removed", error=type(error).__name__)
            return CONFLICT_SECONDS
        return 0.1
