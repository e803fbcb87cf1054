"""Join codes: with them workers come in, and their place is known."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.model.identifiers import AccountKey
from tasks.model.supervisor import JoinCode
from tasks.model.worker import Worker
from tasks.ports import Clock, Store, UnitOfWork
from tasks.supervising import Scopes

CODES_MAX = 20
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letters that look alike on a printed paper."""
CODE_LENGTH = 8
RECRUITER_LENGTH_MAX = 64


@dataclass(frozen=True, slots=True)
class MakeJoinCode:
    """A new code for a place and a recruiter; raises NotSupervisor and OutsideScope."""

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(
        self, who: AccountKey, *, place: str, recruiter: str, quota: int | None, days: int | None
    ) -> JoinCode:
        async with self.store.write() as uow:
            await self.scopes.require(uow, who, within=place)
            now = self.clock.now()
            code = JoinCode(
                code="".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)),
                place=place,
                recruiter=recruiter[:RECRUITER_LENGTH_MAX],
                quota=quota,
                used=0,
                ends_at=None if days is None else now + timedelta(days=days),
            )
            await uow.join_codes.add(code, now)
            await uow.commit()
        return code


@dataclass(frozen=True, slots=True)
class ListJoinCodes:
    """The newest codes of places within her scope, and whether one more may come; raises NotSupervisor."""

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey) -> Sequence[tuple[JoinCode, bool]]:
        async with self.store.read() as uow:
            scope = await self.scopes.require(uow, who)
            codes = await uow.join_codes.list_within(scope, CODES_MAX)
        now = self.clock.now()
        return [(code, code.is_open(now)) for code in codes]


@dataclass(frozen=True, slots=True)
class EndJoinCode:
    """Nobody comes in with it any more; False if there is none. Raises NotSupervisor and OutsideScope."""

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey, code: str) -> bool:
        async with self.store.write() as uow:
            await self.scopes.require(uow, who)
            found = await uow.join_codes.lock(code)
            if found is None:
                return False
            await self.scopes.require(uow, who, within=found.place)
            await uow.join_codes.end(code, self.clock.now())
            await uow.commit()
        return True


async def settle_in(uow: UnitOfWork, worker: Worker, code: str, now: datetime) -> bool:
    """Gives her the place of the code that she came with; False if it is ours and lets nobody in any more.

    A code that we never made changes nothing. Who comes with the code of another place has moved there.
    """
    found = await uow.join_codes.lock(code)
    if found is None or found.place == worker.place:
        return True
    if not found.is_open(now):
        return False
    await uow.join_codes.count_use(code)
    await uow.workers.set_place(worker.id, found.place, await uow.places.find_time_zone(found.place))
    return True
