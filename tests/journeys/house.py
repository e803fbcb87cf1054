"""A whole house for journeys: an emulator, a database, a project, and bots that can be killed."""

import asyncio
import contextlib
import csv
import io
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from PIL import Image

from bot.demo import zone_at_noon
from bot.emulator.people import TelegramWorld
from tests.journeys.hatchery import Hatchery
from tests.journeys.surroundings import STARTS_WITHIN_SECONDS, TOKEN, balancer_before, emulator_running
from tests.services import KeptPort

PICTURES = 6
CHOICES = (
    ("cat", "🐱", "Cat", "猫"),
    ("dog", "🐶", "Dog", "狗"),
    ("car", "🚗", "Car", "汽车"),
    ("tree", "🌳", "Tree", "树"),
)
PROJECT = """
[project]
slug = "{slug}"
kind = "choice"
currency = "CNY"
price = "0.05"
answers = {{ min = {least}, max = {quota}, confidence = 0.95 }}
lease_minutes = {lease_minutes}
languages = ["en", "zh"]
[title]
en = "Animals of {slug}"
zh = "动物 {slug}"
[question]
en = "What is in the picture?"
zh = "图片里是什么？"
"""


def write_tasks(
    folder: Path,
    *,
    tasks: int,
    quota: int,
    least: int | None = None,
    slug: str = "village",
    lease_minutes: int = 240,
) -> Path:
    """A project folder with a few pictures, which its tasks share, and four choices. Every task gets as many
    answers as the quota says, unless it may close with fewer (``least``).
    """
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for number in range(PICTURES):
        picture = Image.new("RGB", (64, 48), (40 * number, 200 - 30 * number, 90))
        picture.save(folder / "images" / f"{number}.png")
    toml = PROJECT.format(
        slug=slug, least=quota if least is None else least, quota=quota, lease_minutes=lease_minutes
    )
    for choice, emoji, english, chinese in CHOICES:
        toml += f'[[choices]]\nid = "{choice}"\nemoji = "{emoji}"\nen = "{english}"\nzh = "{chinese}"\n'
    (folder / "project.toml").write_text(toml, "utf-8")
    rows = [f"t{number:04},images/{number % PICTURES}.png" for number in range(tasks)]
    (folder / "tasks.csv").write_text("\n".join(["task,image", *rows, ""]), "utf-8")
    return folder


