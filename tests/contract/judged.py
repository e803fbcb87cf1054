"""What the quality engine leaves behind, for tests of what is made of it."""

from typing import Any

from sqlalchemy import insert, select, update

from storage.engine import Transaction
from storage.tables import golds, standings, tasks, verdicts
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.project import Project
from tests.builders import NOON


async def find_task(transaction: Transaction, project: Project, key: str) -> TaskId:
    rows = await transaction.execute(
        select(tasks.c.id).where(tasks.c.project_id == project.id, tasks.c.key == key)
    )
    return TaskId(rows.scalar_one())


async def believe(
    store: SqlStore,
    project: Project,
    key: str,
    choice: str,
    soft: dict[str, float],
    *,
    reason: str = "sure",
    **changes: Any,
) -> None:
    """Another version of that task's verdict; the changes name columns of its row."""
    async with store.database.write() as transaction:
        task_id = await find_task(transaction, project, key)
        rows = await transaction.execute(
            select(tasks.c.verdict_version, tasks.c.answers).where(tasks.c.id == task_id)
        )
        known = rows.one()
        belief = {"choice": choice, "confidence": soft[choice], "soft": soft}
        version = known.verdict_version + 1
        await transaction.execute(
            insert(verdicts).values(
                task_id=task_id, version=version, answers=known.answers, reason=reason, made_at=NOON, **belief
            )
        )
        await transaction.execute(
            update(tasks).where(tasks.c.id == task_id).values(verdict_version=version, **belief, **changes)
        )
        await transaction.commit()


async def keep_gold(store: SqlStore, project: Project, key: str, **changes: Any) -> None:
    """That task is a gold; the changes name columns of its row."""
    values = {
        "choice": "cat",
        "role": "silent",
        "state": "live",
        "origin": "client",
        "shown": 0,
        "contradicted": 0,
        "state_seen": False,
    }
    async with store.database.write() as transaction:
        task_id = await find_task(transaction, project, key)
        await transaction.execute(
            insert(golds).values(task_id=task_id, project_id=project.id, **(values | changes))
        )
        await transaction.commit()


async def keep_standing(store: SqlStore, project: Project, worker_id: WorkerId, **changes: Any) -> None:
    """What is known of her there; the changes name columns of her row."""
    values: dict[str, Any] = {
        "step": "working",
        "questions": 0,
        "golds": 0,
        "golds_right": 0,
        "lessons": 0,
        "refreshers": 0,
        "doubt": 0.0,
        "credit": [],
        "weight": 1.0,
        "pace": {},
    }
    async with store.database.write() as transaction:
        await transaction.execute(
            insert(standings).values(project_id=project.id, worker_id=worker_id, **(values | changes))
        )
        await transaction.commit()
