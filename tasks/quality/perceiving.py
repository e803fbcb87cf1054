"""What some answers say about a task, when people may err together because the picture itself is doubtful.

The usual model (Dawid and Skene 1979) takes answers as independent given the truth. They are not: on a hard
picture people err in the same way, and confidence comes out far too high. Here a picture *looks like* one
choice, or like two: then a worker sees the other one with probability s, whoever she is, and says what she
says when she sees that. The truth is what most see, but for two learnt chances: that all see the wrong
thing (``error``), and that only the quarter sees the right one (``upset``).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from tasks.quality.knowledge import SPREADS, Indices, Knowledge, Numbers

QUARTER, HALF = SPREADS[1], SPREADS[2]


@dataclass(frozen=True)
class Percepts:
    """For some tasks, how probable each look is; all looks of a task sum to 1."""

    clear: Numbers
    """[task, look]"""
    quarter: Numbers
    """[task, look, other]: a quarter looks like the other."""
    half: Numbers
    """[task, look, other]: half and half; each pair stands there twice."""

    @classmethod
    def of(cls, clear: Numbers, quarter: Numbers, half: Numbers) -> Self:
        """The looks of each task divided by their sum."""
        total = clear.sum(axis=1) + quarter.sum(axis=(1, 2)) + half.sum(axis=(1, 2))
        of_pairs = total[:, np.newaxis, np.newaxis]
        return cls(clear / total[:, np.newaxis], quarter / of_pairs, half / of_pairs)

    def truth(self, known: Knowledge) -> Numbers:
        """[task, choice]: how probable each choice is to be the true one."""
        clear = (1 - known.error) * self.clear + known.error * (self.clear @ known.mistaken_for)
        quarter = (1 - known.upset) * self.quarter.sum(axis=2) + known.upset * self.quarter.sum(axis=1)
        total: Numbers = clear + quarter + 0.5 * (self.half.sum(axis=2) + self.half.sum(axis=1))
        return total

    def floor(self, known: Knowledge) -> Numbers:
        """The risk that would be left if everybody in the world were asked."""
        left: Numbers = known.error * self.clear.sum(axis=1)
        return left + known.upset * self._quarters + 0.5 * self._halves

    def clarity(self) -> Numbers:
        """[task, spread]: how probable it is to look like one thing, a quarter or half like another."""
        return np.stack([self.clear.sum(axis=1), self._quarters, self._halves], axis=1)

    @cached_property
    def _quarters(self) -> Numbers:
        total: Numbers = self.quarter.sum(axis=(1, 2))
        return total

    @cached_property
    def _halves(self) -> Numbers:
        total: Numbers = self.half.sum(axis=(1, 2))
        return total

    def given_truth(self, known: Knowledge, truth: Indices) -> "Percepts":
        """The same after the truth became known."""
        choices = np.arange(known.choices)
        is_true = choices == truth[:, np.newaxis]
        missed = known.mistaken_for.T[truth]
        clear = self.clear * np.where(is_true, 1 - known.error, known.error * missed)
        first, second = is_true[:, :, np.newaxis], is_true[:, np.newaxis, :]
        quarter = self.quarter * ((1 - known.upset) * first + known.upset * second)
        half = self.half * (0.5 * first + 0.5 * second)
        return Percepts.of(clear, quarter, half)


def perceive(likelihood: Numbers, starts: Indices, known: Knowledge) -> Percepts:
    """What the answers of some tasks say.

    ``likelihood`` is [answer, seen]: how probable what was said is if its worker saw that. The answers of one
    task stand together, those of task number i from ``starts[i]`` on; each task has at least one.
    """
    clear_before, quarter_before, half_before = known.looks
    one, other = likelihood[:, :, np.newaxis], likelihood[:, np.newaxis, :]
    clear = np.add.reduceat(np.log(likelihood), starts, axis=0) + clear_before
    quarter = np.add.reduceat(np.log((1 - QUARTER) * one + QUARTER * other), starts, axis=0)
    quarter += quarter_before
    half = np.add.reduceat(np.log(HALF * one + HALF * other), starts, axis=0)
    half += half_before
    top = np.maximum(clear.max(axis=1), np.maximum(quarter.max(axis=(1, 2)), half.max(axis=(1, 2))))
    clear = np.exp(clear - top[:, np.newaxis])
    quarter = np.exp(quarter - top[:, np.newaxis, np.newaxis])
    half = np.exp(half - top[:, np.newaxis, np.newaxis])
    return Percepts.of(clear, quarter, half)


def seen_by(percepts: Percepts, likelihood: Numbers, task: Indices) -> Numbers:
    """[answer, seen]: what each worker saw, now that all answers of the task are known; rows sum to 1."""
    seen = percepts.clear[task]
    for spread, looks in ((QUARTER, percepts.quarter), (HALF, percepts.half)):
        one, other = likelihood[:, :, np.newaxis], likelihood[:, np.newaxis, :]
        share = looks[task] / ((1 - spread) * one + spread * other)
        seen = seen + (1 - spread) * likelihood * share.sum(axis=2) + spread * likelihood * share.sum(axis=1)
    return np.asarray(seen)
