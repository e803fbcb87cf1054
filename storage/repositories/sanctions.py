"""Sanctions, with the appeals against them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, insert, or_, select, update

from storage.columns import is_one_of
from storage.engine import Transaction
from storage.repositories.scopes import lies_within
from storage.tables import SANCTION_HOLDS, sanctions, workers
from tasks.model.identifiers import LeaseId, ProjectId, WorkerId
from tasks.model.standing import ASKS, HALTS, KEPT, Appeal, Sanction, SanctionKind
from tasks.ports.quality import NewSanction

ASKS_TO_LOOK, IS_KEPT = is_one_of(sanctions.c.appeal, ASKS), is_one_of(sanctions.c.appeal, KEPT)
WHO_WAITS_FIRST = case((ASKS_TO_LOOK, 0), (IS_KEPT, 2), else_=1)
"""Those of which a supervisor is asked, those that nobody has looked at, those that a supervisor has kept."""


class SqlSanctions:
    """Implements ``Sanctions``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, sanction: NewSanction) -> Sanction:
        added = await self._transaction.execute(
            insert(sanctions)
            .values(
                project_id=sanction.project_id,
                worker_id=sanction.worker_id,
                kind=sanction.kind,
                reason=sanction.reason,
                evidence=list(sanction.evidence),
                made_at=sanction.made_at,
                appeal=Appeal.NONE,
            )
            .returning(sanctions.c.id)
        )
        return Sanction(
            id=added.scalar_one(),
            project_id=sanction.project_id,
            worker_id=sanction.worker_id,
            kind=sanction.kind,
            reason=sanction.reason,
            evidence=tuple(sanction.evidence),
            made_at=sanction.made_at,
        )

    async def find(self, sanction_id: int) -> Sanction | None:
        return await self._one(select(sanctions).where(sanctions.c.id == sanction_id))

    async def lock(self, sanction_id: int) -> Sanction | None:
        return await self._one(select(sanctions).where(sanctions.c.id == sanction_id).with_for_update())

    async def find_last(
        self, project_id: ProjectId, worker_id: WorkerId, kinds: Collection[SanctionKind]
    ) -> Sanction | None:
        return await self._one(
            select(sanctions)
            .where(
                sanctions.c.worker_id == worker_id,
                sanctions.c.project_id == project_id,
                sanctions.c.kind.in_(sorted(kinds)),
            )
            .order_by(sanctions.c.id.desc())
            .limit(1)
        )

    async def find_forgiven(self, project_id: ProjectId, worker_id: WorkerId) -> datetime | None:
        rows = await self._transaction.execute(
            select(sanctions.c.ended_at)
            .where(
                sanctions.c.worker_id == worker_id,
                sanctions.c.project_id == project_id,
                sanctions.c.kind.in_(HALTS),
                sanctions.c.ended_at.is_not(None),
                sanctions.c.appeal != Appeal.OVERTAKEN,
            )
            .order_by(sanctions.c.id.desc())
            .limit(1)
        )
        return rows.scalar_one_or_none()

    async def save(self, sanction: Sanction) -> None:
        await self._transaction.execute(
            update(sanctions)
            .where(sanctions.c.id == sanction.id)
            .values(appeal=sanction.appeal, appealed_at=sanction.appealed_at, ended_at=sanction.ended_at)
        )

    async def list_pauses(self, project_id: ProjectId, *, after: int, limit: int) -> Sequence[Sanction]:
        rows = await self._transaction.execute(
            select(sanctions)
            .where(
                SANCTION_HOLDS,
                sanctions.c.project_id == project_id,
                sanctions.c.kind == SanctionKind.PAUSE,
                ~IS_KEPT,
                sanctions.c.id > after,
            )
            .order_by(sanctions.c.id)
            .limit(limit)
        )
        return [_sanction_from(row) for row in rows.mappings()]

    async def list_holding(self, scope: str, *, after: int, limit: int) -> Sequence[Sanction]:
        rows = await self._transaction.execute(
            select(sanctions)
            .join(workers, workers.c.id == sanctions.c.worker_id)
            .where(SANCTION_HOLDS, _waits_for_a_person(), lies_within(workers.c.place, scope))
            .order_by(WHO_WAITS_FIRST, sanctions.c.made_at, sanctions.c.id)
            .offset(after)
            .limit(limit)
        )
        return [_sanction_from(row) for row in rows.mappings()]

    async def _one(self, wanted: Select[Any]) -> Sanction | None:
        row = (await self._transaction.execute(wanted)).mappings().one_or_none()
        return None if row is None else _sanction_from(row)


def _waits_for_a_person() -> ColumnElement[bool]:
    """Each pause, and the removals of which a supervisor is asked."""
    asked = and_(sanctions.c.kind == SanctionKind.REMOVAL, ASKS_TO_LOOK)
    return or_(sanctions.c.kind == SanctionKind.PAUSE, asked)


def _sanction_from(row: Mapping[Any, Any]) -> Sanction:
    return Sanction(
        id=row[sanctions.c.id],
        project_id=ProjectId(row[sanctions.c.project_id]),
        worker_id=WorkerId(row[sanctions.c.worker_id]),
        kind=SanctionKind(row[sanctions.c.kind]),
        reason=row[sanctions.c.reason],
        evidence=tuple(LeaseId(lease_id) for lease_id in row[sanctions.c.evidence]),
        made_at=row[sanctions.c.made_at],
        appeal=Appeal(row[sanctions.c.appeal]),
        appealed_at=row[sanctions.c.appealed_at],
        ended_at=row[sanctions.c.ended_at],
    )
