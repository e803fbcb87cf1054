"""The sequential test and its ladder."""

from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.standing import Step
from tasks.quality.doubt import (
    GOOD,
    LIMIT,
    REFRESHED_AT,
    WATCHED_AT,
    add,
    after_refresher,
    climb,
    levels,
    replay,
    usual_accuracy,
)


def caught_at(accuracy: float, choices: int, chance: Random, golds: int = 100) -> int | None:
    doubt, between = 0.0, levels(choices)
    for number in range(1, golds + 1):
        doubt = add(doubt, right=chance.random() < accuracy, between=between)
        if doubt >= LIMIT:
            return number
    return None


def test_a_good_worker_is_hardly_ever_paused():
    """The exact figure is the benchmark's: here 3,000 workers, of whom about one may be."""
    chance = Random(1)
    assert sum(caught_at(0.9, 2, chance) is not None for _ in range(3000)) <= 6


@pytest.mark.parametrize(("choices", "at_most"), [(2, 20), (4, 11), (10, 6)])
def test_a_random_clicker_is_caught_soon(choices, at_most):
    chance = Random(2)
    found = [caught_at(1 / choices, choices, chance) for _ in range(501)]
    assert median(number or 1000 for number in found) <= at_most


@pytest.mark.parametrize("choices", [1, 2, 3, 4, 10, 100])
@pytest.mark.parametrize("usual", [None, 0.0, 0.5, 0.64, 0.85, 1.0])
def test_good_is_always_better_than_bad_and_bad_than_chance(choices, usual):
    between = levels(choices, usual)
    assert 1 / max(choices, 2) < between.bad < between.good <= GOOD
    assert between.step(right=True) < 0 < between.step(right=False)


def test_where_the_question_is_hard_good_is_what_is_usual():
    assert levels(2, 0.72).good == 0.72
    assert levels(2, 0.99) == levels(2)
    assert levels(2, 0.5).good == pytest.approx(0.675), "not even if everybody guesses"


def test_what_is_usual_needs_some_workers():
    assert usual_accuracy([(9, 10)] * 4) is None
    assert usual_accuracy([(3, 4)] * 100) is None, "nobody was asked enough"
    assert usual_accuracy([(9, 10)] * 4 + [(0, 10)]) == pytest.approx(10 / 12)


def test_those_who_were_asked_most_are_not_what_is_usual_while_most_were_asked_less():
    doubted, others = [(2, 8)] * 5, [(4, 4)] * 10
    assert usual_accuracy(doubted + others) is None
    assert usual_accuracy(doubted + [(5, 5)] * 3 + others[3:]) == pytest.approx(3 / 10)
    assert usual_accuracy(doubted + [(5, 5)] * 10) == pytest.approx(6 / 7)
    assert usual_accuracy(doubted + [(0, 0)] * 90) is not None, "whoever was not asked does not count"


@given(st.lists(st.booleans(), max_size=60))
def test_a_replay_is_the_test_itself_and_says_where_doubt_began(rights):
    between = levels(2)
    doubt = 0.0
    for right in rights:
        doubt = add(doubt, right=right, between=between)
    again = replay(rights, between)
    assert again.doubt == doubt
    assert replay(rights[again.begins :], between).doubt == doubt
    if doubt:
        assert not rights[again.begins], "doubt begins with a mistake"


def test_the_ladder():
    def step(doubt, **facts):
        return climb(Step.WORKING, doubt, **{"refreshed": False, **facts})

    assert step(0.0) is Step.WORKING
    assert step(WATCHED_AT) is Step.WATCHED
    assert step(REFRESHED_AT) is Step.REFRESHING
    assert step(REFRESHED_AT, refreshed=True) is Step.WATCHED
    assert step(LIMIT) is Step.PAUSED
    assert climb(Step.REFRESHING, WATCHED_AT, refreshed=True) is Step.REFRESHING
    assert climb(Step.REFRESHING, LIMIT, refreshed=True) is Step.PAUSED
    assert after_refresher(0.1) is Step.WORKING


@pytest.mark.parametrize("step", [Step.PAUSED, Step.REMOVED])
@pytest.mark.parametrize("doubt", [0.0, 100.0])
def test_out_of_a_pause_only_a_person_leads(step, doubt):
    assert climb(step, doubt, refreshed=True) is step
