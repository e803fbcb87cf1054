"""The life of the process: in which order its parts start, and in which they stop."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.channels.telegram_registration import CommandMenus, TelegramRegistration
from bot.jobs import Jobs
from bot.nursery import Nursery
from bot.polling_turn import PollingInTurn
from bot.web import WEBHOOK_PATH, WebServer

log = structlog.get_logger(__name__)

WEBHOOK_RETRY_SECONDS = 5.0
COLLECT_AFTER_OBJECTS = 10_000


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where Telegram brings updates."""

    public_url: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What runs. Updates come either by ``polling`` or to ``webhook``."""

    web: WebServer
    registration: TelegramRegistration
    command_menus: CommandMenus
    jobs: Jobs
    nursery: Nursery
    """Holds work that parts started on the side; it ends after everything that may need it."""
    polling: PollingInTurn | None = None
    webhook: WebhookAddress | None = None
    finishing: Sequence[Callable[[], Awaitable[None]]] = ()
    """Ends in an orderly way what jobs have begun, when no job runs any more."""
    closing: Sequence[Callable[[], Awaitable[None]]] = ()
    """Closes the outside world, in this order, when nothing runs any more: channel, hot state, store."""


async def serve(
    parts: Parts, *, stop: asyncio.Event | None = None, started: Callable[[], None] = lambda: None
) -> None:
    """Runs until SIGTERM, SIGINT or ``stop``; what was taken is finished before it returns."""
    stopping = stop or asyncio.Event()
    _stop_at_signals(stopping)
    _spare_the_collector()
    try:
        await parts.web.start()
        await _serve_until(stopping, parts, started)
    finally:
        log.info("stopping")
        await parts.web.stop()
        await parts.jobs.stop()
        await _call_all(parts.finishing)
        await parts.nursery.stop()
        await _call_all(parts.closing)
        log.info("stopped")


async def _serve_until(stopping: asyncio.Event, parts: Parts, started: Callable[[], None]) -> None:
    own = Nursery()
    receiving = own.start(_receive(stopping, parts), name="receive updates")
    try:
        own.start(parts.registration.set_command_menus(parts.command_menus), name="set command menus")
        parts.jobs.start()
        started()
        waiting = own.start(stopping.wait(), name="wait for the stop")
        # If receiving breaks, the process ends with its error instead of sitting there deaf.
        await asyncio.wait({receiving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if parts.polling is not None:
            parts.polling.stop()
        stopping.set()
        await receiving
    finally:
        if parts.polling is not None and not receiving.done():
            parts.polling.stop()
        await own.stop()


async def _receive(stopping: asyncio.Event, parts: Parts) -> None:
    if parts.polling is not None:
        await parts.polling.run()
        return
    if parts.webhook is not None:
        url = parts.webhook.public_url.rstrip("/") + WEBHOOK_PATH
        while not stopping.is_set() and not await parts.registration.set_webhook(url, parts.webhook.secret):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WEBHOOK_RETRY_SECONDS):
                    await stopping.wait()
    await stopping.wait()


def _spare_the_collector() -> None:
    """Takes what was loaded once and for all out of the garbage collector's rounds.

    The libraries' modules and models are hundreds of thousands of objects that never go. Looking at them
    again and again took a quarter of a busy process's time, in pauses of a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_OBJECTS)


def _stop_at_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers, and threads other than the main one may not set them.
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, stopping.set)


async def _call_all(calls: Sequence[Callable[[], Awaitable[None]]]) -> None:
    for call in calls:
        try:
            await call()
        except Exception:
            log.exception("not closed properly")
