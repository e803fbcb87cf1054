"""The lock files name what is installed, and nothing of where it comes from."""

import re
import tomllib

import pytest

from tests.architecture.sources import ROOT

LOCKS = ["run.lock", "dev.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes_and_no_address(lock: str) -> None:
    """Every package is pinned with at least one hash; no index address stands there."""
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    packages = re.split(r"\n(?=[a-z0-9])", text.strip())

    assert all(re.match(r"[a-z0-9._-]+==\S+", package) for package in packages)
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text
    assert "index-url" not in text


def test_every_dependency_is_locked_and_explained() -> None:
    """What pyproject asks for is in the lock, and the README says why it is there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    names = [re.split(r"[\[<>=; ]", one)[0] for one in project["project"]["dependencies"]]
    lock = (ROOT / "requirements" / "run.lock").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [name for name in names if f"\n{name}==" not in "\n" + lock] == []
    assert [name for name in names if f"`{name}`" not in readme] == []
