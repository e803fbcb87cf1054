"""Who looks after whom: supervisors have a scope, and make others of the same or a narrower one."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import AccountKey
from tasks.model.place import PROGRAMME, is_within
from tasks.model.supervisor import Invitation, Supervisor
from tasks.outcomes import InvitationOver, NothingGained
from tasks.ports import Clock, Store, UnitOfWork

INVITATION_DAYS = 7
INVITATION_PREFIX = "s-"
"""Tells an invitation from the join code of a worker; join codes that we make never begin so."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scope of each supervisor; that of those whom the settings name is the whole programme."""

    named: frozenset[AccountKey] = field(default_factory=frozenset)

    async def find(self, uow: UnitOfWork, who: AccountKey) -> str | None:
        """Her scope; None if she is no supervisor."""
        if who in self.named:
            return PROGRAMME
        supervisor = await uow.supervisors.find(who)
        return None if supervisor is None else supervisor.scope

    async def require(self, uow: UnitOfWork, who: AccountKey, within: str | None = None) -> str:
        """Her scope. Raises NotSupervisor, and OutsideScope if ``within`` does not lie in it."""
        scope = await self.find(uow, who)
        if scope is None:
            raise NotSupervisor
        if within is not None and not is_within(within, scope):
            raise OutsideScope
        return scope


@dataclass(frozen=True, slots=True)
class FindScope:
    """A supervisor's scope, or None for everybody else."""

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey) -> str | None:
        async with self.store.read() as uow:
            return await self.scopes.find(uow, who)


@dataclass(frozen=True, slots=True)
class InviteSupervisor:
    """A code that makes one person a supervisor of that scope, once, within a week.

    Raises NotSupervisor, and OutsideScope if the scope is not narrower than that of her who invites; a
    supervisor of the whole programme may also invite another one of it.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey, scope: str) -> Invitation:
        async with self.store.write() as uow:
            own = await self.scopes.require(uow, who, within=scope)
            if scope == own != PROGRAMME:
                raise OutsideScope
            now = self.clock.now()
            invitation = Invitation(
                code=INVITATION_PREFIX + secrets.token_urlsafe(16),
                scope=scope,
                made_by=who,
                ends_at=now + timedelta(days=INVITATION_DAYS),
                used_at=None,
            )
            await uow.supervisors.add_invitation(invitation, now)
            await uow.commit()
        return invitation


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """Makes whoever brings the code a supervisor, if it is good and she who made it still has that scope.

    Nobody loses by it: whoever tries out a link that she made keeps her wider scope, and the link its use.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey, code: str) -> Supervisor | InvitationOver | NothingGained:
        async with self.store.write() as uow:
            now = self.clock.now()
            invitation = await uow.supervisors.lock_invitation(code)
            if invitation is None or invitation.used_at is not None or now >= invitation.ends_at:
                known = await uow.supervisors.find(who)
                # The same press delivered twice: she is what the code made her.
                used = invitation is not None and known is not None and known.scope == invitation.scope
                return known if used and known is not None else InvitationOver()
            inviting = await self.scopes.find(uow, invitation.made_by)
            if inviting is None or not is_within(invitation.scope, inviting):
                return InvitationOver()
            own = await self.scopes.find(uow, who)
            if own is not None and is_within(invitation.scope, own):
                return NothingGained()
            supervisor = await uow.supervisors.add(who, invitation.scope, now)
            await uow.supervisors.set_invitation_used(code, now)
            await uow.commit()
        return supervisor


@dataclass(frozen=True, slots=True)
class ListSupervisors:
    """The supervisors within the scope of her who asks, herself not among them; raises NotSupervisor."""

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey) -> Sequence[Supervisor]:
        async with self.store.read() as uow:
            scope = await self.scopes.require(uow, who)
            return [each for each in await uow.supervisors.list_within(scope) if each.account != who]


@dataclass(frozen=True, slots=True)
class WithdrawSupervisor:
    """She is no supervisor any more; False if she was none. Raises NotSupervisor and OutsideScope."""

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey, supervisor_id: int) -> bool:
        async with self.store.write() as uow:
            own = await self.scopes.require(uow, who)
            try:
                supervisor = await uow.supervisors.get(supervisor_id)
            except LookupError:
                return False
            if not is_within(supervisor.scope, own) or supervisor.scope == own != PROGRAMME:
                raise OutsideScope
            gone = await uow.supervisors.withdraw(supervisor_id, self.clock.now())
            await uow.commit()
        return gone
