"""Who gets what, from one window of candidates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.identifiers import ImageId, ProjectId, TaskId, WorkerId
from tasks.model.project import AnswerRules
from tasks.model.standing import Standing, Step
from tasks.ports import Bucket, Candidate
from tasks.quality.selection import Reach, choose, reach_of


def candidates(count: int) -> list[Candidate]:
    return [Candidate(TaskId(number), ImageId(str(number)), Bucket.FRESH, number) for number in range(count)]


def test_each_gets_the_first_that_is_new_to_her_and_free():
    seen = {(WorkerId(1), TaskId(0)), (WorkerId(3), TaskId(2))}

    chosen = choose([WorkerId(1), WorkerId(2), WorkerId(3)], candidates(4), seen)

    assert {worker: one.task_id for worker, one in chosen.items()} == {1: 1, 2: 0, 3: 3}


def test_who_finds_nothing_is_missing():
    assert choose([WorkerId(1), WorkerId(2)], candidates(1), set()).keys() == {1}
    assert choose([WorkerId(1)], candidates(1), {(WorkerId(1), TaskId(0))}) == {}


@given(
    workers=st.integers(0, 8),
    tasks=st.integers(0, 12),
    seen=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 11))),
)
def test_never_twice_the_same_and_never_what_she_has_seen(workers, tasks, seen):
    pairs = {(WorkerId(worker), TaskId(task)) for worker, task in seen}

    chosen = choose([WorkerId(number) for number in range(workers)], candidates(tasks), pairs)

    lent = [one.task_id for one in chosen.values()]
    assert len(lent) == len(set(lent))
    assert not {(worker, one.task_id) for worker, one in chosen.items()} & pairs


@pytest.mark.parametrize(
    ("known", "reach"),
    [
        ({}, Reach.USUAL),
        ({"accuracy_low": 0.71, "information": 1.0}, Reach.ABLE),
        ({"accuracy_low": 0.69, "information": 1.0}, Reach.USUAL),
        ({"accuracy_low": 0.71, "information": 0.79}, Reach.FIRST_LOOKS),
        ({"accuracy_low": 0.30, "information": 0.1}, Reach.FIRST_LOOKS),
        ({"accuracy_low": 0.30, "information": 0.1, "step": Step.WATCHED}, Reach.USUAL),
        ({"accuracy_low": 0.30, "information": 0.1, "step": Step.REFRESHING}, Reach.USUAL),
    ],
)
def test_which_tasks_are_for_a_worker_in_a_crowd_that_is_right_in_three_of_four_cases(known, reach):
    standing = Standing(ProjectId(1), WorkerId(1), **known)
    assert reach_of(standing, AnswerRules(1, 5, 0.95), 0.75, answers=500) is reach


@pytest.mark.parametrize(
    ("least", "reach"),
    [(1, Reach.FIRST_LOOKS), (2, Reach.SECOND_LOOKS), (4, Reach.SECOND_LOOKS), (5, Reach.USUAL)],
)
def test_answers_that_are_bought_in_any_case_are_for_everybody(least, reach):
    tells_little = Standing(ProjectId(1), WorkerId(1), information=0.2)
    assert reach_of(tells_little, AnswerRules(least, 5, 0.95), None, answers=0) is reach


def test_nobody_is_called_able_before_enough_is_known_of_the_crowd():
    able = Standing(ProjectId(1), WorkerId(1), accuracy_low=0.9, information=1.2)
    assert reach_of(able, AnswerRules(1, 5, 0.95), 0.75, answers=499) is Reach.USUAL
