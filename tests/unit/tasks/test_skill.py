"""What is learnt of a worker, and how strongly she is held for one of the crowd."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tasks.quality.knowledge import Knowledge
from tasks.quality.skill import _log_gamma, accuracy_of, information_of, lower_bound, rows_of

EVEN = np.array([0.5, 0.5])
USUAL = np.array([[0.8, 0.2], [0.2, 0.8]])


def test_log_gamma_is_that_of_the_library() -> None:
    values = np.array([1e-6, 0.01, 0.5, 1, 2, 3.7, 50, 1e4, 1e6])
    assert _log_gamma(values) == pytest.approx([math.lgamma(value) for value in values], rel=1e-8, abs=1e-8)


def test_whoever_said_nothing_is_like_the_crowd() -> None:
    rows, _ = rows_of(np.zeros((1, 2, 2)), USUAL, EVEN)
    assert rows[0] == pytest.approx(USUAL)


def test_each_row_is_a_probability_and_many_answers_speak_for_themselves() -> None:
    credit = np.array([[[900.0, 100.0], [400.0, 600.0]], [[1.0, 0.0], [0.0, 1.0]]])
    rows, _ = rows_of(credit, USUAL, EVEN)
    assert rows.sum(axis=2) == pytest.approx(np.ones((2, 2)))
    assert rows[0] == pytest.approx(np.array([[0.9, 0.1], [0.4, 0.6]]), abs=0.03)
    assert 0.8 < accuracy_of(rows, EVEN)[1] < 0.95, "two right answers make nobody a master"


def test_a_crowd_with_habits_keeps_them_and_one_without_shares_what_is_known() -> None:
    chance = np.random.default_rng(1)
    habits = np.stack([chance.multinomial(50, [p, 1 - p], 2).astype(float) for p in (0.95, 0.05) * 10])
    alike = np.stack([[chance.multinomial(50, row) for row in USUAL] for _ in range(20)]).astype(float)
    assert rows_of(habits, USUAL, EVEN)[1] < rows_of(alike, USUAL, EVEN)[1]


def test_the_lower_bound_comes_up_with_evidence() -> None:
    low = lower_bound(np.array([0.9, 0.9]), np.array([5.0, 500.0]))
    assert low[0] < 0.8 < low[1] < 0.9


def test_what_an_answer_tells_beside_the_usual_one() -> None:
    usual = replace(Knowledge.usual(2), population=USUAL)
    mostly_cats = replace(usual, mix=np.array([0.9, 0.1]))
    always_cat, opposite = np.array([[0.999, 0.001], [0.999, 0.001]]), USUAL[::-1]
    better, guess = np.array([[0.9, 0.1], [0.1, 0.9]]), np.full((2, 2), 0.5)

    rows = np.stack([USUAL, better, guess, always_cat, opposite])

    assert information_of(rows, usual) == pytest.approx([1.0, 1.91, 0.0, 0.0, 1.0], abs=0.01)
    assert accuracy_of(rows, mostly_cats.mix)[3] > accuracy_of(rows, mostly_cats.mix)[0]
    assert information_of(rows, mostly_cats)[3] == pytest.approx(0.0, abs=0.01), "right, and no news"
