"""A crowd of workers: they join side by side, and some work on at the pace of people."""

import asyncio
from collections.abc import Iterable
from functools import partial
from random import Random
from statistics import median, quantiles

from tests.journeys.outside.messages import Chat
from tests.journeys.outside.people import Message, buttons
from tests.journeys.outside.projects import Programme
from tests.journeys.outside.server import BotApi
from tests.journeys.outside.workers import Worker

JOINING_AT_ONCE = 40
TAP_EVERY_SECONDS = 4.0
READ = "✅"


async def join_all(api: BotApi, programme: Programme, count: int) -> list[Worker]:
    """So many people press Start and agree; they come in as fast as they are let in."""
    workers = [Worker(api, programme, number, "en") for number in range(count)]
    room = asyncio.Semaphore(JOINING_AT_ONCE)

    async def join(worker: Worker) -> None:
        async with room:
            await worker.join()

    async with asyncio.TaskGroup() as door:
        for worker in workers:
            door.create_task(join(worker))
    return workers


class Tapper:
    """One who works on, picture after picture, and knows how long she waited for each next one."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._random = Random(worker.number)
        self.waited_seconds: list[float] = []

    async def works(self, done: asyncio.Event) -> None:
        """Until it is done, about one tap in four seconds."""
        loop, worker = asyncio.get_running_loop(), self._worker
        if worker.card is None:
            await worker.begin()
        while not await self._rests(done):
            card = worker.card
            assert card is not None, f"worker {worker.number} has run out of work"
            pressed_at = loop.time()
            worker.api.press(worker.chat, card["message_id"], buttons(card)[0]["callback_data"])
            await worker.until(partial(self._sees_another, card), "the next picture")
            self.waited_seconds.append(loop.time() - pressed_at)

    def _sees_another(self, card: Message) -> bool:
        return self._worker.card != card

    async def _rests(self, done: asyncio.Event) -> bool:
        try:
            await asyncio.wait_for(done.wait(), self._random.uniform(0.5, 1.5) * TAP_EVERY_SECONDS)
        except TimeoutError:
            return False
        return True


async def tap_for(tappers: Iterable[Tapper], seconds: float) -> dict[str, float]:
    """They work for so long; how long they waited then: p50 and p99 in milliseconds."""
    done = asyncio.Event()
    async with asyncio.TaskGroup() as work:
        for tapper in tappers:
            tapper.waited_seconds.clear()
            work.create_task(tapper.works(done))
        await asyncio.sleep(seconds)
        done.set()
    return figures(tappers)


def figures(tappers: Iterable[Tapper]) -> dict[str, float]:
    """How long they waited for the next picture, in milliseconds."""
    waited = [seconds * 1000 for tapper in tappers for seconds in tapper.waited_seconds]
    return {"taps": len(waited), "p50": median(waited), "p99": quantiles(waited, n=100)[98]}


def press_read(api: BotApi, chat: Chat, text: str) -> str | None:
    """Presses the button that says "I have read it" under those words; None if she has not got them."""
    for number, message in chat.messages.items():
        if text in message.get("text", message.get("caption", "")):
            button = next((b for b in buttons(message) if READ in b["text"]), None)
            if button is not None:
                return api.press(chat, number, button["callback_data"])
    return None
