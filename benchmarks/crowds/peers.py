"""The peers' ways to decide how often a task is asked, each as a curve over its own setting."""

from collections.abc import Callable, Iterable

import numpy as np

from benchmarks.crowds.crowd import Crowd
from benchmarks.crowds.curves import CurvePoint, Point, score, summarise
from benchmarks.crowds.orders import deal, first_stop, leaders
from benchmarks.crowds.replay import choose_gold
from benchmarks.crowds.toloka import replay_toloka, replay_toloka_knowing

THRESHOLDS = (0.70, 0.75, 0.80, 0.85, 0.90, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)


def replay_majorities(crowd: Crowd, *, seed: int) -> list[Point]:
    """Always so many answers, for 1 to as many as are recorded; ties are broken at random."""
    return _replay_counts(crowd, agreeing=crowd.most_answers + 1, seed=seed)


def replay_quorums(crowd: Crowd, *, agreeing: int, seed: int) -> list[Point]:
    """Until so many agree, with at most 1 to as many answers as are recorded; at the end the majority."""
    return _replay_counts(crowd, agreeing=agreeing, seed=seed)


def _replay_counts(crowd: Crowd, *, agreeing: int, seed: int) -> list[Point]:
    """One point for each largest number of answers."""
    dealt = deal(crowd, seed)
    votes = dealt.votes
    enough = votes.max(axis=2) >= agreeing
    no_gold = choose_gold(crowd, 0.0, seed)
    nothing_promised = np.full(len(crowd.tasks), np.nan)
    points = []
    for most in range(1, crowd.most_answers + 1):
        stop = first_stop(enough, dealt.counts, least=1, most=most)
        final = dealt.at(votes, stop)
        labels = leaders(final, final, seed)
        points.append(score(crowd, no_gold, labels, nothing_promised, (float((stop + 1).sum()), 0.0)))
    return points


def majority_curve(crowd: Crowd, seeds: Iterable[int]) -> list[CurvePoint]:
    """Fixed overlap and majority vote, over the number of answers."""
    return _over_counts(lambda seed: replay_majorities(crowd, seed=seed), seeds)


def quorum_curve(crowd: Crowd, seeds: Iterable[int], *, agreeing: int = 2) -> list[CurvePoint]:
    """Stop when so many agree, over the largest number of answers."""
    return _over_counts(lambda seed: replay_quorums(crowd, agreeing=agreeing, seed=seed), seeds)


def toloka_curve(
    crowd: Crowd, seeds: Iterable[int], *, gold_share: float, max_overlap: int | None = None
) -> list[CurvePoint]:
    """Dynamic overlap as it runs, over the threshold; without a limit up to all recorded answers."""
    most = max_overlap or crowd.most_answers
    seeds = tuple(seeds)

    def replay(threshold: float, seed: int) -> Point:
        return replay_toloka(crowd, gold_share=gold_share, threshold=threshold, max_overlap=most, seed=seed)

    return [summarise(f"{share:g}", [replay(share, seed) for seed in seeds]) for share in THRESHOLDS]


def toloka_knowing_curve(
    crowd: Crowd, seeds: Iterable[int], *, gold_share: float, max_overlap: int | None = None
) -> list[CurvePoint]:
    """Dynamic overlap that knows all its gold answers from the start: better than it can be."""
    most = max_overlap or crowd.most_answers
    runs = [
        replay_toloka_knowing(
            crowd, gold_share=gold_share, thresholds=THRESHOLDS, max_overlap=most, seed=seed
        )
        for seed in seeds
    ]
    return [
        summarise(f"{share:g}", points)
        for share, points in zip(THRESHOLDS, zip(*runs, strict=True), strict=True)
    ]


def _over_counts(replay: Callable[[int], list[Point]], seeds: Iterable[int]) -> list[CurvePoint]:
    """Points of equal place, which are those of equal count, taken together over all seeds."""
    runs = [replay(seed) for seed in seeds]
    return [summarise(str(most), points) for most, points in enumerate(zip(*runs, strict=True), start=1)]
