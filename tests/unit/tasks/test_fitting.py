"""What is learnt of a crowd is not worse than to count its answers, however rare a choice is."""

import numpy as np
import pytest

from tasks.quality.columns import Answers, gather
from tasks.quality.fitting import fit
from tasks.quality.skill import population_of

TASKS, WORKERS, EACH, GOLDS = 400, 25, 5, 20
CROWDS = 6
COMMON = 0.95


def invented(seed: int, right: float, common: float, golds: int) -> tuple[Answers, np.ndarray]:
    """400 tasks of which so many are choice 0, each seen by 5 of 25 people who are right so often."""
    chance = np.random.default_rng(seed)
    truth = (chance.random(TASKS) >= common).astype(int)
    worker = np.concatenate([chance.choice(WORKERS, EACH, replace=False) for _ in range(TASKS)])
    task = np.repeat(np.arange(TASKS), EACH)
    label = np.where(chance.random(len(task)) < right, truth[task], 1 - truth[task])
    keys = np.full(TASKS, -1)
    keys[:golds] = truth[:golds]
    answers, _ = gather(task, worker, label, truth=keys, worker_count=WORKERS, choice_count=2)
    return answers, truth


def share_right(labels: np.ndarray, truth: np.ndarray) -> float:
    return float((labels == truth)[GOLDS:].mean())


@pytest.mark.parametrize("golds", [0, GOLDS])
@pytest.mark.parametrize(
    ("right", "common", "gain"), [(0.75, COMMON, 0.03), (0.85, COMMON, 0.005), (0.75, 0.5, -0.02)]
)
def test_people_who_are_alike_are_believed_as_well_as_they_vote(
    right: float, common: float, gain: float, golds: int
) -> None:
    learnt, counted = [], []
    for seed in range(CROWDS):
        answers, truth = invented(seed, right, common, golds)
        votes = np.bincount(answers.task, weights=answers.label, minlength=TASKS)
        learnt.append(share_right(fit(answers).beliefs.argmax(axis=1), truth))
        counted.append(share_right((votes > EACH / 2).astype(int), truth))
    assert np.mean(learnt) >= np.mean(counted) + gain


def test_a_rare_choice_leans_on_the_others_and_a_frequent_one_stands_alone() -> None:
    uneven = np.array([[1200.0, 800.0], [500.0, 1900.0]])
    rare = np.array([[1500.0, 500.0], [50.0, 50.0]])
    assert population_of(uneven)[0, 0] == pytest.approx(0.6, abs=0.01)
    assert population_of(rare)[1, 1] == pytest.approx(0.73, abs=0.01)


def test_who_knows_everything_and_who_says_nothing_break_nothing() -> None:
    perfect = np.diag([1e6, 1e6, 0.0])
    for said in (perfect, np.zeros((3, 3)), np.array([[5.0]])):
        rows = population_of(said)
        assert (rows > 0).all()
        assert rows.sum(axis=1) == pytest.approx(np.ones(len(said)))
