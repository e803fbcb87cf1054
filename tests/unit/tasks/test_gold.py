"""How much gold, which one next, and which of them teach."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.gold import Gold, GoldOrigin, GoldState, Purpose
from tasks.model.identifiers import ImageId, ProjectId, TaskId, WorkerId
from tasks.model.standing import Standing, Step
from tasks.quality.doubt import WATCHED_AT
from tasks.quality.gold import (
    EXPOSURE_MAX,
    Share,
    choose,
    dose,
    exposure_max,
    roles,
    spared,
    wanted_role,
)


def standing(**facts) -> Standing:
    return Standing(ProjectId(1), WorkerId(1), **facts)


def gold(number: int, choice: str = "cat", **facts) -> Gold:
    values = {
        "task_id": TaskId(number),
        "project_id": ProjectId(1),
        "image_id": ImageId(str(number)),
        "choice": choice,
        "role": Purpose.SILENT,
        "state": GoldState.LIVE,
        "origin": GoldOrigin.CLIENT,
        "shown": 0,
        "contradicted": 0,
    }
    return Gold(**(values | facts))


def share(number: int, choice: str = "cat", *, explained: bool = False, **facts) -> Share:
    values = {"role": Purpose.SILENT, "is_fixed": False} | facts
    return Share(task_id=TaskId(number), choice=choice, explained=explained, **values)


def test_the_dose_falls_from_much_to_little():
    doses = [dose(standing(questions=number), 0.1) for number in (0, 5, 10, 15, 20, 200)]
    assert doses == pytest.approx([0.4, 0.3, 0.2, 0.1, 0.025, 0.025])
    assert dose(standing(), 0.3) == 0.5, "never more than every second one"
    assert [dose(standing(questions=number), 0.8) for number in (0, 50)] == [0.8, 0.8], "an examination"


def test_the_dose_rises_with_the_first_mistakes():
    """Long before she is watched, so that who only presses is known before the work is over."""
    doses = [dose(standing(questions=200, golds=9, doubt=WATCHED_AT * part / 4), 0.1) for part in range(5)]

    assert doses == sorted(set(doses))
    assert doses[0] == dose(standing(questions=200), 0.1)
    assert doses[-1] == dose(standing(questions=200, step=Step.WATCHED), 0.1)


def test_doubt_never_lowers_a_high_dose():
    assert dose(standing(questions=200, doubt=1.0), 0.5) == 0.5


def test_doubt_and_haste_raise_the_dose():
    known = {"questions": 300, "golds": 60, "golds_right": 55}
    assert dose(standing(step=Step.WATCHED, **known), 0.1) == 0.2
    assert dose(standing(weight=0.3, **known), 0.1) == 0.2
    assert dose(standing(step=Step.REFRESHING, refreshers=2, **known), 0.1) == 1.0
    assert dose(standing(step=Step.WATCHED), 0.1) == 0.4, "a newcomer has more anyhow"
    assert dose(standing(accuracy=0.5, **known), 0.1, bad=0.55) == 0.2, "so much of what she said was wrong"
    assert dose(standing(accuracy=0.6, **known), 0.1, bad=0.55) == 0.025


@pytest.mark.parametrize("step", [Step.PAUSED, Step.REMOVED])
def test_nobody_who_is_out_is_asked(step):
    assert dose(standing(step=step), 0.5) == 0.0


def test_no_gold_is_wanted_where_the_client_wants_none():
    assert dose(standing(), 0.0) == 0.0
    assert dose(standing(step=Step.WATCHED), 0.0) == 0.0


def test_a_small_pool_is_not_eaten_at_once():
    assert [spared(0.4, left) for left in (0, 1, 5, 20, 200)] == [0.0, 0.02, 0.1, 0.4, 0.4]
    assert [spared(1.0, left) for left in (0, 1)] == [0.0, 1.0], "a refresher is a few lessons in a row"
    chance, left, asked_at = Random(3), 10, []
    for question in range(60):
        if chance.random() < spared(dose(standing(questions=question), 0.1), left):
            left -= 1
            asked_at.append(question)
    assert left > 0
    assert 0 < len(asked_at) < 6, asked_at


def test_first_lessons_then_silent_ones():
    assert wanted_role(standing()) is Purpose.TEACHING
    assert wanted_role(standing(lessons=1)) is Purpose.TEACHING
    assert wanted_role(standing(lessons=2)) is Purpose.SILENT
    assert wanted_role(standing(golds=1)) is Purpose.SILENT, "a pool without lessons"
    again = standing(lessons=4, step=Step.REFRESHING, refreshers=1)
    assert wanted_role(again) is Purpose.TEACHING


def test_the_choice_she_was_asked_least_of_and_the_gold_shown_least():
    pool = [gold(1, shown=3), gold(2, shown=1), gold(3, "dog", shown=9)]
    assert choose(pool, asked={"cat": 2}, chance=Random(1)).task_id == 3
    assert choose(pool, asked={"cat": 2, "dog": 3}, chance=Random(1)).task_id == 2
    equals = [gold(number) for number in range(5)]
    found = {choose(equals, asked={}, chance=Random(seed)).task_id for seed in range(40)}
    assert len(found) > 1, "chance decides between equals"
    picks = [choose(equals, asked={}, chance=Random(5)).task_id for _ in range(3)]
    assert len(set(picks)) == 1, "and the same chance decides the same"


def test_all_gold_of_one_class_and_no_gold_at_all():
    assert choose([], asked={}, chance=Random(1)) is None
    assert choose([gold(1)], asked={"cat": 50}, chance=Random(1)).task_id == 1


def test_exposure_grows_with_the_workforce():
    assert [exposure_max(workers) for workers in (3, 1000, 100_000)] == [EXPOSURE_MAX, EXPOSURE_MAX, 5000]


def test_explained_golds_teach_where_others_are_not_explained():
    given_roles = roles([share(1, explained=True), share(2), share(3, "dog")])
    assert given_roles == {1: Purpose.TEACHING, 2: Purpose.SILENT, 3: Purpose.SILENT}


@given(
    st.lists(st.sampled_from("abc"), max_size=40),
    st.booleans(),
)
def test_otherwise_every_second_one_of_each_choice_teaches(choices, explained):
    golds = [share(number, choice, explained=explained) for number, choice in enumerate(choices)]
    given_roles = roles(golds)
    taught = Counter(one.choice for one in golds if given_roles[one.task_id] is Purpose.TEACHING)
    for choice, count in Counter(choices).items():
        assert abs(count - 2 * taught[choice]) <= 1
    assert abs(len(choices) - 2 * taught.total()) <= 1


def test_what_people_know_keeps_its_role():
    fixed = share(1, role=Purpose.SILENT, is_fixed=True)
    assert roles([fixed, share(2), share(3)]) == {2: Purpose.TEACHING, 3: Purpose.TEACHING} or roles(
        [fixed, share(2), share(3)]
    ) == {2: Purpose.TEACHING, 3: Purpose.SILENT}
