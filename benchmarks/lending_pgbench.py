"""The very statement that draws a task, run by pgbench, and the peers' queries on the same tables."""

import re
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from benchmarks.lending_fill import QUOTA, Sizes
from storage.repositories.frontier_statements import draw
from tasks.lending import LOOK_ROWS
from tasks.model.project import Project
from tasks.ports import ROUND
from tasks.quality.selection import Reach
from tests.services import PostgresServer

SECONDS = 10
PEERS = {
    "peer: PyBossa's default (NOT IN, ordered)": (
        "SELECT id FROM tasks WHERE project_id = 1 AND status <> 'closed' AND id NOT IN"
        " (SELECT task_id FROM leases WHERE project_id = 1 AND worker_id = :worker)"
        " ORDER BY position, id LIMIT 1"
    ),
    "peer: Label Studio's uniform (ORDER BY random())": (
        "SELECT id FROM tasks WHERE project_id = 1 AND status = 'open' AND NOT EXISTS"
        " (SELECT 1 FROM leases WHERE task_id = tasks.id AND worker_id = :worker) ORDER BY random() LIMIT 1"
    ),
}
CONSTANT = {
    "of_project_id": "1",
    "of_state": "'open'",
    "of_currency": "'CNY'",
    "of_price_micros": "50000",
    "of_shown_at": "1795000000000000",
    "of_ends_at": "1795003600000000",
    "of_worker_id_0": ":worker",
    "of_previous_id_0": "NULL",
    "project": "1",
    "quota": str(QUOTA),
}


def script(sizes: Sizes) -> str:
    """The statement as the repository sends it, for any worker from any place on the round."""
    dialect = PGDialect_asyncpg(paramstyle="named")  # type: ignore[no-untyped-call]
    compiled = draw(Reach.USUAL.buckets, LOOK_ROWS, wishes=1).compile(dialect=dialect)
    values = CONSTANT | {
        name: str(value)
        for name, value in compiled.params.items()
        if value is not None and name not in CONSTANT
    }
    statement = re.sub(
        r"(?<!:):(\w+)", lambda found: values.get(found[1], found[0]), str(compiled).replace("\n", " ")
    )
    return f"\\set worker random(1, {sizes.workers})\n\\set start random(0, {ROUND - 1})\n{statement};\n"


def bench_draw(
    server: PostgresServer, project: Project, sizes: Sizes, *, clients: int, flush: bool = True
) -> tuple[list[float], float]:
    """Milliseconds of each, and how many a second; without ``flush`` no commit waits for the disk."""
    assert project.id == 1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "draw.sql")
        file.write_text(script(sizes))
        where = ["-h", str(server.folder), "-p", str(server.port), "-U", "tapwork"]
        how = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(SECONDS), "-l"]
        database = server.psql("postgres", "SELECT max(datname) FROM pg_database WHERE datname LIKE 'test_%'")
        done = subprocess.run(
            [server.binary("pgbench"), *where, *how, "-f", str(file), database.strip()],
            cwd=folder,
            env={"PGOPTIONS": f"-c synchronous_commit={'on' if flush else 'off'}"},
            check=True,
            capture_output=True,
            text=True,
        )
        rate = re.search(r"tps = ([\d.]+)", done.stdout)
        assert rate is not None, done.stdout + done.stderr
        logs = "".join(log.read_text() for log in Path(folder).glob("pgbench_log.*"))
        return [int(line.split()[2]) / 1000 for line in logs.splitlines()], float(rate[1])
