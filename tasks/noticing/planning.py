"""A confirmed notice becomes deliveries, one for each person, before the first message leaves."""

from dataclasses import dataclass, replace

from tasks.model.identifiers import NoticeId
from tasks.model.notice import NoticeStatus
from tasks.noticing.clocks import due_at
from tasks.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class PlanNotices:
    """Plans every confirmed notice, each in one transaction; returns how many deliveries were written."""

    store: Store
    clock: Clock

    async def __call__(self) -> int:
        async with self.store.read() as uow:
            active = await uow.notices.list_active()
        confirmed = [notice.id for notice in active if notice.status is NoticeStatus.CONFIRMED]
        return sum([await self._plan(notice_id) for notice_id in confirmed])

    async def _plan(self, notice_id: NoticeId) -> int:
        async with self.store.write() as uow:
            notice = await uow.notices.lock(notice_id)
            if notice.status is not NoticeStatus.CONFIRMED:
                return 0
            now = self.clock.now()
            due = {
                clockwork: due_at(clockwork, now, local_time=notice.local_time, urgent=notice.urgent)
                for clockwork in await uow.notices.list_clocks(notice, now)
            }
            planned = await uow.notices.plan(notice, now, due) if due else 0
            status = NoticeStatus.SENDING if planned else NoticeStatus.DONE
            await uow.notices.save(replace(notice, status=status, ended_at=None if planned else now))
            await uow.commit()
        return planned
