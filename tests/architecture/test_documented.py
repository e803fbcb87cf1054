"""What others build on is described: ports, outcomes, errors, use cases and values."""

import ast

from tests.architecture.sources import ROOT, files, name_of, parsed

DESCRIBED = [
    *(ROOT / "tasks").glob("*.py"),
    *(ROOT / "tasks").glob("ports/*.py"),
    *(ROOT / "tasks" / "model").glob("*.py"),
    ROOT / "handlers" / "screens.py",
]


def test_public_classes_say_what_they_are() -> None:
    """Every public class of the domain has a docstring."""
    silent = [
        f"{name_of(path)}:{node.name}"
        for path in DESCRIBED
        for node in parsed(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]

    assert silent == []


def test_public_functions_of_the_domain_say_what_the_caller_gets() -> None:
    """Every public function at the top of a domain file has a docstring."""
    silent = [
        f"{name_of(path)}:{node.name}"
        for path in files("tasks")
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert silent == []
