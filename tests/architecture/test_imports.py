"""The rooms keep apart."""

import ast
import subprocess
import sys

from tests.architecture.sources import ROOT, files, name_of, parsed


def test_import_contracts() -> None:
    """Every contract of pyproject.toml is kept; what breaks one is printed with its chain."""
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout


def test_numpy_stays_with_quality() -> None:
    """Whoever reads the rest of the house needs to know nothing of it."""
    found = {
        name_of(path)
        for path in files()
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Import) and any(one.name.split(".")[0] == "numpy" for one in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "numpy")
    }

    assert {name for name in found if not name.startswith(("tasks/quality/", "benchmarks/"))} == set()
    assert found, "and it is found where it is"
