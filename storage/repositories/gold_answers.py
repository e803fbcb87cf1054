"""What workers said on golds: their own, all on one gold, and those that a sanction rests on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from storage.engine import Transaction
from storage.repositories.votes import IS_VOTE
from storage.tables import (
    GOLD_IS_KNOWN,
    LEASE_IS_GOLD,
    LEASE_IS_NOT_UNDONE,
    golds,
    leases,
    tasks,
)
from tasks.model.gold import GoldAnswer, Purpose
from tasks.model.identifiers import ImageId, LeaseId, ProjectId, TaskId, WorkerId


class SqlGoldAnswers:
    """The part of ``Golds`` that looks at answers."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def list_answers_of(
        self, project_id: ProjectId, worker_id: WorkerId, *, since: datetime | None, limit: int
    ) -> Sequence[GoldAnswer]:
        # The last ones first: she may have answered very much beside them, and be tested on golds that are
        # no longer known.
        last = (
            last_golds(project_id, worker_id)
            .join(golds, golds.c.task_id == leases.c.task_id)
            .where(leases.c.purpose == Purpose.SILENT, IS_VOTE, GOLD_IS_KNOWN)
            .limit(limit)
            .subquery()
        )
        hers = _answers().join(last, last.c.id == leases.c.id)
        if since is not None:
            hers = hers.where(leases.c.answered_at > since)
        rows = await self._transaction.execute(hers.order_by(leases.c.answered_at, leases.c.id))
        return [_answer_from(row) for row in rows.mappings()]

    async def count_tested(self, project_id: ProjectId, worker_id: WorkerId) -> tuple[int, int]:
        was_right = case((leases.c.choice == golds.c.choice, 1), else_=0)
        rows = await self._transaction.execute(
            select(func.coalesce(func.sum(was_right), 0), func.count())
            .select_from(leases)
            .join(golds, golds.c.task_id == leases.c.task_id)
            .where(
                leases.c.worker_id == worker_id,
                leases.c.project_id == project_id,
                LEASE_IS_GOLD,
                leases.c.purpose == Purpose.SILENT,
                IS_VOTE,
                GOLD_IS_KNOWN,
            )
        )
        right, asked = rows.one()
        return right, asked

    async def list_answers_on(self, task_id: TaskId, limit: int) -> Sequence[GoldAnswer]:
        rows = await self._transaction.execute(
            _answers()
            .where(leases.c.task_id == task_id, LEASE_IS_GOLD, leases.c.purpose != Purpose.VOID)
            .order_by(leases.c.id.desc())
            .limit(limit)
        )
        return [_answer_from(row) for row in rows.mappings()]

    async def list_evidence(self, lease_ids: Collection[LeaseId]) -> Sequence[GoldAnswer]:
        if not lease_ids:
            return ()
        rows = await self._transaction.execute(
            _answers()
            .where(leases.c.id.in_(sorted(lease_ids)), GOLD_IS_KNOWN)
            .order_by(leases.c.answered_at, leases.c.id)
        )
        return [_answer_from(row) for row in rows.mappings()]


def last_golds(project_id: ProjectId, worker_id: WorkerId) -> Select[Any]:
    """Her leases on golds there, the last first, along their own small index."""
    return (
        select(leases.c.id, leases.c.task_id)
        .where(
            leases.c.worker_id == worker_id,
            leases.c.project_id == project_id,
            LEASE_IS_GOLD,
            LEASE_IS_NOT_UNDONE,
        )
        .order_by(leases.c.id.desc())
    )


def _answers() -> Select[Any]:
    return (
        select(
            leases.c.id,
            leases.c.worker_id,
            leases.c.task_id,
            leases.c.choice,
            leases.c.answered_at,
            golds.c.choice.label("right_choice"),
            tasks.c.image_id,
        )
        .join(golds, golds.c.task_id == leases.c.task_id)
        .join(tasks, tasks.c.id == leases.c.task_id)
        .where(IS_VOTE)
    )


def _answer_from(row: Mapping[Any, Any]) -> GoldAnswer:
    return GoldAnswer(
        lease_id=LeaseId(row[leases.c.id]),
        worker_id=WorkerId(row[leases.c.worker_id]),
        task_id=TaskId(row[leases.c.task_id]),
        image_id=ImageId(row[tasks.c.image_id]),
        said=row[leases.c.choice],
        right=row["right_choice"],
        answered_at=row[leases.c.answered_at],
    )
