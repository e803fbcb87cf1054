"""A supervisor pauses, resumes, cancels, takes back, or sends again what is of unknown fate."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tasks.model.identifiers import AccountKey, NoticeId
from tasks.model.notice import DeliveryState, Notice, NoticeStatus
from tasks.noticing.clocks import AT_ONCE
from tasks.outcomes import NoticeGone, NoticeReport, SteerOutcome
from tasks.ports import Clock, Store, UnitOfWork
from tasks.supervising import Scopes


class Steer(StrEnum):
    """What can be done with a notice that was confirmed."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    """What has not left yet never does."""
    TAKE_BACK = "take back"
    """What was sent is deleted, or emptied where it can no longer be deleted."""
    SEND_AGAIN = "send again"
    """What is of unknown fate is sent again; some may get it twice."""


_FROM = {
    Steer.PAUSE: {NoticeStatus.CONFIRMED, NoticeStatus.SENDING},
    Steer.RESUME: {NoticeStatus.PAUSED},
    Steer.CANCEL: {NoticeStatus.ASKED, NoticeStatus.CONFIRMED, NoticeStatus.SENDING, NoticeStatus.PAUSED},
    Steer.TAKE_BACK: {
        NoticeStatus.SENDING,
        NoticeStatus.PAUSED,
        NoticeStatus.DONE,
        NoticeStatus.CANCELLED,
    },
    Steer.SEND_AGAIN: {NoticeStatus.SENDING, NoticeStatus.PAUSED, NoticeStatus.DONE},
}


def can(notice: Notice, steer: Steer) -> bool:
    """Whether that can be done with it now."""
    return notice.status in _FROM[steer]


@dataclass(frozen=True, slots=True)
class SteerNotice:
    """Does that with the notice, if it can be done now; returns the notice as it then is.

    ``who`` is None on the command line, whose scope is the whole programme. Raises NotSupervisor, and
    OutsideScope for a notice of a wider scope than hers.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey | None, notice_id: NoticeId, steer: Steer) -> SteerOutcome:
        async with self.store.write() as uow:
            if who is not None:
                await self.scopes.require(uow, who)
            again = await _send_again(uow, notice_id) if steer is Steer.SEND_AGAIN else 0
            try:
                notice = await uow.notices.lock(notice_id)
            except LookupError:
                return NoticeGone()
            if who is not None:
                await self.scopes.require(uow, who, within=notice.scope)
            if notice.status is NoticeStatus.DRAFT:
                return NoticeGone()
            done = can(notice, steer)
            if done:
                notice = await _steer(uow, notice, steer, now=self.clock.now(), again=again)
                await uow.notices.save(notice)
                await uow.commit()
            return NoticeReport(notice, await uow.notices.tally(notice.id), done=done)


async def _send_again(uow: UnitOfWork, notice_id: NoticeId) -> int:
    """Comes before the lock on the notice: whoever settles deliveries goes in this order too."""
    return await uow.deliveries.change_all(
        notice_id, DeliveryState.UNKNOWN, DeliveryState.PLANNED, due_at=AT_ONCE
    )


async def _steer(uow: UnitOfWork, notice: Notice, steer: Steer, *, now: datetime, again: int) -> Notice:
    match steer:
        case Steer.PAUSE:
            return replace(notice, status=NoticeStatus.PAUSED, reason="asked")
        case Steer.RESUME:
            planned = (await uow.notices.tally(notice.id)).total > 0
            status = NoticeStatus.SENDING if planned else NoticeStatus.CONFIRMED
            return replace(notice, status=status, reason="")
        case Steer.CANCEL:
            return replace(notice, status=NoticeStatus.CANCELLED, ended_at=now, reported=False)
        case Steer.TAKE_BACK:
            return replace(notice, status=NoticeStatus.RETRACTING, reported=False)
        case Steer.SEND_AGAIN:
            if again and notice.status is NoticeStatus.DONE:
                return replace(notice, status=NoticeStatus.SENDING, ended_at=None, reported=False)
            return notice
