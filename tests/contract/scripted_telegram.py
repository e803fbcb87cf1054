"""A tiny Bot API server that answers what a test tells it to: for faults that no proper emulator makes."""

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from bot.channels.telegram_session import LeanSession

TOKEN = "4242424242:AAtest-token-that-is-long-enough-0000000"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def error(code: int, description: str, **parameters: int) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=code)


def page(code: int) -> web.Response:
    return web.Response(status=code, text="<html>Bad Gateway</html>", content_type="text/html")


CUT = "cut the line"
HANG = "say nothing"
MESSAGES = {
    "sendMessage", "sendPhoto", "sendVoice", "sendDocument",
    "editMessageText", "editMessageMedia", "editMessageReplyMarkup",
}  # fmt: skip


class ScriptedTelegram:
    """Answers each method with what is queued for it, and sensibly when nothing is."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.queued: dict[str, deque[web.Response | str]] = {}
        self.updates: list[dict[str, Any]] = []
        self.offsets: list[int | None] = []
        self._message_ids = itertools.count(100)
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/bot{token}/{method}", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)

    def queue(self, method: str, *answers: web.Response | str) -> None:
        self.queued.setdefault(method, deque()).extend(answers)

    def named(self, method: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.calls if name == method]

    @property
    def methods(self) -> list[str]:
        return [name for name, _ in self.calls if name != "getUpdates"]

    async def start(self) -> str:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fields = await _read(request)
        self.calls.append((method, fields))
        queued = self.queued.get(method)
        if queued:
            answer = queued.popleft()
            if answer == CUT:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            if answer == HANG:
                await asyncio.sleep(30)
            assert isinstance(answer, web.Response)
            return answer
        if method == "getUpdates":
            return await self._get_updates(fields)
        return ok(self._message_of(method, fields) if method in MESSAGES else True)

    def _message_of(self, method: str, fields: dict[str, Any]) -> dict[str, Any]:
        message: dict[str, Any] = {"message_id": fields.get("message_id") or next(self._message_ids)}
        number = len(self.calls)
        if method in {"sendPhoto", "editMessageMedia"}:
            message["photo"] = [
                {"file_id": f"{name}-{number}", "width": width, "height": width}
                for name, width in (("small", 90), ("large", 800))
            ]
        if method == "sendVoice":
            message["voice"] = {"file_id": f"voice-{number}", "duration": 1}
        return message

    async def _get_updates(self, fields: dict[str, Any]) -> web.Response:
        offset = fields.get("offset")
        self.offsets.append(offset)
        if offset is not None:
            self.updates[:] = [update for update in self.updates if update.get("update_id", 0) >= offset]
        if not self.updates:
            await asyncio.sleep(min(float(fields.get("timeout") or 0), 0.05))
        return ok(list(self.updates[: int(fields.get("limit") or 100)]))


async def _read(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body = await request.json()
        assert isinstance(body, dict)
        return body
    return {key: value.filename if isinstance(value, web.FileField) else value
            for key, value in (await request.post()).items()}  # fmt: skip


def make_bot(base: str, *, timeout_seconds: float = 20.0) -> Bot:
    session = LeanSession(api=TelegramAPIServer.from_base(base), timeout_seconds=timeout_seconds)
    return Bot(TOKEN, session=session)
