"""Toloka's dynamic overlap, as its public guide describes it.

A worker's accuracy is (1/2 + right golds) / (1 + golds), from gold answers only. All classes are equally
likely beforehand and all wrong classes equally likely to be given. A task is asked again while the likeliest
label's probability is below the threshold and the overlap below the largest. Written after the guide, not run
on Toloka.
"""

from math import exp, log

import numpy as np

from benchmarks.crowds.crowd import Crowd, Floats, Ints
from benchmarks.crowds.curves import Point, score
from benchmarks.crowds.orders import deal, first_stop, leaders
from benchmarks.crowds.replay import Replay, choose_gold

SMOOTHING = 0.5


def accuracy_of(right: float, golds: float) -> float:
    """What is believed of a worker after so many gold answers."""
    return (SMOOTHING + right) / (2 * SMOOTHING + golds)


def weight_of(accuracy: float, classes: int) -> float:
    """How much the log odds of a label grow when a worker of this accuracy gives it."""
    return log(accuracy * (classes - 1) / (1.0 - accuracy))


def confidence(scores: list[float]) -> float:
    """The probability of the likeliest label, from the sum of weights of each."""
    top = max(scores)
    return 1.0 / sum(exp(score - top) for score in scores)


def replay_toloka(
    crowd: Crowd,
    *,
    gold_share: float,
    threshold: float,
    max_overlap: int,
    seed: int,
    min_overlap: int = 1,
) -> Point:
    """The rule as it runs: accuracies grow with the gold answers that have come so far.

    Closed tasks stay closed, but labels are taken at the end, with the accuracies known then, as its separate
    aggregation does.
    """
    classes = len(crowd.classes)
    replay = Replay(crowd, gold_share=gold_share, seed=seed)
    right, golds = [0] * len(crowd.workers), [0] * len(crowd.workers)
    weights = [weight_of(accuracy_of(0, 0), classes)] * len(crowd.workers)
    scored: list[list[tuple[int, int]]] = [[] for _ in crowd.tasks]
    used = []
    for answer, task, worker, label, gold in replay:
        if gold:
            right[worker] += label == replay.truth[task]
            golds[worker] += 1
            weights[worker] = weight_of(accuracy_of(right[worker], golds[worker]), classes)
            continue
        used.append(answer)
        given = scored[task]
        given.append((worker, label))
        if len(given) < min_overlap:
            continue
        scores = [0.0] * classes
        for other, said in given:
            scores[said] += weights[other]
        if len(given) >= max_overlap or confidence(scores) >= threshold:
            replay.close(task)
    labels, sure = _aggregate(crowd, np.array(used), np.array(weights), seed)
    return score(crowd, replay.gold, labels, sure, (len(used), replay.paid_gold))


def replay_toloka_knowing(
    crowd: Crowd,
    *,
    gold_share: float,
    thresholds: tuple[float, ...],
    max_overlap: int,
    seed: int,
    min_overlap: int = 1,
) -> list[Point]:
    """The rule when all gold answers have come, and are paid, beforehand: one point a threshold."""
    gold = choose_gold(crowd, gold_share, seed)
    on_gold = gold[crowd.task]
    hits = on_gold & (crowd.label == crowd.truth[crowd.task])
    weights = np.array(
        [
            weight_of(accuracy_of(right, golds), len(crowd.classes))
            for right, golds in zip(
                np.bincount(crowd.worker, hits, len(crowd.workers)),
                np.bincount(crowd.worker, on_gold, len(crowd.workers)),
                strict=True,
            )
        ]
    )
    dealt = deal(crowd, seed)
    scores = dealt.sums(weights)
    sure = _confidences(scores)
    points = []
    for threshold in thresholds:
        stop = first_stop(sure >= threshold, dealt.counts, least=min_overlap, most=max_overlap)
        labels = leaders(dealt.at(scores, stop), dealt.at(dealt.votes, stop), seed)
        paid = (float((stop + 1)[~gold].sum()), float(on_gold.sum()))
        points.append(score(crowd, gold, labels, dealt.at(sure, stop), paid))
    return points


def _aggregate(crowd: Crowd, used: Ints, weights: Floats, seed: int) -> tuple[Ints, Floats]:
    """Of each task the label and its confidence, from the answers used."""
    scores = np.zeros((len(crowd.tasks), len(crowd.classes)))
    votes = np.zeros_like(scores)
    np.add.at(scores, (crowd.task[used], crowd.label[used]), weights[crowd.worker[used]])
    np.add.at(votes, (crowd.task[used], crowd.label[used]), 1.0)
    return leaders(scores, votes, seed), _confidences(scores)


def _confidences(scores: Floats) -> Floats:
    sure: Floats = 1.0 / np.exp(scores - scores.max(axis=-1, keepdims=True)).sum(axis=-1)
    return sure
