"""Tasks and their tallies."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from storage.engine import Transaction
from storage.repositories.frontier_follow import follow_quota, follow_tallies
from storage.repositories.votes import audit_from, settle
from storage.tables import TASK_IS_GOLD, TASK_IS_OPEN, TASK_IS_SET_ASIDE, projects, tasks
from tasks.model.identifiers import ImageId, ProjectId, TaskId
from tasks.model.project import Project
from tasks.model.work import DECIDED, Task, TaskStatus
from tasks.ports import NewTask, Settled, TallyChange

ROWS_PER_STATEMENT = 1000
RENEWED = ("image_id", "gold", "explanations", "machine")
"""What another import of a task brings anew."""


class SqlTasks:
    """Implements ``Tasks``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add_to_tallies(self, changes: Mapping[TaskId, TallyChange]) -> None:
        if not changes:
            return
        counters = ("taken", "answers", "cant_tells", "reports")
        statement = (
            update(tasks)
            .where(tasks.c.id == bindparam("task_id"))
            .values(
                {name: tasks.c[name] + bindparam(f"more_{name}") for name in counters}
                | {
                    "status": func.coalesce(
                        bindparam("new_status", type_=tasks.c.status.type), tasks.c.status
                    )
                }
            )
        )
        await self._transaction.execute(
            statement,
            [
                {"task_id": task_id, "new_status": change.status}
                | {f"more_{name}": getattr(change, name) for name in counters}
                for task_id, change in sorted(changes.items())
            ],
        )
        await follow_tallies(self._transaction, changes)

    async def lock(self, task_id: TaskId) -> Task:
        rows = await self._transaction.execute(
            select(tasks).where(tasks.c.id == task_id).with_for_update(key_share=True)
        )
        row = rows.mappings().one_or_none()
        if row is None:
            raise LookupError(f"there is no task {task_id}")
        return task_from(row)

    async def lock_all(self, task_ids: Collection[TaskId]) -> Mapping[TaskId, Task]:
        if not task_ids:
            return {}
        rows = await self._transaction.execute(
            select(tasks)
            .where(tasks.c.id.in_(sorted(task_ids)))
            .order_by(tasks.c.id)
            .with_for_update(key_share=True)
        )
        locked = [task_from(row) for row in rows.mappings()]
        return {task.id: task for task in locked}

    async def settle(self, settled: Mapping[TaskId, Settled]) -> None:
        await settle(self._transaction, settled)

    async def upsert(self, project: Project, tasks: Sequence[NewTask]) -> int:
        # Imports of one project go one after another, so that positions are counted once.
        await self._transaction.execute(
            select(projects.c.id).where(projects.c.id == project.id).with_for_update(key_share=True)
        )
        before, last_position = await self._count(project.id)
        by_key = {task.key: task for task in tasks}
        rows = [
            _new_values(project.id, task, position)
            for position, task in enumerate(by_key.values(), start=last_position + 1)
        ]
        for start in range(0, len(rows), ROWS_PER_STATEMENT):
            await self._upsert(rows[start : start + ROWS_PER_STATEMENT])
        after, _ = await self._count(project.id)
        return after - before

    async def _upsert(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Adds these; of known ones it renews the content and leaves position and tally alone."""
        statement = self._transaction.insert(tasks)
        renewed = {name: statement.excluded[name] for name in RENEWED}
        await self._transaction.execute(
            statement.on_conflict_do_update(index_elements=[tasks.c.project_id, tasks.c.key], set_=renewed),
            rows,
        )

    async def _count(self, project_id: ProjectId) -> tuple[int, int]:
        """How many tasks the project has, and the last position."""
        rows = await self._transaction.execute(
            select(func.count(), func.coalesce(func.max(tasks.c.position), 0)).where(
                tasks.c.project_id == project_id
            )
        )
        count, last_position = rows.one()
        return count, last_position

    async def apply_quota(self, project: Project) -> None:
        has_quota = tasks.c.answers >= project.rules.max
        is_decided = tasks.c.status.in_(sorted(DECIDED))
        # A verdict that was reached before the quota stays, whatever the quota is now.
        by_quota = or_(tasks.c.status == TaskStatus.DISPUTED, tasks.c.verdict_version == 0)
        lacks = or_(tasks.c.answers < project.rules.min, and_(~has_quota, by_quota))
        # Gold has no quota.
        for before, status in (
            (and_(TASK_IS_OPEN, has_quota, ~TASK_IS_GOLD), TaskStatus.CLOSED),
            (and_(is_decided, lacks), TaskStatus.OPEN),
        ):
            # Locked in the order of ids, as everybody locks tasks.
            locked = (
                select(tasks.c.id)
                .where(tasks.c.project_id == project.id, before)
                .order_by(tasks.c.id)
                .with_for_update(key_share=True)
            )
            await self._transaction.execute(update(tasks).where(tasks.c.id.in_(locked)).values(status=status))
        await follow_quota(self._transaction, project)

    async def list_guesses(self, task_ids: Collection[TaskId]) -> Mapping[TaskId, str]:
        rows = await self._transaction.execute(
            select(tasks.c.id, tasks.c.machine).where(
                tasks.c.id.in_(sorted(task_ids)), tasks.c.machine.is_not(None)
            )
        )
        return {TaskId(row.id): row.machine for row in rows}

    async def list_set_aside(self, limit: int) -> Sequence[Task]:
        rows = await self._transaction.execute(
            select(tasks).where(TASK_IS_SET_ASIDE).order_by(tasks.c.id).limit(limit)
        )
        return [task_from(row) for row in rows.mappings()]


def task_from(row: Mapping[Any, Any]) -> Task:
    """The task in a row of any selection that has the columns of its table."""
    return Task(
        id=TaskId(row[tasks.c.id]),
        project_id=ProjectId(row[tasks.c.project_id]),
        key=row[tasks.c.key],
        position=row[tasks.c.position],
        image_id=ImageId(row[tasks.c.image_id]),
        gold=row[tasks.c.gold],
        status=TaskStatus(row[tasks.c.status]),
        taken=row[tasks.c.taken],
        answers=row[tasks.c.answers],
        cant_tells=row[tasks.c.cant_tells],
        reports=row[tasks.c.reports],
        machine=row[tasks.c.machine],
        choice=row[tasks.c.choice],
        confidence=row[tasks.c.confidence],
        verdict_version=row[tasks.c.verdict_version],
        audit=audit_from(row[tasks.c.audit]),
    )


def _new_values(project_id: ProjectId, task: NewTask, position: int) -> dict[str, Any]:
    return {
        "project_id": project_id,
        "key": task.key,
        "position": position,
        "image_id": task.image_id,
        "gold": task.gold,
        "explanations": dict(task.explanations),
        "machine": task.machine,
        "status": TaskStatus.OPEN,
        "taken": 0,
        "answers": 0,
        "cant_tells": 0,
        "reports": 0,
    }
