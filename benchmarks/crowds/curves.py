"""What a replay cost and gave, and how two ways of asking are compared at equal accuracy or equal cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.crowds.crowd import UNKNOWN, Crowd, Floats, Ints
from benchmarks.crowds.replay import Bools


@dataclass(frozen=True)
class Point:
    """One replay of one setting with one seed."""

    answers: float
    """Paid answers per task that is not gold, those to gold tasks among them."""
    gold_answers: float
    """The part of them that went to gold tasks."""
    accuracy: float
    """Of the labels of tasks that are not gold and whose truth is known."""
    promised: float
    """The mean confidence in these labels that the method states itself; NaN where it states none."""


@dataclass(frozen=True)
class CurvePoint:
    """The mean of one setting over all seeds; spreads are standard deviations between seeds."""

    setting: str
    answers: float
    answers_spread: float
    gold_answers: float
    accuracy: float
    accuracy_spread: float
    promised: float


Curve = Sequence[CurvePoint]


def score(crowd: Crowd, gold: Bools, labels: Ints, confidence: Floats, paid: tuple[float, float]) -> Point:
    """The point of a finished replay; paid are the answers to ordinary tasks and those to gold tasks."""
    ordinary = ~gold
    known = ordinary & (crowd.truth != UNKNOWN)
    tasks = int(ordinary.sum())
    return Point(
        answers=sum(paid) / tasks,
        gold_answers=paid[1] / tasks,
        accuracy=float((labels == crowd.truth)[known].mean()),
        promised=float(confidence[known].mean()),
    )


def summarise(setting: str, points: Iterable[Point]) -> CurvePoint:
    """The mean and the spread of the same setting's points with different seeds."""
    table = np.array([(p.answers, p.gold_answers, p.accuracy, p.promised) for p in points])
    answers, gold_answers, accuracy, promised = (float(value) for value in table.mean(axis=0))
    answers_spread, _, accuracy_spread, _ = (float(value) for value in table.std(axis=0))
    return CurvePoint(
        setting=setting,
        answers=answers,
        answers_spread=answers_spread,
        gold_answers=gold_answers,
        accuracy=accuracy,
        accuracy_spread=accuracy_spread,
        promised=promised,
    )


def cost_at(curve: Curve, accuracy: float) -> float | None:
    """The fewest answers per task with which the curve reaches an accuracy, or None where it never does.

    Between neighbouring points the curve is a straight line; to the left of its first point it is not known,
    so a curve that begins above the accuracy costs what its first point costs.
    """
    points = sorted(curve, key=lambda point: (point.answers, point.accuracy))
    if points and points[0].accuracy >= accuracy:
        return points[0].answers
    for left, right in pairwise(points):
        if left.accuracy < accuracy <= right.accuracy:
            share = (accuracy - left.accuracy) / (right.accuracy - left.accuracy)
            return left.answers + share * (right.answers - left.answers)
    return None


def accuracy_at(curve: Curve, cost: float) -> float | None:
    """The accuracy that so many answers per task buy, or None where the curve's cheapest point costs more.

    Beyond the last point more answers buy nothing.
    """
    points = sorted(curve, key=lambda point: (point.answers, point.accuracy))
    if not points or cost < points[0].answers:
        return None
    return float(np.interp(cost, [p.answers for p in points], [p.accuracy for p in points]))
