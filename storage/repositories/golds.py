"""Golds: tasks whose answer is known."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    update,
)

from storage.engine import Transaction
from storage.repositories.gold_answers import SqlGoldAnswers, last_golds
from storage.repositories.gold_places import become_ordinary, being_answered, leave_frontier
from storage.repositories.gold_recounts import ask_for_recount
from storage.repositories.gold_renewal import renew
from storage.repositories.projects import SqlProjects
from storage.tables import (
    GOLD_IS_CONTRADICTED,
    GOLD_IS_LIVE,
    GOLD_IS_SUSPENDED,
    LEASE_IS_NOT_UNDONE,
    TASK_IS_SET_ASIDE,
    golds,
    leases,
    tasks,
)
from tasks.model.gold import Gold, GoldOrigin, GoldState, Purpose
from tasks.model.identifiers import ImageId, ProjectId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.work import TaskStatus
from tasks.ports import GoldChange, UntoldGold
from tasks.quality.gold import Share


class SqlGolds(SqlGoldAnswers):
    """Implements ``Golds``."""

    def __init__(self, transaction: Transaction, projects: SqlProjects) -> None:
        super().__init__(transaction)
        self._projects = projects

    async def renew(self, project_id: ProjectId, keys: Collection[str]) -> Collection[TaskId]:
        return await renew(self._transaction, project_id, keys) if keys else ()

    async def list_shares(self, project_id: ProjectId) -> Sequence[Share]:
        rows = await self._transaction.execute(
            select(golds.c.task_id, golds.c.choice, golds.c.role, golds.c.shown, tasks.c.explanations)
            .join(tasks, tasks.c.id == golds.c.task_id)
            .where(
                golds.c.project_id == project_id,
                tasks.c.project_id == project_id,
                golds.c.origin == GoldOrigin.CLIENT,
            )
            .order_by(tasks.c.position)
        )
        return [
            Share(
                task_id=TaskId(row.task_id),
                choice=row.choice,
                explained=any(row.explanations.values()),
                role=Purpose(row.role),
                is_fixed=row.shown > 0,
            )
            for row in rows
        ]

    async def set_roles(self, roles: Mapping[TaskId, Purpose]) -> None:
        if not roles:
            return
        await self._transaction.execute(
            update(golds).where(golds.c.task_id == bindparam("of_task")).values(role=bindparam("new_role")),
            [{"of_task": task_id, "new_role": role} for task_id, role in sorted(roles.items())],
        )

    async def add_earned(self, project_id: ProjectId, task_id: TaskId, choice: str, *, shown: int) -> bool:
        added = await self._transaction.execute(
            self._transaction.insert(golds)
            .values(
                task_id=task_id,
                project_id=project_id,
                choice=choice,
                role=Purpose.SILENT,
                state=GoldState.LIVE,
                origin=GoldOrigin.EARNED,
                shown=shown,
                contradicted=0,
                state_seen=True,
            )
            .on_conflict_do_nothing(index_elements=[golds.c.task_id])
            .returning(golds.c.task_id)
        )
        is_new = added.scalar_one_or_none() is not None
        if is_new:
            await ask_for_recount(self._transaction, [task_id])
        await leave_frontier(self._transaction, [task_id])
        return is_new

    async def list_of(self, task_ids: Collection[TaskId]) -> Mapping[TaskId, Gold]:
        if not task_ids:
            return {}
        rows = await self._transaction.execute(
            _golds_with_tasks().where(golds.c.task_id.in_(sorted(task_ids)))
        )
        found = [gold_from(row) for row in rows.mappings()]
        return {gold.task_id: gold for gold in found}

    async def list_unseen(
        self, project_id: ProjectId, worker_id: WorkerId, *, role: Purpose, limit: int
    ) -> Sequence[Gold]:
        rows = await self._transaction.execute(
            _golds_with_tasks()
            .where(
                golds.c.project_id == project_id,
                golds.c.role == role,
                GOLD_IS_LIVE,
                _can_be_answered(await self._projects.find(project_id)),
                _can_be_shown(),
                ~_was_hers(worker_id),
            )
            .order_by(golds.c.shown, golds.c.task_id)
            .limit(limit)
        )
        return [gold_from(row) for row in rows.mappings()]

    async def find_left_over(self, project: Project, worker_id: WorkerId) -> Gold | None:
        # Said by itself, so that open questions are counted only where few have answered yet.
        few = tasks.c.answers < project.rules.min
        lacking = _has_task(few, tasks.c.answers + being_answered() < project.rules.min)
        rows = await self._transaction.execute(
            select(golds.c.task_id)
            .where(
                golds.c.project_id == project.id,
                GOLD_IS_LIVE,
                _can_be_answered(project),
                lacking,
                ~_was_hers(worker_id),
            )
            .limit(1)
        )
        task_id = rows.scalar_one_or_none()
        return None if task_id is None else (await self.list_of([task_id]))[task_id]

    async def hold_place(self, task_id: TaskId, *, below: int) -> bool:
        task = select(tasks.c.id).where(tasks.c.id == task_id)
        held = await self._transaction.execute(task.with_for_update(key_share=True, skip_locked=True))
        if held.one_or_none() is None:
            return False
        # A second statement, so that it sees what the one before us wrote.
        free = select(golds.c.task_id).where(golds.c.task_id == task_id, golds.c.shown < below, GOLD_IS_LIVE)
        return (await self._transaction.execute(free)).one_or_none() is not None

    async def count_asked(self, project_id: ProjectId, worker_id: WorkerId, limit: int) -> Mapping[str, int]:
        last = last_golds(project_id, worker_id).limit(limit).subquery()
        rows = await self._transaction.execute(
            select(golds.c.choice, func.count().label("number"))
            .join(last, last.c.task_id == golds.c.task_id)
            .group_by(golds.c.choice)
        )
        return {row.choice: row.number for row in rows}

    async def count_live(self, project_id: ProjectId, choice: str, role: Purpose) -> int:
        rows = await self._transaction.execute(
            select(func.count()).where(
                golds.c.project_id == project_id, golds.c.role == role, golds.c.choice == choice, GOLD_IS_LIVE
            )
        )
        return rows.scalar_one()

    async def count_all_live(self, project_id: ProjectId) -> int:
        project = await self._projects.find(project_id)
        rows = await self._transaction.execute(
            select(func.count()).where(
                golds.c.project_id == project_id, GOLD_IS_LIVE, _can_be_answered(project), _has_task()
            )
        )
        return rows.scalar_one()

    async def change(self, changes: Mapping[TaskId, GoldChange]) -> None:
        if not changes:
            return
        state = bindparam("new_state", type_=golds.c.state.type)
        since = bindparam("since", type_=golds.c.suspended_at.type)
        await self._transaction.execute(
            update(golds)
            .where(golds.c.task_id == bindparam("of_task"))
            .values(
                shown=golds.c.shown + bindparam("more_shown"),
                contradicted=golds.c.contradicted + bindparam("more_contradicted"),
                state=func.coalesce(state, golds.c.state),
                state_seen=case((state == GoldState.SUSPENDED, false()), else_=golds.c.state_seen),
                suspended_at=func.coalesce(since, golds.c.suspended_at),
            ),
            [
                {
                    "of_task": task_id,
                    "more_shown": change.shown,
                    "more_contradicted": change.contradicted,
                    "new_state": change.state,
                    "since": change.suspended_at,
                }
                for task_id, change in sorted(changes.items())
            ],
        )
        suspended = [task_id for task_id, change in changes.items() if change.state is GoldState.SUSPENDED]
        await become_ordinary(self._transaction, suspended)
        await ask_for_recount(self._transaction, suspended)

    async def list_contradicted(self, at_least: int, limit: int, *, after: TaskId) -> Sequence[TaskId]:
        rows = await self._transaction.execute(
            select(golds.c.task_id)
            .where(GOLD_IS_CONTRADICTED, golds.c.contradicted >= at_least, golds.c.task_id > after)
            .order_by(golds.c.task_id)
            .limit(limit)
        )
        return [TaskId(task_id) for task_id in rows.scalars()]

    async def list_untold(self, limit: int) -> Sequence[UntoldGold]:
        rows = await self._transaction.execute(
            _golds_with_tasks()
            .add_columns(tasks.c.key)
            .where(GOLD_IS_SUSPENDED, golds.c.state_seen.is_(False))
            .order_by(golds.c.task_id)
            .limit(limit)
        )
        return [UntoldGold(gold_from(row), row[tasks.c.key]) for row in rows.mappings()]

    async def mark_told(self, task_ids: Collection[TaskId]) -> Collection[TaskId]:
        untold = (
            select(golds.c.task_id)
            .where(golds.c.task_id.in_(sorted(task_ids)), GOLD_IS_SUSPENDED, golds.c.state_seen.is_(False))
            .order_by(golds.c.task_id)
            .with_for_update()
        )
        marked = await self._transaction.execute(
            update(golds)
            .where(golds.c.task_id.in_(untold))
            .values(state_seen=True)
            .returning(golds.c.task_id)
        )
        return {TaskId(task_id) for task_id in marked.scalars()}


def gold_from(row: Mapping[Any, Any]) -> Gold:
    """The gold in a row that has its task's columns beside it."""
    return Gold(
        task_id=TaskId(row[golds.c.task_id]),
        project_id=ProjectId(row[golds.c.project_id]),
        image_id=ImageId(row[tasks.c.image_id]),
        choice=row[golds.c.choice],
        role=Purpose(row[golds.c.role]),
        state=GoldState(row[golds.c.state]),
        origin=GoldOrigin(row[golds.c.origin]),
        shown=row[golds.c.shown],
        contradicted=row[golds.c.contradicted],
        explanations=row[tasks.c.explanations],
    )


