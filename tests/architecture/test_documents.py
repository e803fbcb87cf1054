"""What the documents name exists, what must be named is named, and no machine of ours shines through."""

import ast
import re
from pathlib import Path

import pytest

from bot.__main__ import cli
from tests.architecture.sources import ROOT, name_of

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*")])
ROOMS = "bot|handlers|tasks|storage|tests|docs|benchmarks|deploy|examples|requirements"
LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
PATH = re.compile(rf"`((?:(?:{ROOMS})/|\.ci/|[A-Za-z]+\.(?:md|toml)\b)[^`\s]*)`")
NOT_ALWAYS_HERE = {"project.toml"}
"""A file in a client's folder."""
SOMEBODYS_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|workspace|tmp|mnt|Users)/|\b[A-Z]:\\")
REGISTRY = re.compile(
    r"pypi|python[h]osted|index-url|/simple/|npmjs|docker\.io|ghcr\.io|\bregistry\.", re.IGNORECASE
)


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    """Every relative link, and every picture, is there."""
    links = [link or picture for link, picture in LINK.findall(text_of(document))]
    inside = [link.split("#")[0] for link in links if "://" not in link and not link.startswith("#")]

    assert [link for link in inside if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_files_that_are_named_exist(document: Path) -> None:
    """Every path in backticks is there; a star stands for any name."""
    named = set(PATH.findall(text_of(document))) - NOT_ALWAYS_HERE

    assert [path for path in sorted(named) if not any(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_no_machine_of_ours_shines_through(document: Path) -> None:
    """No path of somebody's machine, and no address of a package registry."""
    assert SOMEBODYS_MACHINE.findall(text_of(document)) == []
    assert REGISTRY.findall(text_of(document)) == []


def test_readme_names_every_setting() -> None:
    """What setting_values.py reads has a row in the table, and the table has no other rows."""
    tree = ast.parse(text_of(ROOT / "bot" / "setting_values.py"))
    read = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "text"
        and isinstance(node.args[0], ast.Constant)
    }

    assert read
    assert set(re.findall(r"^\| `(TAPWORK_\w+)`", text_of(ROOT / "README.md"), re.MULTILINE)) == read


def test_readme_names_every_command() -> None:
    """What the command line offers has a row in the table, and the table has no other rows."""
    rows = re.findall(r"^\| `tapwork (\w+)", text_of(ROOT / "README.md"), re.MULTILINE)

    assert sorted(rows) == sorted(cli.commands)
