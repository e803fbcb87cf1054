"""What Telegram must know of this bot beforehand: where updates go, and the menu of commands."""

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
from aiogram.methods import GetMe, SetMyCommands, SetWebhook
from aiogram.types import BotCommand

from bot.channels.telegram_errors import UNKNOWN_BOT_SENTENCE
from bot.channels.telegram_updates import ALLOWED_UPDATES
from tasks.errors import InputError

log = structlog.get_logger(__name__)

CONNECTIONS_MAX = 100

CommandMenus = Mapping[str, Sequence[tuple[str, str]]]
"""Commands and their descriptions by two-letter language; the empty language is everybody else's."""


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
