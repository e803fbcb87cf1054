"""A crowd: which worker gave which task which label, and what is true."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Crowd:
    """All answers of one set. Tasks, workers and labels are numbers from 0."""

    name: str
    tasks: tuple[str, ...]
    classes: tuple[str, ...]
    workers: tuple[str, ...]
    task: Ints
    """Of each answer, as the next three."""
    worker: Ints
    label: Ints
    seconds: Floats
    """NaN where the source kept no time."""
    truth: Ints
    """Of each task its true class, or -1 where nobody knows."""

    @property
    def mean_accuracy(self) -> float:
        """The share of right answers among those to tasks whose truth is known."""
        truth = self.truth[self.task]
        return float((self.label == truth)[truth != UNKNOWN].mean())

    @cached_property
    def answers_of(self) -> tuple[Ints, ...]:
        """Of each task the numbers of its answers."""
        order = np.argsort(self.task, kind="stable")
        ends = np.cumsum(np.bincount(self.task, minlength=len(self.tasks)))
        return tuple(np.split(order, ends[:-1]))

    def some_of_each(self, count: int, seed: int) -> "Crowd":
        """The same with so many answers of each task at most, drawn at random."""
        chance = np.random.default_rng(seed)
        drawn = np.sort(np.concatenate([chance.permutation(answers)[:count] for answers in self.answers_of]))
        return replace(
            self,
            task=self.task[drawn],
            worker=self.worker[drawn],
            label=self.label[drawn],
            seconds=self.seconds[drawn],
        )

    @cached_property
    def most_answers(self) -> int:
        """How many answers the task with the most answers has."""
        return max(len(answers) for answers in self.answers_of)
