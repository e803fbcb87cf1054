"""The phone page in a real browser, with the test in the bot's place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect

from bot.emulator import Emulator

pytestmark = pytest.mark.chromium


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator("42:TEST") as running:
        yield running


async def bot_calls(emulator: Emulator, method: str, **params: Any) -> Any:
    url = f"{emulator.base_url}/bot42:TEST/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=params) as response:
        body = await response.json()
        assert body["ok"], body
        return body["result"]


async def test_a_person_starts_taps_and_sees(emulator: Emulator, phone_page: Page) -> None:
    page = phone_page
    await page.goto(emulator.page_url)
    await page.get_by_role("button", name="Give somebody a phone").press("Enter")
    await page.get_by_label("Name").fill("王芳")
    await page.get_by_label("Name").press("Enter")
    await page.get_by_role("button", name="Start").press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("/start")
    (update,) = await bot_calls(emulator, "getUpdates", timeout=5)
    chat_id = update["message"]["chat"]["id"]

    row = [{"text": label, "callback_data": label} for label in ("猫 Cat", "狗 Dog")]
    keyboard = {"inline_keyboard": [row]}
    sent = await bot_calls(
        emulator, "sendMessage", chat_id=chat_id, text="<b>图片里是什么？</b>", parse_mode="HTML",
        reply_markup=keyboard,
    )  # fmt: skip
    key = page.get_by_role("button", name="狗 Dog")
    box = await key.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    await key.press("Enter")
    (press,) = await bot_calls(emulator, "getUpdates", offset=update["update_id"] + 1, timeout=5)
    query_id = press["callback_query"]["id"]
    await bot_calls(emulator, "answerCallbackQuery", callback_query_id=query_id, text="+¥0.05")
    await expect(page.locator(".toast.shown")).to_have_text("+¥0.05")

    await bot_calls(
        emulator, "editMessageText", chat_id=chat_id, message_id=sent["message_id"], text="Next one",
        reply_markup=keyboard,
    )  # fmt: skip
    await expect(page.get_by_role("log")).to_contain_text("Next one")
    assert await page.locator("article").count() == 2
    await expect(page.get_by_role("button", name="狗 Dog")).to_be_focused()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def test_an_alert_asks_to_be_read(emulator: Emulator, phone_page: Page) -> None:
    person = emulator.world.add_person(None, "Anna")
    said = emulator.phones.say(person, "/start")
    await phone_page.goto(emulator.page_url)
    query = emulator.phones.press_data(person, "x", chat_id=person.id, message_id=said.message_id)
    await expect(phone_page.get_by_role("log")).to_contain_text("/start")
    await asyncio.sleep(0.3)
    await bot_calls(
        emulator, "answerCallbackQuery", callback_query_id=query.id, text="Paused", show_alert=True
    )
    await expect(phone_page.get_by_role("dialog")).to_contain_text("Paused")
    await phone_page.keyboard.press("Enter")
    await expect(phone_page.get_by_role("dialog")).to_have_count(0)
