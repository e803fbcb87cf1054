"""What the answers of one task add up to."""

import math

import numpy as np
import pytest

from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.work import Audit, TaskStatus
from tasks.quality.calibrating import most_without_gold
from tasks.quality.evidence import Evidence, Heard, Told
from tasks.quality.judgement import Ballot, Mind, Vote, usual_need
from tasks.quality.knowledge import Knowledge
from tasks.quality.learning import learn
from tasks.quality.stopping import StoppingRule

RISK = 0.05
RULE = StoppingRule(RISK, min_answers=1, max_answers=10)
RIGHT, CHOICES = 0.8, ("a", "b", "c")


def votes(*choices: int) -> list[Vote]:
    return [Vote(WorkerId(number), choice, 1.0) for number, choice in enumerate(choices)]


def rows(right: float, choices: int) -> list[float]:
    square = np.full((choices, choices), (1 - right) / (choices - 1))
    np.fill_diagonal(square, right)
    return square.ravel().tolist()


def a_mind(right: float, choices: int, workers: int = 10) -> Mind:
    mind = Mind.usual(choices)
    for worker in range(workers):
        mind.meet(WorkerId(worker), rows(right, choices))
    return mind


def told(status: TaskStatus = TaskStatus.OPEN, truth: str | None = None, **changes) -> Told:
    values = {
        "is_earned": False,
        "machine": None,
        "choice": None,
        "confidence": None,
        "is_judged": False,
        "audit": None,
    }
    return Told(status=status, truth=truth, **(values | changes))


def test_of_several_tasks_each_is_judged_as_if_it_were_alone():
    mind = a_mind(0.8, 3)
    ballots = [
        Ballot(votes(0, 1, 1, 2), None),
        Ballot([], 2),
        Ballot(votes(2), 1),
        Ballot([], None),
        Ballot(votes(*[0] * 9), None),
    ]
    together = mind.believe_all(ballots, target_risk=RISK)
    for ballot, judged in zip(ballots, together, strict=True):
        alone = mind.believe(ballot.votes, ballot.machine, target_risk=RISK)
        assert (judged.choice, judged.wants_more) == (alone.choice, alone.wants_more)
        assert judged.soft == pytest.approx(alone.soft)
        assert judged.needed == pytest.approx(alone.needed)
    assert mind.believe_all([], target_risk=RISK) == []


def test_where_every_picture_is_clear_it_is_plain_bayes():
    usual = Knowledge.usual(3).to_plain()
    mind = Mind.from_plain(usual | {"clarity": [1.0, 0.0, 0.0], "error": 0.0, "bend": [1, 0]}, (), 3)
    for worker in range(3):
        mind.meet(WorkerId(worker), rows(RIGHT, 3))
    found = mind.believe(votes(0, 0, 1), None, target_risk=RISK)
    wrong = (1 - RIGHT) / 2
    each = [RIGHT**2 * wrong, wrong**2 * RIGHT, wrong**3]
    assert found.soft == pytest.approx([one / sum(each) for one in each], abs=1e-6)
    assert found.choice == 0


@pytest.mark.parametrize("choices", [2, 5, 16])
def test_soft_labels_sum_to_one_and_say_the_confidence(choices):
    found = a_mind(0.9, choices).believe(votes(1, 1, 0), None, target_risk=RISK)
    assert sum(found.soft) == pytest.approx(1)
    assert found.soft[found.choice] == found.confidence == max(found.soft)


@pytest.mark.parametrize("choices", [2, 5])
def test_workers_who_guess_never_make_anything_sure(choices):
    found = a_mind(1 / choices, choices).believe(votes(*[0] * 10), None, target_risk=RISK)
    assert found.confidence < 0.6


def test_who_all_say_the_same_are_not_believed_without_end():
    found = a_mind(0.75, 2).believe(votes(*[0] * 10), None, target_risk=RISK)
    assert found.confidence < 0.99, "a picture may deceive everybody"


def test_an_answer_of_no_weight_says_nothing():
    mind = a_mind(0.9, 2)
    none = [Vote(WorkerId(1), 0, 0.0)]
    assert mind.believe(none, None, target_risk=RISK).confidence == pytest.approx(0.5, abs=0.01)


def test_the_machine_counts_as_one_of_seven_in_ten():
    mind = a_mind(0.9, 2)
    alone = mind.believe([], 1, target_risk=RISK)
    assert (alone.choice, alone.confidence < 0.7) == (1, True)
    assert mind.believe(votes(1), 1, target_risk=RISK).confidence > alone.confidence


def test_a_model_of_other_choices_is_not_used():
    known = Knowledge.usual(3).to_plain()
    assert len(Mind.from_plain(known, (), 4).believe(votes(0), None, target_risk=RISK).soft) == 4


def test_who_is_unknown_is_taken_for_one_of_the_crowd():
    mind = Mind.usual(2)
    assert mind.list_strangers([WorkerId(1)]) == {WorkerId(1)}
    before = mind.believe(votes(0, 0), None, target_risk=RISK)
    mind.meet(WorkerId(1), ())
    assert mind.list_strangers([WorkerId(1)]) == set()
    assert mind.believe(votes(0, 0), None, target_risk=RISK) == before


@pytest.mark.parametrize("choices", [2, 5, 16])
def test_what_a_usual_crowd_needs(choices):
    assert 2 <= usual_need(choices, RISK) <= 8


def test_learning_tells_good_workers_from_bad_and_finds_what_moved():
    lesson = learn(a_crowd(tasks=60, wrong={WorkerId(3)}), CHOICES, RULE)
    assert lesson.workers[WorkerId(0)].accuracy > 0.85
    assert lesson.workers[WorkerId(3)].accuracy < 0.5
    assert all(one.accuracy_low < one.accuracy for one in lesson.workers.values())
    assert len(lesson.workers[WorkerId(0)].rows) == 9
    assert list(lesson.moved) == sorted(lesson.moved)
    assert TaskId(59) in lesson.moved
    assert lesson.machine == ()


