"""The first day at work, as people see it: the real demo in a real browser, on a phone of 360 points."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.hands import Finger, Hands, Keyboard

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="session")]

ANSWERS = 10


@dataclass(frozen=True)
class Phrases:
    """What the bot says and what its buttons are called."""

    person: str
    promise: str
    price: str
    agree: str
    welcome: str
    work: str
    project: str
    question: str
    choices: tuple[str, ...]
    cant_tell: str
    broken: str
    undo: str
    stop: str
    go_on: str
    today: str
    taken_back: str
    earnings_title: str
    earnings: tuple[str, ...]


ENGLISH = Phrases(
    person="Anna",
    promise="You never pay.",
    price="¥0.05 a question",
    agree="I agree",
    welcome="Welcome!",
    work="▶️ Work",
    project="Animals and vehicles",
    question="What is in the picture?",
    choices=("🐱 Cat", "🐶 Dog", "🐦 Bird", "🚗 Car", "🚲 Bicycle", "✈️ Airplane"),
    cant_tell="🤷 Can't tell",
    broken="🖼 Picture broken",
    undo="↩️ Undo",
    stop="⏹ Stop",
    go_on="➡️ Next",
    today="today",
    taken_back="Taken back: −¥0.05 · today {left}",
    earnings_title="💰 Your money",
    earnings=("Approved: {left}", "Today: {left}", "▇ {left}", "taken back"),
)
CHINESE = Phrases(
    person="小梅",
    promise="你一分钱都不用交",
    price="每题 ¥0.05",
    agree="我同意",
    welcome="欢迎你",
    work="▶️ 开始做题",
    project="动物和车辆",
    question="图片里是什么？",
    choices=("🐱 猫", "🐶 狗", "🐦 鸟", "🚗 汽车", "🚲 自行车", "✈️ 飞机"),
    cant_tell="🤷 看不出来",
    broken="🖼 图片坏了",
    undo="↩️ 撤销",
    stop="⏹ 停止",
    go_on="➡️ 下一题",
    today="今天",
    taken_back="已撤销：−¥0.05 · 今天 {left}",
    earnings_title="💰 我的收入",
    earnings=("审核通过：{left}", "今天：{left}", "▇ {left}", "已撤销"),
)


@pytest.mark.parametrize("hands_of", [Finger, Keyboard], ids=["taps", "keyboard"])
@pytest.mark.parametrize("phrases", [ENGLISH, CHINESE], ids=["english", "chinese"])
async def test_ten_answers_one_taken_back_and_the_money_is_there(
    demo: str, phone_page: Page, phrases: Phrases, hands_of: Callable[[Page], Hands]
) -> None:
    hands = hands_of(phone_page)
    await phone_page.goto(demo)
    await joins(phone_page, hands, phrases)
    await takes_work(phone_page, hands, phrases)
    await sees_the_whole_card(phone_page, hands, phrases)

    messages = await phone_page.locator("article").count()
    pictures = await answers_ten(phone_page, hands, phrases)
    assert len(set(pictures)) == len(pictures) >= ANSWERS
    assert await phone_page.locator("article").count() == messages, "the card is edited in place"

    left = f"¥{(len(pictures) - 1) * 5 / 100:.2f}"
    shown = str(await picture(phone_page).get_attribute("src"))
    await hands.press(phrases.undo)
    await expect(toast(phone_page)).to_have_text(phrases.taken_back.format(left=left))
    await expect(picture(phone_page)).not_to_have_attribute("src", shown)
    assert await looks(phone_page) == pictures[-1]

    await hands.command("earnings")
    for line in phrases.earnings:
        await expect(phone_page.locator("article").last).to_contain_text(line.format(left=left))
    assert await phone_page.evaluate("document.documentElement.scrollWidth") == 360


async def test_a_supervisor_asks_again_about_a_picture_that_two_people_reported(
    demo: str, phone_page: Page
) -> None:
    hands = Finger(phone_page)
    await phone_page.goto(demo)
    await joins(phone_page, hands, ENGLISH)
    await takes_work(phone_page, hands, ENGLISH)
    annas = {await reports(phone_page, hands, ENGLISH) for _ in range(15)}
    await joins(phone_page, hands, CHINESE)
    await takes_work(phone_page, hands, CHINESE)
    reported = ""
    while reported not in annas:
        reported = await reports(phone_page, hands, CHINESE)

    await hands.press("Lin (supervisor)")
    await says_start_and_agrees(phone_page, hands, ENGLISH)
    await write(phone_page, "/broken")
    shown = phone_page.locator("article").last
    await expect(shown).to_contain_text("2 people say: the picture is broken.")
    assert await looks(phone_page) == reported
    await hands.press("Ask again")
    await expect(toast(phone_page)).to_have_text("Done.")
    await expect(phone_page.locator("article").last).to_contain_text(
        "There are no pictures for you to look at now."
    )


async def joins(page: Page, hands: Hands, phrases: Phrases) -> None:
    await hands.press(phrases.person)
    await says_start_and_agrees(page, hands, phrases)


async def says_start_and_agrees(page: Page, hands: Hands, phrases: Phrases) -> None:
    await hands.press("Start")
    log = page.get_by_role("log")
    await expect(log).to_contain_text(phrases.promise)
    await expect(log).to_contain_text(phrases.price)
    await hands.press(phrases.agree)
    await expect(log).to_contain_text(phrases.welcome)


async def takes_work(page: Page, hands: Hands, phrases: Phrases) -> None:
    await hands.press(phrases.work)
    await expect(page.locator("article").last).to_contain_text(phrases.price)
    await hands.press(phrases.project)
    await expect(page.locator("article").last).to_contain_text(phrases.question)


async def sees_the_whole_card(page: Page, hands: Hands, phrases: Phrases) -> None:
    """Picture, price and every button are on the screen together, and big enough for a thumb."""
    await expect(picture(page)).to_be_in_viewport(ratio=1)
    await expect(page.locator("article").last).to_contain_text("¥0.05")
    assert await picture(page).evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    for label in (*phrases.choices, phrases.cant_tell, phrases.broken, phrases.stop):
        button = hands.newest(label)
        await expect(button).to_be_in_viewport(ratio=1)
        # Its height in the layout: a box on the screen is a hair lower while a key is pressed or moves.
        assert await button.evaluate("(key) => key.offsetHeight") >= 44


async def answers_ten(page: Page, hands: Hands, phrases: Phrases) -> list[str]:
    """Gives ten answers, or some more until the last one was no lesson; returns how the pictures looked.

    Some questions are lessons: they say at once what is right, and cannot be taken back.
    """
    seen: list[str] = []
    was_lesson = True
    while len(seen) < ANSWERS or was_lesson:
        source = str(await picture(page).get_attribute("src"))
        seen.append(await looks(page))
        await hands.press(phrases.choices[len(seen) % len(phrases.choices)])
        said = f"+¥0.05 · {phrases.today} ¥{len(seen) * 5 / 100:.2f}"
        await expect(toast(page)).to_contain_text(said)
        # Its words are there still when it is not shown any more.
        was_lesson = await page.locator(".toast").filter(has_text=said).text_content() != said
        await expect(hands.newest(phrases.go_on).or_(hands.newest(phrases.choices[0])).first).to_be_visible()
        await expect(picture(page)).not_to_have_attribute("src", source)
        if await hands.newest(phrases.go_on).is_visible():
            was_lesson = True
            await hands.press(phrases.go_on)
            await expect(hands.newest(phrases.choices[0])).to_be_visible()
    return seen


async def reports(page: Page, hands: Hands, phrases: Phrases) -> str:
    """Says that the picture on the card is broken; returns how it looked."""
    source = str(await picture(page).get_attribute("src"))
    looked = await looks(page)
    await hands.press(phrases.broken)
    await expect(picture(page)).not_to_have_attribute("src", source)
    return looked


async def looks(page: Page) -> str:
    """The same for the same picture, however often it was uploaded."""
    return str(
        await picture(page).evaluate(
            """async (image) => {
                const bytes = await (await fetch(image.src)).arrayBuffer();
                const digest = await crypto.subtle.digest("SHA-256", bytes);
                return Array.from(new Uint8Array(digest)).join();
            }"""
        )
    )


def picture(page: Page) -> Locator:
    return page.locator("article img").last


def toast(page: Page) -> Locator:
    return page.locator(".toast.shown")


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")
