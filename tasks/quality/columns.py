"""Answers as columns of numbers, which is how all of them are worked on at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tasks.quality.knowledge import Flags, Indices, Numbers


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers as columns of numbers counted from 0, those of one task together."""

    task: Indices
    """Rising; every task has at least one answer."""
    worker: Indices
    label: Indices
    weight: Numbers
    """From 0, says nothing, to 1."""
    truth: Indices
    """Of each task: its known choice, or -1."""
    earned: Flags
    """Of each task: its choice is known from the crowd itself, which is no proof that the crowd was right."""
    worker_count: int
    choice_count: int

    @property
    def measures(self) -> Flags:
        """Of each task: it is gold that tells how often all are wrong."""
        flags: Flags = (self.truth >= 0) & ~self.earned
        return flags

    @property
    def starts(self) -> Indices:
        """Where the answers of each task begin."""
        return np.searchsorted(self.task, np.arange(len(self.truth)))

    def parts(self, most: int) -> Iterator["Answers"]:
        """The same, task after task, in parts of at most so many answers, or of one task."""
        starts, begin = self.starts, 0
        while begin < len(starts):
            end = int(np.searchsorted(starts, starts[begin] + most, side="right"))
            end = max(end, begin + 1)
            yield self._part(begin, end)
            begin = end

    def _part(self, begin: int, end: int) -> "Answers":
        if begin == 0 and end == len(self.truth):
            return self
        first, last = np.searchsorted(self.task, (begin, end))
        return replace(
            self,
            task=self.task[first:last] - begin,
            worker=self.worker[first:last],
            label=self.label[first:last],
            weight=self.weight[first:last],
            truth=self.truth[begin:end],
            earned=self.earned[begin:end],
        )

    def golds(self) -> "Answers":
        """Those to gold alone."""
        is_gold = self.truth >= 0
        kept = is_gold[self.task]
        return replace(
            self,
            task=(np.cumsum(is_gold) - 1)[self.task[kept]],
            worker=self.worker[kept],
            label=self.label[kept],
            weight=self.weight[kept],
            truth=self.truth[is_gold],
            earned=self.earned[is_gold],
        )


def gather(
    task: Indices,
    worker: Indices,
    label: Indices,
    *,
    truth: Indices,
    worker_count: int,
    choice_count: int,
    weight: Numbers | None = None,
    earned: Flags | None = None,
) -> tuple[Answers, Indices]:
    """Answers in any order, to tasks numbered anyhow, as ``Answers``; and the number that each task had.

    All are believed in full unless weights are given, and no gold is earned unless told.
    """
    order = np.argsort(task, kind="stable")
    numbers, dense = np.unique(task[order], return_inverse=True)
    answers = Answers(
        dense,
        worker[order],
        label[order],
        np.ones(len(order)) if weight is None else weight[order],
        truth[numbers],
        np.zeros(len(numbers), dtype=np.bool_) if earned is None else earned[numbers],
        worker_count,
        choice_count,
    )
    return answers, numbers
