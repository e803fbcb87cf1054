"""Batch Dawid-Skene, for a look beside our own verdicts; no verdict of ours rests on it.

A. P. Dawid and A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm",
Applied Statistics 28 (1979): each task has a true class, each worker a matrix of what she says when a class
is true; expectation and maximisation in turn, begun from the shares of the answers.

Everything is kept class by class: a million answers are added up quickly only along one long row at a time.
"""

from array import array
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS_MAX = 50
SETTLED = 1e-3
"""The rounds end when no probability moves further than this."""
FLOOR = 1e-6
"""Stands for a count of nothing: what was never seen is unlikely, not impossible."""

Indices = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers as three columns of numbers, each counted from 0."""

    tasks: Indices
    workers: Indices
    choices: Indices
    task_count: int
    worker_count: int
    choice_count: int


def dawid_skene(answers: Answers, *, rounds_max: int = ROUNDS_MAX) -> Numbers:
    """The probability of each choice for each task, tasks by choices.

    A task without answers gets the shares of the classes; without any answers all classes are equally likely.
    """
    beliefs = _shares(answers)
    said_by = answers.workers * answers.choice_count + answers.choices
    is_answered = np.bincount(answers.tasks, minlength=answers.task_count) > 0
    for _ in range(rounds_max):
        mix = beliefs[:, is_answered].sum(axis=1) + FLOOR
        counts = _summed(beliefs, answers.tasks, said_by, answers.worker_count * answers.choice_count)
        logs = _summed(_sayings(counts, answers), said_by, answers.tasks, answers.task_count)
        before, beliefs = beliefs, _normalised(logs + np.log(mix / mix.sum())[:, np.newaxis])
        if np.abs(beliefs - before).max(initial=0) < SETTLED:
            break
    return beliefs.T


def _summed(values: Numbers, value_of_answer: Indices, group_of_answer: Indices, groups: int) -> Numbers:
    """Class by class, for each group the sum of the values of its answers."""
    return np.stack(
        [np.bincount(group_of_answer, weights=row[value_of_answer], minlength=groups) for row in values]
    )


def _shares(answers: Answers) -> Numbers:
    """How many said each choice, as shares of those who answered the task; choices by tasks."""
    cells = answers.choices * answers.task_count + answers.tasks
    counts = np.bincount(cells, minlength=answers.choice_count * answers.task_count).astype(np.float64)
    counts = counts.reshape(answers.choice_count, answers.task_count)
    totals = counts.sum(axis=0)
    return np.where(totals > 0, counts / np.maximum(totals, 1), 1 / answers.choice_count)


def _sayings(counts: Numbers, answers: Answers) -> Numbers:
    """The logarithm of how likely each worker says each choice: true classes by (worker, said)."""
    each = counts.reshape(answers.choice_count, answers.worker_count, answers.choice_count) + FLOOR
    likely: Numbers = each / each.sum(axis=2, keepdims=True)
    return np.log(likely).reshape(counts.shape)


def _normalised(logs: Numbers) -> Numbers:
    likely: Numbers = np.exp(logs - logs.max(axis=0, initial=-np.inf))
    likely /= likely.sum(axis=0)
    return likely


class GatheredAnswers:
    """Takes answers in by whatever ids they have, one by one, and says what the batch makes of them."""

    def __init__(self) -> None:
        self._columns = tuple(array("q") for _ in range(3))
        self._numbers: tuple[dict[Hashable, int], ...] = ({}, {}, {})

    def add(self, task: Hashable, worker: Hashable, choice: str) -> None:
        """One answer."""
        for column, numbers, name in zip(self._columns, self._numbers, (task, worker, choice), strict=True):
            column.append(numbers.setdefault(name, len(numbers)))

    def believe(self) -> Mapping[Hashable, tuple[str, float]]:
        """The most probable choice of each task that has answers, and its probability."""
        tasks, workers, choices = (np.array(column, dtype=np.int64) for column in self._columns)
        counts = [len(numbers) for numbers in self._numbers]
        if not all(counts):
            return {}
        beliefs = dawid_skene(Answers(tasks, workers, choices, *counts))
        names = [str(name) for name in self._numbers[2]]
        best, sure = beliefs.argmax(axis=1), beliefs.max(axis=1)
        return {
            task: (names[choice], confidence)
            for task, choice, confidence in zip(self._numbers[0], best.tolist(), sure.tolist(), strict=True)
        }
