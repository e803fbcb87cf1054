"""The real process, from outside: a command line, settings and files."""

import asyncio
import csv
import io
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ClientError, ClientSession

from bot.demo import zone_at_noon
from tests.journeys.hatchery import Hatchery
from tests.journeys.outside.server import TOKEN
from tests.services import KeptPort

TAPWORK = Path(sys.executable).with_name("tapwork")


class Tapwork:
    """One installation of Tapwork in a folder of its own."""

    def __init__(
        self,
        folder: Path,
        api: str,
        *,
        database: str = "",
        webhook: bool = False,
        settings: Mapping[str, str] | None = None,
        hatchery: Hatchery | None = None,
    ) -> None:
        """With a hatchery its processes are forks of one that is loaded already, and start at once."""
        self.folder = folder
        self.log = folder / "stderr.log"
        self._kept = KeptPort()
        self.port = self._kept.number
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("TAPWORK_")} | {
            "TAPWORK_BOT_TOKEN": TOKEN,
            "TAPWORK_BOT_API": api,
            "TAPWORK_DATABASE": database or f"sqlite:///{folder / 'tapwork.db'}",
            "TAPWORK_MEDIA": str(folder / "media"),
            "TAPWORK_LISTEN": f"127.0.0.1:{self.port}",
        }
        if webhook:
            self.env["TAPWORK_PUBLIC_URL"] = f"http://127.0.0.1:{self.port}"
        self.env |= settings or {}
        self._hatchery = hatchery
        self._process: asyncio.subprocess.Process | Hatched | None = None

    def neighbour(self) -> "Tapwork":
        """Another process of the same installation, at another port."""
        other = copy(self)
        other._kept = KeptPort()
        other.port = other._kept.number
        other.env = self.env | {"TAPWORK_LISTEN": f"127.0.0.1:{other.port}"}
        other.log = self.folder / f"stderr-{other.port}.log"
        return other

    async def command(self, *words: str) -> str:
        """Runs a command to its end and returns what it printed; fails if it failed."""
        out, err = self.folder / "command.out", self.folder / "command.err"
        for file in (out, err):
            file.write_text("")
        process = await self._launch(words, out, err)
        code = await process.wait()
        assert code == 0, f"tapwork {' '.join(words)}: {code} {out.read_text()}{err.read_text()}"
        return out.read_text()

    async def export(self, slug: str, what: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(await self.command("export", slug, "--what", what))))

    async def start(self) -> None:
        """Starts `tapwork run` and returns when its health page answers."""
        self._process = await self._launch(["run"], self.log, self.log)
        async with asyncio.timeout(60):
            while await self.health() != 200:
                assert self._process.returncode is None, self.log.read_text()[-3000:]
                await asyncio.sleep(0.05)

    async def _launch(
        self, words: Sequence[str], out: Path, err: Path
    ) -> "asyncio.subprocess.Process | Hatched":
        if self._hatchery is not None:
            pid = self._hatchery.start(words, self.env, out=out, log=err)
            return Hatched(self._hatchery, pid)
        with out.open("ab") as stdout, err.open("ab") as stderr:
            return await asyncio.create_subprocess_exec(
                TAPWORK, *words, cwd=self.folder, env=self.env, stdout=stdout, stderr=stderr
            )

    async def health(self) -> int:
        try:
            async with (
                ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/health") as answer,
            ):
                return answer.status
        except (ClientError, OSError):
            return 0

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> float:
        """Asks it to stop for good and returns how many seconds it took."""
        assert self._process is not None
        before = asyncio.get_running_loop().time()
        if self._process.returncode is None:
            self._process.terminate()
        await asyncio.wait_for(self._process.wait(), 60)
        self._kept.close()
        return asyncio.get_running_loop().time() - before


class Hatched:
    """A process of a hatchery, to be held like one of asyncio's."""

    def __init__(self, hatchery: Hatchery, pid: int) -> None:
        self._hatchery = hatchery
        self.pid = pid
        self._code: int | None = None

    @property
    def returncode(self) -> int | None:
        if self._code is None:
            self._code = self._hatchery.find_exit_code(self.pid)
        return self._code

    async def wait(self) -> int:
        while (code := self.returncode) is None:  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.02)
        return code

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)


def zone_where_it_is_noon() -> str:
    """Nobody there is asleep, so a notice is not kept for the morning."""
    return zone_at_noon(datetime.now(UTC))
