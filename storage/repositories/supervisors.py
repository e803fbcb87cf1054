"""Those who look after workers, and the invitations that make them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update

from storage.engine import Transaction
from storage.repositories.scopes import lies_within, list_around
from storage.tables import SUPERVISOR_IS_THERE, invitations, supervisors
from tasks.model.identifiers import AccountKey
from tasks.model.supervisor import Invitation, Supervisor


class SqlSupervisors:
    """Implements ``Supervisors``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, account: AccountKey) -> Supervisor | None:
        found = await self._list(_has_account(account))
        return found[0] if found else None

    async def get(self, supervisor_id: int) -> Supervisor:
        found = await self._list(supervisors.c.id == supervisor_id)
        if not found:
            raise LookupError(f"there is no supervisor {supervisor_id}")
        return found[0]

    async def add(self, account: AccountKey, scope: str, at: datetime) -> Supervisor:
        # Another process may make her a supervisor between our two statements; then hers is the older one.
        while True:
            await self._withdraw(_has_account(account), at)
            added = await self._transaction.execute(
                self._transaction.insert(supervisors)
                .values(channel=account.channel, external_id=account.external_id, scope=scope, created_at=at)
                .on_conflict_do_nothing(
                    index_elements=[supervisors.c.channel, supervisors.c.external_id],
                    index_where=SUPERVISOR_IS_THERE,
                )
                .returning(supervisors.c.id)
            )
            supervisor_id = added.scalar_one_or_none()
            if supervisor_id is not None:
                return Supervisor(supervisor_id, account, scope, at)

    async def list_within(self, scope: str) -> Sequence[Supervisor]:
        return await self._list(lies_within(supervisors.c.scope, scope))

    async def list_around(self, scope: str) -> Sequence[Supervisor]:
        return await self._list(supervisors.c.scope.in_(list_around(scope)))

    async def withdraw(self, supervisor_id: int, at: datetime) -> bool:
        return await self._withdraw(supervisors.c.id == supervisor_id, at) > 0

    async def add_invitation(self, invitation: Invitation, at: datetime) -> None:
        await self._transaction.execute(
            insert(invitations).values(
                code=invitation.code,
                scope=invitation.scope,
                made_by_channel=invitation.made_by.channel,
                made_by_id=invitation.made_by.external_id,
                made_at=at,
                ends_at=invitation.ends_at,
                used_at=invitation.used_at,
            )
        )

    async def lock_invitation(self, code: str) -> Invitation | None:
        rows = await self._transaction.execute(
            select(invitations).where(invitations.c.code == code).with_for_update(key_share=True)
        )
        row = rows.one_or_none()
        return None if row is None else _invitation_from(row)

    async def set_invitation_used(self, code: str, at: datetime) -> None:
        await self._transaction.execute(
            update(invitations).where(invitations.c.code == code).values(used_at=at)
        )

    async def _list(self, condition: ColumnElement[bool]) -> Sequence[Supervisor]:
        rows = await self._transaction.execute(select(supervisors).where(condition, SUPERVISOR_IS_THERE))
        # Sorted here, since servers differ in how they order texts.
        return sorted(map(_supervisor_from, rows), key=lambda supervisor: (supervisor.scope, supervisor.id))

    async def _withdraw(self, condition: ColumnElement[bool], at: datetime) -> int:
        withdrawn = await self._transaction.execute(
            update(supervisors).where(condition, SUPERVISOR_IS_THERE).values(withdrawn_at=at)
        )
        return withdrawn.rowcount


def _has_account(account: AccountKey) -> ColumnElement[bool]:
    return and_(supervisors.c.channel == account.channel, supervisors.c.external_id == account.external_id)


def _supervisor_from(row: Row[*tuple[Any, ...]]) -> Supervisor:
    account = AccountKey(row.channel, row.external_id)
    return Supervisor(id=row.id, account=account, scope=row.scope, since=row.created_at)


def _invitation_from(row: Row[*tuple[Any, ...]]) -> Invitation:
    return Invitation(
        code=row.code,
        scope=row.scope,
        made_by=AccountKey(row.made_by_channel, row.made_by_id),
        ends_at=row.ends_at,
        used_at=row.used_at,
    )
