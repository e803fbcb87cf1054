"""Is "95 % sure" right 95 % of the time? What labels promise, minus how many of them are right.

Tapwork is what ``tapwork simulate`` does with nothing set but the target risk; it takes a few of the known
answers as gold. Beside it stands Toloka's rule with as many golds, at the confidence that this risk leaves.
Each seed is another project: other golds, another order, and of an invented crowd other people.
"""

import argparse
from collections.abc import Sequence

import numpy as np

from benchmarks.crowds.crowd import Crowd
from benchmarks.crowds.curves import Point
from benchmarks.crowds.named import add_crowd_options, crowds_of
from benchmarks.crowds.ours import simulate_ours
from benchmarks.crowds.recorded import SETS, WITHOUT_WORKERS
from benchmarks.crowds.toloka import replay_toloka


def replay_both(crowd: Crowd, *, target_risk: float, seed: int) -> tuple[Point, Point]:
    """Ours, and Toloka's rule with as many golds."""
    report = simulate_ours(crowd, target_risk=target_risk, seed=seed)
    if report.accuracy is None or report.promised_accuracy is None:
        raise ValueError(f"{crowd.name} has no task whose truth is known and that is no gold.")
    golds = report.gold_answers / max(report.tasks, 1)
    ours = Point(report.answers_per_task, golds, report.accuracy, report.promised_accuracy)
    theirs = replay_toloka(
        crowd,
        gold_share=1 - report.tasks / len(crowd.tasks),
        threshold=1 - target_risk,
        max_overlap=crowd.most_answers,
        seed=seed,
    )
    return ours, theirs


def print_row(crowd: str, way: str, points: Sequence[Point]) -> None:
    """The mean over all seeds, how sure that is, and by how much one project is off."""
    off_by = 100 * np.array([point.promised - point.accuracy for point in points])
    spread = float(off_by.std(ddof=1)) if len(off_by) > 1 else float("nan")
    promised, accuracy, answers, golds = np.mean(
        [(point.promised, point.accuracy, point.answers, point.gold_answers) for point in points], axis=0
    )
    print(
        f"| {crowd} | {way} | {len(points)} | {off_by.mean():+.1f} ± {spread / len(points) ** 0.5:.1f} | "
        f"{spread:.1f} | {promised:.3f} | {accuracy:.3f} | {answers:.2f} | {golds:.2f} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_crowd_options(parser, sets=[name for name in SETS if name not in WITHOUT_WORKERS])
    parser.add_argument("--target-risk", type=float, default=0.05)
    parser.add_argument("--seeds", type=int, default=12, help="so many projects of each set")
    parser.add_argument("--first-seed", type=int, default=0)
    options = parser.parse_args()
    print("| set | way | seeds | promised - measured, points | of one project | promised | measured ", end="")
    print("| answers a task | gold among them |\n|---|---|---|---|---|---|---|---|---|")
    for name in options.sets.split(","):
        crowd_of = crowds_of(name, options.data)
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        runs = [replay_both(crowd_of(seed), target_risk=options.target_risk, seed=seed) for seed in seeds]
        for way, points in zip(("Tapwork", "Toloka's rule"), zip(*runs, strict=True), strict=True):
            print_row(name, way, points)


if __name__ == "__main__":
    main()
