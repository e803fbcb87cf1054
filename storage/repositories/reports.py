"""What is told about projects."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select, update

from storage.engine import Transaction
from storage.repositories import report_counts
from storage.repositories.model_body import lock_body
from storage.repositories.project_progress import cost_of
from storage.repositories.projects import read_median_seconds
from storage.repositories.report_body import report_body, report_from
from storage.repositories.scopes import lies_within
from storage.tables import (
    LEASE_HAS_ANSWER,
    TASK_IS_SET_ASIDE,
    golds,
    leases,
    quality_models,
    standings,
    tasks,
    workers,
)
from tasks.model.gold import GoldState
from tasks.model.identifiers import ImageId, ProjectId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.report import Counts, Live, Measured, Report, ReportedPicture, SuspendedGold, WorkerFigures
from tasks.model.standing import Step
from tasks.model.work import TaskStatus
from tasks.quality.selection import takes_first_looks

LIST_MAX = 10
SECTION = "report"
STEPS_IN_ORDER = (Step.PAUSED, Step.REFRESHING, Step.WATCHED, Step.REMOVED, Step.WORKING)
"""Those about whom somebody may have to do something come first."""


class SqlReports:
    """Implements ``Reports``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def count(self, project: Project, now: datetime) -> Counts:
        return await report_counts.count(self._transaction, project, now)

    async def read_live(self, project: Project, now: datetime) -> Live:
        steps, states = standings.c.step, golds.c.state
        by_step = await self._count_by(steps, standings.c.project_id == project.id)
        by_state = await self._count_by(states, golds.c.project_id == project.id)
        return Live(
            cost=await cost_of(self._transaction, project),
            answers_last_hour=await self._count_since(project.id, now - timedelta(hours=1)),
            median_seconds=await read_median_seconds(self._transaction, project.id),
            steps={Step(step): number for step, number in by_step.items()},
            golds={GoldState(state): number for state, number in by_state.items()},
            suspended=await self._list_suspended(project.id),
            set_aside=await self._list_set_aside(project.id),
        )

    async def is_small(self, project_id: ProjectId, tasks_max: int) -> bool:
        # In the order of an index, so that few tasks are not looked for among those of all projects.
        of_project = select(tasks.c.id).where(tasks.c.project_id == project_id).order_by(tasks.c.key)
        first = of_project.limit(tasks_max + 1).subquery()
        rows = await self._transaction.execute(select(func.count()).select_from(first))
        return rows.scalar_one() <= tasks_max

    async def find(self, project_id: ProjectId) -> Report | None:
        rows = await self._transaction.execute(
            select(quality_models.c.body).where(quality_models.c.project_id == project_id)
        )
        body = rows.scalar_one_or_none()
        return report_from(body[SECTION]) if body and SECTION in body else None

    async def save(self, project_id: ProjectId, report: Report) -> None:
        body = await lock_body(self._transaction, project_id, report.made_at)
        await self._transaction.execute(
            update(quality_models)
            .where(quality_models.c.project_id == project_id)
            .values(body={**body, SECTION: report_body(report)})
        )

    async def list_workers(
        self, project: Project, *, scope: str, first: int, limit: int
    ) -> Sequence[WorkerFigures]:
        rank = case({step: place for place, step in enumerate(STEPS_IN_ORDER)}, value=standings.c.step)
        rows = await self._transaction.execute(
            select(standings, workers.c.place)
            .join(workers, workers.c.id == standings.c.worker_id)
            .where(_is_theirs(project.id, scope))
            .order_by(rank, standings.c.worker_id)
            .offset(first)
            .limit(limit)
        )
        return [_figures_from(row, project) for row in rows]

    async def count_workers(self, project_id: ProjectId, scope: str) -> int:
        rows = await self._transaction.execute(
            select(func.count())
            .select_from(standings)
            .join(workers, workers.c.id == standings.c.worker_id)
            .where(_is_theirs(project_id, scope))
        )
        return rows.scalar_one()

    async def _count_by(self, column: ColumnElement[str], condition: ColumnElement[bool]) -> dict[str, int]:
        rows = await self._transaction.execute(
            select(column, func.count().label("number")).where(condition).group_by(column)
        )
        return {row[0]: row.number for row in rows}

    async def _count_since(self, project_id: ProjectId, moment: datetime) -> int:
        rows = await self._transaction.execute(
            select(func.count()).where(
                leases.c.project_id == project_id, LEASE_HAS_ANSWER, leases.c.answered_at > moment
            )
        )
        return rows.scalar_one()

    async def _list_suspended(self, project_id: ProjectId) -> Sequence[SuspendedGold]:
        rows = await self._transaction.execute(
            select(tasks.c.id, tasks.c.key, tasks.c.image_id, golds.c.choice, golds.c.contradicted)
            .join(golds, golds.c.task_id == tasks.c.id)
            .where(golds.c.project_id == project_id, golds.c.state == GoldState.SUSPENDED)
            .order_by(golds.c.task_id)
            .limit(LIST_MAX)
        )
        return [
            SuspendedGold(TaskId(row.id), row.key, ImageId(row.image_id), row.choice, row.contradicted)
            for row in rows
        ]

    async def _list_set_aside(self, project_id: ProjectId) -> Sequence[ReportedPicture]:
        rows = await self._transaction.execute(
            select(tasks)
            # The sum keeps the planner from the index of all the project's tasks: those set aside are few.
            .where(TASK_IS_SET_ASIDE, tasks.c.project_id + 0 == project_id)
            .order_by(tasks.c.id)
            .limit(LIST_MAX)
        )
        return [
            ReportedPicture(TaskId(row.id), row.key, TaskStatus(row.status), row.reports, row.cant_tells)
            for row in rows
        ]


def _is_theirs(project_id: ProjectId, scope: str) -> ColumnElement[bool]:
    return and_(standings.c.project_id == project_id, lies_within(workers.c.place, scope))


def _figures_from(row: Row[Any], project: Project) -> WorkerFigures:
    return WorkerFigures(
        worker_id=WorkerId(row.worker_id),
        place=row.place,
        step=Step(row.step),
        questions=row.questions,
        on_gold=Measured(row.golds_right, row.golds),
        accuracy=row.accuracy,
        accuracy_low=row.accuracy_low,
        takes_first_looks=takes_first_looks(Step(row.step), row.information, project.rules),
        shares_mistakes=row.voice < 1,
    )
