"""What was sent is taken back, where the messenger still allows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from tasks.model.identifiers import NoticeId
from tasks.model.notice import Delivery, DeliveryState, NoticeStatus
from tasks.noticing.sending import HOLD_SECONDS
from tasks.ports import Change, Clock, Store


@dataclass(frozen=True, slots=True)
class TakeBackDeliveries:
    """Up to ``limit`` deliveries to be taken back now, which no other process gets for a while.

    Taking back twice does no harm, so they keep their state until it is done. With the last one the notice is
    *retracted*.
    """

    store: Store
    clock: Clock

    async def __call__(self, notice_id: NoticeId, limit: int) -> Sequence[Delivery]:
        async with self.store.write() as uow:
            notice = await uow.notices.find(notice_id)
            if notice is None or notice.status is not NoticeStatus.RETRACTING:
                return ()
            now = self.clock.now()
            due = await uow.deliveries.lock_due(notice_id, now, limit, state=DeliveryState.SENT)
            if due:
                hold = now + timedelta(seconds=HOLD_SECONDS)
                held = [Change(each.delivery.id, DeliveryState.SENT, due_at=hold) for each in due]
                await uow.deliveries.change(held)
            else:
                states = (await uow.notices.tally(notice_id)).states
                if states[DeliveryState.SENT] or states[DeliveryState.SENDING]:
                    return ()
                notice = await uow.notices.lock(notice_id)
                await uow.notices.save(
                    replace(notice, status=NoticeStatus.RETRACTED, ended_at=now, reported=False)
                )
            await uow.commit()
        return [each.delivery for each in due]


@dataclass(frozen=True, slots=True)
class SettleTakenBack:
    """Writes down what became of messages that were to be taken back."""

    store: Store

    async def __call__(self, results: Sequence[Change]) -> None:
        by_id = {result.delivery_id: result for result in results}
        async with self.store.write() as uow:
            locked = await uow.deliveries.lock(by_id)
            await uow.deliveries.change(
                [by_id[each.id] for each in locked if each.state is DeliveryState.SENT]
            )
            await uow.commit()
