"""A worker reads a notice, says so, answers it, and finds the old ones again."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.model.identifiers import DeliveryId
from tasks.model.notice import Delivery, DeliveryState, Notice, Receipt
from tasks.model.worker import Worker
from tasks.outcomes import NOT_YOURS, NoticeRead, ReadOutcome
from tasks.ports import Change, Clock, Store

MINE_MAX = 10


@dataclass(frozen=True, slots=True)
class Where:
    """The message whose button was pressed: it proves that it arrived."""

    chat: str
    message: str


@dataclass(frozen=True, slots=True)
class AcknowledgeNotice:
    """Notes that a notice arrived, and that she read it or what she answered (from 1).

    A press on any button of a notice settles a delivery of unknown fate. With ``read=False`` nothing but that
    is noted.
    """

    store: Store
    clock: Clock

    async def __call__(
        self,
        worker: Worker,
        delivery_id: DeliveryId,
        *,
        where: Where | None,
        answer: int | None = None,
        read: bool = True,
    ) -> ReadOutcome:
        async with self.store.write() as uow:
            locked = await uow.deliveries.lock([delivery_id])
            if not locked or locked[0].worker_id != worker.id or locked[0].notice_id is None:
                return NOT_YOURS
            delivery = locked[0]
            notice = await uow.notices.find(locked[0].notice_id)
            if notice is None or not _is_answer_of(notice, answer):
                return NOT_YOURS
            now = self.clock.now()
            if delivery.state in (DeliveryState.UNKNOWN, DeliveryState.SENDING):
                where = where or Where(delivery.chat or "", delivery.message or "")
                change = Change(
                    delivery.id, DeliveryState.SENT, at=now, chat=where.chat, message=where.message
                )
                await uow.deliveries.change([change])
            if read:
                await uow.deliveries.set_read(delivery.id, now, answer)
            await uow.commit()
        return NoticeRead(notice, delivery, answer)


@dataclass(frozen=True, slots=True)
class ListMyNotices:
    """The last notices that she got, newest first."""

    store: Store

    async def __call__(self, worker: Worker) -> Sequence[tuple[Delivery, Notice]]:
        async with self.store.read() as uow:
            return await uow.notices.list_mine(worker.id, MINE_MAX)


def _is_answer_of(notice: Notice, answer: int | None) -> bool:
    if answer is None:
        return True
    counts = [len(answers) for answers in notice.answers.values()]
    return notice.receipt is Receipt.POLL and bool(counts) and 1 <= answer <= counts[0]
