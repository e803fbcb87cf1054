from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession, MultipartWriter, web

from bot.emulator import Emulator
from bot.emulator.people import Actor, TelegramWorld
from tests.contract.emulator.clients import Client, refusal
from tests.waiting import until_told


class Receiver:
    """A bot's address that remembers what came and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[Callable[[], web.Response]] = []
        self.pause_seconds = 0.0
        self.open = self.most_open = 0
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        self.got.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await asyncio.sleep(self.pause_seconds)
        self.open -= 1
        return self.answers.pop(0)() if self.answers else web.Response()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.got) < count:  # noqa: ASYNC110 - a test may look again and again
                await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def time_hardly_passes(emulator: Emulator) -> None:
    """Pauses between attempts end when the test moves the clock, and not before."""
    emulator.clock.speed = 0.001


async def nothing_is_pending(client: Client) -> None:
    """Returns when the emulator has heard that everything was taken, or has given up the rest."""

    async def none() -> bool:
        return (await client.call("get_webhook_info")).pending_update_count == 0

    await until_told(none)


async def attempts_have_failed(emulator: Emulator, count: int) -> None:
    """Returns when the emulator knows how so many attempts went, and pauses after the last of them."""

    async def known() -> bool:
        return emulator.service.webhook.failures == count

    await until_told(known)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_delivers_with_the_secret_what_was_pending(
    client: Client, anna: Actor, receiver: Receiver
) -> None:
    assert await client.call("set_webhook", url=receiver.url, secret_token="s-1")
    await receiver.until(1)
    assert client.update(receiver.got[0]).message.text == "/start"
    assert receiver.secrets == ["s-1"]
    await anna.says("more")
    await receiver.until(2)
    await nothing_is_pending(client)
    assert (await client.call("get_webhook_info")).url == receiver.url


async def test_tries_again_with_growing_pauses(
    client: Client, anna: Actor, receiver: Receiver, world: TelegramWorld, emulator: Emulator
) -> None:
    receiver.answers = [lambda: web.Response(status=500)] * 3
    await client.call("set_webhook", url=receiver.url)
    await attempts_have_failed(emulator, 2)
    assert len({update["update_id"] for update in receiver.got}) == 1
    await asyncio.sleep(0.1)
    assert len(receiver.got) == 2
    info = await client.call("get_webhook_info")
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    await world.advance(2)
    await attempts_have_failed(emulator, 3)
    await world.advance(4)
    await receiver.until(4)
    await nothing_is_pending(client)


async def test_retry_after_is_obeyed(
    client: Client, anna: Actor, receiver: Receiver, world: TelegramWorld, emulator: Emulator
) -> None:
    receiver.answers = [lambda: web.Response(status=503, headers={"Retry-After": "30"})]
    await client.call("set_webhook", url=receiver.url)
    await attempts_have_failed(emulator, 1)
    await world.advance(28)
    await asyncio.sleep(0.05)
    assert len(receiver.got) == 1
    await world.advance(3)
    await receiver.until(2)


async def test_a_press_that_nobody_takes_is_forgotten(
    client: Client, anna: Actor, receiver: Receiver, world: TelegramWorld, emulator: Emulator
) -> None:
    await client.call("set_webhook", url=receiver.url, drop_pending_updates=True)
    receiver.answers = [lambda: web.Response(status=500)] * 2
    await anna.presses_without_waiting(on=(await anna.chat())[0], data="x")
    await attempts_have_failed(emulator, 2)
    await world.advance(151)
    await nothing_is_pending(client)
    assert len(receiver.got) == 2


async def test_no_answer_for_a_minute_means_again(
    client: Client, anna: Actor, receiver: Receiver, world: TelegramWorld
) -> None:
    receiver.pause_seconds = 3
    await client.call("set_webhook", url=receiver.url)
    await receiver.until(1)
    await world.advance(61)
    await receiver.until(2)


async def test_one_persons_words_come_in_order_and_people_side_by_side(
    client: Client, anna: Actor, receiver: Receiver, world: TelegramWorld
) -> None:
    receiver.pause_seconds = 0.1
    people = [await world.person(f"P{number}") for number in range(4)]
    for number in range(3):
        for person in people:
            await person.says(str(number))
    await client.call("set_webhook", url=receiver.url, max_connections=2)
    await receiver.until(13)
    for person in people:
        said = [
            each["message"]["text"] for each in receiver.got if each["message"]["from"]["id"] == person.id
        ]
        assert said == ["0", "1", "2"]
    assert receiver.most_open == 2


async def test_a_duplicate_and_garbage_arrive(
    client: Client, anna: Actor, receiver: Receiver, world: TelegramWorld
) -> None:
    await client.call("set_webhook", url=receiver.url, drop_pending_updates=True)
    await world.breaks("update_twice")
    await anna.says("again")
    await receiver.until(2)
    assert receiver.got[0] == receiver.got[1]
    await world.inject({"poll": "what?"})
    await receiver.until(3)
    assert receiver.got[2]["poll"] == "what?"


@pytest.mark.parametrize("way", ["json", "form", "multipart"])
async def test_a_method_in_the_answer_is_executed(
    emulator: Emulator, anna: Actor, receiver: Receiver, way: str
) -> None:
    call = {"method": "sendMessage", "chat_id": str(anna.id), "text": "from the answer"}

    def answer() -> web.Response:
        if way == "json":
            return web.json_response(call)
        if way == "form":
            return web.Response(text=urlencode(call), content_type="application/x-www-form-urlencoded")
        writer = MultipartWriter("form-data")
        for name, value in call.items():
            writer.append(value).set_content_disposition("form-data", name=name)
        return web.Response(body=writer, headers=writer.headers)

    receiver.answers = [answer]
    async with ClientSession() as session:
        await session.post(f"{emulator.base_url}/bot42:TEST/setWebhook", json={"url": receiver.url})
    await anna.sees("from the answer")
    (logged,) = emulator.service.calls.newest(method="sendMessage")
    assert logged.via == "webhook"


async def test_addresses_that_are_refused(client: Client, emulator: Emulator) -> None:
    bad = await refusal(client, "set_webhook", url="ftp://example.org")
    assert bad.words == "invalid webhook url specified"
    bad = await refusal(client, "set_webhook", url="http://127.0.0.1:1/", secret_token="a b")
    assert bad.words == "secret token contains unallowed characters"
    emulator.service.strict_webhook_urls = True
    bad = await refusal(client, "set_webhook", url="http://example.org")
    assert bad.words == "bad webhook: an https url must be provided for webhook"
    bad = await refusal(client, "set_webhook", url="https://example.org:8080")
    assert bad.words == "bad webhook: webhook can be set up only on ports 80, 88, 443 or 8443"
    bad = await refusal(client, "set_webhook", url="https://10.0.0.1")
    assert bad.words == "bad webhook: ip address 10.0.0.1 is reserved"
