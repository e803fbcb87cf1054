"""What is learnt of a worker, and how strongly she is held for one of the crowd."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.quality.knowledge import Knowledge
from tasks.quality.likeness import Draws
from tasks.quality.skill import accuracy_of, information_of, lower_bound, rows_of

EVEN = np.array([0.5, 0.5])
USUAL = np.array([[0.8, 0.2], [0.2, 0.8]])


def test_whoever_said_nothing_is_like_the_crowd() -> None:
    rows = rows_of(np.zeros((1, 2, 2)), USUAL, EVEN, Draws(2))
    assert rows[0] == pytest.approx(USUAL)


def test_each_row_is_a_probability_and_many_answers_speak_for_themselves() -> None:
    credit = np.array([[[900.0, 100.0], [400.0, 600.0]], [[1.0, 0.0], [0.0, 1.0]]])
    rows = rows_of(credit, USUAL, EVEN, Draws(2))
    assert rows.sum(axis=2) == pytest.approx(np.ones((2, 2)))
    assert rows[0] == pytest.approx(np.array([[0.9, 0.1], [0.4, 0.6]]), abs=0.03)
    assert 0.8 < accuracy_of(rows, EVEN)[1] < 0.95, "two right answers make nobody a master"


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