@dataclass
class Bot:
    """`tapwork run` as a process that comes and goes; always at the same port."""

    hatchery: Hatchery
    environment: dict[str, str]
    log: Path
    port: int
    pid: int = 0

    def start(self) -> None:
        listen = {"TAPWORK_LISTEN": f"127.0.0.1:{self.port}"}
        self.pid = self.hatchery.start(
            ["run"], self.environment | listen, out=self.log.with_suffix(".out"), log=self.log
        )

    async def is_up(self) -> None:
        """Returns when it answers that it is well."""
        await eventually(self._is_well, within_seconds=STARTS_WITHIN_SECONDS, what=self.tail)

    async def health(self) -> int:
        """The status of its health; 0 if it does not answer at all."""
        return (await self._ask("/health"))[0]

    async def figures(self) -> str:
        """What it counts; nothing if it does not answer at all."""
        return (await self._ask("/metrics"))[1]

    async def _ask(self, path: str) -> tuple[int, str]:
        try:
            timeout = aiohttp.ClientTimeout(total=10)
            address = f"http://127.0.0.1:{self.port}{path}"
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as response:
                return response.status, await response.text()
        except (aiohttp.ClientError, OSError):
            return 0, ""

    async def _is_well(self) -> bool:
        assert self.hatchery.find_exit_code(self.pid) is None, self.tail()
        return await self.health() == 200

    async def ended(self, within_seconds: float = 60.0) -> int:
        """Its exit code."""
        codes: list[int] = []

        async def has_ended() -> bool:
            code = self.hatchery.find_exit_code(self.pid)
            codes.extend([] if code is None else [code])
            return bool(codes)

        await eventually(has_ended, within_seconds=within_seconds, what=self.tail)
        self.pid = 0
        return codes[0]

    async def kill(self) -> None:
        """Ends it without a warning."""
        os.kill(self.pid, signal.SIGKILL)
        await self.ended()

    async def terminate(self, within_seconds: float = 30.0) -> int:
        """Asks it to stop; its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return await self.ended(within_seconds)

    def tail(self) -> str:
        """The end of its log, for a test that fails."""
        return self.log.read_text("utf-8")[-3000:] if self.log.exists() else ""


@dataclass
class House:
    """Everything that a journey needs, running."""

    hatchery: Hatchery
    telegram: TelegramWorld
    folder: Path
    environment: dict[str, str]
    bots: list[Bot]
    quotas: dict[str, int] = field(default_factory=dict)
    """How many answers a task may have, by project."""

    @property
    def bot(self) -> Bot:
        """The only one, or the first."""
        return self.bots[0]

    @property
    def log(self) -> str:
        """What all bots wrote into their logs."""
        return "".join(bot.log.read_text("utf-8") for bot in self.bots if bot.log.exists())

    async def run(self, *arguments: str) -> str:
        """Runs `tapwork` with these arguments to its end; what it printed."""
        out, log = self.folder / "command.out", self.folder / "command.log"
        out.write_text("")
        pid = self.hatchery.start(arguments, self.environment, out=out, log=log)
        command = Bot(self.hatchery, self.environment, log, 0, pid)
        assert await command.ended() == 0, command.tail()
        return out.read_text("utf-8")

    async def opens(self, slug: str = "village", *, tasks: int, quota: int, lease_minutes: int = 240) -> None:
        """Imports a project, or more tasks into it."""
        folder = write_tasks(
            self.folder / slug, tasks=tasks, quota=quota, slug=slug, lease_minutes=lease_minutes
        )
        await self.run("import", str(folder))
        self.quotas[slug] = quota

    async def export(self, what: str, slug: str = "village") -> list[dict[str, str]]:
        """The rows of an export."""
        return list(csv.DictReader(io.StringIO(await self.run("export", slug, "--what", what))))

    async def starts(self) -> None:
        """All bots, until they are well."""
        for bot in self.bots:
            bot.start()
        for bot in self.bots:
            await bot.is_up()

    async def hears_everything(self) -> None:
        """Returns when no update is on its way any more: after an outage they come again for a while."""

        async def all_has_come() -> bool:
            return not (await self.telegram.stats())["updates_pending"]

        await eventually(all_has_come, within_seconds=60, what="updates are on their way")

    async def restarts(self, bot: Bot) -> None:
        """Kills one and starts it again."""
        await bot.kill()
        bot.start()


@contextlib.asynccontextmanager
async def house_on(
    hatchery: Hatchery,
    folder: Path,
    database_url: str,
    *,
    way: str = "polling",
    bots: int = 1,
    **settings: str,
) -> AsyncIterator[House]:
    """A house around a migrated database, its bots not started yet; ``settings`` as in TAPWORK_…"""
    async with contextlib.AsyncExitStack() as stack:
        kept = [stack.enter_context(contextlib.closing(KeptPort())) for _ in range(bots)]
        ports = [port.number for port in kept]
        api = stack.enter_context(emulator_running(hatchery, folder))
        telegram = await stack.enter_async_context(TelegramWorld(api))
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TAPWORK_")}
        environment = clean | {
            "TAPWORK_BOT_TOKEN": TOKEN,
            "TAPWORK_BOT_API": api,
            "TAPWORK_DATABASE": database_url,
            "TAPWORK_MEDIA": str(folder / "media"),
            "TAPWORK_SECRET_KEY": "the same key for all bots of a house",
            "TAPWORK_RATE": "1000",
            # Whenever the tests run, nobody's quiet hours are in their way.
            "TAPWORK_TIME_ZONE": zone_at_noon(datetime.now(UTC)),
            **{f"TAPWORK_{name.upper()}": value for name, value in settings.items()},
        }
        if way == "webhook":
            environment["TAPWORK_PUBLIC_URL"] = await stack.enter_async_context(balancer_before(ports))
        house = House(hatchery, telegram, folder, environment, [])
        for number, port in enumerate(ports):
            house.bots.append(Bot(hatchery, environment, folder / f"bot-{number}.log", port))
        try:
            yield house
        finally:
            for bot in house.bots:
                if bot.pid:
                    with contextlib.suppress(ProcessLookupError):
                        await bot.kill()


async def eventually(
    holds: Callable[[], Awaitable[bool]], *, within_seconds: float, what: Callable[[], str] | str = ""
) -> None:
    """Asks again and again until it holds."""
    deadline = time.monotonic() + within_seconds
    while not await holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_seconds:g} s: {what() if callable(what) else what}")
        await asyncio.sleep(0.03)
