from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.emulator import Emulator, Limits
from bot.emulator.people import Actor, TelegramWorld
from tests.contract.emulator.clients import AiogramClient, Client, PtbClient, refusal
from tests.contract.emulator.conftest import picture
from tests.waiting import until_told


@pytest.fixture
def emulator_limits() -> Limits:
    return Limits(chat_burst=3, total_per_second=8)


@pytest.fixture(autouse=True)
def time_stands_still(emulator: Emulator) -> None:
    """However long the calls of a test take, they come within one second, until the test moves the clock."""
    emulator.clock.speed = 0.0


async def test_too_fast_in_one_chat(client: Client, anna: Actor, world: TelegramWorld) -> None:
    for number in range(3):
        await client.call("send_message", chat_id=anna.id, text=str(number))
    refused = await refusal(client, "send_message", chat_id=anna.id, text="four")
    assert (refused.kind, refused.retry_after) == ("flood", 1)
    last = (await anna.chat())[-1]
    edit = {"chat_id": anna.id, "message_id": last.message_id, "text": "edited"}
    assert (await refusal(client, "edit_message_text", **edit)).kind == "flood"
    await world.advance(1)
    await client.call("edit_message_text", **edit)
    stats = await world.stats()
    assert (stats["sends"], stats["refused_429"]) == (4, 2)


async def test_too_fast_in_total(client: Client, world: TelegramWorld) -> None:
    people = [await world.person(f"P{number}") for number in range(9)]
    for person in people:
        await person.says("/start")
    for person in people[:8]:
        await client.call("send_message", chat_id=person.id, text="x")
    assert (await refusal(client, "send_message", chat_id=people[8].id, text="x")).kind == "flood"
    assert (await world.stats())["most_sends_in_a_second"] == 8


async def test_429_has_the_header_and_the_words(
    emulator: Emulator, anna: Actor, world: TelegramWorld
) -> None:
    await world.breaks("error", "sendMessage", retry_after=35)
    url = f"{emulator.base_url}/bot42:TEST/SENDmessage"
    async with aiohttp.ClientSession() as session, session.get(url, params={"chat_id": anna.id}) as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "35"
        assert await answer.json() == {
            "ok": False, "error_code": 429, "description": "Too Many Requests: retry after 35",
            "parameters": {"retry_after": 35},
        }  # fmt: skip


async def test_answer_lost_after_the_work(client: Client, anna: Actor, world: TelegramWorld) -> None:
    await world.breaks("cut_after", "sendMessage")
    assert (await refusal(client, "send_message", chat_id=anna.id, text="done")).kind == "network"
    assert (await anna.sees("done")).text == "done"
    await world.breaks("cut_before", "sendMessage")
    assert (await refusal(client, "send_message", chat_id=anna.id, text="not done")).kind == "network"
    assert [bubble.text for bubble in await anna.chat()] == ["/start", "done"]


async def test_a_page_instead_of_json(client: Client, anna: Actor, world: TelegramWorld) -> None:
    await world.breaks("html", match={"text": "hit"})
    await client.call("send_message", chat_id=anna.id, text="miss")
    refused = await refusal(client, "send_message", chat_id=anna.id, text="hit")
    assert refused.kind == ("undecodable" if client.name == "aiogram" else "network")
    await world.breaks("error", code=500, description="Internal Server Error: restart")
    assert (await refusal(client, "get_me")).kind == ("server" if client.name == "aiogram" else "network")


async def test_no_answer_and_slow_answers(client: Client, anna: Actor, world: TelegramWorld) -> None:
    await world.breaks("hang", "sendMessage")
    hanging = asyncio.create_task(client.call("send_message", chat_id=anna.id, text="x"))
    await until_told(lambda: world.calls("sendMessage", chat_id=anna.id))
    assert not hanging.done()
    hanging.cancel()
    await asyncio.wait([hanging])
    await world.breaks("slow", "sendMessage", seconds=0.2)
    await client.call("send_message", chat_id=anna.id, text="slow")
    calls = await world.calls("sendMessage", chat_id=anna.id)
    assert [(call["status"], call["fault"]) for call in calls] == [(0, "hang"), (200, "slow")]


async def test_file_ids_that_stop_working(client: Client, anna: Actor, world: TelegramWorld) -> None:
    sent = await client.call("send_photo", chat_id=anna.id, photo=client.upload(picture()))
    await world.breaks("file_ids")
    refused = await refusal(client, "send_photo", chat_id=anna.id, photo=sent.photo[-1].file_id)
    assert refused.words == "wrong file identifier/http url specified"
    await world.is_whole_again()
    await client.call("send_photo", chat_id=anna.id, photo=sent.photo[-1].file_id)


async def test_wrong_tokens(emulator: Emulator) -> None:
    for kind in (AiogramClient, PtbClient):
        client = kind(emulator.base_url, "42:WRONG")
        assert (await refusal(client, "get_me")).kind == "unauthorized"
        await client.close()
    async with aiohttp.ClientSession() as session:
        for path, status, words in (
            ("bot42:TEST/getNothing", 404, "Not Found: method not found"),
            ("botnonsense/getMe", 404, "Not Found"),
            ("bot42:WRONG/getMe", 401, "Unauthorized"),
        ):
            async with session.get(f"{emulator.base_url}/{path}") as answer:
                body = {"ok": False, "error_code": status, "description": words}
                assert (answer.status, await answer.json()) == (status, body)


@pytest.mark.parametrize("way", ["query", "form", "json", "json text"])
async def test_every_way_to_write_parameters(emulator: Emulator, anna: Actor, way: str) -> None:
    markup = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    params: dict[str, Any] = {"chat_id": anna.id, "text": "hi", "reply_markup": json.dumps(markup)}
    sent = {
        "query": {"params": params},
        "form": {"data": params},
        "json": {"json": {**params, "reply_markup": markup}},
        "json text": {"json": params},
    }[way]
    url = f"{emulator.base_url}/bot42:TEST/sendMessage"
    async with aiohttp.ClientSession() as session, session.post(url, **sent) as answer:
        assert (await answer.json())["result"]["reply_markup"] == markup


async def test_the_log_tells_what_was_called(client: Client, anna: Actor, world: TelegramWorld) -> None:
    await client.call("send_photo", chat_id=anna.id, photo=client.upload(picture()), caption="hi")
    (call,) = await world.calls("sendPhoto")
    assert (call["status"], call["params"]["caption"], call["params"]["chat_id"]) == (200, "hi", str(anna.id))
    uploads = [value for value in call["params"].values() if isinstance(value, dict) and "bytes" in value]
    assert uploads[0]["bytes"] == len(picture())
