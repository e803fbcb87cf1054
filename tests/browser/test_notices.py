"""A notice, as people see it: a supervisor writes, previews, confirms and watches it; workers read it.

The real demo in a real browser, on a phone of 360 points, in both languages.
"""

import pytest
from playwright.async_api import Locator, Page, expect

from handlers.words import words_in
from tests.browser.hands import Finger
from tests.browser.test_first_day import CHINESE, ENGLISH, Phrases, joins, says_start_and_agrees, toast, write

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="session")]

TEXTS = {"en": "Pay day is Friday, at ten.", "zh": "星期五上午十点发工钱。"}
SUPERVISOR = "Lin (supervisor)"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_notice_is_written_sent_read_and_the_rest_is_silenced(
    demo: str, phone_page: Page, language: str
) -> None:
    page, hands, say = phone_page, Finger(phone_page), words_in(language)
    await page.goto(demo)
    await everybody_joins(page, hands, language)

    await write_a_notice(page, hands, language)
    await hands.press(say("👁 Preview"))
    for text in TEXTS.values():
        await expect(page.locator("article").filter(has_text=text).last).to_be_visible()
    await expect(page.locator("article").last).to_contain_text(TEXTS["en"])
    await hands.press(sends_to(language, 3))
    log = page.get_by_role("log")
    await expect(log).to_contain_text(say("✅ Done."))
    await expect(log).to_contain_text(say("Sent: {count} of {total}", count=3, total=3))
    await expect(log).to_contain_text("notice-1.csv")

    for phrases in (ENGLISH, CHINESE):
        await reads_and_silences(page, hands, phrases)

    await hands.press(SUPERVISOR)
    await hands.press(say("🔄 Look again"))
    await expect(log).to_contain_text(say("Read: {count}").format(count=2))
    await write(page, "/broadcast")
    card = newest(page)
    await expect(card).to_contain_text(
        say.plural("👥 This notice reaches {count} person.", "👥 This notice reaches {count} people.", 1)
    )
    assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def everybody_joins(page: Page, hands: Finger, language: str) -> None:
    for phrases in (ENGLISH, CHINESE):
        await joins(page, hands, phrases)
    await hands.press(SUPERVISOR)
    await says_start_and_agrees(page, hands, ENGLISH)
    await speaks(page, hands, language)


async def speaks(page: Page, hands: Finger, language: str) -> None:
    """Goes on in that language."""
    await write(page, "/language")
    await expect(newest(page).get_by_role("button")).to_have_count(3)
    await hands.press(words_in(language).name)
    await expect(newest(page)).to_contain_text(words_in(language)("What would you like to do?"))


async def write_a_notice(page: Page, hands: Finger, language: str) -> None:
    """From the command to the whole card: a text in each language, and *I have read it*."""
    say = words_in(language)
    await write(page, "/broadcast")
    await expect(newest(page)).to_contain_text(say("📢 New notice"))
    for written, text in TEXTS.items():
        await hands.press(say("✏️ Text"))
        await expect(newest(page).get_by_role("button", name=say("For all"))).to_be_visible()
        await hands.press(words_in(written).name)
        await expect(newest(page).get_by_role("button")).to_have_count(1)
        await write(page, text)
        await expect(newest(page)).to_contain_text(text)
    await hands.press(say("🔘 Buttons"))
    await expect(newest(page).get_by_role("button", name=say("“I have read it”"))).to_be_visible()
    await hands.press(say("“I have read it”"))
    await expect(page.get_by_role("button", name="☑️").last).to_contain_text(say("“I have read it”"))
    await hands.press(say("⬅️ Back"))
    await expect(page.get_by_role("button", name=sends_to(language, 3)).last).to_be_visible()


async def reads_and_silences(page: Page, hands: Finger, phrases: Phrases) -> None:
    """A worker reads the notice in her language, says so, and wishes no more news."""
    language = "en" if phrases is ENGLISH else "zh"
    say = words_in(language)
    await hands.press(phrases.person)
    await expect(newest(page)).to_contain_text(TEXTS[language])
    await hands.press(say("✅ I have read it"))
    await expect(toast(page)).to_have_text(say("Thank you."))
    await expect(hands.newest(say("✅ Read"))).to_be_visible()
    await hands.press(say("🔕 Fewer of these"))
    news = say("News")
    await hands.press(f"✅ {news}")
    await expect(hands.newest(f"🔕 {news}")).to_be_visible()


def sends_to(language: str, count: int) -> str:
    return words_in(language).plural("✅ Send to {count} person", "✅ Send to {count} people", count)


def newest(page: Page) -> Locator:
    return page.locator("article").last
