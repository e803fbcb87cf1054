"""Accepted answers as votes on their tasks, and where tasks stand after they were counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import JSON, and_, bindparam, func, literal_column, select, update

from storage.columns import is_one_of
from storage.engine import Transaction
from storage.tables import LEASE_HAS_ANSWER, LEASE_IS_NOT_UNDONE, leases, standings, tasks
from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.project import CANT_TELL
from tasks.model.work import ACCEPTED, Audit
from tasks.ports import Cast, Settled

IS_VOTE = and_(
    # Follows from what comes next; said, so that SQLite sees that the index by task holds all of them.
    LEASE_IS_NOT_UNDONE,
    leases.c.state == literal_column("'answered'"),
    is_one_of(leases.c.answer_status, ACCEPTED),
    leases.c.choice != CANT_TELL,
)
IS_VOTE_OF_PROJECT = and_(LEASE_HAS_ANSWER, IS_VOTE)
"""Every vote has an answer; said, so that PostgreSQL sees that the index of answers holds them all."""
HAS_STANDING = and_(
    standings.c.project_id == leases.c.project_id, standings.c.worker_id == leases.c.worker_id
)
PACE_WEIGHT = func.coalesce(standings.c.weight, 1.0).label("weight")
WEIGHT = func.coalesce(standings.c.weight * standings.c.voice, 1.0).label("weight")


async def list_votes(transaction: Transaction, task_ids: Collection[TaskId]) -> Sequence[Cast]:
    """See ``Leases.list_votes``."""
    if not task_ids:
        return ()
    rows = await transaction.execute(
        select(leases.c.task_id, leases.c.worker_id, leases.c.choice, WEIGHT)
        .outerjoin(standings, HAS_STANDING)
        .where(leases.c.task_id.in_(sorted(task_ids)), IS_VOTE)
        .order_by(leases.c.id)
    )
    return [Cast(TaskId(row[0]), WorkerId(row[1]), row[2], row[3]) for row in rows]


async def settle(transaction: Transaction, settled: Mapping[TaskId, Settled]) -> None:
    """See ``Tasks.settle``."""
    if settled:
        await transaction.execute(SETTLE, [_values(task_id, one) for task_id, one in sorted(settled.items())])


SETTLED = ("status", "choice", "confidence", "soft", "verdict_version", "audit")
SETTLE = (
    update(tasks)
    .where(tasks.c.id == bindparam("of_task"))
    .values(
        {name: bindparam(f"new_{name}", type_=tasks.c[name].type) for name in SETTLED}
        # Nothing is NULL here, not the JSON word for it, so that conditions find what there is.
        | {name: bindparam(f"new_{name}", type_=JSON(none_as_null=True)) for name in ("soft", "audit")}
    )
)


def _values(task_id: TaskId, settled: Settled) -> dict[str, Any]:
    belief = settled.belief
    return {
        "of_task": task_id,
        "new_status": settled.status,
        "new_choice": belief.choice if belief else None,
        "new_confidence": belief.confidence if belief else None,
        "new_soft": dict(belief.soft) if belief else None,
        "new_verdict_version": settled.verdict_version,
        "new_audit": asdict(settled.audit) if settled.audit else None,
    }


def audit_from(kept: Mapping[str, Any] | None) -> Audit | None:
    """The audit as it was kept."""
    return None if kept is None else Audit(**kept)
