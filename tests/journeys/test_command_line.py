"""The command line as a client meets it: a real process, its words and its exit codes."""

import contextlib
import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.journeys.hatchery import Hatchery
from tests.journeys.outside.process import TAPWORK
from tests.project_folders import GOOD_ROWS, PROJECT_TOML, write_project

EXAMPLE = ROOT / "examples" / "animals-and-vehicles"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Tapwork = Callable[..., Said]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TAPWORK_")}
    return clean | {
        "TAPWORK_DATABASE": f"sqlite:///{folder}/tapwork.db",
        "TAPWORK_MEDIA": str(folder / "media"),
        "PYTHONWARNINGS": "error",
        **settings,
    }


@pytest.fixture
def tapwork(hatchery: Hatchery, tmp_path) -> Tapwork:
    """The command line in a process of its own, which needs not be loaded each time."""

    def run(*arguments: object, **settings: str) -> Said:
        out, log = tmp_path / "command.out", tmp_path / "command.log"
        for file in (out, log):
            file.write_text("")
        pid = hatchery.start([*map(str, arguments)], environment(tmp_path, **settings), out=out, log=log)
        return without_traceback(Said(hatchery.wait(pid), out.read_text("utf-8"), log.read_text("utf-8")))

    return run


@pytest.fixture
def tapwork_itself(tmp_path) -> Tapwork:
    """The command as it was installed and as people start it."""

    def run(*arguments: object, **settings: str) -> Said:
        done = subprocess.run(
            [TAPWORK, *map(str, arguments)],
            env=environment(tmp_path, **settings),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return without_traceback(Said(done.returncode, done.stdout, done.stderr))

    return run


def without_traceback(said: Said) -> Said:
    assert "Traceback" not in said.err
    return said


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_project(tmp_path / "project")


def is_one_sentence(said: Said) -> bool:
    lines = said.err.strip().splitlines()
    return said.code == 1 and len(lines) == 1 and lines[0].startswith("Error: ") and lines[0].endswith(".")


def test_the_sample_project_comes_in_and_goes_out(tapwork_itself, tapwork, tmp_path):
    first = tapwork_itself("import", EXAMPLE)
    assert (first.code, first.out) == (0, "Imported animals: 60 new tasks, 0 refused\n")
    again = tapwork("import", EXAMPLE)
    assert again.out == "Imported animals: 0 new tasks, 60 known before, 0 refused\n"

    stats = tapwork("stats")
    assert "animals: Animals and vehicles" in stats.out
    assert tapwork("stats", "animals").out == stats.out
    figures = json.loads(tapwork("stats", "animals", "--json").out)
    work, gold = figures["tasks"]["open"], figures["tasks"]["gold"]
    assert work + gold == 60
    assert f"0 of {work} closed (0.0%); {work} open; {gold} gold beside them" in stats.out
    assert figures["cost"] == {"so_far": "0.00", "expected": None, "price": "0.05", "currency": "CNY"}

    out = tmp_path / "verdicts.csv"
    assert tapwork("export", "animals", "--what", "verdicts", "--out", out).code == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert len(rows) == 60
    assert rows[0] == {
        "project": "animals",
        "task": "edge003",
        "choice": "",
        "confidence": "",
        "answers": "0",
        "status": "open",
        "soft": "",
        "cost": "0.00",
        "currency": "CNY",
        "version": "0",
        "reason": "",
    }
    known = next(row for row in rows if row["reason"] == "gold")
    assert (known["confidence"], known["status"]) == ("1.0", "closed")
    beside = tapwork("export", "animals", "--what", "verdicts", "--beside", "majority,dawid-skene")
    assert beside.out.splitlines()[0].endswith(",majority,majority_share,dawid_skene,dawid_skene_confidence")
    history = tapwork("export", "animals", "--what", "verdicts", "--history")
    assert len(history.out.splitlines()) == 1, "only the columns: there is no verdict yet"
    streamed = tapwork("export", "animals", "--what", "verdicts", "--format", "jsonl", "--out", "-")
    assert json.loads(streamed.out.splitlines()[0])["task"] == "edge003"


@pytest.mark.parametrize(
    ("what", "columns"),
    [
        ("answers", "project,task,worker,choice,answered_at,seconds,price,currency,status,gold,weight"),
        (
            "verdicts",
            "project,task,choice,confidence,answers,status,soft,cost,currency,version,reason",
        ),
        ("ledger", "entry,kind,booked_at,account,worker,amount,currency"),
    ],
)
def test_every_export_has_its_columns(tapwork, folder, what, columns):
    tapwork("import", folder)
    assert tapwork("export", "animals", "--what", what).out.splitlines()[0] == columns


def test_refused_rows_are_printed_with_their_lines(tapwork, folder):
    write_project(folder, ["a1,images/none.png,", *GOOD_ROWS[1:], "a4,images/red.png,bird"])
    said = tapwork("import", folder)
    assert said.code == 0
    assert "tasks.csv line 2 names the image images/none.png, which does not exist." in said.out
    assert 'tasks.csv line 5 has the gold "bird", which is no choice' in said.out
    assert said.out.endswith("Imported animals: 2 new tasks, 2 refused\n")


def test_what_there_is_one_of_is_said_as_one(tapwork, tmp_path):
    bad = tapwork("import", write_project(tmp_path / "bad", ["a1,images/none.png,"]))
    assert bad.err == "Error: Nothing was imported: the only row of tasks.csv was refused.\n"
    one = tapwork("import", write_project(tmp_path / "one", ["a1,images/red.png,"]))
    assert one.out == "Imported animals: 1 new task, 0 refused\n"
    out = tmp_path / "verdicts.csv"
    exported = tapwork("export", "animals", "--what", "verdicts", "--out", out)
    assert exported.err == f"Exported 1 row to {out}\n"


def test_what_the_golds_lack_is_noted_beside_the_result(tapwork, folder):
    write_project(folder, [f"t{number},images/red.png," for number in range(30)])
    said = tapwork("import", folder)
    assert (said.code, said.out) == (0, "Imported animals: 30 new tasks, 0 refused\n")
    assert said.err.startswith("Note: No task has a gold")


def test_text_in_gb18030_is_read_and_told(tapwork, folder):
    text = "task,image,gold,explain_zh\na1,images/red.png,cat,有胡须\n"
    (folder / "tasks.csv").write_bytes(text.encode("gb18030"))
    said = tapwork("import", folder)
    assert said.code == 0
    assert "GB18030" in said.out


def break_toml(old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "project.toml").write_text(PROJECT_TOML.replace(old, new))


def break_tasks(text: str | bytes) -> Callable[[Path], object]:
    data = text if isinstance(text, bytes) else text.encode()
    return lambda folder: (folder / "tasks.csv").write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda folder: (folder / "project.toml").unlink(), id="no project.toml"),
        pytest.param(lambda folder: (folder / "tasks.csv").unlink(), id="no tasks.csv"),
        pytest.param(break_toml("[project]", "[project"), id="broken toml"),
        pytest.param(break_toml('"0.05"', "0.05"), id="price is a float"),
        pytest.param(break_toml('"0.05"', '"-1"'), id="negative price"),
        pytest.param(break_toml('"0.05"', '"abc"'), id="price in letters"),
        pytest.param(break_toml('"CNY"', '"yuan"'), id="currency"),
        pytest.param(break_toml("max = 5", "max = 1"), id="min over max"),
        pytest.param(break_toml("gold_share = 0.1", "gold_share = 2"), id="gold share"),
        pytest.param(break_toml("lease_minutes", "lease_minuts"), id="unknown key"),
        pytest.param(break_toml('zh = "狗"\n', ""), id="missing language"),
        pytest.param(break_toml('id = "dog"', 'id = "cat"'), id="choice twice"),
        pytest.param(break_toml('id = "dog"', 'id = "cant_tell"'), id="reserved choice"),
        pytest.param(break_toml('kind = "choice"', 'kind = "box"'), id="kind"),
        pytest.param(break_tasks(""), id="empty tasks.csv"),
        pytest.param(break_tasks("task,image\n"), id="no rows"),
        pytest.param(break_tasks("task,image,id\na,images/red.png,1\n"), id="wrong column"),
        pytest.param(break_tasks("task;image\na;images/red.png\n"), id="semicolons"),
        pytest.param(break_tasks("task,image,task\na,images/red.png,a\n"), id="column twice"),
        pytest.param(break_tasks("task,image\na,../x.png\n"), id="every row refused"),
        pytest.param(break_tasks("task,image\n".encode("utf-16")), id="utf-16"),
        pytest.param(break_tasks(b"task,image\ncaf\xe9,images/red.png\n"), id="latin-1"),
    ],
)
def test_a_wrong_folder_is_one_sentence(tapwork, folder, damage):
    damage(folder)
    said = tapwork("import", folder)
    assert is_one_sentence(said), said


