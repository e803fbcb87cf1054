"""Delivers updates to the bot's address: lanes that keep order, retries, and calls in the answer."""

from __future__ import annotations

import asyncio
import json
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.emulator.clock import Clock
from bot.emulator.errors import ApiError
from bot.emulator.params import Params
from bot.emulator.reading import read_body, read_parts
from bot.emulator.updates import Pending, UpdateQueue

ANSWER_SECONDS = 60
MOST_RETRY_AFTER_SECONDS = 3600
LONGEST_PAUSE_SECONDS = 60
DEFAULT_CONNECTIONS = 40
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

Execute = Callable[[str, Params], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Address:
    """What setWebhook asked for."""

    url: str
    secret: str = ""
    connections: int = DEFAULT_CONNECTIONS
    has_certificate: bool = False


@dataclass(slots=True)
class Lane:
    """Updates that must be delivered one after another."""

    updates: deque[Pending] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Webhook:
    def __init__(self, updates: UpdateQueue, clock: Clock, execute: Execute) -> None:
        self.address: Address | None = None
        self.last_error_at = 0
        self.last_error = ""
        self.deliveries = 0
        self.failures = 0
        self._updates = updates
        self._clock = clock
        self._execute = execute
        self._lanes: dict[str, Lane] = {}
        self._connections = asyncio.Semaphore(DEFAULT_CONNECTIONS)
        self._busy_lanes = asyncio.Semaphore(2 * DEFAULT_CONNECTIONS)
        self._session: aiohttp.ClientSession | None = None
        updates.listeners.append(self._arrived)

    def set(self, address: Address) -> None:
        """Deliver to this address from now on, what is pending first."""
        self.remove()
        self.address = address
        self._connections = asyncio.Semaphore(address.connections)
        self._busy_lanes = asyncio.Semaphore(2 * address.connections)
        for pending in self._updates:
            self._arrived(pending)

    def remove(self) -> None:
        """Stop delivering; what was not delivered stays pending."""
        self.address = None
        self.last_error, self.last_error_at = "", 0
        for lane in self._lanes.values():
            if lane.task is not None:
                lane.task.cancel()
        self._lanes.clear()

    async def close(self) -> None:
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        self.remove()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _arrived(self, pending: Pending) -> None:
        if self.address is None:
            return
        lane = self._lanes.setdefault(pending.lane, Lane())
        lane.updates.append(pending)
        if lane.task is None:
            lane.task = asyncio.create_task(self._serve(pending.lane, lane, self.address))

    async def _serve(self, name: str, lane: Lane, address: Address) -> None:
        async with self._busy_lanes:
            while lane.updates:
                pending = lane.updates[0]
                await self._deliver(pending, address)
                lane.updates.popleft()
        # No await stands between the last look at the lane and its end, so that nothing can slip in between.
        if self._lanes.get(name) is lane:
            del self._lanes[name]

    async def _deliver(self, pending: Pending, address: Address) -> None:
        """Try until the bot takes it or it expires."""
        failures = 0
        while self._clock.now() < pending.expires_at:
            async with self._connections:
                pause_seconds = await self._attempt(pending, address, failures)
            if pause_seconds is None:
                self._updates.remove(pending)
                return
            failures += 1
            await self._clock.sleep(pause_seconds)
        self._updates.expire(pending)

    async def _attempt(self, pending: Pending, address: Address, failures: int) -> float | None:
        """None when the bot took the update, else how long to wait before the next attempt."""
        pause_seconds = float(2**failures) if failures else 0.0
        if pause_seconds > LONGEST_PAUSE_SECONDS:
            pause_seconds = random.uniform(LONGEST_PAUSE_SECONDS, 2 * LONGEST_PAUSE_SECONDS)
        post = asyncio.create_task(self._post(pending, address))
        try:
            if not await self._clock.wait(post, ANSWER_SECONDS):
                self._failed("Read timeout expired")
                return pause_seconds
            status, reason, retry_after, call = post.result()
        except (aiohttp.ClientError, OSError) as error:
            self._failed(str(error) or type(error).__name__)
            return pause_seconds
        finally:
            post.cancel()
        self.deliveries += 1
        if status // 100 != 2:  # noqa: PLR2004 - any 2xx confirms
            self._failed(f"Wrong response from the webhook: {status} {reason}")
            asked = float(retry_after) if retry_after.isdigit() else 0.0
            return min(asked, MOST_RETRY_AFTER_SECONDS) or pause_seconds
        if call is not None:
            await self._run(call)
        return None

    async def _post(self, pending: Pending, address: Address) -> tuple[int, str, str, Params | None]:
        headers = {"Content-Type": "application/json"}
        if address.secret:
            headers[SECRET_HEADER] = address.secret
        body = pending.raw if pending.raw is not None else json.dumps(pending.body).encode()
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None)
            )
        async with self._session.post(
            address.url, data=body, headers=headers, allow_redirects=False
        ) as response:
            call = await _call_in(response) if response.ok else None
            return response.status, response.reason or "", response.headers.get("Retry-After", ""), call

    async def _run(self, call: Params) -> None:
        """Execute what stood in the bot's answer; its outcome reaches nobody."""
        method = call.text("method")
        ignored = {"setwebhook", "deletewebhook", "close", "logout"}
        if method and not method.lower().startswith("get") and method.lower() not in ignored:
            await self._execute(method, call)

    def _failed(self, words: str) -> None:
        self.failures += 1
        self.last_error = words
        self.last_error_at = self._clock.seconds()


async def _call_in(response: aiohttp.ClientResponse) -> Params | None:
    """The method call in the answer's body, if there is one."""
    params = Params()
    try:
        if response.content_type.startswith("multipart/"):
            await read_parts(aiohttp.MultipartReader.from_response(response), params)
        else:
            values: dict[str, Any] = read_body(await response.read(), response.content_type)
            params.values.update(values)
    except (ApiError, ValueError):
        return None
    return params if "method" in params.values else None
