"""Codes with which workers come in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from storage.engine import Transaction
from storage.repositories.scopes import lies_within
from storage.tables import join_codes
from tasks.model.supervisor import JoinCode


class SqlJoinCodes:
    """Implements ``JoinCodes``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, code: JoinCode, at: datetime) -> None:
        await self._transaction.execute(
            insert(join_codes).values(
                code=code.code,
                place=code.place,
                recruiter=code.recruiter,
                quota=code.quota,
                used=code.used,
                made_at=at,
                ends_at=code.ends_at,
            )
        )

    async def lock(self, code: str) -> JoinCode | None:
        rows = await self._transaction.execute(
            select(join_codes).where(join_codes.c.code == code).with_for_update(key_share=True)
        )
        row = rows.one_or_none()
        return None if row is None else _join_code_from(row)

    async def count_use(self, code: str) -> None:
        has_room = or_(join_codes.c.quota.is_(None), join_codes.c.used < join_codes.c.quota)
        counted = await self._transaction.execute(
            update(join_codes).where(join_codes.c.code == code, has_room).values(used=join_codes.c.used + 1)
        )
        if not counted.rowcount:
            raise LookupError(f"there is no join code {code!r} with room for one more")

    async def end(self, code: str, at: datetime) -> None:
        later = or_(join_codes.c.ends_at.is_(None), join_codes.c.ends_at > at)
        await self._transaction.execute(
            update(join_codes).where(join_codes.c.code == code, later).values(ends_at=at)
        )

    async def list_within(self, scope: str, limit: int) -> Sequence[JoinCode]:
        rows = await self._transaction.execute(
            select(join_codes)
            .where(lies_within(join_codes.c.place, scope))
            .order_by(join_codes.c.made_at.desc(), join_codes.c.code)
            .limit(limit)
        )
        return [_join_code_from(row) for row in rows]


def _join_code_from(row: Row[*tuple[Any, ...]]) -> JoinCode:
    return JoinCode(
        code=row.code,
        place=row.place,
        recruiter=row.recruiter,
        quota=row.quota,
        used=row.used,
        ends_at=row.ends_at,
    )
