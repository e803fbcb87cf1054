"""Supervisors and the use cases of notices on a real store, spoken to in few words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from storage.unit_of_work import SqlStore
from tasks.model.identifiers import AccountKey, NoticeId
from tasks.model.notice import Delivery, DeliveryState, Notice
from tasks.model.worker import Worker
from tasks.noticing.confirming import AnswerForNotice, ConfirmNotice
from tasks.noticing.drafting import DropNotice, EditNotice, ShowDraft, StartNotice
from tasks.noticing.planning import PlanNotices
from tasks.noticing.reading import AcknowledgeNotice, ListMyNotices
from tasks.noticing.sending import (
    FinishNotices,
    ListSending,
    SettleDeliveries,
    SweepDeliveries,
    TakeDeliveries,
)
from tasks.noticing.steering import SteerNotice
from tasks.noticing.taking_back import SettleTakenBack, TakeBackDeliveries
from tasks.noticing.watching import ListNotices, ListUnknown, ShowNotice
from tasks.outcomes import (
    Confirmed,
)
from tasks.ports import Change
from tasks.supervising import Scopes
from tests.builders import NOON, an_account
from tests.clocks import FrozenClock
from tests.contract.county import a_person

ASKED = int(NOON.timestamp())
"""Names the question that was asked at noon."""
LIN, MEI, TOP = an_account("lin"), an_account("mei"), an_account("top")
WANSHAN, TONGREN = "guizhou/tongren/wanshan", "guizhou/tongren"


@dataclass
class Bureau:
    """Supervisors and the use cases of notices. Lin looks after a county, Mei after a village in it."""

    store: SqlStore
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))

    def __post_init__(self) -> None:
        parts = self.store, self.clock
        self.scopes = Scopes(frozenset({TOP}))
        self.start = StartNotice(*parts, self.scopes)
        self.show_draft = ShowDraft(*parts, self.scopes)
        self.edit = EditNotice(*parts, self.scopes)
        self.drop = DropNotice(*parts, self.scopes)
        self.confirm = ConfirmNotice(*parts, self.scopes)
        self.answer_for = AnswerForNotice(*parts, self.scopes)
        self.plan = PlanNotices(*parts)
        self.list_sending = ListSending(*parts)
        self.take = TakeDeliveries(*parts)
        self.settle = SettleDeliveries(*parts)
        self.finish = FinishNotices(*parts)
        self.sweep = SweepDeliveries(*parts)
        self.steer = SteerNotice(*parts, self.scopes)
        self.take_back = TakeBackDeliveries(*parts)
        self.settle_taken_back = SettleTakenBack(self.store)
        self.acknowledge = AcknowledgeNotice(*parts)
        self.mine = ListMyNotices(self.store)
        self.show = ShowNotice(self.store, self.scopes)
        self.list_notices = ListNotices(self.store, self.scopes)
        self.list_unknown = ListUnknown(self.store, self.scopes)

    async def open(self) -> "Bureau":
        async with self.store.write() as uow:
            await uow.supervisors.add(LIN, TONGREN, NOON)
            await uow.supervisors.add(MEI, WANSHAN, NOON)
            await uow.commit()
        return self

    async def people(self, count: int, *, place: str = WANSHAN, **changes: object) -> list[Worker]:
        return [
            await a_person(self.store, f"{place}-{number}", place=place, **changes) for number in range(count)
        ]

    async def write(self, who: AccountKey = LIN, **changes: object) -> NoticeId:
        draft = await self.start(who, "en")
        facts = {"texts": {"": "Pay day is Friday."}, **changes}
        edited = await self.edit(who, draft.notice.id, lambda notice: replace(notice, **facts))
        assert edited is not None
        return edited.notice.id

    async def send_out(self, who: AccountKey = LIN, **changes: object) -> NoticeId:
        """Writes, confirms and plans one."""
        notice_id = await self.write(who, **changes)
        assert isinstance(await self.confirm(who, notice_id), Confirmed)
        await self.plan()
        return notice_id

    async def notice(self, notice_id: NoticeId) -> Notice:
        async with self.store.read() as uow:
            notice = await uow.notices.find(notice_id)
        assert notice is not None
        return notice

    async def states(self, notice_id: NoticeId) -> dict[str, int]:
        async with self.store.read() as uow:
            tally = await uow.notices.tally(notice_id)
        return {state.value: count for state, count in tally.states.items() if count}

    async def settles(self, deliveries: Sequence[Delivery], state: DeliveryState, reason: str = "") -> None:
        await self.settle([Change(each.id, state, reason=reason or None, at=NOON) for each in deliveries])

    async def own_messages(self) -> list[tuple[str, AccountKey]]:
        taken = await self.take(None, 20)
        return sorted((each.kind, each.account) for each in taken.deliveries)
