"""The loops in which people send a message to many, as a process of its own: three that are often copied.

Each skips those who have blocked the bot, and waits as long as it is told to. With a file it remembers who
has got the message, and a second start leaves those out; without one it begins anew.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import uvloop
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from telegram.error import Forbidden, TelegramError
from telegram.ext import AIORateLimiter, ApplicationBuilder

AT_ONCE = 30
RETRIES = 3
Note = Callable[[int], None]


async def one_after_another(people: Sequence[int], note: Note) -> None:
    """aiogram, and a rest after each message."""
    async with _aiogram() as bot:
        for person in people:
            await _send(bot, person, note)
            await asyncio.sleep(1 / _rate())


async def all_at_once(people: Sequence[int], note: Note) -> None:
    """aiogram, all gathered, thirty on their way."""
    room = asyncio.Semaphore(AT_ONCE)
    async with _aiogram() as bot:

        async def send(person: int) -> None:
            async with room:
                await _send(bot, person, note)

        await asyncio.gather(*map(send, people))


async def rate_limited(people: Sequence[int], note: Note) -> None:
    """python-telegram-bot, all gathered, with the library's own limiter."""
    limiter = AIORateLimiter(overall_max_rate=_rate(), max_retries=RETRIES)
    address = f"{os.environ['BENCH_API']}/bot"
    builder = ApplicationBuilder().token(os.environ["BENCH_TOKEN"]).base_url(address).rate_limiter(limiter)
    async with builder.build().bot as bot:

        async def send(person: int) -> None:
            try:
                await bot.send_message(person, os.environ["BENCH_TEXT"])
                note(person)
            except Forbidden:
                pass
            except TelegramError as error:
                print(f"{person}: {error}", file=sys.stderr)

        await asyncio.gather(*map(send, people))


def _aiogram() -> Bot:
    server = TelegramAPIServer.from_base(os.environ["BENCH_API"])
    return Bot(os.environ["BENCH_TOKEN"], session=AiohttpSession(api=server))


async def _send(bot: Bot, person: int, note: Note) -> None:
    try:
        await bot.send_message(person, os.environ["BENCH_TEXT"])
        note(person)
    except TelegramRetryAfter as wait:
        await asyncio.sleep(wait.retry_after)
        await _send(bot, person, note)
    except TelegramForbiddenError:
        pass


def _rate() -> float:
    return float(os.environ["BENCH_RATE"])


LOOPS: dict[str, Callable[[Sequence[int], Note], Awaitable[None]]] = {
    "one_after_another": one_after_another,
    "all_at_once": all_at_once,
    "rate_limited": rate_limited,
}


def main(loop: str, people: Sequence[int], memory: str = "") -> None:
    """Sends to all of them who do not stand in the file."""
    if not memory:
        uvloop.run(_run(loop, people, lambda _: None))
        return
    with Path(memory).open("a+") as file:
        file.seek(0)
        have_it = set(map(int, file))

        def note(person: int) -> None:
            file.write(f"{person}\n")
            file.flush()

        uvloop.run(_run(loop, [person for person in people if person not in have_it], note))


async def _run(loop: str, people: Sequence[int], note: Note) -> None:
    await LOOPS[loop](people, note)


if __name__ == "__main__":
    first, count = int(sys.argv[2]), int(sys.argv[3])
    main(sys.argv[1], range(first, first + count), *sys.argv[4:])