def test_other_mistakes_are_one_sentence(tapwork, folder, tmp_path):
    before = tapwork("export", "animals")
    assert is_one_sentence(before)
    assert f"in the database {tmp_path}/tapwork.db yet" in before.err
    tapwork("import", folder)
    (tmp_path / "text.db").write_text("this is no database, it only has the name of one" * 50)
    mistakes = [
        tapwork("import", tmp_path / "nowhere"),
        tapwork("import", folder / "tasks.csv"),
        tapwork("export", "cars"),
        tapwork("export", "animals", "--out", tmp_path),
        tapwork("export", "animals", "--out", tmp_path / "nowhere" / "x.csv"),
        tapwork("stats", "cars"),
        tapwork("stats", TAPWORK_DATABASE=f"sqlite:///{tmp_path}/text.db"),
        tapwork("stats", TAPWORK_DATABASE="mysql://localhost/x"),
        tapwork("stats", TAPWORK_DATABASE="postgresql://127.0.0.1:1/tapwork"),
        tapwork("migrate", TAPWORK_DATABASE=f"sqlite:///{tmp_path}/nowhere/tapwork.db"),
        tapwork("import", folder, TAPWORK_RATE="fast"),
        tapwork("import", folder, TAPWORK_MEDIA="/proc/media"),
        tapwork("notice", "--text", "hi", "--earned-max", "much"),
        tapwork("run"),
    ]
    assert [said for said in mistakes if not is_one_sentence(said)] == []
    assert "known are: animals" in mistakes[2].err
    assert (
        "text.db does not answer (file is not a database); start it, allow it, or correct" in mistakes[6].err
    )
    assert "--earned-max" in mistakes[-2].err


