"""Starts `tapwork` a hundred times and loads it once: each start is a fork of a process that has it loaded.

Loading aiogram takes seconds, and a journey that kills the bot again and again would do little else. What
runs in the fork is the same command line with its own environment, in a process of its own. The emulator
is hatched in the same way.
"""

import importlib
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from bot.command_line import loading
from tests.architecture.sources import ROOT

Program = Literal["bot", "bot.emulator"]
LOADED_LATER = ("bot.wiring", "bot.demo", "bot.commands.doctor")
"""What `tapwork run`, `tapwork demo` and `tapwork doctor` load by themselves, and then find loaded."""


class Hatchery:
    """The loaded process, from outside."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.hatchery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        out: Path,
        log: Path,
        program: Program = "bot",
        folder: Path = ROOT,
    ) -> int:
        """Starts `tapwork`, or the emulator, with these arguments in a folder; the number of its process."""
        order = {"program": program, "arguments": list(arguments), "environment": dict(environment)}
        return int(self._ask({**order, "out": str(out), "log": str(log), "folder": str(folder)}))

    def wait(self, pid: int, *, within_seconds: float = 60.0) -> int:
        """The exit code of that process, when it has ended."""
        deadline = time.monotonic() + within_seconds
        while (code := self.find_exit_code(pid)) is None:
            assert time.monotonic() < deadline, f"process {pid} has not ended within {within_seconds:g} s"
            time.sleep(0.01)
        return code

    def find_exit_code(self, pid: int) -> int | None:
        """None while that process runs; a negative number is the signal that ended it."""
        code = self._ask({"ended": pid})
        return None if code is None else int(code)

    def close(self) -> None:
        """Ends the loaded process; those that it started are for others to end."""
        self._process.communicate(timeout=60)

    def _ask(self, order: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def _become_another(order: Mapping[str, Any]) -> None:
    for path, number in ((os.devnull, 0), (order["out"], 1), (order["log"], 2)):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = [order["program"], *order["arguments"]]
    if "PYTHONWARNINGS" in os.environ:
        # Python itself has looked at it already, in the loaded process.
        warnings.simplefilter(os.environ["PYTHONWARNINGS"])  # type: ignore[arg-type]


def _exit_code(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def main() -> None:
    # No fork looks through what is loaded for garbage, or copies it because of that.
    with loading():
        mains = {name: importlib.import_module(f"{name}.__main__").main for name in get_args(Program)}
        for name in LOADED_LATER:
            importlib.import_module(name)
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "ended" in order:
            answer = _exit_code(order["ended"])
        elif (answer := os.fork()) == 0:
            _become_another(order)
            mains[order["program"]]()
            return
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
