"""How far a notice is, for those who look after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.model.identifiers import AccountKey, NoticeId
from tasks.model.notice import ENDED, Delivery, DeliveryState, Notice, NoticeStatus
from tasks.model.place import PROGRAMME, is_within
from tasks.outcomes import NoticeReport
from tasks.ports import Clock, Store
from tasks.supervising import Scopes

RECENT_MAX = 10
UNKNOWN_MAX = 50
WATCH_SECONDS = 3.0
"""A progress message is not edited more often than this."""


@dataclass(frozen=True, slots=True)
class ShowNotice:
    """A confirmed notice with its tally; None if there is none in her scope.

    ``who`` is None on the command line. Raises NotSupervisor.
    """

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey | None, notice_id: NoticeId) -> NoticeReport | None:
        async with self.store.read() as uow:
            scope = PROGRAMME if who is None else await self.scopes.require(uow, who)
            notice = await uow.notices.find(notice_id)
            if notice is None or notice.status is NoticeStatus.DRAFT:
                return None
            if not is_within(notice.scope, scope):
                return None
            return NoticeReport(notice, await uow.notices.tally(notice.id))


@dataclass(frozen=True, slots=True)
class ListNotices:
    """The last notices of her scope with their tallies, newest first; raises NotSupervisor."""

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey | None) -> Sequence[NoticeReport]:
        async with self.store.read() as uow:
            scope = PROGRAMME if who is None else await self.scopes.require(uow, who)
            notices = await uow.notices.list_recent(scope, RECENT_MAX)
            return [NoticeReport(each, await uow.notices.tally(each.id)) for each in notices]


@dataclass(frozen=True, slots=True)
class ListUnknown:
    """Deliveries of a notice that may have arrived or not, at most ``limit`` of them.

    Raises NotSupervisor and OutsideScope.
    """

    store: Store
    scopes: Scopes

    async def __call__(
        self, who: AccountKey | None, notice_id: NoticeId, limit: int = UNKNOWN_MAX
    ) -> Sequence[Delivery]:
        async with self.store.read() as uow:
            notice = await uow.notices.find(notice_id)
            if notice is None:
                return ()
            if who is not None:
                await self.scopes.require(uow, who, within=notice.scope)
            return await uow.deliveries.list_in(notice_id, DeliveryState.UNKNOWN, limit)


@dataclass(frozen=True, slots=True)
class WatchNotices:
    """The notices whose progress is to be shown to their authors now; no other process gets them as well."""

    store: Store
    clock: Clock

    async def __call__(self) -> Sequence[NoticeReport]:
        async with self.store.write() as uow:
            watched = await uow.notices.list_watched(self.clock.now(), every_seconds=WATCH_SECONDS)
            reports = [NoticeReport(each, await uow.notices.tally(each.id)) for each in watched]
            await uow.commit()
        return reports


@dataclass(frozen=True, slots=True)
class NoteProgress:
    """Remembers the message that shows the progress, or that the final report was sent."""

    store: Store

    async def __call__(
        self, notice_id: NoticeId, *, at: tuple[str, str] | None = None, reported: bool = False
    ) -> None:
        async with self.store.write() as uow:
            notice: Notice = await uow.notices.lock(notice_id)
            if at is not None:
                notice = replace(notice, progress_chat=at[0], progress_message=at[1])
            # Whoever lets an ended notice go on asks for another report at its new end.
            ended = notice.status in ENDED
            await uow.notices.save(replace(notice, reported=notice.reported or (reported and ended)))
            await uow.commit()
