"""How updates reach the bot: kept until confirmed, by long polling or by webhook, in order per queue."""

import asyncio
import contextlib
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from tests.journeys.outside.manners import Manners, Refusal

PRESS_LIVES_SECONDS = 150.0
LONGEST_POLL_SECONDS = 50.0


@dataclass
class Waiting:
    update: dict[str, Any]
    queue: str
    born: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    @property
    def expired(self) -> bool:
        age = asyncio.get_running_loop().time() - self.born
        return "callback_query" in self.update and age > PRESS_LIVES_SECONDS


class Delivery:
    """The updates of one bot on their way."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._next_id = manners.random.randrange(1, 2**30)
        self._pending: list[Waiting] = []
        self._arrived = asyncio.Event()
        self._poll: asyncio.Event | None = None
        self._queues: dict[str, deque[Waiting]] = defaultdict(deque)
        self._tasks: set[asyncio.Task[None]] = set()
        self.webhook: dict[str, Any] = {}
        self.doors: list[int] = []
        """The ports of several processes behind the one public address; empty: the address itself."""
        self.delivered = 0
        self._late = 0
        self.last_error = ""

    def put(self, update: dict[str, Any], queue: str) -> None:
        """An event happened; some come late, some come twice."""
        late = self._manners.random.uniform(0.2, 1.5) if self._manners.happens(self._manners.delayed) else 0
        again = self._manners.happens(self._manners.duplicated)
        self._spawn(self._put(update, queue, late))
        if again:
            self._spawn(
                self._put(dict(update), queue, late + self._manners.random.choice([0.0, 0.05, 0.6, 2.0]))
            )

    async def _put(self, update: dict[str, Any], queue: str, late: float) -> None:
        self._late += 1
        await asyncio.sleep(late)
        self._late -= 1
        if "update_id" not in update:
            self._next_id += 1 + self._manners.random.choice([0, 0, 0, 4])
            update = {"update_id": self._next_id, **update}
        waiting = Waiting(self._manners.dress(update), queue)
        if self.webhook:
            self._to_webhook(waiting)
        else:
            self._pending.append(waiting)
            self._arrived.set()

    async def poll(self, offset: int, limit: int, timeout_seconds: float) -> list[dict[str, Any]]:
        """What getUpdates gives; everything below the offset is confirmed by asking."""
        if self.webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if self._poll is not None:
            self._poll.set()
        self._poll = mine = asyncio.Event()
        if offset < 0:
            self._pending = self._pending[offset:]
        self._pending = [w for w in self._pending if w.update["update_id"] >= offset and not w.expired]
        try:
            await self._something(mine, min(timeout_seconds, LONGEST_POLL_SECONDS))
        finally:
            if self._poll is mine:
                self._poll = None
        self.delivered += len(self._pending[:limit])
        return [w.update for w in self._pending[:limit]]

    async def _something(self, mine: asyncio.Event, timeout_seconds: float) -> None:
        end = asyncio.get_running_loop().time() + timeout_seconds
        while not self._pending and (left := end - asyncio.get_running_loop().time()) > 0:
            self._arrived.clear()
            waits = [asyncio.create_task(self._arrived.wait()), asyncio.create_task(mine.wait())]
            await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            if mine.is_set():
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )

    def set_webhook(self, webhook: dict[str, Any]) -> None:
        """From now on updates are posted there, those that waited first; empty: polling again."""
        if self._poll is not None and webhook:
            self._poll.set()
        self.webhook = webhook
        if webhook:
            waiting, self._pending = self._pending, []
            for one in waiting:
                self._to_webhook(one)

    @property
    def pending(self) -> int:
        return self._late + len(self._pending) + sum(map(len, self._queues.values()))

    async def all_taken(self) -> None:
        """Returns when no update is on its way any more."""
        async with asyncio.timeout(60):
            await asyncio.sleep(0.1)
            while self.pending:  # noqa: ASYNC110 - there is nothing to be told by
                await asyncio.sleep(0.05)

    def _to_webhook(self, waiting: Waiting) -> None:
        queue = self._queues[waiting.queue]
        queue.append(waiting)
        if len(queue) == 1:
            self._spawn(self._drain(queue))

    async def _drain(self, queue: deque[Waiting]) -> None:
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            while queue:
                wait = 0.0
                while not queue[0].expired and not await self._post(session, queue[0].update):
                    wait = min(max(0.05, wait * 2), 1.6)  # Telegram's back-off, in a hurry
                    await asyncio.sleep(wait)
                if self._manners.happens(self._manners.duplicated):
                    await self._post(session, queue[0].update)
                queue.popleft()

    async def _post(self, session: ClientSession, update: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        try:
            async with session.post(
                self._door(), json=update, headers=headers, allow_redirects=False
            ) as answer:
                self.last_error = "" if answer.ok else f"Wrong response from the webhook: {answer.status}"
                self.delivered += answer.status // 100 == 2
                return answer.status // 100 == 2
        except (ClientError, TimeoutError, OSError) as error:
            self.last_error = type(error).__name__
            return False

    def _door(self) -> URL:
        """Where a balancer would take it: to any. If that one is gone, the next try goes elsewhere."""
        url = URL(self.webhook["url"])
        return url.with_port(self._manners.random.choice(self.doors)) if self.doors else url

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in [*self._tasks]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
