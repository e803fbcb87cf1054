"""Sizes and names. What is over a limit today is listed with its size, and may only shrink."""

import ast
import statistics
import subprocess

import pytest

from tests.architecture.sources import ROOT, files, functions, length, name_of, parsed

FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 300
LONG_FILES = {"bot/wiring.py": 400}
OLD_EXCESS: dict[str, int] = {}
"""Functions and files from before a rule, with their size; an entry is taken out when its thing fits."""
NAMES_WITHOUT_MEANING = {"utils", "helpers", "common", "manager", "misc", "util", "helper"}


def test_functions_are_short() -> None:
    """A function has at most 40 lines without its docstring."""
    long = {
        f"{name_of(path)}:{function.name}": length(function)
        for path in files()
        for function in functions(path)
        if length(function) > FUNCTION_LINES_MAX
    }

    assert {name: size for name, size in long.items() if size > OLD_EXCESS.get(name, 0)} == {}


def test_most_functions_are_very_short() -> None:
    """The median function has ten lines or fewer."""
    assert statistics.median(length(function) for path in files() for function in functions(path)) <= 10


def test_files_are_short() -> None:
    """A file has at most 300 lines, the one that knows everything 400."""
    sizes = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in files()}
    limits = LONG_FILES | OLD_EXCESS

    assert {n: size for n, size in sizes.items() if size > limits.get(n, FILE_LINES_MAX)} == {}


def test_old_excess_is_still_excess() -> None:
    """Nobody keeps a licence to be long that is not needed any more."""
    sizes = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in files()}
    sizes |= {f"{name_of(path)}:{f.name}": length(f) for path in files() for f in functions(path)}

    assert {name for name, size in OLD_EXCESS.items() if sizes.get(name, 0) < size} == set()


def test_files_are_named_after_what_they_do() -> None:
    """No room has a drawer for odds and ends."""
    assert [name_of(path) for path in files() if path.stem in NAMES_WITHOUT_MEANING] == []


@pytest.mark.parametrize("room", ["bot", "handlers", "tasks", "storage"])
def test_many_parameters_are_named(room: str) -> None:
    """More than four parameters are keyword-only."""
    crowded = []
    for path in files(room):
        for function in functions(path):
            positional = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
            if len([name for name in positional if name not in {"self", "cls"}]) > 4:
                crowded.append(f"{name_of(path)}:{function.name}")

    assert crowded == []


def test_each_room_says_what_it_is() -> None:
    """The first thing in a package is a sentence."""
    packages = [path for path in files() if path.name == "__init__.py"]

    assert [name_of(p) for p in packages if not ast.get_docstring(parsed(p))] == []


def test_only_expected_things_lie_at_the_top() -> None:
    """Five rooms, and the files that tools expect."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    top = {line.split("/")[0] for line in tracked.splitlines()}
    expected = {
        *("bot", "handlers", "tasks", "storage", "tests", "docs", "benchmarks", "deploy", "examples"),
        *(".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "pyproject.toml"),
        *("requirements", "CONTRIBUTING.md"),
    }

    assert top <= expected
