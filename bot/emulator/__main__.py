"""`python -m bot.emulator`: the emulator as a process of its own, which outlives a bot that is killed."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from pathlib import Path

from bot.emulator.emulator import Emulator
from bot.emulator.limits import Limits


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.emulator",
        description="A Telegram in memory, over HTTP, with a phone in the browser.",
        epilog="example: python -m bot.emulator --port 8081 --token 42:TEST",
    )
    parser.add_argument("--token", default="42:TEST", help="the bot's token (42:TEST)")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one (8081)")
    parser.add_argument("--username", default="tapwork_demo_bot", help="the bot's user name")
    parser.add_argument("--name", default="Tapwork", help="the bot's name")
    parser.add_argument("--ready-file", type=Path, help="written with the address when it listens")
    parser.add_argument("--speed", type=float, default=1.0, help="its seconds in a real second (1)")
    parser.add_argument(
        "--chat-rate", type=float, default=1.0, help="messages a second in a chat; 0: no limit"
    )
    parser.add_argument("--chat-burst", type=int, default=20, help="messages at once in a chat (20)")
    parser.add_argument("--total-rate", type=int, default=0, help="messages in any second; 0: no limit")
    parser.add_argument("--media-edit-seconds", type=float, default=0.005, help="how long such an edit takes")
    parser.add_argument("--strict-webhook-urls", action="store_true", help="refuse http and odd ports")
    return parser


async def serve(options: argparse.Namespace) -> None:
    limits = Limits(
        chat_per_second=options.chat_rate or None,
        chat_burst=options.chat_burst,
        total_per_second=options.total_rate or None,
        media_edit_seconds=options.media_edit_seconds,
    )
    emulator = Emulator(
        options.token, username=options.username, name=options.name, limits=limits, speed=options.speed,
        strict_webhook_urls=options.strict_webhook_urls,
    )  # fmt: skip
    await emulator.start(options.host, options.port)
    sys.stdout.write(f"Bot API: {emulator.base_url}\nPhone page: {emulator.page_url}\n")
    sys.stdout.flush()
    if options.ready_file is not None:
        facts = json.dumps({"base_url": emulator.base_url, "page_url": emulator.page_url})
        # Written beside and moved, so that whoever waits for the file never reads half of it.
        beside = options.ready_file.with_suffix(".part")
        beside.write_text(facts)
        beside.replace(options.ready_file)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await emulator.stop()


def main() -> None:
    asyncio.run(serve(arguments().parse_args()))


if __name__ == "__main__":
    main()
