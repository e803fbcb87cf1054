"""What golds teach about the confidence of labels, and which of them teach nothing."""

import numpy as np
import pytest

from tasks.quality.calibrating import calibrate
from tasks.quality.fitting import Answers, fit, gather
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


def test_golds_that_were_asked_too_seldom_to_close_say_nothing() -> None:
    rule = StoppingRule(0.02, min_answers=1, max_answers=9)

    assert calibrated(a_crowd(gold_answers=1), rule).bend == pytest.approx(USUAL_BEND)
    assert calibrated(a_crowd(gold_answers=4), rule).bend != pytest.approx(USUAL_BEND, abs=0.01)


def test_where_the_client_pays_for_no_more_they_close_at_her_maximum() -> None:
    rule = StoppingRule(0.02, min_answers=1, max_answers=1)

    assert calibrated(a_crowd(gold_answers=1), rule).bend != pytest.approx(USUAL_BEND, abs=0.01)


def test_before_the_least_number_of_answers_nothing_closes() -> None:
    rule = StoppingRule(0.4, min_answers=5, max_answers=9)

    assert calibrated(a_crowd(gold_answers=4), rule).bend == pytest.approx(USUAL_BEND)


def test_golds_that_turn_out_wrong_lower_what_is_promised() -> None:
    answers = a_crowd(gold_answers=4)
    rule = StoppingRule(0.05, min_answers=1, max_answers=9)
    is_wrong = np.flatnonzero(answers.truth >= 0)[::3]
    answers.truth[is_wrong] = (answers.truth[is_wrong] + 1) % 3
    known = calibrated(answers, rule)

    assert known.calibrated(np.array(0.95)) < Knowledge.usual(3).calibrated(np.array(0.95)) - 0.02