def test_an_open_task_that_may_get_no_more_answers_is_looked_at_though_nothing_moved():
    crowd, split = a_crowd(tasks=60, wrong={WorkerId(3)}), TaskId(99)
    heard = [*crowd.answers, Heard(split, WorkerId(0), "a", 1.0), Heard(split, WorkerId(1), "b", 1.0)]
    lesson = learn(Evidence(heard, {**crowd.tasks, split: told()}), CHOICES, RULE)
    mind = Mind.from_plain(lesson.knowledge, lesson.machine, 3)
    for worker, learner in lesson.workers.items():
        mind.meet(worker, learner.rows)
    found = mind.believe(votes(0, 1), None, target_risk=RISK)
    assert found.wants_more
    for answers, is_over in ((2, False), (RULE.max_answers, True)):
        stands = told(choice=CHOICES[found.choice], confidence=found.confidence, answers=answers)
        moved = learn(Evidence(heard, {**crowd.tasks, split: stands}), CHOICES, RULE).moved
        assert (split in moved) is is_over


def test_everybody_wrong_in_the_same_way_is_never_sure_against_gold():
    """All say *b* where gold knows that it is *a*."""
    heard, tasks = [], {}
    for number in range(60):
        truth = "a" if number < 30 else None
        tasks[TaskId(number)] = told(truth=truth)
        heard += [Heard(TaskId(number), WorkerId(worker), "b", 1.0) for worker in range(5)]
    lesson = learn(Evidence(heard, tasks), CHOICES, RULE)
    mind = Mind.from_plain(lesson.knowledge, lesson.machine, 3)
    for worker, learner in lesson.workers.items():
        mind.meet(worker, learner.rows)
    found = mind.believe(votes(1, 1, 1, 1, 1), None, target_risk=RISK)
    assert found.choice != 1 or found.confidence < 1 - RISK


def test_people_who_always_agree_close_their_tasks_but_are_not_taken_at_their_word():
    """Without gold nobody knows how often all are wrong together: such tasks end, with what is believed."""
    heard = [
        Heard(TaskId(task), WorkerId(worker), "abc"[task % 3], 1.0)
        for task in range(60)
        for worker in range(5)
    ]
    lesson = learn(Evidence(heard, {TaskId(task): told() for task in range(60)}), CHOICES, RULE)
    mind = Mind.from_plain(lesson.knowledge, lesson.machine, 3)
    for worker, learner in lesson.workers.items():
        mind.meet(worker, learner.rows)
    for count in (4, 5, 30):
        found = mind.believe(votes(*[1] * count), None, target_risk=RISK)
        assert not found.wants_more
        assert 0.92 < found.confidence < most_without_gold() + 0.005


def test_a_choice_that_never_occurs_and_one_who_gives_nine_in_ten_answers():
    heard = [Heard(TaskId(number), WorkerId(0), "ab"[number % 2], 1.0) for number in range(90)]
    heard += [Heard(TaskId(number), WorkerId(1), "ab"[number % 2], 1.0) for number in range(10)]
    tasks = {TaskId(number): told() for number in range(90)}
    lesson = learn(Evidence(heard, tasks), CHOICES, RULE)
    assert set(lesson.workers) == {WorkerId(0), WorkerId(1)}
    values = [value for one in lesson.workers.values() for value in one.rows]
    assert all(math.isfinite(value) and 0 <= value <= 1 for value in values)


def test_the_machine_is_learnt_like_anybody_and_audits_bend():
    evidence = a_crowd(tasks=60, wrong=set())
    tasks = {task: told(machine="a", audit=None) for task in evidence.tasks}
    tasks[TaskId(0)] = told(TaskStatus.CLOSED, audit=Audit("b", 0.9, 0.9, 2), is_judged=True)
    lesson = learn(Evidence(evidence.answers, tasks), CHOICES, RULE)
    says_a = np.array(lesson.machine).reshape(3, 3)[:, 0]
    assert (says_a > 0.5).all(), "whatever there is to see, it says a"
    assert lesson.knowledge["bend"] != [1.0, 0.0]


def test_closed_tasks_that_many_know_may_become_gold():
    evidence = a_crowd(tasks=1000, wrong=set(), workers=6)
    golds = {task: told(truth=CHOICES[task % 3]) for task in evidence.tasks if task < 990}
    open_tasks = {task: told() for task in evidence.tasks if task >= 995}
    closed = {task: told(TaskStatus.CLOSED, is_judged=True) for task in evidence.tasks if 990 <= task < 995}
    lesson = learn(Evidence(evidence.answers, golds | open_tasks | closed), CHOICES, RULE)
    assert set(lesson.sure) == set(closed)


def test_nothing_is_learnt_from_nothing():
    assert learn(Evidence([], {}), CHOICES, RULE) is None
    gone = Evidence([Heard(TaskId(1), WorkerId(1), "no choice", 1.0)], {TaskId(1): told()})
    assert learn(gone, CHOICES, RULE) is None


def a_crowd(*, tasks: int, wrong: set[WorkerId], workers: int = 5) -> Evidence:
    """Everybody answers everything; some are always wrong."""
    heard = []
    for number in range(tasks):
        for worker in range(workers):
            off = 1 if WorkerId(worker) in wrong else 0
            heard.append(Heard(TaskId(number), WorkerId(worker), CHOICES[(number + off) % 3], 1.0))
    return Evidence(heard, {TaskId(number): told() for number in range(tasks)})