def _golds_with_tasks() -> Select[Any]:
    return select(golds, tasks.c.image_id, tasks.c.explanations).join(tasks, tasks.c.id == golds.c.task_id)


def _can_be_answered(project: Project | None) -> ColumnElement[bool]:
    """Whoever is asked now must find the right choice among those that she is offered."""
    return golds.c.choice.in_([] if project is None else [choice.id for choice in project.offered()])


def _can_be_shown() -> ColumnElement[bool]:
    """A gold's task may well be closed, but not broken, unclear or taken out."""
    return ~or_(TASK_IS_SET_ASIDE, tasks.c.status == literal_column(f"'{TaskStatus.WITHDRAWN}'"))


def _has_task(*such: ColumnElement[bool]) -> ColumnElement[bool]:
    """Its task can be shown, and is such a one. One look at the task of each gold, whatever PostgreSQL
    believes of how many there are.
    """
    task = select(tasks.c.id).where(tasks.c.id == golds.c.task_id, _can_be_shown(), *such)
    return task.limit(1).scalar_subquery().is_not(None)


def _was_hers(worker_id: WorkerId) -> ColumnElement[bool]:
    return exists().where(
        leases.c.worker_id == worker_id, leases.c.task_id == golds.c.task_id, LEASE_IS_NOT_UNDONE
    )
