"""What a press is worth, and when a task has heard enough: by hand-made tables."""

from dataclasses import replace

import pytest

from tasks.judging import Ruling, decide, rule, tally_change
from tasks.model.identifiers import ImageId, LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.money import Money
from tasks.model.project import AnswerRules
from tasks.model.work import Lease, LeaseState, Task, TaskStatus
from tasks.ports import Pressed, TallyChange
from tests.builders import NOON

RULES = AnswerRules(min=1, max=3, confidence=0.95)
ANNA, MEI = WorkerId(1), WorkerId(2)
TASK = Task(
    TaskId(1),
    ProjectId(1),
    "t1",
    1,
    ImageId("0"),
    None,
    TaskStatus.OPEN,
    taken=1,
    answers=0,
    cant_tells=0,
    reports=0,
)
LEASE = Lease(LeaseId(1), TaskId(1), ProjectId(1), ANNA, LeaseState.OPEN, Money(1, "CNY"), NOON, NOON, None)


def pressed(state: LeaseState = LeaseState.OPEN, **tally: object) -> Pressed:
    return Pressed(replace(LEASE, state=state), replace(TASK, **tally), None)


@pytest.mark.parametrize(
    ("state", "tally", "ruling"),
    [
        (LeaseState.OPEN, {}, Ruling.COUNTS),
        (LeaseState.OPEN, {"taken": 3, "answers": 2}, Ruling.COUNTS),
        (LeaseState.ENDED, {"taken": 2}, Ruling.COUNTS),
        (LeaseState.ENDED, {"taken": 3}, Ruling.NOT_NEEDED),
        (LeaseState.ENDED, {"status": TaskStatus.CLOSED}, Ruling.NOT_NEEDED),
        (LeaseState.ENDED, {"status": TaskStatus.BROKEN}, Ruling.NOT_NEEDED),
        (LeaseState.ANSWERED, {}, Ruling.ALREADY),
        (LeaseState.UNDONE, {}, Ruling.ALREADY),
        (LeaseState.REPORTED, {}, Ruling.ALREADY),
    ],
)
def test_a_press_on_a_choice(state, tally, ruling):
    assert rule(pressed(state, **tally), ANNA, RULES, cant_tell=False) is ruling


def test_cant_tell_is_heard_wherever_an_answer_would_be():
    assert rule(pressed(LeaseState.ENDED, taken=3), ANNA, RULES, cant_tell=True) is Ruling.CANT_TELL
    assert rule(pressed(LeaseState.ANSWERED), ANNA, RULES, cant_tell=True) is Ruling.ALREADY


def test_somebody_elses_lease_and_none():
    assert rule(pressed(), MEI, RULES, cant_tell=False) is Ruling.NOT_YOURS
    assert rule(None, ANNA, RULES, cant_tell=False) is Ruling.NOT_YOURS


@pytest.mark.parametrize(
    ("ruling", "state", "change"),
    [
        (Ruling.COUNTS, LeaseState.OPEN, TallyChange(answers=1)),
        (Ruling.COUNTS, LeaseState.ENDED, TallyChange(taken=1, answers=1)),
        (Ruling.CANT_TELL, LeaseState.OPEN, TallyChange(taken=-1, cant_tells=1)),
        (Ruling.CANT_TELL, LeaseState.ENDED, TallyChange(cant_tells=1)),
        (Ruling.NOT_NEEDED, LeaseState.ENDED, TallyChange()),
    ],
)
def test_the_tally_moves_with_the_ruling(ruling, state, change):
    assert tally_change(ruling, state) == change


@pytest.mark.parametrize(
    ("tally", "status"),
    [
        ({"answers": 2}, TaskStatus.OPEN),
        ({"answers": 3, "reports": 2}, TaskStatus.OPEN),
        ({"status": TaskStatus.CLOSED, "reports": 2}, TaskStatus.CLOSED),
        ({"reports": 1}, TaskStatus.OPEN),
        ({"reports": 2}, TaskStatus.BROKEN),
        ({"cant_tells": 2}, TaskStatus.OPEN),
        ({"cant_tells": 3}, TaskStatus.UNCLEAR),
        ({"cant_tells": 3, "answers": 2}, TaskStatus.UNCLEAR),
        ({"status": TaskStatus.WITHDRAWN, "answers": 3}, TaskStatus.WITHDRAWN),
    ],
)
def test_when_a_task_is_set_aside(tally, status):
    assert decide(replace(TASK, **tally), RULES) is status


@pytest.mark.parametrize(
    ("tally", "status"),
    [
        ({"answers": 9, "reports": 1}, TaskStatus.OPEN),
        ({"answers": 9, "reports": 2}, TaskStatus.BROKEN),
        ({"status": TaskStatus.CLOSED, "answers": 3}, TaskStatus.CLOSED),
        ({"status": TaskStatus.CLOSED, "answers": 3, "reports": 2}, TaskStatus.BROKEN),
        ({"answers": 3, "cant_tells": 4}, TaskStatus.UNCLEAR),
        ({"status": TaskStatus.WITHDRAWN, "reports": 2}, TaskStatus.WITHDRAWN),
    ],
)
def test_gold_is_set_aside_however_many_answers_it_has(tally, status):
    assert decide(replace(TASK, **tally), RULES, gold=True) is status
