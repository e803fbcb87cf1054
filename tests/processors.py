"""How busy the machine is for somebody: what a test may forgive."""

from pathlib import Path


def waited_for_a_processor(process: int | str = "self") -> float:
    """So many seconds the main thread of that process has been ready to work and could not.

    Linux counts it; elsewhere nobody knows, and nothing is forgiven.
    """
    told = Path(f"/proc/{process}/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0
