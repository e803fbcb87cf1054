"""The process over HTTP: webhook, health, figures, and an orderly stop."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

import bot.serving
from bot.channels.telegram_registration import TelegramRegistration
from bot.jobs import Job, Jobs
from bot.metrics import Metrics
from bot.nursery import Nursery
from bot.serving import Parts, WebhookAddress, serve
from bot.web import SECRET_HEADER, WEBHOOK_PATH, Webhook, WebServer, build_app
from handlers.screens import Event, Reply, Screen
from tasks.errors import InputError
from tests.contract.scripted_telegram import CUT, ScriptedTelegram, error, make_bot, page
from tests.runtime_parts import ChannelInMemory, Surroundings, make_intake, said
from tests.waiting import until

SECRET = "hush-hush"
RIGHT = {SECRET_HEADER: SECRET}


async def echo(event: Event) -> Reply:
    return Reply((Screen(event.text),))


class Running:
    """A serving process in this test's own loop."""

    def __init__(self, handle: Callable[[Event], Awaitable[Reply]]) -> None:
        self.telegram = ScriptedTelegram()
        self.channel = ChannelInMemory()
        self.around: Surroundings = make_intake(handle, self.channel)
        self.stop = asyncio.Event()
        self.closed: list[str] = []
        self.job_runs = 0
        self.healthy = True
        self.web = WebServer(
            build_app(
                metrics=self.around.metrics,
                check_health=self._check_health,
                webhook=Webhook(self.around.intake, SECRET),
            ),
            host="127.0.0.1",
            port=0,
        )

    async def serve(self, started: asyncio.Event) -> None:
        aiogram_bot = make_bot(await self.telegram.start())

        async def close_channel() -> None:
            self.closed.append("channel")
            await aiogram_bot.session.close()

        async def close_store() -> None:
            self.closed.append("store")

        parts = Parts(
            web=self.web,
            registration=TelegramRegistration(aiogram_bot),
            command_menus={"": [("start", "Begin")], "zh": [("start", "开始")]},
            jobs=Jobs([Job("count", 0.01, self._run_job), Job("fail", 0.01, self._fail)]),
            nursery=Nursery(),
            webhook=WebhookAddress("https://bot.example/", SECRET),
            closing=[close_channel, close_store],
        )
        await serve(parts, stop=self.stop, started=started.set)

    async def _check_health(self) -> None:
        if not self.healthy:
            raise ConnectionRefusedError

    async def _run_job(self) -> None:
        self.job_runs += 1

    async def _fail(self) -> None:
        raise ZeroDivisionError


@asynccontextmanager
async def running(
    handle: Callable[[Event], Awaitable[Reply]] = echo,
) -> AsyncIterator[tuple[Running, aiohttp.ClientSession]]:
    process, started = Running(handle), asyncio.Event()
    serving = asyncio.ensure_future(process.serve(started))
    await asyncio.wait_for(started.wait(), 30)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{process.web.port}") as client:
        yield process, client
    process.stop.set()
    await asyncio.wait_for(serving, 30)
    await process.telegram.stop()


async def test_an_update_is_answered_with_200_when_it_is_done() -> None:
    async with running() as (process, client):
        async with client.post(WEBHOOK_PATH, json=said(1, 1001, "hi"), headers=RIGHT) as answer:
            assert answer.status == 200
        assert process.channel.shown == [("1001", "hi", False)]
        await until(lambda: process.job_runs > 2 and len(process.telegram.named("setMyCommands")) > 1)
    assert process.telegram.named("setWebhook") == [
        {
            "url": f"https://bot.example{WEBHOOK_PATH}",
            "max_connections": 100,
            "allowed_updates": ["message", "callback_query", "my_chat_member"],
            "secret_token": SECRET,
        }
    ]
    assert [call.get("language_code") for call in process.telegram.named("setMyCommands")] == [None, "zh"]
    assert process.telegram.named("deleteWebhook") == []
    assert process.closed == ["channel", "store"]


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "geheim-ü"}])
async def test_a_wrong_secret_is_refused_before_the_body_is_looked_at(headers: dict[str, str]) -> None:
    async with running() as (process, client):
        async with client.post(WEBHOOK_PATH, data=b"not json", headers=headers) as answer:
            assert answer.status == 401
        assert process.around.quarantine.kept == []


