"""How fair a rule is that stops workers: Tapwork's sequential test beside Toloka's documented window rule.

Toloka documents: stop whoever is right in less than 75 % of her last 10 control tasks, once she has answered
more than 7. Both rules see the same answers of the same invented workers, 40,000 for each true accuracy. Each
of them answers 100 check questions, one after the other and independently.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from tasks.quality.doubt import LIMIT, levels

WINDOW, WINDOW_NEEDS, WINDOW_SHARE = 10, 8, 0.75
GOLDS = 100
NEVER = GOLDS + 1
ACCURACIES = (0.95, 0.90, 0.85, 0.80, 0.60, 0.50, 0.25)
CLICKERS = (3, 4, 10)

Rights = NDArray[np.bool_]
StoppedAt = NDArray[np.int64]


def stopped_by_window(rights: Rights) -> StoppedAt:
    """At which question each worker (row) is stopped by the window rule; NEVER if at none."""
    sums = np.cumsum(rights, axis=1)
    asked = np.arange(1, GOLDS + 1)
    before = np.concatenate([np.zeros((len(rights), WINDOW), dtype=sums.dtype), sums[:, :-WINDOW]], axis=1)
    share = (sums - before) / np.minimum(asked, WINDOW)
    return first_time((share < WINDOW_SHARE) & (asked >= WINDOW_NEEDS))


def stopped_by_doubt(rights: Rights, choices: int) -> StoppedAt:
    """The same for the sequential test, in a project with so many choices."""
    between = levels(choices)
    steps = np.where(rights, between.step(right=True), between.step(right=False))
    doubt = np.zeros(len(rights))
    over = np.zeros_like(rights)
    for number in range(GOLDS):
        doubt = np.maximum(0.0, doubt + steps[:, number])
        over[:, number] = doubt >= LIMIT
    return first_time(over)


def first_time(over: Rights) -> StoppedAt:
    return np.where(over.any(axis=1), over.argmax(axis=1) + 1, NEVER)


def told(stopped: StoppedAt) -> str:
    """The share that is stopped within 100, and at which question the middle one of all workers is."""
    share = float((stopped < NEVER).mean())
    middle = float(np.median(stopped))
    return f"{share:.4f} ({middle:.0f})" if middle < NEVER else f"{share:.4f}"


def row(label: str, accuracy: float, choices: int, *, workers: int, seed: int) -> str:
    rights = np.random.default_rng(seed).random((workers, GOLDS)) < accuracy
    cells = [label, str(choices), told(stopped_by_window(rights)), told(stopped_by_doubt(rights, choices))]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| true accuracy | choices | window rule | Tapwork |")
    print("| --- | --- | --- | --- |")
    for accuracy in ACCURACIES:
        print(row(f"{accuracy:.2f}", accuracy, 2, workers=options.workers, seed=options.seed))
    for choices in CLICKERS:
        for label, accuracy in (("0.90", 0.9), ("0.50", 0.5), ("clicks at random", 1 / choices)):
            print(row(label, accuracy, choices, workers=options.workers, seed=options.seed))


if __name__ == "__main__":
    main()
