"""tapwork doctor: looks at everything outside that the bot needs, and says what to do."""

import asyncio
import socket
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import click
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.clock import SystemClock
from bot.settings import Settings
from storage.schema import SchemaState, schema_state
from tasks.errors import InputError

TIMEOUT_SECONDS = 10
TIMEOUT = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
CLOCK_TOLERANCE = timedelta(seconds=30)
"""Telegram's Date header and the way to it are not exact either."""

Check = Callable[[Settings], Awaitable[str]]


async def examine(settings: Settings) -> bool:
    """Prints one line a check; whether all is well."""
    well = True
    for name, check in CHECKS.items():
        try:
            click.echo(f"  ok     {name:<9} {await check(settings)}")
        except InputError as error:
            well = False
            click.echo(f"  WRONG  {name:<9} {error}")
    click.echo("All is well." if well else "Something is wrong; see above.")
    return well


async def _check_token(settings: Settings) -> str:
    token = settings.telegram.require_token()
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram.api), timeout=TIMEOUT_SECONDS)
    async with Bot(token, session=session) as bot:
        try:
            me = await bot.get_me()
        except TelegramUnauthorizedError as error:
            raise InputError(
                "Telegram does not know TAPWORK_BOT_TOKEN; ask @BotFather for it again."
            ) from error
        except TelegramAPIError as error:
            raise InputError(
                f"{settings.telegram.api} does not answer as a Bot API server does; "
                "look at the network, a firewall, and TAPWORK_BOT_API."
            ) from error
    return f"the bot is @{me.username}"


async def _check_address(settings: Settings) -> str:
    web = settings.web
    if not web.public_url:
        return "no public address is set: long polling"
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(web.public_url) as response:
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise InputError(
            f"{web.public_url} does not answer ({type(error).__name__}); start tapwork run, and look at the "
            f"name, the certificate, and the proxy that leads to {web.host}:{web.port}."
        ) from error
    return f"{web.public_url} answers (status {status})"


async def _check_listening(settings: Settings) -> str:
    web = settings.web
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((web.host, web.port))
        except OSError as error:
            return f"{web.host}:{web.port} is in use or not ours ({error.strerror}); fine if the bot runs"
    return f"{web.host}:{web.port} is free"


async def _check_database(settings: Settings) -> str:
    state = await schema_state(settings.database.url)
    if state is SchemaState.CURRENT:
        return "answers and is up to date"
    if state is SchemaState.AHEAD:
        raise InputError("The database was migrated by a newer Tapwork; run that version.")
    if settings.database.is_sqlite:
        return "will be made or brought up to date by tapwork run"
    raise InputError("The database is not up to date; run `tapwork migrate`.")


async def _check_redis(settings: Settings) -> str:
    if not settings.redis.url:
        return "not used: one process keeps everything in memory"
    try:
        async with Redis.from_url(settings.redis.url, socket_connect_timeout=TIMEOUT_SECONDS) as redis:
            await asyncio.wait_for(redis.get("tapwork"), TIMEOUT_SECONDS)
    except (RedisError, OSError, TimeoutError, ValueError) as error:
        raise InputError(f"Redis does not answer ({error}); start it or correct TAPWORK_REDIS.") from error
    return "answers"


async def _check_pictures(settings: Settings) -> str:
    folder = settings.media.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"The media folder {folder} cannot be written ({error.strerror}); allow it, or set TAPWORK_MEDIA."
        ) from error
    return f"{folder} can be written"


async def _check_clock(settings: Settings) -> str:
    api = settings.telegram.api
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(api) as response:
            date = response.headers.get("Date", "")
        theirs = parsedate_to_datetime(date)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise InputError("The clock cannot be compared: the Bot API does not tell its time.") from error
    offset = SystemClock().now() - theirs
    if abs(offset) > CLOCK_TOLERANCE:
        raise InputError(
            f"The clock is {offset.total_seconds():+.0f} s away from the Bot API's; set it, best by NTP."
        )
    return f"within {CLOCK_TOLERANCE.seconds} s of the Bot API's"


CHECKS: dict[str, Check] = {
    "token": _check_token,
    "address": _check_address,
    "listening": _check_listening,
    "database": _check_database,
    "redis": _check_redis,
    "pictures": _check_pictures,
    "clock": _check_clock,
}
