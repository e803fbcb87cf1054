"""What the next thing that a person writes is for."""

from dataclasses import dataclass

from tasks.model.identifiers import AccountKey
from tasks.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class AwaitInput:
    """Her next text, picture or voice note is for that; None: for nothing in particular."""

    store: Store
    clock: Clock

    async def __call__(self, who: AccountKey, what: str | None) -> None:
        async with self.store.write() as uow:
            if what is None:
                await uow.awaited.clear(who)
            else:
                await uow.awaited.set(who, what, self.clock.now())
            await uow.commit()


@dataclass(frozen=True, slots=True)
class FindAwaited:
    """What her next text, picture or voice note is for, if for anything."""

    store: Store

    async def __call__(self, who: AccountKey) -> str | None:
        async with self.store.read() as uow:
            return await uow.awaited.find(who)
