"""Invented people answer as their manner says, and alike from the same seed."""

from collections import Counter

import pytest

from tasks.inventing import Group, Manner, read_groups, with_people, with_truth
from tasks.simulating import UNKNOWN, Recording

CHOICES = ("cat", "dog", "car", "ship", "bird")
TASKS = 2000


def a_recording(**changes) -> Recording:
    facts = {
        "task_keys": [f"t{number}" for number in range(TASKS)],
        "choices": CHOICES,
        "workers": [],
        "task": [],
        "worker": [],
        "label": [],
        "seconds": None,
        "truth": [number % len(CHOICES) for number in range(TASKS)],
        "gold": [UNKNOWN] * TASKS,
        "machine": [UNKNOWN] * TASKS,
    }
    return Recording(**(facts | changes))


def right(recording: Recording) -> float:
    pairs = zip(recording.task, recording.label, strict=True)
    return sum(recording.truth[task] == label for task, label in pairs) / len(recording.task)


@pytest.mark.parametrize(
    ("manner", "least", "most"),
    [("careful", 0.9, 0.96), ("sloppy", 0.65, 0.75), ("random", 0.17, 0.23), ("adversarial", 0.06, 0.14)],
)
def test_how_often_they_are_right(manner, least, most):
    invented = with_people(a_recording(), read_groups(f"20 {manner}"), seed=1)
    assert len(invented.workers) == 20
    assert len(invented.task) == 20 * TASKS
    assert least < right(invented) < most


def test_a_sloppy_person_takes_a_class_for_the_one_that_looks_like_it():
    invented = with_people(a_recording(), [Group(5, Manner.SLOPPY)], seed=1)
    mistakes = Counter(
        (invented.truth[task], label)
        for task, label in zip(invented.task, invented.label, strict=True)
        if invented.truth[task] != label
    )
    assert sum(count for _, count in mistakes.most_common(len(CHOICES))) > 0.6 * mistakes.total()


def test_a_constant_person_always_says_the_same():
    invented = with_people(a_recording(), [Group(3, Manner.CONSTANT)], seed=1)
    pairs = set(zip(invented.worker, invented.label, strict=True))
    assert len(pairs) == 3


def test_the_same_seed_invents_the_same_people():
    groups = read_groups("2 careful, 1 random")
    first, again, other = (with_people(a_recording(), groups, seed) for seed in (1, 1, 2))
    assert first == again
    assert first.label != other.label


def test_they_answer_beside_those_who_were_recorded():
    recorded = a_recording(workers=["w1"], task=[3], worker=[0], label=[1])
    invented = with_people(recorded, read_groups("1 careful"), seed=1)
    assert invented.workers == ["w1", "careful 1"]
    assert (invented.task[0], invented.worker[0], invented.label[0]) == (3, 0, 1)
    assert set(invented.worker[1:]) == {1}


def test_nobody_answers_a_task_twice():
    invented = with_people(a_recording(), read_groups("3 careful, 2 sloppy"), seed=1)
    assert len(set(zip(invented.task, invented.worker, strict=True))) == len(invented.task)


def test_unknown_truths_are_drawn_like_the_known_ones():
    some = with_truth(a_recording(truth=[0] * 10 + [2] * 10 + [UNKNOWN] * (TASKS - 20)), seed=1)
    assert list(some.truth[:20]) == [0] * 10 + [2] * 10
    assert set(some.truth) == {0, 2}
    with pytest.raises(ValueError, match="no truth"):
        with_truth(a_recording(truth=[UNKNOWN] * TASKS), seed=1)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("80 careful", [Group(80, Manner.CAREFUL)]),
        (" 1 Random,2  constant ", [Group(1, Manner.RANDOM), Group(2, Manner.CONSTANT)]),
    ],
)
def test_groups_are_read(text, groups):
    assert read_groups(text) == groups


@pytest.mark.parametrize(
    ("text", "people"), [("1000000 careful", "1,000,000"), ("99999 careful, 2 random", "100,001")]
)
def test_too_many_people_are_told_how_many_there_may_be(text, people):
    with pytest.raises(ValueError, match=f"from 1 to 100,000 people in all, not {people}$"):
        read_groups(text)


@pytest.mark.parametrize(
    "text", ["", "careful", "80", "8 carefull", "8 careful,", "-1 careful", "0 careful", "999999 careful"]
)
def test_what_names_no_people_is_refused(text):
    with pytest.raises(ValueError, match=r"careful|people"):
        read_groups(text)
