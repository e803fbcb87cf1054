"""Import of many rows and export of many answers, each beside the least that Python alone needs for it.

The peers check nothing and keep nothing but the rows: ``csv`` into one bare ``sqlite3`` table by
``executemany``, and a ``sqlite3`` cursor into ``csv.writer``. Both sides are processes of their own, on
SQLite; the memory is the most that the process held.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.taps import make_project

PEER_IMPORT = """
import csv, sqlite3, sys
base = sqlite3.connect(sys.argv[2])
base.execute("CREATE TABLE tasks (id INTEGER PRIMARY KEY, key TEXT UNIQUE, image TEXT)")
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = csv.reader(file)
    next(rows)
    base.executemany("INSERT INTO tasks (key, image) VALUES (?, ?)", rows)
base.commit()
"""
PEER_EXPORT = """
import csv, sqlite3, sys
base = sqlite3.connect(sys.argv[1])
with open(sys.argv[2], "w", newline="", encoding="utf-8") as file:
    csv.writer(file).writerows(base.execute(
        "SELECT t.key, l.worker_id, l.choice, l.answered_at, l.seconds, l.price_micros, l.currency, "
        "l.answer_status, t.gold FROM leases l JOIN tasks t ON t.id = l.task_id ORDER BY l.id"))
"""
FILL_ANSWERS = """
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.execute("INSERT INTO workers (id, language, status, time_zone, created_at, status_at) "
             "SELECT 1, 'en', 'active', 'UTC', 0, 0 WHERE NOT EXISTS (SELECT 1 FROM workers)")
base.execute("INSERT INTO leases (task_id, project_id, worker_id, state, price_micros, currency, shown_at, "
             "ends_at, choice, answered_at, settled_at, seconds, answer_status) "
             "SELECT id, project_id, 1, 'answered', 50000, 'CNY', 1, 2, 'cat', 1700000000000000 + id, "
             "1700000000000000 + id, 4.2, 'approved' FROM tasks")
base.commit()
"""


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds, and the most memory in MB."""
    script = (
        "import resource, subprocess as s, sys; s.run(sys.argv[1:], check=True, stdout=s.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    begin = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", script, *command], env=environment, check=True, capture_output=True, text=True
    )
    return time.perf_counter() - begin, int(run.stdout) / 1024


def row(name: str, rows: int, figures: tuple[float, float], base: float) -> str:
    seconds, megabytes = figures
    return f"| {name} | {seconds:.1f} | {rows / seconds:,.0f} | {megabytes:.0f} | {seconds / base:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        project, database = make_project(folder / "project", rows), folder / "tapwork.db"
        environment = dict(os.environ) | {
            "TAPWORK_DATABASE": f"sqlite:///{database}",
            "TAPWORK_MEDIA": str(folder / "media"),
        }
        bot = [sys.executable, "-m", "bot"]
        print("| what | seconds | rows/s | MB | times the peer |\n|---|---|---|---|---|")
        peer = timed(
            [sys.executable, "-c", PEER_IMPORT, str(project / "tasks.csv"), str(folder / "peer.db")],
            environment,
        )
        print(row("import, csv and sqlite3 alone", rows, peer, peer[0]), flush=True)
        ours = timed([*bot, "import", str(project)], environment)
        print(row("import, Tapwork", rows, ours, peer[0]), flush=True)
        again = timed([*bot, "import", str(project)], environment)
        print(row("import again, Tapwork", rows, again, peer[0]), flush=True)
        subprocess.run([sys.executable, "-c", FILL_ANSWERS, str(database)], check=True)
        peer = timed(
            [sys.executable, "-c", PEER_EXPORT, str(database), str(folder / "peer.csv")], environment
        )
        print(row("export answers, csv and sqlite3 alone", rows, peer, peer[0]), flush=True)
        export = [*bot, "export", "bench", "--what", "answers", "--out", str(folder / "answers.csv")]
        print(row("export answers, Tapwork", rows, timed(export, environment), peer[0]), flush=True)


if __name__ == "__main__":
    main()
