"""What Telegram must know of this bot beforehand: where updates go, its commands, and its description."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe, GetMyDescription, SetMyCommands, SetMyDescription, SetWebhook
from aiogram.types import BotCommand

from bot.channels.telegram_errors import UNKNOWN_BOT_SENTENCE
from bot.channels.telegram_updates import ALLOWED_UPDATES
from tasks.errors import InputError

log = structlog.get_logger(__name__)

CONNECTIONS_MAX = 100

CommandMenus = Mapping[str, Sequence[tuple[str, str]]]
"""Commands and their descriptions by two-letter language; the empty language is everybody else's."""

Introductions = Mapping[str, str]
"""What stands in an empty chat, by the same languages."""


class TelegramRegistration:
    """Talks to Telegram about the bot itself."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def find_username(self) -> str | None:
        """The bot's name, or None if Telegram cannot be reached; raises InputError if the token is wrong."""
        try:
            me: Any = await self._bot(GetMe())
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise InputError(UNKNOWN_BOT_SENTENCE) from error
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("telegram not reached", error=type(error).__name__)
            return None
        # The lean session returns JSON where aiogram's types promise a model.
        username = me.get("username") if isinstance(me, dict) else None
        return username if isinstance(username, str) else None

    async def set_webhook(self, url: str, secret: str) -> bool:
        """Tells Telegram where updates go; False if that did not work now but may later."""
        method = SetWebhook(
            url=url,
            secret_token=secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=CONNECTIONS_MAX,
        )
        try:
            await self._bot(method)
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise InputError(UNKNOWN_BOT_SENTENCE) from error
        except TelegramBadRequest as error:
            raise InputError(f"Telegram refuses TAPWORK_PUBLIC_URL ({url}): {error.message}.") from error
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("webhook not set yet", error=type(error).__name__)
            return False
        log.info("webhook set", url=url)
        return True

    async def set_command_menus(self, menus: CommandMenus) -> None:
        """Shows the commands in everybody's language. A menu is a convenience: a failure is only logged."""
        for language, commands in menus.items():
            method = SetMyCommands(
                commands=[BotCommand(command=name, description=words) for name, words in commands],
                language_code=language or None,
            )
            try:
                await self._bot(method)
            except (TelegramAPIError, ClientDecodeError) as error:
                log.warning("command menu not set", language=language, error=str(error)[:200])

    async def introduce(self, introductions: Introductions) -> None:
        """Describes the bot in the chat of whoever has not started it; a failure is only logged.

        A description that is there already stays, since somebody may have written it by hand. The one for
        everybody else is written last: as long as it is missing, the next start begins anew.
        """
        everybody_last = sorted(introductions.items(), reverse=True)
        try:
            current: Any = await self._bot(GetMyDescription())
            # The lean session returns JSON where aiogram's types promise a model.
            if isinstance(current, dict) and current.get("description"):
                return
            for language, text in everybody_last:
                await self._bot(SetMyDescription(description=text, language_code=language or None))
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("description not set", error=str(error)[:200])
