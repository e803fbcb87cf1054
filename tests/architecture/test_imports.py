"""The rooms keep apart."""

import subprocess
import sys

from tests.architecture.sources import ROOT


def test_import_contracts() -> None:
    """Every contract of pyproject.toml is kept; what breaks one is printed with its chain."""
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout
