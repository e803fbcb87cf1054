"""Addresses that lead into the chat with the bot."""

from aiogram.methods import GetMe

from bot.channels.telegram_calls import Answered, TelegramCalls


class TelegramLinks:
    """Implements ``Links``; asks Telegram once what the bot is called."""

    def __init__(self, calls: TelegramCalls) -> None:
        self._calls = calls
        self._username = ""

    async def start_link(self, code: str) -> str:
        """The link, or while Telegram cannot be asked the words that do the same in the chat."""
        username = self._username or await self._ask()
        return f"https://t.me/{username}?start={code}" if username else f"/start {code}"

    async def _ask(self) -> str:
        outcome = await self._calls.at_once(GetMe())
        if isinstance(outcome, Answered) and isinstance(outcome.result, dict):
            self._username = str(outcome.result.get("username") or "")
        return self._username
