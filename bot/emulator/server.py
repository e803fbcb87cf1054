"""The HTTP face of the Bot API: addresses, tokens, downloads, and faults in the connection."""

from __future__ import annotations

import asyncio
import json
import re
from http import HTTPStatus

from aiohttp import web

from bot.emulator.errors import ApiError
from bot.emulator.faults import Fault
from bot.emulator.params import Params
from bot.emulator.reading import read_params
from bot.emulator.service import Service

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
FILE = re.compile(r"\w+/file_(?P<number>\d+)(?P<size>[a-z]?)\.\w+")
BAD_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
HANG_SECONDS = 3600.0


class BotApiFace:
    def __init__(self, service: Service, token: str) -> None:
        self._service = service
        self._token = token

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self.call)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.download)

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not TOKEN.fullmatch(token):
            raise ApiError(HTTPStatus.NOT_FOUND, "Not Found")
        if token != self._token:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of a method, or what goes wrong with it."""
        method = request.match_info["method"]
        try:
            self._check_token(request)
            params = await read_params(request)
        except ApiError as error:
            return _answer(error.code, error.body())
        fault = self._service.faults.for_call(method, params.values)
        if fault is not None:
            broken = await self._break(request, params, fault)
            if broken is not None:
                return broken
        status, body = await self._service.call(method, params, fault=fault)
        if fault is not None and fault.kind == "cut_after":
            return _cut(request)
        return _answer(status, body)

    async def _break(self, request: web.Request, params: Params, fault: Fault) -> web.StreamResponse | None:
        """The answer of a fault that keeps the call from being served."""
        method = request.match_info["method"]
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.kind not in {"html", "hang", "cut_before"}:
            return None
        status = int(HTTPStatus.BAD_GATEWAY) if fault.kind == "html" else 0
        self._service.note_unserved(method, params, status=status, fault=fault)
        if fault.kind == "html":
            return web.Response(status=status, text=BAD_GATEWAY_PAGE, content_type="text/html")
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds or HANG_SECONDS)
        return _cut(request)

    async def download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
        except ApiError as error:
            return _answer(error.code, error.body())
        match = FILE.fullmatch(request.match_info["path"])
        files = self._service.world.files
        try:
            stored = files.get(int(match["number"]) if match else 0)
        except KeyError:
            return _answer(HTTPStatus.NOT_FOUND, ApiError(HTTPStatus.NOT_FOUND, "Not Found").body())
        size = match["size"] if match else ""
        return web.Response(body=files.download(stored, size), content_type="application/octet-stream")


def _answer(status: int, body: dict[str, object]) -> web.Response:
    headers = {}
    parameters = body.get("parameters")
    if isinstance(parameters, dict) and "retry_after" in parameters:
        headers["Retry-After"] = str(parameters["retry_after"])
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=content, content_type="application/json", headers=headers)


def _cut(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
