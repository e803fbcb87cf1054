"""Batch Dawid-Skene: it finds out who knows, and survives every thin crowd."""

import numpy as np
import pytest

from tasks.quality.dawid_skene import Answers, dawid_skene


def crowd(rows, *, choice_count=2) -> Answers:
    """Answers from (task, worker, choice)."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    tasks, workers, choices = columns.T
    return Answers(
        tasks, workers, choices,
        int(tasks.max(initial=-1)) + 1, int(workers.max(initial=-1)) + 1, choice_count,
    )  # fmt: skip


def invented(accuracies, *, tasks=400, choice_count=3, seed=1):
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, choice_count, tasks)
    rows = []
    for worker, accuracy in enumerate(accuracies):
        wrong = (truth + generator.integers(1, choice_count, tasks)) % choice_count
        said = np.where(generator.random(tasks) < accuracy, truth, wrong)
        rows += [(task, worker, choice) for task, choice in enumerate(said)]
    return truth, crowd(rows, choice_count=choice_count)


def test_one_who_knows_outweighs_three_who_guess():
    truth, answers = invented([0.95, 0.95, 0.34, 0.34, 0.34])
    beliefs = dawid_skene(answers)
    found = (beliefs.argmax(axis=1) == truth).mean()
    counts = np.zeros((400, 3))
    np.add.at(counts, (answers.tasks, answers.choices), 1)
    majority = (counts.argmax(axis=1) == truth).mean()
    assert found > 0.93
    assert found > majority + 0.05


@pytest.mark.parametrize(
    "rows",
    [[(0, 0, 1)], [(0, 0, 0), (0, 1, 1)], [(0, 0, 0), (1, 0, 1), (2, 0, 1)], [(2, 0, 0)]],
    ids=["one answer", "one task", "one worker", "tasks without answers"],
)
@pytest.mark.parametrize("choice_count", [2, 5])
def test_thin_crowds_and_classes_that_never_occur(rows, choice_count):
    beliefs = dawid_skene(crowd(rows, choice_count=choice_count))
    assert beliefs.shape == (max(task for task, _, _ in rows) + 1, choice_count)
    assert beliefs.sum(axis=1) == pytest.approx(1)
    assert np.isfinite(beliefs).all()


def test_a_single_worker_is_believed():
    beliefs = dawid_skene(crowd([(0, 0, 0), (1, 0, 1), (2, 0, 1)]))
    assert list(beliefs.argmax(axis=1)) == [0, 1, 1]


def test_no_answers_at_all():
    assert dawid_skene(crowd([])).shape == (0, 2)
