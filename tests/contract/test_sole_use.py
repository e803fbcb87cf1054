"""A SQLite file is kept for one process that serves, by a lock that goes with the process."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.engine import sole_use
from tasks.errors import InputError
from tests.architecture.sources import ROOT

HOLD = """
import sys
from storage.engine import sole_use
with sole_use(sys.argv[1]):
    print("mine", flush=True)
    sys.stdin.read()
"""


def hold(url: str) -> subprocess.Popen[str]:
    """Another process that has the database now."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    return process


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def test_a_second_process_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "tapwork.db"
    with hold(url_of(path)) as first:
        with pytest.raises(InputError) as refused, sole_use(url_of(path)):
            pass
        assert str(refused.value) == (
            f"The database {path} is in use by another tapwork (process {first.pid}); "
            "stop that one first, or use PostgreSQL to run several."
        )
        first.send_signal(signal.SIGKILL)
        first.wait()
        with sole_use(url_of(path)):
            pass
    with sole_use(url_of(path)):
        pass


def test_every_name_of_the_file_leads_to_the_same_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "real" / "tapwork.db"
    path.parent.mkdir()
    path.touch()
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "file.db").symlink_to("real/tapwork.db")
    monkeypatch.chdir(tmp_path / "real")
    names = [path, tmp_path / "folder" / "tapwork.db", tmp_path / "file.db", "tapwork.db", "../file.db"]
    with hold(url_of(path)):
        for name in names:
            with pytest.raises(InputError, match="in use"), sole_use(f"sqlite:///{name}"):
                pass
        with sole_use("sqlite:///other.db"):
            pass


@pytest.mark.parametrize("broken", ["nowhere/tapwork.db", "taken/tapwork.db"])
def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path, broken: str) -> None:
    (tmp_path / "taken" / "tapwork.db.running").mkdir(parents=True)
    with pytest.raises(InputError, match=r"folder.*\.$"), sole_use(url_of(tmp_path / broken)):
        pass


def test_a_server_is_there_for_many() -> None:
    with sole_use("postgresql://localhost/x"), sole_use("postgresql://localhost/x"):
        pass
