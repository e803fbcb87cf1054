"""The demo as a newcomer has it: started by its command, and its phones in a real browser."""

import os
import re
import shutil
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from playwright.async_api import Browser, Error, async_playwright

from tests.journeys.hatchery import Hatchery
from tests.services import ServiceMissing

STARTS_WITHIN_SECONDS = 60.0
STOPS_WITHIN_SECONDS = 40.0
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def demo_running(hatchery: Hatchery, folder: Path) -> Iterator[str]:
    """The address that the demo prints; it works in that folder and on a port that is free."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("TAPWORK_")}
    out, log = folder / "demo.out", folder / "demo.log"
    pid = hatchery.start(["demo", "--port", "0"], settings, out=out, log=log, folder=folder)
    try:
        yield _printed_address(hatchery, pid, out, log)
        os.kill(pid, signal.SIGINT)
        assert hatchery.wait(pid, within_seconds=STOPS_WITHIN_SECONDS) == 0
    except BaseException:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        raise


def _printed_address(hatchery: Hatchery, pid: int, out: Path, log: Path) -> str:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    # A line that is not whole yet may hold half an address.
    while not (address := re.search(r"(http://\S+).*\n", out.read_text("utf-8") if out.exists() else "")):
        assert hatchery.find_exit_code(pid) is None, log.read_text("utf-8")
        assert time.monotonic() < deadline, "the demo printed no address"
        time.sleep(0.02)
    return address[1]


@asynccontextmanager
async def browser_running() -> AsyncIterator[Browser]:
    """Debian's Chromium; raises ServiceMissing."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise ServiceMissing("Chromium is not installed here: apt-get install chromium")
    try:
        playwright = await async_playwright().start()
    except Error as error:
        raise ServiceMissing(
            f"playwright's driver cannot be started: {error.message.splitlines()[0]}"
        ) from error
    try:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()
    finally:
        await playwright.stop()
