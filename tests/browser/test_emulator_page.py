"""The phone page in a real browser, with the test in the bot's place."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.emulator import Emulator
from tests.contract.emulator.conftest import opus, picture

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
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


async def bot_uploads(emulator: Emulator, method: str, name: str, content: bytes, **params: str) -> None:
    form = aiohttp.FormData(params)
    form.add_field(method.removeprefix("send").lower(), content, filename=name)
    url = f"{emulator.base_url}/bot42:TEST/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as response:
        assert response.status == 200, await response.text()


def sound(seconds: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\x80" * 8000 * seconds)
    return out.getvalue()


async def test_a_voice_note_is_played_and_a_document_taken(emulator: Emulator, phone_page: Page) -> None:
    person = emulator.world.add_person(None, "Anna")
    emulator.phones.say(person, "/start")
    chat_id = str(person.id)
    await bot_uploads(
        emulator, "sendVoice", "v.wav", sound(65), chat_id=chat_id, duration="65", caption="Listen"
    )
    await bot_uploads(emulator, "sendDocument", "notice-7.csv", b"a,b", chat_id=chat_id)
    await phone_page.goto(emulator.page_url)
    note = phone_page.locator("article").nth(1)
    await expect(note).to_contain_text("1:05")
    await note.get_by_role("button", name="Play the voice note, 65 seconds").tap()
    await expect(note).to_contain_text("❚❚")
    await note.get_by_role("button").tap()
    await expect(note).to_contain_text("▶")

    async with phone_page.expect_download() as starting:
        await phone_page.get_by_role("link", name="notice-7.csv").tap()
    download = await starting.value
    assert download.suggested_filename == "notice-7.csv"
    assert (await download.path()).read_bytes() == b"a,b"

    last_id = next(emulator.world.chats[person.id].newest()).message_id
    await bot_calls(emulator, "deleteMessage", chat_id=person.id, message_id=last_id)
    await expect(phone_page.locator("article")).to_have_count(2)


async def test_a_person_sends_a_picture_with_words_and_a_voice_note(
    emulator: Emulator, phone_page: Page
) -> None:
    person = emulator.world.add_person(None, "Anna")
    emulator.phones.say(person, "/start")
    await phone_page.goto(emulator.page_url)
    (first,) = await bot_calls(emulator, "getUpdates", timeout=5)
    line, clip = phone_page.get_by_label("Message", exact=True), phone_page.get_by_label("Send a picture")
    await line.fill("My field")
    await clip.set_input_files({"name": "f.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    await expect(phone_page.get_by_role("img", name="My field")).to_be_visible()
    await expect(line).to_have_value("")
    await clip.set_input_files({"name": "v.ogg", "mimeType": "audio/ogg", "buffer": opus(seconds=3)})
    await expect(phone_page.get_by_role("button", name="Play the voice note, 3 seconds")).to_be_visible()
    photo, voice = [
        update["message"]
        for update in await bot_calls(emulator, "getUpdates", offset=first["update_id"] + 1, timeout=5)
    ]
    assert photo["caption"] == "My field"
    assert voice["voice"]["duration"] == 3
    await bot_calls(emulator, "sendVoice", chat_id=person.id, voice=voice["voice"]["file_id"])
    await bot_calls(emulator, "sendPhoto", chat_id=person.id, photo=photo["photo"][-1]["file_id"])
    await expect(phone_page.get_by_role("img")).to_have_count(2)


async def test_a_link_to_the_bot_starts_it_with_its_code(emulator: Emulator, phone_page: Page) -> None:
    person = emulator.world.add_person(None, "Anna")
    emulator.phones.say(person, "/start")
    link = "https://t.me/Tapwork_Demo_Bot?start=n-7_A"
    other = "https://t.me/other_bot?start=x"
    keyboard = {"inline_keyboard": [[{"text": "Join", "url": "https://t.me/tapwork_demo_bot?start=key"}]]}
    await bot_calls(
        emulator, "sendMessage", chat_id=person.id, text=f"Give it on: {link} or {other}",
        reply_markup=keyboard,
    )  # fmt: skip
    await phone_page.goto(emulator.page_url)
    log = phone_page.get_by_role("log")
    await phone_page.get_by_role("link", name=link).tap()
    await expect(log).to_contain_text("/start n-7_A")
    await phone_page.get_by_role("link", name="Join").tap()
    await expect(log).to_contain_text("/start key")
    assert len(phone_page.context.pages) == 1
    await expect(phone_page.get_by_role("link", name=other)).to_have_attribute("href", other)


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


async def test_on_the_narrowest_phone_each_key_is_as_wide_as_a_thumb(
    emulator: Emulator, phone_page: Page
) -> None:
    person = emulator.world.add_person(None, "Anna")
    emulator.phones.say(person, "/start")
    await bot_calls(emulator, "setMyCommands", commands=[{"command": "work", "description": "See the work"}])
    await phone_page.set_viewport_size({"width": 320, "height": 568})
    await phone_page.goto(f"{emulator.page_url}?person={person.id}")
    for name in ("Menu", "Send", "Bot calls", "+ Person"):
        key = phone_page.get_by_role("button", name=name, exact=True)
        await expect(key).to_be_in_viewport(ratio=1)
        assert await key.evaluate("(key) => key.offsetWidth") >= 44
    assert await phone_page.evaluate("document.documentElement.scrollWidth") == 320
