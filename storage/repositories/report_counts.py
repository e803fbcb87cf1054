"""Counts all tasks and answers of a project: the database adds up, and hands over few rows.

Answers are counted in portions: to go through all of them at once may take longer than the database lets a
statement take.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true

from storage.engine import Transaction
from storage.repositories.votes import IS_VOTE_OF_PROJECT
from storage.tables import (
    GOLD_IS_KNOWN,
    LEASE_HAS_ANSWER,
    LEASE_IS_SETTLED,
    TASK_IS_OPEN,
    golds,
    leases,
    tasks,
    workers,
)
from tasks.model.gold import Purpose
from tasks.model.identifiers import ImageId, TaskId
from tasks.model.project import Project
from tasks.model.report import AuditCount, Counts, Doubtful, SaidCount, ShareCount, TaskCount
from tasks.model.work import DECIDED, IN_USE, TaskStatus

DOUBTFUL_MAX = 10
AUDIT_PAGE = 5000
PORTION_TASKS = 1_000_000
"""The answers to so many tasks are counted by one statement: in some ten seconds."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of the project's tasks."""

    project: Project
    ids: tuple[int, int] | None = None
    """The first and the last of them; None if they are all that it has."""

    @property
    def answers(self) -> ColumnElement[bool]:
        """The votes on them."""
        if self.ids is None:
            return and_(leases.c.project_id == self.project.id, IS_VOTE_OF_PROJECT)
        # The sum keeps the planner from the index of all the project's answers.
        of_project = leases.c.project_id + 0 == self.project.id
        return and_(of_project, IS_VOTE_OF_PROJECT, self.holds(leases.c.task_id))

    def holds(self, task_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a task of the project is one of them."""
        return true() if self.ids is None else task_id.between(*self.ids)


async def count(transaction: Transaction, project: Project, now: datetime) -> Counts:
    """Everything that a report is made of."""
    counted = await _count_tasks(transaction, project)
    portions = await _list_portions(transaction, project, sum(each.tasks for each in counted))
    return Counts(
        tasks=counted,
        said=await _count_said(transaction, portions),
        shares=await _count_shares(transaction, portions),
        audits=await _count_audits(transaction, project),
        doubtful=await _list_doubtful(transaction, project),
        workers=await _count_people(transaction, project),
        answers_last_day=await _count_last_day(transaction, project, now),
    )


async def _list_portions(transaction: Transaction, project: Project, number: int) -> Sequence[Portion]:
    """All of its tasks, of which there are so many."""
    if number <= PORTION_TASKS:
        return [Portion(project)]
    numbered = (
        select(tasks.c.id, (func.row_number().over(order_by=tasks.c.id) - 1).label("place"))
        .where(tasks.c.project_id == project.id)
        .subquery()
    )
    portion = numbered.c.place // PORTION_TASKS
    rows = await transaction.execute(
        select(func.min(numbered.c.id), func.max(numbered.c.id)).group_by(portion)
    )
    return [Portion(project, (first, last)) for first, last in rows]


async def _add_up(transaction: Transaction, queries: Iterable[Select[Any]]) -> Counter[tuple[Any, ...]]:
    """How many there are of each kind: in each row that number comes first, and then what they are."""
    counted = Counter[tuple[Any, ...]]()
    for query in queries:
        for number, *kind in await transaction.execute(query):
            counted[tuple(kind)] += number
    return counted


async def _count_tasks(transaction: Transaction, project: Project) -> Sequence[TaskCount]:
    is_gold = tasks.c.gold.is_not(None).label("is_gold")
    is_reopened = and_(TASK_IS_OPEN, tasks.c.verdict_version > 0).label("is_reopened")
    alike = (tasks.c.status, is_gold, tasks.c.answers, is_reopened)
    rows = await transaction.execute(
        select(*alike, func.count()).where(tasks.c.project_id == project.id).group_by(*alike)
    )
    return [
        TaskCount(number, TaskStatus(status), bool(gold), answers, bool(reopened))
        for status, gold, answers, reopened, number in rows
    ]


async def _count_said(transaction: Transaction, portions: Iterable[Portion]) -> Sequence[SaidCount]:
    counted = await _add_up(transaction, map(_said, portions))
    return [
        SaidCount(number, right, said, bool(measured)) for (right, said, measured), number in counted.items()
    ]


def _said(portion: Portion) -> Select[Any]:
    """Answers against what is right: the client's gold, or else the verdict of a closed task."""
    project_id = portion.project.id
    right = func.coalesce(tasks.c.gold, tasks.c.choice).label("right")
    measures: ColumnElement[bool] = and_(tasks.c.gold.is_not(None), leases.c.purpose != Purpose.TEACHING)
    is_measured = measures.label("is_measured")
    is_known = or_(
        and_(tasks.c.gold.is_not(None), or_(golds.c.state.is_(None), GOLD_IS_KNOWN)),
        and_(tasks.c.gold.is_(None), tasks.c.choice.is_not(None), tasks.c.status == TaskStatus.CLOSED),
    )
    return (
        select(func.count(), right, leases.c.choice, is_measured)
        .select_from(leases)
        .join(tasks, tasks.c.id == leases.c.task_id)
        .outerjoin(golds, and_(golds.c.task_id == tasks.c.id, golds.c.project_id == project_id))
        # Each of the tables is narrowed to the project, so that none is read whole.
        .where(portion.answers, tasks.c.project_id == project_id, portion.holds(tasks.c.id))
        .where(is_known, leases.c.purpose != Purpose.VOID)
        .group_by(right, leases.c.choice, is_measured)
    )


async def _count_shares(transaction: Transaction, portions: Iterable[Portion]) -> Sequence[ShareCount]:
    counted = await _add_up(transaction, map(_shares, portions))
    return [ShareCount(number, choice, said, int(of)) for (choice, said, of), number in counted.items()]


def _shares(portion: Portion) -> Select[Any]:
    of_task = (
        select(
            leases.c.choice,
            func.count().label("said"),
            func.sum(func.count()).over(partition_by=leases.c.task_id).label("of"),
        )
        .where(portion.answers)
        .group_by(leases.c.task_id, leases.c.choice)
        .subquery()
    )
    alike = (of_task.c.choice, of_task.c.said, of_task.c.of)
    return select(func.count(), *alike).group_by(*alike)


async def _count_audits(transaction: Transaction, project: Project) -> Sequence[AuditCount]:
    held = {True: [0, 0.0], False: [0, 0.0]}
    result = await transaction.connection.stream(
        select(tasks.c.audit, tasks.c.choice).where(
            tasks.c.project_id == project.id,
            tasks.c.audit.is_not(None),
            tasks.c.status.in_(sorted(DECIDED)),
        )
    )
    async for page in result.partitions(AUDIT_PAGE):
        for promise, choice in page:
            if promise is not None:
                count_of = held[promise["choice"] == choice]
                count_of[0] += 1
                count_of[1] += promise["confidence"]
    return [AuditCount(int(number), each, promised) for each, (number, promised) in held.items() if number]


async def _list_doubtful(transaction: Transaction, project: Project) -> Sequence[Doubtful]:
    rows = await transaction.execute(
        select(tasks)
        .where(
            tasks.c.project_id == project.id,
            tasks.c.gold.is_(None),
            tasks.c.confidence.is_not(None),
            tasks.c.answers > 0,
            tasks.c.status.in_(sorted(IN_USE)),
        )
        .order_by(tasks.c.confidence, tasks.c.id)
        .limit(DOUBTFUL_MAX)
    )
    return [_doubtful(row) for row in rows]


def _doubtful(row: Any) -> Doubtful:
    return Doubtful(
        task_id=TaskId(row.id),
        key=row.key,
        image_id=ImageId(row.image_id),
        status=TaskStatus(row.status),
        choice=row.choice,
        confidence=row.confidence,
        answers=row.answers,
    )


async def _count_people(transaction: Transaction, project: Project) -> int:
    """Whoever has answered there: looked up for each worker, since answers are far more."""
    answered = exists().where(
        leases.c.worker_id == workers.c.id,
        leases.c.project_id == project.id,
        LEASE_IS_SETTLED,
        LEASE_HAS_ANSWER,
    )
    rows = await transaction.execute(select(func.count()).select_from(workers).where(answered))
    return rows.scalar_one()


async def _count_last_day(transaction: Transaction, project: Project, now: datetime) -> int:
    rows = await transaction.execute(
        select(func.count()).where(
            leases.c.project_id == project.id,
            LEASE_HAS_ANSWER,
            leases.c.answered_at > now - timedelta(days=1),
        )
    )
    return rows.scalar_one()
