"""Counts all tasks and answers of a project: the database adds up, and hands over few rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select

from storage.engine import Transaction
from storage.repositories.votes import IS_VOTE_OF_PROJECT
from storage.tables import GOLD_IS_KNOWN, LEASE_HAS_ANSWER, TASK_IS_OPEN, golds, leases, tasks
from tasks.model.gold import Purpose
from tasks.model.identifiers import ImageId, TaskId
from tasks.model.project import Project
from tasks.model.report import AuditCount, Counts, Doubtful, SaidCount, ShareCount, TaskCount
from tasks.model.work import DECIDED, IN_USE, TaskStatus

DOUBTFUL_MAX = 10
AUDIT_PAGE = 5000


async def count(transaction: Transaction, project: Project, now: datetime) -> Counts:
    """Everything that a report is made of."""
    workers, last_day = await _count_people(transaction, project, now)
    return Counts(
        tasks=await _count_tasks(transaction, project),
        said=await _count_said(transaction, project),
        shares=await _count_shares(transaction, project),
        audits=await _count_audits(transaction, project),
        doubtful=await _list_doubtful(transaction, project),
        workers=workers,
        answers_last_day=last_day,
    )


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


async def _count_said(transaction: Transaction, project: Project) -> Sequence[SaidCount]:
    """Answers against what is right: the client's gold, or else the verdict of a closed task."""
    right = func.coalesce(tasks.c.gold, tasks.c.choice).label("right")
    measures: ColumnElement[bool] = and_(tasks.c.gold.is_not(None), leases.c.purpose != Purpose.TEACHING)
    is_measured = measures.label("is_measured")
    is_known = or_(
        and_(tasks.c.gold.is_not(None), or_(golds.c.state.is_(None), GOLD_IS_KNOWN)),
        and_(tasks.c.gold.is_(None), tasks.c.choice.is_not(None), tasks.c.status == TaskStatus.CLOSED),
    )
    rows = await transaction.execute(
        select(right, leases.c.choice, is_measured, func.count())
        .select_from(leases)
        .join(tasks, tasks.c.id == leases.c.task_id)
        .outerjoin(golds, and_(golds.c.task_id == tasks.c.id, golds.c.project_id == project.id))
        # Each of the tables is narrowed to the project, so that none is read whole.
        .where(leases.c.project_id == project.id, tasks.c.project_id == project.id)
        .where(IS_VOTE_OF_PROJECT, is_known, leases.c.purpose != Purpose.VOID)
        .group_by(right, leases.c.choice, is_measured)
    )
    return [SaidCount(number, known, said, bool(measured)) for known, said, measured, number in rows]


async def _count_shares(transaction: Transaction, project: Project) -> Sequence[ShareCount]:
    of_task = (
        select(
            leases.c.choice,
            func.count().label("said"),
            func.sum(func.count()).over(partition_by=leases.c.task_id).label("of"),
        )
        .where(leases.c.project_id == project.id, IS_VOTE_OF_PROJECT)
        .group_by(leases.c.task_id, leases.c.choice)
        .subquery()
    )
    rows = await transaction.execute(
        select(of_task.c.choice, of_task.c.said, of_task.c.of, func.count()).group_by(
            of_task.c.choice, of_task.c.said, of_task.c.of
        )
    )
    return [ShareCount(number, choice, said, int(of)) for choice, said, of, number in rows]


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


async def _count_people(transaction: Transaction, project: Project, now: datetime) -> tuple[int, int]:
    of_project = and_(leases.c.project_id == project.id, LEASE_HAS_ANSWER)
    people = await transaction.execute(select(func.count(distinct(leases.c.worker_id))).where(of_project))
    last_day = await transaction.execute(
        select(func.count()).where(of_project, leases.c.answered_at > now - timedelta(days=1))
    )
    return people.scalar_one(), last_day.scalar_one()
