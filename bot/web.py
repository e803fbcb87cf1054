"""What the process answers over HTTP: the webhook, its health and its figures."""

import errno
import hmac
from collections.abc import Awaitable, Callable, Iterable

import orjson
import structlog
from aiohttp import web

from bot.incoming_json import read_json
from bot.intake import Failed, Intake
from bot.metrics import Metrics
from tasks.errors import InputError

log = structlog.get_logger(__name__)

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
BODY_BYTES_MAX = 1024 * 1024
RETRY_SECONDS = 2
STOP_SECONDS_MAX = 25.0
UNREADABLE_LENGTH_MAX = 10_000


class Webhook:
    """Takes updates that Telegram brings. 200 means done; anything else makes Telegram bring it again."""

    def __init__(self, intake: Intake, secret: str) -> None:
        self._intake = intake
        self._secret = secret.encode()

    async def receive(self, request: web.Request) -> web.Response:
        # Compared as bytes: a header may hold anything, and text beyond ASCII cannot be compared safely.
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=401, text="wrong secret")
        body = await request.read()
        try:
            raw = read_json(body)
        except ValueError:
            # Telegram would repeat a refused update for ever, and everything of that person behind it.
            text = body[:UNREADABLE_LENGTH_MAX].decode(errors="replace")
            outcome = await self._intake.put_aside("", "unreadable: no JSON", text)
        else:
            outcome = await self._intake.take(raw)
        if isinstance(outcome, Failed):
            status = 503 if outcome.outage else 500
            return web.Response(status=status, headers={"Retry-After": str(RETRY_SECONDS)})
        if outcome.reply is None:
            return web.Response()
        return web.Response(body=orjson.dumps(outcome.reply), content_type="application/json")


def build_app(
    *,
    metrics: Metrics,
    check_health: Callable[[], Awaitable[None]],
    webhook: Webhook | None = None,
    pages: Iterable[web.AbstractRouteDef] = (),
) -> web.Application:
    """The application; ``check_health`` raises if something is down, ``pages`` are what else is served."""

    async def show_health(_request: web.Request) -> web.Response:
        try:
            await check_health()
        except Exception as error:
            log.exception("unhealthy")
            return web.json_response({"status": "down", "reason": type(error).__name__}, status=503)
        return web.json_response({"status": "ok"})

    async def show_metrics(_request: web.Request) -> web.Response:
        return web.Response(
            body=metrics.render(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    app = web.Application(client_max_size=BODY_BYTES_MAX)
    app.add_routes([web.get("/health", show_health), web.get("/metrics", show_metrics), *pages])
    if webhook is not None:
        app.add_routes([web.post(WEBHOOK_PATH, webhook.receive)])
    return app


class WebServer:
    """Listens at one address from ``start`` to ``stop``."""

    def __init__(self, app: web.Application, *, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS_MAX)
        self._host = host
        self._port = port

    @property
    def port(self) -> int:
        """The port it listens on, also where 0 asked for any free one."""
        addresses = self._runner.addresses
        return int(addresses[0][1]) if addresses else self._port

    async def start(self) -> None:
        """Listens; raises InputError if that address cannot be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            address = f"{self._host}:{self._port}"
            if error.errno == errno.EADDRINUSE:
                raise InputError(
                    f"{address} is taken by another program: stop it, or set TAPWORK_LISTEN to a free port."
                ) from error
            raise InputError(
                f"TAPWORK_LISTEN: {address} cannot be had ({error.strerror}): name one of this machine."
            ) from error

    async def stop(self) -> None:
        """Accepts nothing new, and returns when the open requests are answered."""
        await self._runner.cleanup()
