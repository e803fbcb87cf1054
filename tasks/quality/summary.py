"""From numbers that a database counted to a report for people."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from tasks.model.project import Project
from tasks.model.report import Audits, Confusion, Counts, Measured, Report, SaidCount
from tasks.model.work import DECIDED, TaskStatus
from tasks.quality.agreement import Agreement

CONFUSED_MAX = 3


def summarise(project: Project, counts: Counts, made_at: datetime) -> Report:
    """The report on that project."""
    said = _of_offered(project, counts)
    work, golds = Counter[TaskStatus](), Counter[TaskStatus]()
    for each in counts.tasks:
        (golds if each.is_gold else work)[each.status] += each.tasks
    return Report(
        made_at=made_at,
        tasks=dict(work),
        golds=dict(golds),
        answers=_answers(counts),
        gold_answers=_answers(counts, golds=True),
        answers_last_day=counts.answers_last_day,
        workers=counts.workers,
        answers_per_task=answers_per_task(counts),
        answers_to_come=answers_to_come(project, counts),
        on_gold=_on_gold(said),
        audits=_audits(counts),
        alpha=_alpha(counts),
        confused=_confused(said),
        doubtful=counts.doubtful,
    )


def answers_per_task(counts: Counts) -> float | None:
    """The mean number of accepted answers of a decided task; None without one."""
    decided = [each for each in counts.tasks if each.status in DECIDED and not each.is_gold]
    tasks = sum(each.tasks for each in decided)
    return sum(each.tasks * each.answers for each in decided) / tasks if tasks else None


def answers_to_come(project: Project, counts: Counts) -> float | None:
    """How many answers open tasks will still get, with their gold, if they become like those decided so far.

    An open task gets at least one more, and none beyond the quota.
    """
    each_needs = _answers_in_the_end(project, counts)
    if each_needs is None:
        return None
    on_work = sum(
        each.tasks * min(max(each_needs - each.answers, 1), max(project.rules.max - each.answers, 0))
        for each in counts.tasks
        if each.status is TaskStatus.OPEN and not each.is_gold
    )
    gold_answers = _answers(counts, golds=True)
    work_answers = _answers(counts) - gold_answers
    return on_work * (1 + gold_answers / work_answers) if work_answers else on_work


def _answers_in_the_end(project: Project, counts: Counts) -> float | None:
    """The mean number of answers of a task that is decided, or was: what is open again will have one more.

    A higher ``min`` opens what was easy and leaves decided what was hard, which alone would tell too much.
    """
    known = [
        each for each in counts.tasks if not each.is_gold and (each.status in DECIDED or each.is_reopened)
    ]
    tasks = sum(each.tasks for each in known)
    answers = sum(
        each.tasks * (max(each.answers + 1, project.rules.min) if each.is_reopened else each.answers)
        for each in known
    )
    return answers / tasks if tasks else None


def _answers(counts: Counts, *, golds: bool = False) -> int:
    return sum(each.tasks * each.answers for each in counts.tasks if each.is_gold or not golds)


def _of_offered(project: Project, counts: Counts) -> Sequence[SaidCount]:
    """A choice that has another id now is no mistake of those who pressed the old one."""
    offered = {choice.id for choice in project.offered()}
    return [each for each in counts.said if {each.right, each.said} <= offered]


def _on_gold(said: Sequence[SaidCount]) -> Measured:
    measuring = [each for each in said if each.measures]
    right = sum(each.answers for each in measuring if each.said == each.right)
    return Measured(right, sum(each.answers for each in measuring))


def _audits(counts: Counts) -> Audits | None:
    audited = sum(each.tasks for each in counts.audits)
    if not audited:
        return None
    held = sum(each.tasks for each in counts.audits if each.held)
    return Audits(Measured(held, audited), sum(each.promised for each in counts.audits) / audited)


def _alpha(counts: Counts) -> float | None:
    agreement = Agreement()
    for each in counts.shares:
        agreement.add(each.choice, said=each.said, of=each.of, tasks=each.tasks)
    return agreement.alpha()


def _confused(said: Sequence[SaidCount]) -> list[Confusion]:
    pairs, of = Counter[tuple[str, str]](), Counter[str]()
    for each in said:
        pairs[each.right, each.said] += each.answers
        of[each.right] += each.answers
    wrong = [(answers, pair) for pair, answers in pairs.items() if pair[0] != pair[1]]
    wrong.sort(key=lambda one: (-one[0], one[1]))
    return [Confusion(*pair, answers, of[pair[0]]) for answers, pair in wrong[:CONFUSED_MAX]]
