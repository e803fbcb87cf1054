"""The one place where Tapwork's own way to ask is put beside the peers'."""

from collections.abc import Iterable
from typing import Protocol

from benchmarks.crowds.crowd import Crowd
from benchmarks.crowds.curves import CurvePoint, Point, summarise

RISKS = (0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002)


class ReplayOurs(Protocol):
    def __call__(
        self, crowd: Crowd, *, gold_share: float, target_risk: float, max_answers: int, seed: int
    ) -> Point:
        """What our way costs and gives; it meets the answers in ``Replay``, as the peers do."""


REPLAY_OURS: ReplayOurs | None = None
"""Set it to our function and every table of ``python -m benchmarks.crowds`` has our curve too."""


def our_curve(
    replay: ReplayOurs,
    crowd: Crowd,
    seeds: Iterable[int],
    *,
    gold_share: float,
    max_answers: int | None = None,
) -> list[CurvePoint]:
    """Our way over the risk asked for; without a limit up to all recorded answers."""
    most, seeds = max_answers or crowd.most_answers, tuple(seeds)
    curve = []
    for risk in RISKS:
        points = [
            replay(crowd, gold_share=gold_share, target_risk=risk, max_answers=most, seed=seed)
            for seed in seeds
        ]
        curve.append(summarise(f"{risk:g}", points))
    return curve
