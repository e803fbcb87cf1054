"""A lean way to call the Bot API: JSON out, JSON in, and aiogram's exceptions for what goes wrong."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import orjson
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from pydantic import BaseModel
from yarl import URL

from bot.incoming_json import read_json

TOO_MANY_REQUESTS = 429
NO_TIMERS = ClientTimeout(total=None)
RETRY_SECONDS_UNSAID = 3
"""How long to wait if Telegram says "too many" without saying how long."""

Observe = Callable[[str, str], None]
"""Is told of each call's method and result."""


class LeanSession(AiohttpSession):
    """Calls return Telegram's JSON as it came, not aiogram's models: a tap needs two fields of a message.

    The models cost more than the call itself, and one new value that they do not know makes a call fail that
    Telegram has carried out.
    """

    def __init__(
        self,
        *,
        api: TelegramAPIServer = PRODUCTION,
        connections_max: int = 100,
        timeout_seconds: float = 10.0,
        observe: Observe = lambda _method, _result: None,
    ) -> None:
        super().__init__(limit=connections_max, api=api, timeout=timeout_seconds)
        self._observe = observe
        self._urls: dict[tuple[str, str], URL] = {}
        self._closed = False

    async def create_session(self) -> ClientSession:
        """The open session; one that was closed stays closed, so that nothing is left open at the end."""
        if self._closed:
            raise RuntimeError("The Telegram session is closed.")
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=self._connector_type(**self._connector_init),
                cookie_jar=DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            )
        return self._session

    async def close(self) -> None:
        """Closes all connections; once is enough, more does no harm."""
        self._closed = True
        if self._session is not None and not self._session.closed:
            connector = self._session.connector
            await self._session.close()
            if connector is not None:
                await connector.close()
            # TLS connections say good-bye in the next turns of the loop.
            await asyncio.sleep(0.05)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Any:
        """The call's ``result``; raises what aiogram raises for each kind of failure."""
        name = method.__api_method__
        try:
            result = await self._call(bot, method, self.timeout if timeout is None else timeout)
        except (TelegramAPIError, ClientDecodeError) as error:
            self._observe(name, _result_label(error))
            raise
        self._observe(name, "ok")
        return result

    async def _call(self, bot: Bot, method: TelegramMethod[Any], timeout_seconds: float) -> Any:
        session = await self.create_session()
        files: list[InputFile] = []
        fields = _plain(method, files)
        # Only an upload needs the form with parts; everything else is one small JSON object.
        body: dict[str, Any] = (
            {"data": self.build_form_data(bot=bot, method=method)}
            if files
            else {"data": orjson.dumps(fields), "headers": {"Content-Type": "application/json"}}
        )
        try:
            # One timer around the call costs a fraction of aiohttp's own, which starts and stops several.
            async with (
                asyncio.timeout(timeout_seconds),
                session.post(
                    self._url(bot.token, method.__api_method__), timeout=NO_TIMERS, **body
                ) as response,
            ):
                content = await response.read()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except (ClientError, OSError) as error:
            raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error
        return self._result(bot, method, response, content)

    def _url(self, token: str, name: str) -> URL:
        url = self._urls.get((token, name))
        if url is None:
            url = self._urls[token, name] = URL(self.api.api_url(token=token, method=name))
        return url

    def _result(self, bot: Bot, method: TelegramMethod[Any], response: ClientResponse, content: bytes) -> Any:
        try:
            answer = read_json(content)
        except ValueError as error:
            if response.status == TOO_MANY_REQUESTS:
                raise _retry_after(method, response, {}) from error
            raise ClientDecodeError("Failed to decode object", error, content[:200]) from error
        if not isinstance(answer, dict):
            raise ClientDecodeError("Not an object", ValueError(type(answer).__name__), content[:200])
        if answer.get("ok") is True and response.ok:
            return answer.get("result")
        # Some Bot API servers send their refusals with status 200; the code in the body then says what it is.
        code = answer.get("error_code")
        status = code if response.ok and isinstance(code, int) else response.status
        if status == TOO_MANY_REQUESTS:
            raise _retry_after(method, response, answer)
        description = str(answer.get("description") or "no description")
        refusal = orjson.dumps({"ok": False, "description": description}).decode()
        self.check_response(bot=bot, method=method, status_code=status, content=refusal)
        raise TelegramAPIError(method=method, message=description)


_SIMPLE = frozenset({str, int, bool, float})


def _plain(value: Any, files: list[InputFile]) -> Any:
    """The value as JSON knows it, without what was left open; files found on the way are collected."""
    # Exact types first: asking pydantic's classes with isinstance costs more than all the rest here.
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if kind is list:
        return [_plain(inner, files) for inner in value]
    if isinstance(value, BaseModel):
        return {
            name: _plain(inner, files)
            for name, inner in value.__dict__.items()
            if inner is not None and type(inner) is not Default
        }
    if isinstance(value, InputFile):
        files.append(value)
        return None
    return value


def _retry_after(
    method: TelegramMethod[Any], response: ClientResponse, answer: dict[str, Any]
) -> TelegramRetryAfter:
    """Telegram names the time in three places; an answer that went through a proxy may have lost some."""
    description = str(answer.get("description") or "Too Many Requests")
    parameters = answer.get("parameters")
    named = [
        parameters.get("retry_after") if isinstance(parameters, dict) else None,
        response.headers.get("Retry-After"),
        *re.findall(r"retry after (\d+)", description),
    ]
    seconds = next((int(value) for value in named if str(value).isdigit()), RETRY_SECONDS_UNSAID)
    return TelegramRetryAfter(method=method, message=description, retry_after=seconds)


_LABELS = {
    "TelegramRetryAfter": "429",
    "TelegramBadRequest": "400",
    "TelegramMigrateToChat": "400",
    "TelegramUnauthorizedError": "401",
    "TelegramForbiddenError": "403",
    "TelegramNotFound": "404",
    "TelegramConflictError": "409",
    "TelegramEntityTooLarge": "413",
    "TelegramServerError": "500",
    "RestartingTelegram": "500",
}


def _result_label(error: Exception) -> str:
    return _LABELS.get(type(error).__name__, "broken")
