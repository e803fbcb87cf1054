"""Takes the pictures of the documents: ``python -m tests.browser.take_pictures`` writes docs/pictures/.

Run it by hand when screens or the phone page changed, and look at what it took.
"""

import asyncio
from contextlib import closing
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.async_api import Browser, Page, expect

from handlers.words import words_in
from tests.browser.demo import browser_running, demo_running
from tests.browser.hands import Finger
from tests.browser.test_first_day import (
    CHINESE,
    ENGLISH,
    Phrases,
    says_start_and_agrees,
    takes_work,
    toast,
    write,
)
from tests.browser.test_notices import sends_to, speaks, write_a_notice
from tests.journeys.hatchery import Hatchery

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
BYTES_MAX = 120_000
COLOURS = 255
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1240, "height": 800}
SEVEN_ANSWERS = (3, 0, 1, 4, 2, 0, 5)


async def main() -> None:
    with (
        closing(Hatchery()) as hatchery,
        TemporaryDirectory() as folder,
        demo_running(hatchery, Path(folder)) as address,
    ):
        async with browser_running() as browser:
            await take_phones(browser, address)
            await take_desk(browser, address)
            for language in ("en", "zh"):
                await take_notices(browser, address, language)


async def take_phones(browser: Browser, address: str) -> None:
    """One phone after the other: the promise, a card and the earnings."""
    context = await browser.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True)
    page = await context.new_page()
    await page.goto(address)
    hands = Finger(page)
    for language, phrases in (("en", ENGLISH), ("zh", CHINESE)):
        await hands.press(phrases.person)
        await hands.press("Start")
        await expect(page.get_by_role("log")).to_contain_text(phrases.promise)
        await save(page, f"promise-{language}")
        await hands.press(phrases.agree)
        await expect(page.get_by_role("log")).to_contain_text(phrases.welcome)
        await takes_work(page, hands, phrases)
        await hands.press(phrases.broken)
        await expect(toast(page)).to_be_visible()
        await answers_some(page, hands, phrases)
        await save(page, f"card-{language}")
        await hands.command("earnings")
        statement = page.locator("article").last
        await expect(statement).to_contain_text(phrases.earnings_title)
        await statement.evaluate("(message) => message.scrollIntoView({ block: 'start' })")
        await save(page, f"earnings-{language}")
    await context.close()


async def answers_some(page: Page, hands: Finger, phrases: Phrases) -> None:
    for number, choice in enumerate(SEVEN_ANSWERS, start=1):
        await hands.press(phrases.choices[choice])
        await expect(toast(page)).to_contain_text(f"{phrases.today} ¥{number * 5 / 100:.2f}")


async def take_desk(browser: Browser, address: str) -> None:
    """Three phones side by side: two workers at work, and the supervisor before a reported picture."""
    desk = address.split("?", maxsplit=1)[0]
    context = await browser.new_context(viewport=DESK, has_touch=True)
    page = await context.new_page()
    # With one phone open at a time, the newest button is surely hers.
    for person, phrases in ((1001, ENGLISH), (1002, CHINESE)):
        await page.goto(f"{desk}?person={person}")
        await write(page, "/work")
        await expect(page.locator("article").last).to_contain_text(phrases.price)
        await takes_up(page, phrases)
    await page.goto(f"{desk}?person=1003")
    await says_start_and_agrees(page, Finger(page), ENGLISH)
    await write(page, "/broken")
    await expect(page.locator("article").last).to_contain_text("2 people say")
    await page.goto(address)
    await expect(page.get_by_role("button", name="Ask again")).to_be_visible()
    await save(page, "three-phones")
    await context.close()


async def take_notices(browser: Browser, address: str, language: str) -> None:
    """A notice: how it is written, how far it is, and how a worker reads it."""
    desk = address.split("?", maxsplit=1)[0]
    context = await browser.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True)
    page = await context.new_page()
    hands, say = Finger(page), words_in(language)
    await page.goto(f"{desk}?person=1003")
    await speaks(page, hands, language)
    await write_a_notice(page, hands, language)
    await save(page, f"notice-card-{language}")
    await hands.press(sends_to(language, 3))
    await expect(page.get_by_role("log")).to_contain_text(".csv")
    progress = page.locator("article").filter(has_text=say("✅ Done.")).first
    await progress.evaluate("(message) => message.scrollIntoView({ block: 'start' })")
    await save(page, f"notice-progress-{language}")
    await page.goto(f"{desk}?person={1001 if language == 'en' else 1002}")
    await hands.press(say("✅ I have read it"))
    await hands.press(say("🔕 Fewer of these"))
    await hands.press(f"✅ {say('News')}")
    await expect(hands.newest(f"🔕 {say('News')}")).to_be_visible()
    await save(page, f"notice-read-{language}")
    await hands.press(f"🔕 {say('News')}")
    await expect(hands.newest(f"✅ {say('News')}")).to_be_visible()
    await context.close()


async def takes_up(page: Page, phrases: Phrases) -> None:
    await page.get_by_role("button", name=phrases.project).last.click()
    await expect(page.locator("article").last).to_contain_text(phrases.question)


async def save(page: Page, name: str) -> None:
    """Writes the picture with few colours, when nothing moves any more."""
    await expect(toast(page)).to_have_count(0)
    await page.wait_for_timeout(500)
    taken = Image.open(BytesIO(await page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}.png"
    few = taken.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    assert path.stat().st_size < BYTES_MAX, f"{path} is too big"


if __name__ == "__main__":
    asyncio.run(main())
