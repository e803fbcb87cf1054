"""What stands around the bots of a house: the emulator, and a balancer before several of them."""

import contextlib
import json
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.journeys.hatchery import Hatchery

TOKEN = "424242:Journey-token_that_must_never_be_logged"
STARTS_WITHIN_SECONDS = 60.0


@contextlib.contextmanager
def emulator_running(hatchery: Hatchery, folder: Path) -> Iterator[str]:
    """Its base address, for as long as the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    ready, log = folder / "emulator.json", folder / "emulator.log"
    # What one chat may get is not what these journeys are about, and people here tap faster than people do.
    options = ["--port", "0", "--token", TOKEN, "--chat-burst", "100000", "--ready-file", str(ready)]
    pid = hatchery.start(options, os.environ, out=log, log=log, program="bot.emulator")
    try:
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while not ready.exists():
            if hatchery.find_exit_code(pid) is not None or time.monotonic() > deadline:
                raise AssertionError(log.read_text("utf-8"))
            time.sleep(0.02)
        yield json.loads(ready.read_text())["base_url"]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            hatchery.wait(pid)


@contextlib.asynccontextmanager
async def balancer_before(ports: Sequence[int]) -> AsyncIterator[str]:
    """One public address for several bots: an update goes to any of them, to another if that is gone."""
    chance = random.Random(7)

    async def pass_on(request: web.Request) -> web.Response:
        body, headers = await request.read(), dict(request.headers)
        headers.pop("Host", None)
        for port in chance.sample(list(ports), len(ports)):
            try:
                url = f"http://127.0.0.1:{port}{request.path_qs}"
                async with session.request(request.method, url, data=body, headers=headers) as answer:
                    kept = {name: answer.headers[name] for name in ("Retry-After",) if name in answer.headers}
                    return web.Response(status=answer.status, body=await answer.read(), headers=kept)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, OSError):
                break
        return web.Response(status=502, headers={"Retry-After": "1"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    timeout = aiohttp.ClientTimeout(total=70)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()