async def test_broken_json_is_kept_and_not_asked_for_again() -> None:
    async with running() as (process, client):
        async with client.post(WEBHOOK_PATH, data=b'{"update_id":', headers=RIGHT) as answer:
            assert answer.status == 200
        assert process.around.quarantine.payloads == ['{"update_id":']
        async with client.post(WEBHOOK_PATH, data=io.BytesIO(b"[" * 2_000_000), headers=RIGHT) as answer:
            assert answer.status == 413


@pytest.mark.parametrize(("fault", "status"), [(ConnectionRefusedError, 503), (ZeroDivisionError, 500)])
async def test_breakage_makes_telegram_bring_it_again(fault: type[Exception], status: int) -> None:
    async def broken(_event: Event) -> Reply:
        raise fault

    async with (
        running(broken) as (_, client),
        client.post(WEBHOOK_PATH, json=said(1, 1001, "hi"), headers=RIGHT) as answer,
    ):
        assert answer.status == status
        assert answer.headers["Retry-After"] == "2"


async def test_a_stop_finishes_open_requests_before_anything_is_closed() -> None:
    taken = asyncio.Event()

    async def slow(event: Event) -> Reply:
        taken.set()
        await asyncio.sleep(0.3)
        assert process.closed == []
        return await echo(event)

    async with running(slow) as (process, client):
        request = asyncio.ensure_future(client.post(WEBHOOK_PATH, json=said(1, 1001, "hi"), headers=RIGHT))
        await taken.wait()
        process.stop.set()
        async with await request as answer:
            assert answer.status == 200
    assert process.channel.shown == [("1001", "hi", False)]


async def test_health_and_figures() -> None:
    async with running() as (process, client):
        async with client.get("/health") as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "ok"})
        process.healthy = False
        async with client.get("/health") as answer:
            assert answer.status == 503
        async with client.get("/metrics") as answer:
            assert "tapwork_updates_open" in await answer.text()


async def test_a_taken_port_is_one_clear_sentence() -> None:
    async with running() as (process, _):
        app = build_app(metrics=Metrics(), check_health=process._check_health)
        with pytest.raises(InputError, match="taken by another program"):
            await WebServer(app, host="127.0.0.1", port=process.web.port).start()


async def test_a_wrong_token_ends_the_process_with_one_clear_sentence() -> None:
    process = Running(echo)
    process.telegram.queue("setWebhook", error(401, "Unauthorized"))
    with pytest.raises(InputError, match="TAPWORK_BOT_TOKEN"):
        await asyncio.wait_for(process.serve(asyncio.Event()), 30)
    assert process.closed == ["channel", "store"]
    await process.telegram.stop()


async def test_a_taken_port_ends_the_process_and_closes_everything() -> None:
    async with running() as (first, _):
        second = Running(echo)
        app = build_app(metrics=Metrics(), check_health=second._check_health)
        second.web = WebServer(app, host="127.0.0.1", port=first.web.port)
        with pytest.raises(InputError, match="TAPWORK_LISTEN"):
            await asyncio.wait_for(second.serve(asyncio.Event()), 30)
        assert second.closed == ["channel", "store"]
        await second.telegram.stop()


async def test_sigterm_is_an_orderly_stop() -> None:
    async with running() as (process, client):
        async with client.post(WEBHOOK_PATH, json=said(1, 1001, "hi"), headers=RIGHT) as answer:
            assert answer.status == 200
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda: process.closed == ["channel", "store"])


async def test_telegram_that_cannot_be_reached_yet_gets_its_webhook_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bot.serving, "WEBHOOK_RETRY_SECONDS", 0.02)
    process, started = Running(echo), asyncio.Event()
    process.telegram.queue("setWebhook", page(502), CUT, error(429, "Too Many Requests: retry after 1"))
    serving = asyncio.ensure_future(process.serve(started))
    await until(lambda: len(process.telegram.named("setWebhook")) >= 4)
    process.stop.set()
    await serving
    await process.telegram.stop()
