"""Presses a second, and the time from a delivered press to the edited card.

Each contender is a process of its own that takes presses by webhook from ``benchmarks.telegram_side``. The
bare bots answer the press and edit the photo message and keep nothing. Tapwork does its whole work: answer,
tally, books and the next lease are on the disk before the card changes.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.services import postgres_running, redis_running

SIDE_PORT, BOT_PORT = 9311, 9312
PICTURES = 50
Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contender:
    """A bot to be measured."""

    name: str
    command: Callable[[], list[str]]
    environment: Environment


@contextmanager
def contenders(folder: Path, tasks: int) -> Iterator[list[Contender]]:
    """The bare bots and Tapwork, with what it needs running."""
    project = make_project(folder / "project", tasks)
    api = f"http://127.0.0.1:{SIDE_PORT}"
    with postgres_running(waits_for_disk=True) as postgres, redis_running() as redis:
        sqlite = tapwork_environment(folder, "sqlite", f"sqlite:///{folder}/taps.db", "")
        cluster = tapwork_environment(
            folder, "postgresql", postgres.url(postgres.new_database()), redis.url()
        )
        for environment in (sqlite, cluster):
            for command in (["migrate"], ["import", str(project)]):
                run = [sys.executable, "-m", "bot", *command]
                subprocess.run(run, env=environment, check=True, stdout=subprocess.DEVNULL)
        replying = {"TAPWORK_ANSWER_PRESSES": "reply"}
        run = [sys.executable, "-m", "bot", "run"]
        yield [
            Contender("bare aiogram", lambda: bare("aiogram", api), os.environ),
            Contender("bare python-telegram-bot", lambda: bare("ptb", api), os.environ),
            Contender("Tapwork, SQLite", lambda: run, sqlite),
            Contender("Tapwork, SQLite, presses answered in the reply", lambda: run, {**sqlite, **replying}),
            Contender("Tapwork, PostgreSQL + Redis", lambda: run, cluster),
            Contender("Tapwork, PostgreSQL + Redis, … in the reply", lambda: run, {**cluster, **replying}),
        ]


def bare(library: str, api: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.bare_{library}", api, str(BOT_PORT)]


def tapwork_environment(folder: Path, name: str, database: str, redis: str) -> Environment:
    home = folder / name
    home.mkdir(exist_ok=True)
    return os.environ | {
        "TAPWORK_BOT_TOKEN": "42:BENCH",
        "TAPWORK_BOT_API": f"http://127.0.0.1:{SIDE_PORT}",
        "TAPWORK_DATABASE": database,
        "TAPWORK_REDIS": redis,
        "TAPWORK_MEDIA": str(home / "media"),
        "TAPWORK_PUBLIC_URL": f"http://127.0.0.1:{BOT_PORT}",
        "TAPWORK_LISTEN": f"127.0.0.1:{BOT_PORT}",
        "TAPWORK_SECRET_KEY": "benchmark-only-secret-key-0123456789",
        "TAPWORK_RATE": "1000",
    }


def make_project(folder: Path, tasks: int) -> Path:
    """A project of many tasks over a few pictures."""
    (folder / "images").mkdir(parents=True)
    for number in range(PICTURES):
        picture = Image.new("RGB", (224, 224), (number * 5, 255 - number * 5, 90))
        picture.save(folder / "images" / f"{number}.png")
    choices = "".join(
        f'[[choices]]\nid = "{one}"\nemoji = "{emoji}"\nen = "{one.title()}"\nzh = "{one}"\n'
        for one, emoji in (("cat", "🐱"), ("dog", "🐶"), ("bird", "🐦"), ("car", "🚗"))
    )
    (folder / "project.toml").write_text(
        '[project]\nslug = "bench"\nkind = "choice"\ncurrency = "CNY"\nprice = "0.05"\n'
        "answers = { min = 2, max = 5, confidence = 0.95 }\ngold_share = 0.0\nlease_minutes = 240\n"
        'languages = ["en", "zh"]\n[title]\nen = "Bench"\nzh = "测试"\n'
        f'[question]\nen = "What is in the picture?"\nzh = "图片里是什么？"\n{choices}',
        "utf-8",
    )
    rows = "".join(f"t{number},images/{number % PICTURES}.png\n" for number in range(tasks))
    (folder / "tasks.csv").write_text("task,image\n" + rows, "utf-8")
    return folder


def measure(contender: Contender, options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """One round: the other side starts, the bot starts, workers press, both stop."""
    out = folder / "figures.json"
    out.unlink(missing_ok=True)
    side = subprocess.Popen(
        [
            *(sys.executable, "-m", "benchmarks.telegram_side", "--port", str(SIDE_PORT), "--out", str(out)),
            *("--workers", str(options.workers), "--seconds", str(options.seconds)),
            *("--warmup", str(options.warmup), "--pid-file", str(folder / "bot.pid")),
        ]
    )
    time.sleep(0.7)
    environment = dict(contender.environment) | {"BENCH_SECONDS": "600"}
    bot = subprocess.Popen(
        contender.command(), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    (folder / "bot.pid").write_text(str(bot.pid))
    side.wait(timeout=300)
    bot.send_signal(signal.SIGTERM)
    bot.wait(timeout=60)
    figures: dict[str, float] = json.loads(out.read_text())
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--warmup", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--only", default="", help="a part of a contender's name")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, contenders(Path(temporary), options.tasks) as bots:
        chosen = [bot for bot in bots if options.only in bot.name]
        results: dict[str, list[dict[str, float]]] = {bot.name: [] for bot in chosen}
        for _ in range(options.rounds):
            for bot in chosen:
                results[bot.name].append(measure(bot, options, Path(temporary)))
    report(results)


def report(results: Mapping[str, list[dict[str, float]]]) -> None:
    """Median over the rounds, with least and most, and each one's ratio to the first."""
    base = statistics.median(one.get("presses_per_second", 0) for one in next(iter(results.values()))) or 1
    print("| bot | presses/s (least–most) | ratio | p50 ms | p99 ms | CPU ms a press | not 200 |")
    print("|---|---|---|---|---|---|---|")
    for name, rounds in results.items():
        speeds = [one.get("presses_per_second", 0) for one in rounds]
        middle = statistics.median(speeds)

        def mid(key: str, rounds: list[dict[str, float]] = rounds) -> float:
            return statistics.median(one.get(key, 0) for one in rounds)

        print(
            f"| {name} | {middle:.0f} ({min(speeds):.0f}–{max(speeds):.0f}) | {middle / base:.2f} "
            f"| {mid('p50_ms'):.1f} | {mid('p99_ms'):.1f} | {mid('cpu_ms_per_press'):.2f} "
            f"| {sum(one['not_ok'] for one in rounds):.0f} |"
        )


if __name__ == "__main__":
    main()
