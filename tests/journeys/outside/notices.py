"""Notices as somebody at the command line writes and follows them."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tests.journeys.outside.arrivals import Arrival
from tests.journeys.outside.process import Tapwork
from tests.journeys.outside.server import BotApi

ENDED = {"done", "cancelled", "retracted"}
Facts = dict[str, Any]


class Written:
    """One notice, from `tapwork notice` to its end."""

    def __init__(self, api: BotApi, tapwork: Tapwork, text: str) -> None:
        self.api = api
        self.text = text
        self.number = 0
        self.written_at = 0.0
        self._tapwork = tapwork
        self._first = len(api.arrivals.seen)

    async def write(self, *options: str) -> "Written":
        """Returns when the command has returned; from now on the time counts."""
        told = await self._tapwork.command("notice", "--text", self.text, *options)
        self.number = int(told.rpartition("Notice ")[2].split()[0])
        self.written_at = asyncio.get_running_loop().time()
        return self

    async def facts(self) -> Facts:
        facts: Facts = json.loads(await self._tapwork.command("notices", str(self.number), "--json"))
        return facts

    async def steer(self, how: str) -> None:
        await self._tapwork.command("notices", str(self.number), f"--{how}")

    async def until(self, *statuses: str, within_seconds: float = 60.0) -> Facts:
        """Its facts, once it has one of these statuses."""
        return await self._facts_once(
            lambda facts: facts["status"] in statuses, f"{statuses}", within_seconds=within_seconds
        )

    async def until_paused(self) -> Facts:
        """Its facts, once nothing is on its way any more either: what became of that is known later."""
        return await self._facts_once(
            lambda facts: facts["status"] == "paused" and not facts["sending"], "paused and at rest"
        )

    async def _facts_once(
        self, fit: Callable[[Facts], bool], what: str, *, within_seconds: float = 60.0
    ) -> Facts:
        facts: Facts = {}
        try:
            async with asyncio.timeout(within_seconds):
                while not fit(facts := await self.facts()):  # noqa: ASYNC110
                    await asyncio.sleep(0.15)
        except TimeoutError:
            raise AssertionError(f"not {what} within {within_seconds:g} s: {facts}") from None
        return facts

    @property
    def arrived(self) -> list[Arrival]:
        return self.api.arrivals.of(self.text, self._first)

    async def has_reached(self, people: int, *, within_seconds: float) -> None:
        """Returns when so many messages have arrived."""
        try:
            async with asyncio.timeout(within_seconds):
                while len(self.arrived) < people:  # noqa: ASYNC110 - there is nothing to be told by
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"{len(self.arrived)} of {people} in {within_seconds:g} s") from None

    @property
    def took_seconds(self) -> float:
        """From the command's return to the last arrival."""
        return self.arrived[-1].at - self.written_at
