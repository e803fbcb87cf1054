from math import isnan
from pathlib import Path

import numpy as np
import pytest

from benchmarks.crowds.batch import accuracy, dawid_skene, majority
from benchmarks.crowds.curves import CurvePoint, accuracy_at, cost_at
from benchmarks.crowds.peers import majority_curve, quorum_curve
from benchmarks.crowds.presets import PRESETS, invent_preset
from benchmarks.crowds.promised import replay_both
from benchmarks.crowds.recorded import read_crowd
from benchmarks.crowds.replay import Replay
from benchmarks.crowds.toloka import (
    accuracy_of,
    confidence,
    replay_toloka,
    replay_toloka_knowing,
    weight_of,
)


@pytest.mark.parametrize("name", PRESETS)
def test_an_invented_crowd_has_the_shape_asked_for(name: str) -> None:
    crowd, shape = invent_preset(name, seed=7), PRESETS[name]

    assert abs(crowd.mean_accuracy - shape.accuracy) < 0.02
    assert {len(answers) for answers in crowd.answers_of} == {shape.answers}
    assert len(set(zip(crowd.task.tolist(), crowd.worker.tolist(), strict=True))) == len(crowd.task)
    assert np.bincount(crowd.truth) / len(crowd.tasks) == pytest.approx(shape.balance, abs=0.06)


def test_an_invented_crowd_is_the_same_for_the_same_seed_only() -> None:
    crowd, again, other = (invent_preset("dog", seed) for seed in (1, 1, 2))

    assert np.array_equal(crowd.label, again.label)
    assert np.array_equal(crowd.seconds, again.seconds, equal_nan=True)
    assert not np.array_equal(crowd.label, other.label)


def test_some_answers_of_each_task_are_so_many_and_others_for_another_seed() -> None:
    crowd = invent_preset("easy", 1)
    some, others = crowd.some_of_each(2, 1), crowd.some_of_each(2, 2)
    assert all(len(answers) == 2 for answers in some.answers_of)
    given = set(zip(crowd.task, crowd.worker, crowd.label, strict=True))
    assert set(zip(some.task, some.worker, some.label, strict=True)) <= given
    assert some.worker.tolist() != others.worker.tolist()


def test_a_crowd_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data"):
        read_crowd(tmp_path / "bluebirds")


def test_a_replay_gives_each_answer_once_and_none_to_closed_tasks() -> None:
    crowd = invent_preset("dog", seed=1)
    replay = Replay(crowd, gold_share=0.1, seed=3)
    came: dict[int, list[int]] = {}
    for answer, task, worker, label, gold in replay:
        came.setdefault(task, []).append(answer)
        assert (crowd.task[answer], crowd.worker[answer], crowd.label[answer]) == (task, worker, label)
        if not gold and len(came[task]) == 3:
            replay.close(task)

    ordinary = [answers for task, answers in came.items() if not replay.gold[task]]
    assert replay.gold.sum() == 80
    assert {len(answers) for answers in ordinary} == {3}
    assert len(ordinary) == 727
    assert all(len(answers) == len(set(answers)) for answers in came.values())
    assert replay.paid == sum(len(answers) for answers in came.values())
    assert replay.paid_gold == replay.paid - 3 * 727


def test_tolokas_own_example() -> None:
    """Skills of 0.7 and 0.9 that agree among three classes are sure by 0.977."""
    assert confidence([weight_of(0.7, 3) + weight_of(0.9, 3), 0.0, 0.0]) == pytest.approx(0.977, abs=0.0005)
    assert [accuracy_of(0, 0), accuracy_of(9, 10)] == pytest.approx([0.5, 9.5 / 11])


@pytest.mark.parametrize("gold_share", [0.0, 0.1])
def test_tolokas_rule_pays_more_for_a_higher_threshold_and_labels_better(gold_share: float) -> None:
    crowd = invent_preset("dog", seed=1)
    low, high = (
        replay_toloka(crowd, gold_share=gold_share, threshold=threshold, max_overlap=10, seed=1)
        for threshold in (0.7, 0.999)
    )
    known = replay_toloka_knowing(
        crowd, gold_share=gold_share, thresholds=(0.7, 0.999), max_overlap=10, seed=1
    )

    assert low.answers < high.answers <= 10 / (1 - gold_share) + 0.05
    assert low.accuracy < high.accuracy
    assert known[0].answers < known[1].answers
    assert known[1].accuracy == pytest.approx(high.accuracy, abs=0.02)


def test_majority_and_quorum_of_two() -> None:
    crowd = invent_preset("dog", seed=1)
    majority, quorum = majority_curve(crowd, range(3)), quorum_curve(crowd, range(3))

    assert [point.answers for point in majority] == list(range(1, 11))
    assert majority[0].accuracy == pytest.approx(crowd.mean_accuracy, abs=0.02)
    assert isnan(majority[0].promised)
    assert 2.0 < quorum[-1].answers < 3.0
    assert quorum[2].accuracy == pytest.approx(majority[2].accuracy)


def test_dawid_skene_finds_the_few_who_look_among_many_who_click() -> None:
    crowd = invent_preset("spam", seed=1)

    assert accuracy(crowd, dawid_skene(crowd)) > accuracy(crowd, majority(crowd)) + 0.02


def point(answers: float, accuracy: float) -> CurvePoint:
    return CurvePoint("", answers, 0.0, 0.0, accuracy, 0.0, 0.9)


def test_between_points_a_curve_is_straight() -> None:
    curve = [point(4.0, 0.9), point(2.0, 0.8), point(6.0, 0.9)]

    assert cost_at(curve, 0.85) == pytest.approx(3.0)
    assert cost_at(curve, 0.7) == pytest.approx(2.0)
    assert cost_at(curve, 0.95) is None
    assert accuracy_at(curve, 3.5) == pytest.approx(0.875)
    assert accuracy_at(curve, 9.0) == pytest.approx(0.9)
    assert accuracy_at(curve, 1.0) is None


def test_what_is_promised_is_measured_for_both() -> None:
    crowd = invent_preset("spam", seed=1)
    ours, theirs = replay_both(crowd, target_risk=0.1, seed=1)

    assert 0.8 < ours.accuracy < 1
    assert abs(ours.promised - ours.accuracy) < 0.1
    assert ours.answers < theirs.answers
