"""Two libraries that know Telegram well, behind one thin face: what one misreads, the other may see."""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

import aiogram
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile
from telegram.request import HTTPXRequest


class Refusal(Exception):  # noqa: N818 - what the service did, not what broke
    """What a library made of a refusal: its kind, the words without "Bad Request: ", and the wait."""

    def __init__(self, kind: str, words: str, retry_after: int | None = None) -> None:
        super().__init__(kind, words)
        self.kind = kind
        self.words = words.lower().removeprefix("bad request: ")
        self.retry_after = retry_after


class AiogramClient:
    name = "aiogram"
    types = aiogram.types
    KINDS: ClassVar = {
        TelegramRetryAfter: "flood", TelegramForbiddenError: "forbidden", TelegramBadRequest: "bad_request",
        TelegramUnauthorizedError: "unauthorized", TelegramNotFound: "not_found",
        TelegramConflictError: "conflict", TelegramEntityTooLarge: "too_large",
        TelegramServerError: "server", TelegramNetworkError: "network", ClientDecodeError: "undecodable",
    }  # fmt: skip

    def __init__(self, base_url: str, token: str) -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(base_url))
        self.bot = aiogram.Bot(token, session=session)

    async def start(self) -> None:
        """aiogram needs no start."""

    async def close(self) -> None:
        await self.bot.session.close()

    async def call(self, method: str, **params: Any) -> Any:
        try:
            return await getattr(self.bot, method)(**params)
        except (TelegramAPIError, ClientDecodeError) as error:
            kind = next(kind for known, kind in self.KINDS.items() if isinstance(error, known))
            wait = getattr(error, "retry_after", None)
            raise Refusal(kind, getattr(error, "message", str(error)), wait) from error

    def upload(self, content: bytes, name: str = "file.jpg") -> Any:
        return BufferedInputFile(content, name)

    def photo(self, content: bytes | str, caption: str | None = None) -> Any:
        """An uploaded photo, or one by its id, as a part of an album or an edit."""
        media = BufferedInputFile(content, "file.jpg") if isinstance(content, bytes) else content
        return self.types.InputMediaPhoto(media=media, caption=caption)

    async def download(self, file_id: str) -> bytes:
        stored = await self.call("get_file", file_id=file_id)
        return (await self.bot.download_file(stored.file_path)).read()

    def update(self, raw: dict[str, Any]) -> Any:
        return self.types.Update.model_validate(raw)


class PtbClient:
    name = "python-telegram-bot"
    types = telegram
    KINDS: ClassVar = {
        telegram.error.RetryAfter: "flood", telegram.error.Forbidden: "forbidden",
        telegram.error.BadRequest: "bad_request", telegram.error.InvalidToken: "unauthorized",
        telegram.error.Conflict: "conflict", telegram.error.NetworkError: "network",
    }  # fmt: skip

    def __init__(self, base_url: str, token: str) -> None:
        request = HTTPXRequest(httpx_kwargs={"trust_env": False}, read_timeout=20)
        polling = HTTPXRequest(httpx_kwargs={"trust_env": False}, read_timeout=20)
        self._requests = (request, polling)
        self.bot = telegram.Bot(
            token, base_url=f"{base_url}/bot", base_file_url=f"{base_url}/file/bot",
            request=request, get_updates_request=polling,
        )  # fmt: skip

    async def start(self) -> None:
        with contextlib.suppress(telegram.error.InvalidToken):
            await self.bot.initialize()

    async def close(self) -> None:
        await self.bot.shutdown()
        # A bot that was refused at its start was never initialised, and leaves its connections open.
        for request in self._requests:
            await request.shutdown()

    async def call(self, method: str, **params: Any) -> Any:
        try:
            return await getattr(self.bot, method)(**params)
        except telegram.error.TelegramError as error:
            kind = next(kind for known, kind in self.KINDS.items() if isinstance(error, known))
            wait = int(error.retry_after.total_seconds()) if kind == "flood" else None
            raise Refusal(kind, error.message, wait) from error

    def upload(self, content: bytes, name: str = "file.jpg") -> Any:
        return telegram.InputFile(content, filename=name)

    def photo(self, content: bytes | str, caption: str | None = None) -> Any:
        return self.types.InputMediaPhoto(media=content, caption=caption)

    async def download(self, file_id: str) -> bytes:
        stored = await self.call("get_file", file_id=file_id)
        return bytes(await stored.download_as_bytearray())

    def update(self, raw: dict[str, Any]) -> Any:
        return telegram.Update.de_json(raw, self.bot)


Client = AiogramClient | PtbClient


def keyboard(client: Client, *rows: list[str]) -> Any:
    """An inline keyboard whose buttons' data are their labels in lower case."""
    button = client.types.InlineKeyboardButton
    return client.types.InlineKeyboardMarkup(
        inline_keyboard=[[button(text=label, callback_data=label.lower()) for label in row] for row in rows]
    )


async def refusal(client: Client, method: str, **params: Any) -> Refusal:
    """The refusal that this call must meet."""
    try:
        result = await client.call(method, **params)
    except Refusal as error:
        return error
    raise AssertionError(f"{method} was not refused: {result}")
