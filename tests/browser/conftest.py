"""A browser, and the demo to look at."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.browser.demo import browser_running, demo_running
from tests.services import ServiceMissing


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    try:
        async with browser_running() as running:
            yield running
    except ServiceMissing as missing:
        if os.environ.get("TAPWORK_TEST_REQUIRE") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
async def phone_page(browser: Browser) -> AsyncIterator[Page]:
    """A page as big as a small phone; what breaks in its scripts breaks the test."""
    broken: list[str] = []
    context = await browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = await context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: broken.append(error.message))
    yield page
    await context.close()
    assert broken == []


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a fresh demo's phones."""
    with demo_running(tmp_path) as address:
        yield address
