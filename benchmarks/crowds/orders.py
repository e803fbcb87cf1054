"""All answers of all tasks in random order, side by side, for rules that look at one task alone."""

from dataclasses import dataclass

import numpy as np

from benchmarks.crowds.crowd import Crowd, Floats, Ints
from benchmarks.crowds.replay import Bools


@dataclass(frozen=True, eq=False)
class Dealt:
    """Answers as a table: one row a task, one column a turn; short rows are filled up with nothing."""

    worker: Ints
    given: Floats
    """[task, turn, class]: 1 for the label that was given, all 0 where nothing is."""
    counts: Ints
    """How many answers each task has."""

    def sums(self, weights: Floats) -> Floats:
        """[task, turn, class]: the sum of the weights of those who gave this label up to this turn."""
        total: Floats = np.cumsum(self.given * weights[self.worker][:, :, None], axis=1)
        return total

    @property
    def votes(self) -> Floats:
        """[task, turn, class]: how many gave this label up to this turn."""
        total: Floats = np.cumsum(self.given, axis=1)
        return total

    def at(self, table: Floats, turn: Ints) -> Floats:
        """Of each task the table's entry at its turn."""
        chosen: Floats = table[np.arange(len(table)), turn]
        return chosen


def deal(crowd: Crowd, seed: int) -> Dealt:
    """All answers, each task's in random order; the same for the same seed."""
    counts = np.bincount(crowd.task, minlength=len(crowd.tasks))
    order = np.lexsort((np.random.default_rng((seed, 2)).random(len(crowd.task)), crowd.task))
    task = crowd.task[order]
    turn = np.arange(len(task)) - (np.cumsum(counts) - counts)[task]
    worker = np.zeros((len(counts), crowd.most_answers), dtype=np.int64)
    worker[task, turn] = crowd.worker[order]
    given = np.zeros((*worker.shape, len(crowd.classes)))
    given[task, turn, crowd.label[order]] = 1.0
    return Dealt(worker, given, counts)


def first_stop(enough: Bools, counts: Ints, *, least: int, most: int) -> Ints:
    """Of each task the first turn at which it has enough and at least the least, or else its last one."""
    last = np.minimum(counts, most) - 1
    enough = enough.copy()
    enough[:, : least - 1] = False
    first = np.where(enough.any(axis=1), enough.argmax(axis=1), enough.shape[1])
    stop: Ints = np.minimum(first, last)
    return stop


def leaders(scores: Floats, votes: Floats, seed: int) -> Ints:
    """Of each task the label with the highest score; with equal scores by votes, then at random."""
    random = np.random.default_rng((seed, 3)).random(scores.shape)
    leading: Ints = (scores + 1e-8 * votes + 1e-9 * random).argmax(axis=-1)
    return leading
