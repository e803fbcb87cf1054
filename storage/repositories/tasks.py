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
        by_key = list({task.key: task for task in tasks}.values())
        return sum(
            [
                await self._upsert(project.id, by_key[start : start + ROWS_PER_STATEMENT])
                for start in range(0, len(by_key), ROWS_PER_STATEMENT)
            ]
        )

    async def _upsert(self, project_id: ProjectId, new_or_known: Sequence[NewTask]) -> int:
        """Adds these; of known ones it renews the content and leaves position and tally alone. Returns how
        many were added.
        """
        added = len(new_or_known) - await self._count_known(project_id, [task.key for task in new_or_known])
        last_position = await self._find_last_position(project_id) if added else 0
        statement = self._transaction.insert(tasks)
        renewed = {name: statement.excluded[name] for name in RENEWED}
        await self._transaction.execute(
            statement.on_conflict_do_update(index_elements=[tasks.c.project_id, tasks.c.key], set_=renewed),
            [
                _new_values(project_id, task, position)
                for position, task in enumerate(new_or_known, start=last_position + 1)
            ],
        )
        return added

    async def _count_known(self, project_id: ProjectId, keys: Sequence[str]) -> int:
        rows = await self._transaction.execute(
            select(func.count()).where(tasks.c.project_id == project_id, tasks.c.key.in_(keys))
        )
        return rows.scalar_one()

    async def _find_last_position(self, project_id: ProjectId) -> int:
        """The position of the task that the project got last, 0 if it has none.

        Positions rise with ids. It is looked for from the last of all tasks backwards, where it is found at
        once as soon as an import has added its first rows.
        """
        rows = await self._transaction.execute(
            select(tasks.c.position)
            # The sum keeps the planner from the index of all the project's tasks.
            .where(tasks.c.project_id + 0 == project_id)
            .order_by(tasks.c.id.desc())
            .limit(1)
        )
        return rows.scalar_one_or_none() or 0

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
