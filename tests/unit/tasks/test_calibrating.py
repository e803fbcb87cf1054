"""What golds teach about the confidence of labels, and which of them teach nothing."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.quality.calibrating import calibrate
from tasks.quality.columns import Answers, gather
from tasks.quality.fitting import fit
from tasks.quality.knowledge import USUAL_BEND, Knowledge
from tasks.quality.stopping import StoppingRule
from tests.unit.tasks.crowds import invent, right

GOLDS = 40


def a_crowd(gold_answers: int) -> Answers:
    """Careful people and many tasks of four answers; of all golds the first answers alone."""
    crowd, truth = invent([right(0.85, 3)] * 12, tasks=300, answers=4)
    nth = np.arange(len(crowd.task)) % 4
    kept = (crowd.task >= GOLDS) | (nth < gold_answers)
    answers, _ = gather(
        crowd.task[kept],
        crowd.worker[kept],
        crowd.label[kept],
        truth=np.where(np.arange(300) < GOLDS, truth, -1),
        worker_count=12,
        choice_count=3,
    )
    return answers


def calibrated(answers: Answers, rule: StoppingRule) -> Knowledge:
    return calibrate(answers, fit(answers).knowledge, rule)


def most_sure(known: Knowledge) -> float:
    """What is promised of labels that could not be surer."""
    return float(known.calibrated(np.array(1 - known.error)))


def with_wrong_keys(answers: Answers) -> Answers:
    """The same, but that a third of the golds turn out to be something else."""
    truth = answers.truth.copy()
    is_wrong = np.flatnonzero(truth >= 0)[::3]
    truth[is_wrong] = (truth[is_wrong] + 1) % 3
    return replace(answers, truth=truth)


@pytest.mark.parametrize(
    ("rule", "gold_answers"),
    [
        pytest.param(StoppingRule(0.02, min_answers=1, max_answers=9), 1, id="too doubtful to close"),
        pytest.param(StoppingRule(0.4, min_answers=5, max_answers=9), 4, id="fewer than the least number"),
    ],
)
def test_golds_that_run_out_of_answers_count_as_they_are_then(rule: StoppingRule, gold_answers: int) -> None:
    answers = a_crowd(gold_answers)

    kept = calibrated(answers, rule).bend[1]
    broken = calibrated(with_wrong_keys(answers), rule).bend[1]

    assert kept > USUAL_BEND[1] + 0.1
    assert broken < kept - 0.2


def test_where_the_client_pays_for_no_more_they_close_at_her_maximum() -> None:
    rule = StoppingRule(0.02, min_answers=1, max_answers=1)

    assert calibrated(a_crowd(gold_answers=1), rule).bend != pytest.approx(USUAL_BEND, abs=0.01)


def test_golds_that_turn_out_wrong_lower_what_is_promised() -> None:
    rule = StoppingRule(0.05, min_answers=1, max_answers=9)
    answers = a_crowd(gold_answers=4)

    kept, broken = (calibrated(golds, rule) for golds in (answers, with_wrong_keys(answers)))

    assert most_sure(kept) > 0.95
    assert most_sure(broken) < 0.75


def a_crowd_with_gold(client: int, earned: int) -> Answers:
    """All are wrong about the client's first gold; what is earned is what everybody says anyway."""
    crowd, truth = invent([right(0.95, 3)] * 12, tasks=400, answers=4)
    tasks = np.arange(len(truth))
    label = np.where(crowd.task == 0, (truth[0] + 1) % 3, crowd.label)
    said = np.zeros((len(truth), 3))
    np.add.at(said, (crowd.task, label), 1)
    is_earned = (tasks >= client) & (said.max(axis=1) == 4) & (tasks < client + earned)
    keys = np.where(is_earned, said.argmax(axis=1), np.where(tasks < client, truth, -1))
    answers, _ = gather(
        crowd.task,
        crowd.worker,
        label,
        truth=keys,
        earned=is_earned,
        worker_count=12,
        choice_count=3,
    )
    return answers


def test_gold_that_the_crowd_was_sure_of_proves_nothing_about_the_crowd() -> None:
    rule = StoppingRule(0.05, min_answers=1, max_answers=9)
    alone, beside = (a_crowd_with_gold(client=20, earned=earned) for earned in (0, 200))
    assert (beside.truth >= 0).sum() > 150

    before, after = (calibrated(answers, rule) for answers in (alone, beside))

    assert after.golds == before.golds == 20
    assert (after.error, after.upset) == pytest.approx((before.error, before.upset), abs=0.002)
    assert after.bend == pytest.approx(before.bend, abs=0.05)
    sure = np.array([0.95, 0.99])
    assert after.calibrated(sure) == pytest.approx(before.calibrated(sure), abs=0.005)


def test_it_anchors_what_workers_mean() -> None:
    """One who says the opposite of what is known to be right is known for it, whoever knew it."""
    answers = a_crowd_with_gold(client=0, earned=400)
    others = (answers.label + 1) % 3
    contrary = replace(answers, label=np.where(answers.worker == 0, others, answers.label))

    rows = fit(contrary).rows

    assert np.diag(rows[0]).max() < 0.2
    assert np.diag(rows[1]).min() > 0.8


def test_without_golds_of_the_client_nothing_is_measured() -> None:
    answers = a_crowd_with_gold(client=0, earned=400)
    known = calibrated(answers, StoppingRule(0.05, min_answers=1, max_answers=9))

    assert (known.golds, known.error, known.bend) == (0, pytest.approx(0.04), USUAL_BEND)
