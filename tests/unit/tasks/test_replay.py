"""The engine over whole crowds: good ones, strange ones and hopeless ones."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tasks.model.standing import OUT
from tasks.quality.recorded import Order
from tasks.quality.replay import Replay
from tests.unit.tasks.crowds import accuracy, invent, promised, replayed, right


def careful(number: int, choices: int) -> list[np.ndarray]:
    return [right(0.9, choices) for _ in range(number)]


def test_each_task_gets_as_many_answers_as_it_needs_and_never_more_than_the_maximum() -> None:
    crowd, truth = invent(careful(20, 5), tasks=200, answers=9)
    replay = replayed(crowd, truth, target_risk=0.05, most=4)

    assert accuracy(replay, truth) > 0.94
    assert replay.counts.max() <= 4
    assert replay.counts.mean() < 3
    assert replay.counts.min() >= 1


def test_a_maximum_beyond_what_was_recorded_changes_nothing() -> None:
    """A gold that had all its answers counts as decided, as a task does that had all of its own."""
    crowd, truth = invent(careful(3, 3), tasks=60, answers=3)
    as_recorded, beyond = (replayed(crowd, truth, gold=12, target_risk=0.01, most=most) for most in (3, 50))

    assert beyond.answers == as_recorded.answers
    assert beyond.knowledge.bend == as_recorded.knowledge.bend


def test_at_least_the_minimum_is_asked() -> None:
    crowd, truth = invent(careful(20, 5), tasks=100, answers=6)
    assert replayed(crowd, truth, least=3).counts.min() >= 3


def test_nobody_is_asked_the_same_twice_and_nothing_is_made_up() -> None:
    crowd, truth = invent(careful(6, 3), tasks=60, answers=5)
    replay = replayed(crowd, truth, gold=6, target_risk=0.01)
    asked = Counter((task, worker) for task, worker, _ in replay.answers)
    recorded = set(zip(crowd.task.tolist(), crowd.worker.tolist(), crowd.label.tolist(), strict=True))

    assert max(asked.values()) == 1
    assert set(replay.answers) <= recorded


def test_the_same_seed_gives_the_same_run() -> None:
    crowd, truth = invent(careful(8, 3), tasks=60, answers=5)
    first, again, other = (replayed(crowd, truth, gold=6, seed=seed) for seed in (3, 3, 4))

    assert first.answers == again.answers
    assert first.answers != other.answers


def test_what_is_promised_is_what_is_measured() -> None:
    """Never much more. These people never err together, so a little less may be promised."""
    people = [right(share, 4) for share in np.linspace(0.6, 0.95, 40)]
    crowd, truth = invent(people, tasks=600, answers=6)
    replay = replayed(crowd, truth, gold=50, target_risk=0.05)

    assert -0.035 < promised(replay) - accuracy(replay, truth) < 0.02


def test_where_everybody_guesses_nothing_is_promised_and_little_is_spent() -> None:
    crowd, truth = invent([np.full((2, 2), 0.5)] * 6, tasks=200, answers=6)
    replay = replayed(crowd, truth, gold=40, target_risk=0.05, most=6)

    assert promised(replay) < 0.75
    assert replay.counts.mean() < 5, "more answers of such people are not worth their price"


def test_who_guesses_among_careful_people_is_paused_and_they_are_not() -> None:
    people = [*careful(6, 5), *[np.full((5, 5), 0.2)] * 2]
    crowd, truth = invent(people, tasks=300, answers=8)
    replay = replayed(crowd, truth, gold=100, dose=0.3, target_risk=0.02)

    assert [standing.step in OUT for standing in replay.standings] == [False] * 6 + [True] * 2


def test_those_whose_answers_tell_little_answer_little_while_others_do() -> None:
    people = [*careful(6, 2), *[right(0.55, 2)] * 6]
    crowd, truth = invent(people, tasks=200, answers=12)
    replay = replayed(crowd, truth, target_risk=0.02)

    asked = np.bincount([worker for _, worker, _ in replay.answers], minlength=12)

    assert asked[6:].sum() < 0.5 * asked[:6].sum()


def test_where_nobody_else_is_left_they_answer_the_rest() -> None:
    people = [*careful(3, 2), *[right(0.55, 2)] * 6]
    crowd, truth = invent(people, tasks=100, answers=9)
    replay = replayed(crowd, truth, least=7)

    assert set(replay.counts.tolist()) >= {7}
    assert replay.counts.min() == 7


def test_everyone_wrong_in_the_same_way_is_not_believed_where_gold_says_otherwise() -> None:
    """All take the first choice for the second; without gold nobody could know."""
    shared = right(0.95, 3)
    shared[0] = (0.05, 0.9, 0.05)
    crowd, truth = invent([shared] * 8, tasks=260, answers=6)
    replay = replayed(crowd, truth, gold=60, dose=0.5, target_risk=0.05)

    doubted = [label.confidence for label in replay.labels() if label.choice == 1]
    sure = [label.confidence for label in replay.labels() if label.choice == 2]

    assert np.mean(doubted) < 0.7
    assert np.mean(sure) > 0.8
    assert replay.knowledge.population[0, 1] > 0.6, "what they take the first choice for"


def test_a_choice_that_never_occurs_does_no_harm() -> None:
    crowd, truth = invent(careful(20, 4), tasks=200, answers=6, mix=[0.5, 0.3, 0.2, 0.0])
    replay = replayed(crowd, truth)

    assert accuracy(replay, truth) > 0.93
    assert sum(label.choice == 3 for label in replay.labels()) <= 4


def test_one_worker_with_most_of_the_answers() -> None:
    crowd, truth = invent(careful(12, 3), tasks=300, answers=12)
    kept = (crowd.worker == 0) | (np.random.default_rng(1).random(len(crowd.worker)) < 0.01)
    lonely = replace(crowd, task=crowd.task[kept], worker=crowd.worker[kept], label=crowd.label[kept])
    replay = replayed(lonely, truth, gold=15)
    shares = Counter(worker for _, worker, _ in replay.answers)

    assert shares[0] / len(replay.answers) > 0.85
    assert accuracy(replay, truth) > 0.85


@pytest.mark.parametrize("gold", [0, 1, 3])
def test_little_gold_or_none(gold: int) -> None:
    crowd, truth = invent(careful(10, 3), tasks=100, answers=6)
    assert accuracy(replayed(crowd, truth, gold=gold), truth) > 0.9


def test_all_gold_of_one_choice() -> None:
    crowd, truth = invent(careful(10, 3), tasks=200, answers=6)
    known = [0 if right == 0 and task < 60 else -1 for task, right in enumerate(truth)]
    replay = Replay(crowd, known, Order(0.05, 1, 9, 0.1), seed=1)
    replay.run()
    assert accuracy(replay, truth) > 0.9


def test_who_has_seen_everything_gets_nothing_more() -> None:
    crowd, truth = invent(careful(3, 3), tasks=10, answers=3)
    replay = replayed(crowd, truth, least=3, most=3)

    assert len(replay.answers) == 30
    assert (replay.counts == 3).all()


def test_a_machine_saves_answers_and_is_paid_nothing() -> None:
    crowd, truth = invent(careful(20, 5), tasks=200, answers=5)
    chance = np.random.default_rng(2)
    guesses = np.where(chance.random(200) < 0.9, truth, chance.integers(0, 5, 200))
    alone = replayed(crowd, truth, target_risk=0.03)
    helped = replayed(replace(crowd, machine=guesses), truth, target_risk=0.03)

    assert len(helped.answers) < 0.9 * len(alone.answers)
    assert accuracy(helped, truth) > accuracy(alone, truth) - 0.015
    assert helped.counts.min() >= 1


def test_a_useless_machine_does_no_harm() -> None:
    crowd, truth = invent(careful(20, 5), tasks=150, answers=5)
    guesses = np.random.default_rng(2).integers(0, 5, 150)
    helped = replayed(replace(crowd, machine=guesses), truth)

    assert accuracy(helped, truth) > 0.94


def test_only_one_task_and_only_one_worker() -> None:
    crowd, truth = invent(careful(1, 2), tasks=1, answers=1)
    replay = replayed(crowd, truth)
    assert len(replay.answers) == 1
    assert replay.labels()[0].answers == 1


def test_no_answers_at_all() -> None:
    crowd, truth = invent(careful(2, 2), tasks=3, answers=0)
    replay = replayed(crowd, truth)
    assert replay.answers == []
    assert [label.answers for label in replay.labels()] == [0, 0, 0]


def test_two_who_say_the_same_wrong_things_are_one_voice() -> None:
    crowd, truth = invent([right(0.7, 5) for _ in range(8)], tasks=300, answers=8)
    of_first = crowd.label[crowd.worker == 0]
    copied = crowd.label.copy()
    copied[crowd.worker == 1] = of_first
    alike = replayed(replace(crowd, label=copied), truth, gold=100, dose=0.5)
    apart = replayed(crowd, truth, gold=100, dose=0.5)

    assert [standing.voice for standing in alike.standings] == [0.5] * 2 + [1.0] * 6
    assert {standing.voice for standing in apart.standings} == {1.0}
