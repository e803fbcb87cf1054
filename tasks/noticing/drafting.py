"""A supervisor writes a notice; until she confirms it, nobody else sees it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import AccountKey, NoticeId
from tasks.model.notice import Notice, NoticeStatus, Reach
from tasks.model.place import is_within
from tasks.noticing.checking import Fault, faults_of
from tasks.ports import Clock, Store, UnitOfWork
from tasks.supervising import Scopes

Edit = Callable[[Notice], Notice]
"""Gives the notice as it should become. Only what a draft may change is taken from it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice that is being written, how many people it would reach, and what is still wrong with it."""

    notice: Notice
    reach: Reach
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Drafting:
    """What the use cases of a draft share."""

    store: Store
    clock: Clock
    scopes: Scopes

    async def look_at(self, uow: UnitOfWork, notice: Notice) -> Draft:
        reach = await uow.notices.reach(notice, self.clock.now())
        return Draft(notice, reach, faults_of(notice, people=reach.people))


@dataclass(frozen=True, slots=True)
class StartNotice(Drafting):
    """The draft that the supervisor left off, or a new one; raises NotSupervisor."""

    async def __call__(self, who: AccountKey, language: str) -> Draft:
        async with self.store.write() as uow:
            scope = await self.scopes.require(uow, who)
            found = await uow.notices.find_draft(who)
            if found is not None and found.scope != scope:
                # Her scope was changed meanwhile: what she had chosen may lie outside.
                await uow.notices.delete_draft(found.id)
                found = None
            if found is None:
                blank = Notice(NoticeId(0), who, language, scope, self.clock.now())
                found = await uow.notices.add(blank)
            draft = await self.look_at(uow, found)
            await uow.commit()
        return draft


@dataclass(frozen=True, slots=True)
class ShowDraft(Drafting):
    """Her draft with that id; None if it is no draft of hers (any more). Raises NotSupervisor."""

    async def __call__(self, who: AccountKey, notice_id: NoticeId) -> Draft | None:
        async with self.store.read() as uow:
            await self.scopes.require(uow, who)
            notice = await uow.notices.find(notice_id)
            if notice is None or notice.author != who or notice.status is not NoticeStatus.DRAFT:
                return None
            return await self.look_at(uow, notice)


@dataclass(frozen=True, slots=True)
class EditNotice(Drafting):
    """Changes her draft; None if it is no draft of hers (any more). Raises NotSupervisor and OutsideScope."""

    async def __call__(self, who: AccountKey, notice_id: NoticeId, edit: Edit) -> Draft | None:
        async with self.store.write() as uow:
            notice = await lock_draft(uow, self.scopes, who, notice_id)
            if notice is None:
                return None
            edited = _take(notice, edit(notice))
            for place in edited.audience.places:
                if not is_within(place, notice.scope):
                    raise OutsideScope
            await uow.notices.save(edited)
            draft = await self.look_at(uow, edited)
            await uow.commit()
        return draft


@dataclass(frozen=True, slots=True)
class DropNotice(Drafting):
    """Throws her draft away; False if it is no draft of hers (any more). Raises NotSupervisor."""

    async def __call__(self, who: AccountKey, notice_id: NoticeId) -> bool:
        async with self.store.write() as uow:
            notice = await lock_draft(uow, self.scopes, who, notice_id)
            if notice is None:
                return False
            await uow.notices.delete_draft(notice.id)
            await uow.commit()
        return True


async def lock_draft(uow: UnitOfWork, scopes: Scopes, who: AccountKey, notice_id: NoticeId) -> Notice | None:
    """Her draft, locked, if her scope is still the one that it was begun in; raises NotSupervisor."""
    scope = await scopes.require(uow, who)
    try:
        notice = await uow.notices.lock(notice_id)
    except LookupError:
        return None
    if notice.author != who or notice.status is not NoticeStatus.DRAFT:
        return None
    if not is_within(notice.scope, scope):
        raise NotSupervisor
    return notice


def _take(notice: Notice, edited: Notice) -> Notice:
    return replace(
        notice,
        kind=edited.kind,
        texts=edited.texts,
        receipt=edited.receipt,
        answers=edited.answers,
        picture=edited.picture,
        voice=edited.voice,
        audience=edited.audience,
        urgent=edited.urgent,
        local_time=edited.local_time,
    )
