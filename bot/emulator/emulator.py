"""Puts the parts together and serves them."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from aiohttp import web

from bot.emulator.clock import Clock
from bot.emulator.control import ControlFace
from bot.emulator.limits import Limits
from bot.emulator.methods import all_methods
from bot.emulator.phone import Phones
from bot.emulator.server import BotApiFace
from bot.emulator.service import Service
from bot.emulator.sim import SimFace, errors_as_json
from bot.emulator.world import World

PAGE = Path(__file__).parent / "page"
MOST_BODY_BYTES = 64 * 1024 * 1024
SHUTDOWN_SECONDS = 0.2


class Emulator:
    """A Telegram for one bot. `start` it, give its `base_url` to the bot, open its `page_url`."""

    def __init__(
        self, token: str, *, username: str = "tapwork_demo_bot", name: str = "Tapwork",
        limits: Limits | None = None, speed: float = 1.0, strict_webhook_urls: bool = False,
    ) -> None:  # fmt: skip
        self.token = token
        self.clock = Clock(speed=speed)
        bot_id = int(token.partition(":")[0])
        self.world = World(bot_id=bot_id, username=username, name=name, clock=self.clock)
        self.service = Service(
            self.world, limits or Limits(), all_methods(), strict_webhook_urls=strict_webhook_urls
        )
        self.phones = Phones(self.service)
        self.faults = self.service.faults
        self.base_url = ""
        self._runner: web.AppRunner | None = None

    @property
    def page_url(self) -> str:
        return f"{self.base_url}/"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one, which then stands in `base_url`."""
        app = web.Application(middlewares=[errors_as_json], client_max_size=MOST_BODY_BYTES)
        BotApiFace(self.service, self.token).add_routes(app)
        SimFace(self.service, self.phones).add_routes(app)
        ControlFace(self.service).add_routes(app)
        app.router.add_get("/", self._show_page)
        app.router.add_static("/page", PAGE)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base_url = f"http://{host}:{port}"

    async def stop(self) -> None:
        await self.service.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        if self._runner is None:
            await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @staticmethod
    async def _show_page(request: web.Request) -> web.FileResponse:
        del request
        return web.FileResponse(PAGE / "index.html")
