"""Recorded answers come once more, one after the other, to whoever decides which task needs another."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.crowds.crowd import UNKNOWN, Crowd

Bools = NDArray[np.bool_]
WINDOW = 300


class Arrival(NamedTuple):
    """An answer that has just been given and paid."""

    answer: int
    """Its number in the crowd."""
    task: int
    worker: int
    label: int
    gold: bool
    """Whether the task's key is revealed, so that the answer shows how good the worker is."""


def choose_gold(crowd: Crowd, share: float, seed: int) -> Bools:
    """Of each task whether it is gold: this share of all tasks, drawn from those whose truth is known."""
    known = np.flatnonzero(crowd.truth != UNKNOWN)
    gold = np.zeros(len(crowd.tasks), dtype=np.bool_)
    gold[np.random.default_rng((seed, 1)).permutation(known)[: int(len(crowd.tasks) * share)]] = True
    return gold


class Replay:
    """One replay: iterate over the arrivals, and close a task as soon as it needs no more.

    Tasks enter a window in random order, gold ones among them. Each arrival is the next answer, in random
    order, of a random task in the window. A task leaves when it is closed or has no recorded answer left. The
    replay ends when all tasks but gold ones have left.
    """

    def __init__(self, crowd: Crowd, *, gold_share: float, seed: int, window: int = WINDOW) -> None:
        self.gold = choose_gold(crowd, gold_share, seed)
        self.truth = crowd.truth.tolist()
        self.paid = 0
        self.paid_gold = 0
        self._random = Random(seed)
        self._window = window
        self._columns = (crowd.worker.tolist(), crowd.label.tolist(), self.gold.tolist())
        self._left = [answers.tolist() for answers in crowd.answers_of]
        for answers in self._left:
            self._random.shuffle(answers)
        self._entering = [task for task, answers in enumerate(self._left) if answers]
        self._random.shuffle(self._entering)

    def close(self, task: int) -> None:
        """No more answers to this task."""
        self._left[task].clear()

    def __iter__(self) -> Iterator[Arrival]:
        workers, labels, gold = self._columns
        draw, left, entering = self._random.random, self._left, self._entering
        open_tasks: list[int] = []
        ordinary = len(entering) - sum(gold[task] for task in entering)
        while ordinary:
            while entering and len(open_tasks) < self._window:
                open_tasks.append(entering.pop())
            place = int(draw() * len(open_tasks))
            task = open_tasks[place]
            answer = left[task].pop()
            self.paid += 1
            self.paid_gold += gold[task]
            yield Arrival(answer, task, workers[answer], labels[answer], gold[task])
            if not left[task]:
                open_tasks[place] = open_tasks[-1]
                open_tasks.pop()
                ordinary -= not gold[task]