def test_wrong_usage_is_exit_code_2(tapwork):
    for arguments in (
        ["dance"],
        ["import"],
        ["export"],
        ["export", "x", "--what", "dances"],
        ["export", "x", "--history"],
        ["export", "x", "--what", "verdicts", "--beside", "dances"],
        ["export", "x", "--what", "verdicts", "--beside", "majority", "--history"],
        ["stats", "a", "b"],
    ):
        assert tapwork(*arguments).code == 2


def test_every_command_has_help_with_an_example(tapwork):
    commands = re.findall(r"^  ([a-z]+)  ", tapwork("--help").out, re.MULTILINE)
    assert "notices" in commands
    for command in commands:
        said = tapwork(command, "--help")
        assert said.code == 0
        assert "Example:" in said.out


def test_migrate_again_changes_nothing(tapwork):
    for _ in range(2):
        said = tapwork("migrate")
        assert (said.code, said.out) == (0, "The database is up to date.\n")
    assert "no projects yet" in tapwork("stats").out


def test_doctor_says_what_is_wrong(tapwork_itself):
    said = tapwork_itself("doctor", TAPWORK_BOT_TOKEN="1:abc", TAPWORK_BOT_API="http://127.0.0.1:1")
    assert said.code == 1
    assert "WRONG  token" in said.out
    assert "ok     pictures" in said.out


NEVER_ENDS = """
    CREATE TRIGGER never_ends AFTER INSERT ON tasks WHEN NEW.key = 't2500'
    BEGIN SELECT count(*) FROM tasks AS a, tasks AS b, tasks AS c; END
"""
"""So the import is in its third portion for as long as it takes somebody to kill it."""


def test_an_import_that_was_killed_is_completed_by_the_next(tapwork, folder, tmp_path):
    rows = [f"t{number},images/{'red' if number % 2 else 'blue'}.png," for number in range(3_000)]
    write_project(folder, rows)
    tapwork("migrate")
    run_sql(tmp_path / "tapwork.db", NEVER_ENDS)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "import", str(folder)], cwd=ROOT, env=environment(tmp_path)
    )
    wait_for_first_tasks(tmp_path / "tapwork.db")
    process.send_signal(signal.SIGKILL)
    process.wait()
    run_sql(tmp_path / "tapwork.db", "DROP TRIGGER never_ends")

    said = tapwork("import", folder)

    assert said.code == 0
    assert " 3000 known before" not in said.out, "the first import was over before it was killed"
    exported = tapwork("export", "animals", "--what", "verdicts").out.splitlines()[1:]
    assert [line.split(",")[1] for line in exported] == [f"t{number}" for number in range(3_000)]


@pytest.mark.postgresql
def test_on_postgresql_migrating_is_a_decision(tapwork, folder, postgres_server):
    server = {"TAPWORK_DATABASE": postgres_server.url(postgres_server.new_database())}
    before = tapwork("import", folder, **server)
    assert is_one_sentence(before)
    assert "run `tapwork migrate` first" in before.err
    assert tapwork("migrate", **server).code == 0
    assert tapwork("import", folder, **server).out == "Imported animals: 3 new tasks, 0 refused\n"
    assert len(tapwork("export", "animals", "--what", "verdicts", **server).out.splitlines()) == 4


def run_sql(database: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute(statement)


def wait_for_first_tasks(database: Path) -> None:
    """Looks into the file itself: another command would take longer than the whole import."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        # Until the import has made the tables, there is no file or nothing in it.
        opened = contextlib.closing(sqlite3.connect(database))
        with contextlib.suppress(sqlite3.OperationalError), opened as connection:
            if connection.execute("SELECT count(*) FROM tasks").fetchone()[0]:
                return
        time.sleep(0.02)
    raise TimeoutError("no task came")
