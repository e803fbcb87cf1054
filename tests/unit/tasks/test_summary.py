"""From counted numbers to a report."""

import pytest

from tasks.model.money import Money
from tasks.model.project import AnswerRules
from tasks.model.report import (
    AuditCount,
    Audits,
    Confusion,
    Counts,
    Measured,
    SaidCount,
    ShareCount,
    TaskCount,
)
from tasks.model.work import TaskStatus
from tasks.quality.summary import answers_per_task, answers_to_come, summarise
from tests.builders import CENTS_5, NOON, a_project

OPEN, CLOSED, DISPUTED = TaskStatus.OPEN, TaskStatus.CLOSED, TaskStatus.DISPUTED
PROJECT = a_project(quota=5)


def tasks(number, status, answers, *, is_gold=False, is_reopened=False):
    return TaskCount(number, status, is_gold, answers, is_reopened)


def test_work_and_gold_are_told_apart():
    counts = Counts(tasks=[tasks(3, CLOSED, 2), tasks(1, CLOSED, 4), tasks(2, OPEN, 0),
                           tasks(2, OPEN, 7, is_gold=True)])  # fmt: skip
    report = summarise(PROJECT, counts, NOON)
    assert (report.tasks, report.golds) == ({CLOSED: 4, OPEN: 2}, {OPEN: 2})
    assert (report.answers, report.gold_answers) == (24, 14)
    assert (report.answers_per_task, report.made_at) == (2.5, NOON)


def test_nothing_is_expected_before_a_task_is_decided():
    counts = Counts(tasks=[tasks(5, OPEN, 1), tasks(1, CLOSED, 3, is_gold=True)])
    assert answers_per_task(counts) is None
    assert summarise(PROJECT, counts, NOON).expected_cost(CENTS_5, CENTS_5) is None


@pytest.mark.parametrize(("already", "to_come"), [(0, 2.5), (1, 1.5), (2, 1.0), (4, 1.0), (5, 0.0), (6, 0.0)])
def test_an_open_task_is_likely_to_become_like_the_decided_ones(already, to_come):
    decided = [tasks(1, CLOSED, 2), tasks(1, DISPUTED, 3)]
    counts = Counts(tasks=[*decided, tasks(10, OPEN, already)])
    assert answers_to_come(PROJECT, counts) == 10 * to_come


def test_what_a_higher_min_has_opened_is_not_taken_to_be_as_hard_as_what_it_left_decided():
    project = a_project(rules=AnswerRules(min=3, max=5, confidence=0.95))
    counts = Counts(tasks=[tasks(10, CLOSED, 5), tasks(90, OPEN, 2, is_reopened=True), tasks(100, OPEN, 0)])
    assert answers_per_task(counts) == 5
    assert answers_to_come(project, counts) == pytest.approx(90 * 1.2 + 100 * 3.2)
    all_open = Counts(tasks=[tasks(90, OPEN, 2, is_reopened=True)])
    assert answers_to_come(project, all_open) == 90


def test_gold_comes_along_as_it_did_so_far():
    counts = Counts(tasks=[tasks(10, CLOSED, 2), tasks(10, OPEN, 0), tasks(1, OPEN, 5, is_gold=True)])
    assert answers_to_come(PROJECT, counts) == 20 * 1.25
    report = summarise(PROJECT, counts, NOON)
    assert report.expected_cost(Money(1_250_000, "CNY"), CENTS_5) == Money(2_500_000, "CNY")
    assert report.expected_cost(Money(1, "EUR"), CENTS_5) is None


def test_an_answer_is_paid_whole():
    report = summarise(
        PROJECT, Counts(tasks=[tasks(3, CLOSED, 4), tasks(1, OPEN, 0), tasks(1, CLOSED, 1)]), NOON
    )
    assert report.answers_to_come == 3.25
    assert report.expected_cost(Money(650_000, "CNY"), CENTS_5) == Money(850_000, "CNY")


def test_single_answers_are_measured_on_gold_and_confused_on_all_that_is_known():
    said = [
        SaidCount(8, "cat", "cat", measures=True),
        SaidCount(2, "cat", "dog", measures=True),
        SaidCount(5, "cat", "dog", measures=False),
        SaidCount(3, "dog", "car", measures=False),
        SaidCount(3, "dog", "cat", measures=False),
        SaidCount(1, "car", "cat", measures=False),
    ]
    report = summarise(PROJECT, Counts(said=said), NOON)
    assert report.on_gold == Measured(8, 10)
    assert report.confused == [
        Confusion("cat", "dog", 7, 15),
        Confusion("dog", "car", 3, 6),
        Confusion("dog", "cat", 3, 6),
    ]


def test_what_is_offered_no_more_is_no_mistake():
    """As "dog" was called "hound" when people pressed it."""
    said = [
        SaidCount(5, "dog", "hound", measures=True),
        SaidCount(4, "hound", "cat", measures=True),
        SaidCount(3, "dog", "dog", measures=True),
    ]
    report = summarise(PROJECT, Counts(said=said), NOON)
    assert (report.on_gold, report.confused) == (Measured(3, 3), [])


def test_promises_are_compared_with_what_became_of_them():
    audits = [AuditCount(9, held=True, promised=8.6), AuditCount(1, held=False, promised=0.9)]
    report = summarise(PROJECT, Counts(audits=audits), NOON)
    assert report.audits == Audits(Measured(9, 10), pytest.approx(0.95))


def test_alpha_comes_from_counted_shares():
    shares = [ShareCount(5, "cat", 3, 3), ShareCount(5, "dog", 3, 3)]
    assert summarise(PROJECT, Counts(shares=shares), NOON).alpha == pytest.approx(1)


def test_an_empty_project_has_an_empty_report():
    report = summarise(PROJECT, Counts(), NOON)
    assert (report.alpha, report.audits, report.answers_per_task) == (None, None, None)
    assert (report.on_gold, report.confused, report.tasks) == (Measured(), [], {})
