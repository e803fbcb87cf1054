"""The demo as a newcomer has it: started by its command, and its phones in a real browser."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Timer

from playwright.async_api import Browser, Error, async_playwright

from tests.services import ServiceMissing

STARTS_WITHIN_SECONDS = 60.0
STOPS_WITHIN_SECONDS = 40.0
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def demo_running(folder: Path) -> Iterator[str]:
    """The address that the demo prints; it works in that folder and on a port that is free."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("TAPWORK_")}
    command = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        patience = Timer(STARTS_WITHIN_SECONDS, process.kill)
        patience.start()
        try:
            addresses = (re.search(r"http://\S+", line) for line in process.stdout)
            found = next((address[0] for address in addresses if address), None)
            patience.cancel()
            assert found, f"the demo ended with code {process.wait()} and printed no address"
            yield found
            process.send_signal(signal.SIGINT)
            assert process.wait(STOPS_WITHIN_SECONDS) == 0
        finally:
            patience.cancel()
            process.kill()


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
