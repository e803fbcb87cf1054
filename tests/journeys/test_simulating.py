"""A client tries her project out on recorded and on invented people: a real process, without a database."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from tests.architecture.sources import ROOT
from tests.project_folders import PROJECT_TOML

KEYS = [
    *("tasks", "answers", "answers_per_task", "gold_answers", "accuracy", "promised_accuracy"),
    *("disputed", "paused_workers", "cost"),
]
TASKS = 30


@pytest.fixture
def folder(tmp_path) -> Path:
    """Thirty tasks without a picture, the first ten of them gold."""
    (tmp_path / "project.toml").write_text(PROJECT_TOML, "utf-8")
    rows = [f"t{n},{'cat' if n % 2 else 'dog'}" if n < 10 else f"t{n}," for n in range(TASKS)]
    (tmp_path / "tasks.csv").write_text("\n".join(["task,gold", *rows]), "utf-8")
    truth = [f"t{n},{'cat' if n % 2 else 'dog'}" for n in range(TASKS)]
    (tmp_path / "truth.csv").write_text("\n".join(["task,label", *truth]), "utf-8")
    answers = [f"{task},w{worker},4.5" for worker in range(5) for task in truth]
    text = "\n".join(["task,label,worker,seconds", *answers])
    (tmp_path / "answers.csv.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path


@pytest.fixture
def simulate(folder):
    def run(
        *arguments: object, code: int = 0, out: int | IO[str] = subprocess.PIPE
    ) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TAPWORK_")}
        done = subprocess.run(
            [sys.executable, "-m", "bot", "simulate", str(folder), *map(str, arguments)],
            cwd=ROOT,
            env=clean | {"PYTHONWARNINGS": "error", "TAPWORK_DATABASE": f"sqlite:///{folder}/never.db"},
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert not (folder / "never.db").exists()
        return done

    return run


def test_recorded_answers_are_replayed(simulate, folder):
    files = ("--answers", folder / "answers.csv.gz", "--truth", folder / "truth.csv")
    done = simulate(*files, "--json", "--seed", 3, "--target-risk", 0.1, "--max", 4)
    report = json.loads(done.stdout)
    assert list(report) == KEYS
    assert report["accuracy"] == 1.0
    assert report["cost"] == pytest.approx(0.05 * report["answers"])
    assert simulate(*files, "--json", "--seed", 3, "--target-risk", 0.1, "--max", 4).stdout == done.stdout

    page = simulate(*files).stdout
    assert "animals:" in page
    assert "100.0% measured" in page
    assert "20 tasks labelled" in page
    assert "of the 20 whose truth is known" in page
    assert "target 95.0%" in page


def test_where_all_tasks_are_gold_some_of_them_can_be_used_as_gold(simulate, folder):
    golds = [f"t{number},{'cat' if number % 2 else 'dog'}" for number in range(TASKS)]
    (folder / "tasks.csv").write_text("\n".join(["task,gold", *golds]))
    answers = ("--answers", folder / "answers.csv.gz")
    assert "every answer is to a gold" in simulate(*answers, code=1).stderr
    assert json.loads(simulate(*answers, "--gold-share", "0.1", "--json").stdout)["tasks"] == TASKS - 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk to write to is Linux's")
def test_a_full_disk_is_one_sentence(simulate):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = simulate("--workers", "3 careful", "--json", code=1, out=full)
    assert done.stderr.endswith("No space left on device.\n")
    assert "The machine refused" in done.stderr


def test_invented_people_answer(simulate, folder):
    truth = ("--truth", folder / "truth.csv")
    done = simulate(*truth, "--workers", "8 careful, 2 random, 1 adversarial", "--json")
    assert json.loads(done.stdout)["accuracy"] > 0.7
    done = simulate("--workers", "5 careful")
    assert "The truth of 10 of 30 tasks is known" in done.stderr


def test_bad_rows_are_told_beside_the_report(simulate, folder):
    (folder / "answers.csv").write_text(
        "task,worker,label\nt29,w1,cat\nt29,w1,dog\nx,w1,cat\nt2,w1,bird\n", "utf-8"
    )
    done = simulate("--answers", folder / "answers.csv", "--truth", folder / "truth.csv", "--json")
    assert json.loads(done.stdout)["answers"] == 1
    assert 'answers.csv line 4 has the task "x"' in done.stderr
    assert 'answers.csv line 5 has the label "bird"' in done.stderr
    assert "answered the task before" in done.stderr


def test_mistakes_are_one_sentence(simulate, folder):
    (folder / "empty.csv").write_text("")
    said = [
        simulate("--answers", folder / "nothing.csv", code=1),
        simulate("--answers", folder / "empty.csv", code=1),
        simulate("--answers", folder / "truth.csv", code=1),
    ]
    golds = [f"t{number},cat" for number in range(TASKS)]
    (folder / "tasks.csv").write_text("\n".join(["task,gold", *golds]))
    said.append(simulate("--answers", folder / "answers.csv.gz", code=1))
    (folder / "tasks.csv").write_text("task\nt1\n")
    said.append(simulate("--workers", "3 careful", code=1))
    for done in said:
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1
        assert lines[0].startswith("Error: ")
        assert lines[0].endswith(".")
        assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--workers", "many"),
        ("--workers", "3 careful", "--target-risk", "2"),
        ("--workers", "3 careful", "--target-risk", "nan"),
        ("--workers", "3 careful", "--max", "0"),
        ("--workers", "3 careful", "--seed", "-1"),
        ("--workers", "1000000 careful"),
        ("--workers", "3 careful", "--gold-share", "-1"),
    ],
)
def test_wrong_usage_is_exit_code_2(simulate, arguments):
    simulate(*arguments, code=2)
