"""How alike people are held to be, by what they said."""

import math

import numpy as np
import pytest

from tasks.quality.columns import Answers, gather
from tasks.quality.knowledge import Indices, Numbers
from tasks.quality.likeness import STRENGTHS, USUAL_STRENGTH, Draws, log_gamma

WORKERS, TASKS = 20, 400
USUAL = np.array([[0.8, 0.2], [0.2, 0.8]])
EACH = np.broadcast_to(USUAL, (WORKERS, 2, 2))


def said_by_all(rows: Numbers, seed: int) -> tuple[Answers, Indices]:
    """Everybody answers every task, as her [true, said] has it; and what is true of each task."""
    chance = np.random.default_rng(seed)
    task, worker = np.divmod(np.arange(TASKS * WORKERS), WORKERS)
    true = chance.integers(2, size=TASKS)
    label = (chance.random(len(task)) < rows[worker, true[task], 1]).astype(np.int64)
    unknown = np.full(TASKS, -1)
    answers, _ = gather(task, worker, label, truth=unknown, worker_count=WORKERS, choice_count=2)
    return answers, true


def strength_if_seen(answers: Answers, seen: Numbers) -> float:
    draws = Draws(2)
    draws.add(answers, seen)
    return draws.strength(EACH)


def habits(seed: int) -> Numbers:
    """Rows that differ between people as if what is usual counted for eight answers."""
    chance = np.random.default_rng(seed)
    return np.stack([[chance.dirichlet(8 * row) for row in USUAL] for _ in range(WORKERS)])


def test_log_gamma_is_that_of_the_library() -> None:
    values = np.array([1e-6, 0.01, 0.5, 1, 2, 3.7, 50, 1e4, 1e6])
    assert log_gamma(values) == pytest.approx([math.lgamma(value) for value in values], rel=1e-8, abs=1e-8)


def test_where_nobody_said_anything_people_are_as_alike_as_usual() -> None:
    nobody, _ = gather(*np.zeros((3, 0), dtype=np.int64), truth=np.zeros(0), worker_count=1, choice_count=2)
    assert strength_if_seen(nobody, np.zeros((0, 2))) == USUAL_STRENGTH
    assert Draws(2).strength(EACH) == USUAL_STRENGTH


@pytest.mark.parametrize("seed", range(5))
def test_a_crowd_with_habits_keeps_them_and_one_without_shares_what_is_known(seed: int) -> None:
    alike, true = said_by_all(EACH, seed)
    assert strength_if_seen(alike, np.eye(2)[true[alike.task]]) == STRENGTHS[-1]
    differing, true = said_by_all(habits(seed), seed)
    assert 4 <= strength_if_seen(differing, np.eye(2)[true[differing.task]]) <= 16


@pytest.mark.parametrize("seed", range(5))
def test_people_are_not_held_for_more_alike_because_it_is_not_known_what_is_true(seed: int) -> None:
    answers, true = said_by_all(habits(seed), seed)
    sure = np.full((TASKS, 2), 0.5) + 0.2 * (2 * np.eye(2)[true] - 1)
    assert strength_if_seen(answers, sure[answers.task]) <= 16
    assert strength_if_seen(answers, np.full((len(answers.task), 2), 0.5)) <= 16


def test_all_answers_of_a_task_see_the_same_and_no_part_of_them_is_drawn_otherwise() -> None:
    answers, _ = said_by_all(EACH, seed=1)
    whole, parts = Draws(2), Draws(2)
    seen = np.full((len(answers.task), 2), 0.5)
    whole.add(answers, seen)
    for part in answers.parts(most=100):
        parts.add(part, seen[: len(part.task)])
    one, other = (np.concatenate(draws._cells) for draws in (whole, parts))
    assert one.tolist() == other.tolist()
    looks = (one // 2 % 2).reshape(TASKS, WORKERS)
    assert (looks == looks[:, :1]).all()
    assert looks[:, 0].mean() == pytest.approx(0.5, abs=0.01), "as often as it is believed in"


def test_answers_that_are_not_believed_say_nothing_of_people() -> None:
    answers, true = said_by_all(habits(seed=1), seed=1)
    answers.weight[:] = 0.0
    assert strength_if_seen(answers, np.eye(2)[true[answers.task]]) == USUAL_STRENGTH
