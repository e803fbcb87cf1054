"""What the next thing that a person writes is for."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select

from storage.engine import Transaction
from storage.tables import awaited_inputs
from tasks.model.identifiers import AccountKey


class SqlAwaitedInputs:
    """Implements ``AwaitedInputs``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def set(self, who: AccountKey, what: str, at: datetime) -> None:
        await self._transaction.execute(
            self._transaction.insert(awaited_inputs)
            .values(channel=who.channel, external_id=who.external_id, what=what, since=at)
            .on_conflict_do_update(
                index_elements=[awaited_inputs.c.channel, awaited_inputs.c.external_id],
                set_={"what": what, "since": at},
            )
        )

    async def find(self, who: AccountKey) -> str | None:
        rows = await self._transaction.execute(select(awaited_inputs.c.what).where(_is_of(who)))
        return rows.scalar_one_or_none()

    async def clear(self, who: AccountKey) -> None:
        await self._transaction.execute(delete(awaited_inputs).where(_is_of(who)))


def _is_of(who: AccountKey) -> ColumnElement[bool]:
    return and_(awaited_inputs.c.channel == who.channel, awaited_inputs.c.external_id == who.external_id)
