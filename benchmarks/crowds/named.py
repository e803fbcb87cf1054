"""The crowds that a benchmark is asked for by name: recorded or invented."""

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.crowds.crowd import Crowd
from benchmarks.crowds.presets import PRESETS, invent_preset
from benchmarks.crowds.recorded import DATA, SETS, read_crowd

INVENTED_SEED = 1
"""Of the one crowd where a benchmark takes a single one of each name."""


def add_crowd_options(parser: argparse.ArgumentParser, *, sets: Sequence[str] = SETS) -> None:
    """``--data`` and ``--sets``; these sets where nobody names any."""
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds the recorded sets")
    parser.add_argument("--sets", default=",".join(sets), help=f"also the invented {','.join(PRESETS)}")


def crowds_of(name: str, data: Path) -> Callable[[int], Crowd]:
    """The crowd of each seed: what was recorded stays the same."""
    if name in PRESETS:
        return partial(invent_preset, name)
    recorded = read_crowd(data / name)
    return lambda _seed: recorded
