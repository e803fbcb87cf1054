"""Starts `tapwork` a hundred times and loads it once: each start is a fork of a process that has it loaded.

Loading aiogram takes seconds, and a journey that kills the bot again and again would do little else. What
runs in the fork is the same command line with its own environment, in a process of its own.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.architecture.sources import ROOT


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

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], *, out: Path, log: Path) -> int:
        """Starts `tapwork` with these arguments; the number of its process."""
        order = {"arguments": list(arguments), "environment": dict(environment)}
        return int(self._ask({**order, "out": str(out), "log": str(log)}))

    def find_exit_code(self, pid: int) -> int | None:
        """None while that process runs; a negative number is the signal that ended it."""
        code = self._ask({"ended": pid})
        return None if code is None else int(code)

    def close(self) -> None:
        """Ends the loaded process; those that it started are for others to end."""
        self._process.communicate(timeout=10)

    def _ask(self, order: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def _become_tapwork(order: Mapping[str, Any]) -> None:
    for path, number in ((os.devnull, 0), (order["out"], 1), (order["log"], 2)):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["tapwork", *order["arguments"]]


def _exit_code(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def main() -> None:
    # Only the loaded process needs it, and the wiring, which `tapwork run` then finds loaded.
    from bot import __main__ as tapwork  # noqa: PLC0415

    importlib.import_module("bot.wiring")
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "ended" in order:
            answer = _exit_code(order["ended"])
        elif (answer := os.fork()) == 0:
            _become_tapwork(order)
            tapwork.main()
            return
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
