"""A browser, and the demo to look at.

One browser serves all tests, each with a window of its own; so they all run in one loop.
"""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.demo import browser_running, demo_running
from tests.journeys.hatchery import Hatchery
from tests.services import ServiceMissing

PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    try:
        async with browser_running() as running:
            yield running
    except ServiceMissing as missing:
        if os.environ.get("TAPWORK_TEST_REQUIRE") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest_asyncio.fixture(loop_scope="session")
async def phone_page(browser: Browser) -> AsyncIterator[Page]:
    """A page as big as a cheap phone; what breaks in its scripts breaks the test."""
    broken: list[str] = []
    context = await browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: broken.append(error.message))
    yield page
    await context.close()
    assert broken == []


@pytest.fixture
def demo(hatchery: Hatchery, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh demo's phones."""
    with demo_running(hatchery, tmp_path) as address:
        yield address
