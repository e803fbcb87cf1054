"""The sender on a real store: what becomes of each delivery, and how fast, whatever the messenger says."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivering import ON_THEIR_WAY_MAX, Deliverer, DeliveryCases
from bot.delivery_outcomes import ATTEMPTS_MAX
from bot.delivery_results import DeliveryResults
from bot.hearing import SILENT_IN_ROW_MAX
from bot.metrics import Metrics
from bot.nursery import Nursery
from bot.pacing import Pacing
from handlers.screens import Refused, RefusedWhy, Screen, Slot
from storage.hot_state import Limits
from storage.tables import deliveries, notices
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import AccountKey, ImageId, NoticeId
from tasks.model.notice import Delivery, Notice, NoticeStatus
from tasks.noticing.own_messages import NOTICE_REFUSED
from tasks.noticing.saying_again import REACH_AGAIN_MINUTES, SAID_MAX, SAY_AGAIN_MINUTES
from tasks.noticing.sending import (
    ListSending,
    SettleDeliveries,
    SweepDeliveries,
    TakeDeliveries,
)
from tasks.noticing.taking_back import SettleTakenBack, TakeBackDeliveries
from tasks.promising import WORK_AGAIN
from tests.builders import NOON
from tests.clocks import FrozenClock
from tests.contract.county import a_person, a_planned_notice, tallied
from tests.runtime_parts import CourierInMemory

QUICK = 5000


@dataclass
class PostOffice:
    """A sender and its surroundings."""

    store: SqlStore
    rate: int = QUICK
    courier: CourierInMemory = field(default_factory=CourierInMemory)
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))
    unreachable: list[AccountKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.nursery = Nursery()
        parts = self.store, self.clock
        self.sender = Deliverer(
            cases=DeliveryCases(ListSending(*parts), TakeDeliveries(*parts), TakeBackDeliveries(*parts)),
            results=DeliveryResults(SettleDeliveries(*parts), SettleTakenBack(self.store)),
            couriers={"telegram": self.courier},
            word=_word,
            taken_back=lambda _notice, _language: "taken back",
            mark_unreachable=self._mark_unreachable,
            pacing=Pacing(Limits(overall=self.rate), self.nursery),
            clock=self.clock,
            metrics=Metrics(),
        )

    async def _mark_unreachable(self, account: AccountKey) -> None:
        self.unreachable.append(account)

    async def notice(self, people: int = 3, **changes: object) -> NoticeId:
        notice = await a_planned_notice(self.store, people=people, status=NoticeStatus.SENDING, **changes)
        return notice.id

    async def set_status(self, notice_id: NoticeId, status: NoticeStatus) -> None:
        async with self.store.database.write() as transaction:
            await transaction.execute(notices.update().where(notices.c.id == notice_id).values(status=status))
            await transaction.commit()

    async def status(self, notice_id: NoticeId) -> tuple[NoticeStatus, str]:
        async with self.store.read() as uow:
            notice = await uow.notices.find(notice_id)
        assert notice is not None
        return notice.status, notice.reason

    async def states(self, notice_id: NoticeId) -> dict[str, int]:
        return {name: count for name, count in (await tallied(self.store, notice_id)).items() if count}

    async def says(self, key: str, account: str = "anna", *, kind: str = WORK_AGAIN) -> None:
        """The program has something to say to her."""
        async with self.store.write() as uow:
            known = await uow.workers.list_by_account([AccountKey("telegram", account)])
            (worker,) = known.values()
            await uow.deliveries.add(worker.id, kind=kind, facts={}, key=key, due_at=NOON)
            await uow.commit()

    async def own_states(self) -> list[tuple[str, str]]:
        async with self.store.database.read() as transaction:
            rows = await transaction.execute(
                select(deliveries.c.key, deliveries.c.state)
                .where(deliveries.c.notice_id.is_(None))
                .order_by(deliveries.c.id)
            )
            return [(row.key, row.state) for row in rows]

    async def works(self) -> None:
        """Sends until nothing is due, and writes everything down."""
        async with asyncio.timeout(60):
            while await self.sender.send_due():
                pass
        await self.sender.finish()


def _word(delivery: Delivery, notice: Notice | None) -> Screen:
    if delivery.kind == "nonsense":
        raise KeyError(delivery.kind)
    return Screen(notice.text(delivery.language) if notice else "There is work again.", slot=Slot.NOTE)


@pytest.fixture
async def office(store: SqlStore) -> AsyncIterator[PostOffice]:
    office = PostOffice(store)
    yield office
    await office.nursery.stop()


async def test_everybody_gets_it_once_and_the_notice_ends(office: PostOffice) -> None:
    notice_id = await office.notice(people=7)
    await office.works()
    assert sorted(Counter(office.courier.brought).values()) == [1] * 7
    assert await office.states(notice_id) == {"sent": 7}
    assert await office.status(notice_id) == (NoticeStatus.DONE, "")


async def test_two_senders_share_a_notice(office: PostOffice) -> None:
    other = PostOffice(office.store, courier=office.courier)
    notice_id = await office.notice(people=40)
    await asyncio.gather(office.works(), other.works())
    await office.works()
    assert len(office.courier.brought) == len(set(office.courier.brought)) == 40
    assert await office.states(notice_id) == {"sent": 40}
    await other.nursery.stop()


async def test_who_blocked_or_is_gone_is_marked_and_the_others_get_it(office: PostOffice) -> None:
    notice_id = await office.notice(people=4)
    office.courier.refusing = {
        "person1": Refused(RefusedWhy.BLOCKED),
        "person2": Refused(RefusedWhy.GONE),
    }
    await office.works()
    assert await office.states(notice_id) == {"sent": 2, "blocked": 1, "gone": 1}
    assert {account.external_id for account in office.unreachable} == {"person1", "person2"}


async def test_what_may_have_arrived_is_not_sent_again(office: PostOffice) -> None:
    notice_id = await office.notice(people=3)
    office.courier.refusing = {"person1": Refused(RefusedWhy.UNKNOWN)}
    await office.works()
    office.courier.refusing.clear()
    await office.works()
    assert await office.states(notice_id) == {"sent": 2, "unknown": 1}


async def test_too_many_stops_the_whole_lane_and_loses_nothing(office: PostOffice) -> None:
    notice_id = await office.notice(people=5)
    office.courier.refusing = {"*": Refused(RefusedWhy.RATE, 0.5)}
    started = time.monotonic()
    assert await office.sender.send_due()
    await office.sender.finish()
    office.courier.refusing.clear()
    await office.works()
    assert await office.states(notice_id) == {"sent": 5}
    assert time.monotonic() - started > 0.5


async def test_a_message_that_is_refused_for_everybody_stops_after_a_few(office: PostOffice) -> None:
    notice_id = await office.notice(people=60)
    office.courier.refusing = {"*": Refused(RefusedWhy.BAD, detail="can't parse entities")}
    office.courier.ready = False
    await office.works()
    status, reason = await office.status(notice_id)
    assert (status, reason) == (NoticeStatus.PAUSED, "refused: bad: can't parse entities")
    assert (await office.states(notice_id))["refused"] <= ON_THEIR_WAY_MAX


async def test_a_picture_is_brought_to_one_person_before_all_others(office: PostOffice) -> None:
    office.courier.ready = False
    office.courier.arrives.clear()
    notice_id = await office.notice(people=6, picture=ImageId("ab" * 32))
    for _ in range(3):
        await office.sender.send_due()
    assert office.courier.at_once_max == 1
    office.courier.arrives.set()
    await office.works()
    assert await office.states(notice_id) == {"sent": 6}


async def test_when_nothing_is_heard_one_tries_before_the_others_follow(office: PostOffice) -> None:
    notice_id = await office.notice(people=40)
    office.courier.refusing = {"*": Refused(RefusedWhy.UNKNOWN)}
    for _ in range(30):
        await office.sender.send_due()
    await office.sender.finish()
    lost = (await office.states(notice_id))["unknown"]
    assert SILENT_IN_ROW_MAX <= lost <= ON_THEIR_WAY_MAX // 2 + SILENT_IN_ROW_MAX


async def test_a_paused_notice_waits_and_a_cancelled_one_never_goes(office: PostOffice) -> None:
    notice_id = await office.notice(people=3)
    for status in (NoticeStatus.PAUSED, NoticeStatus.CANCELLED):
        await office.set_status(notice_id, status)
        assert not await office.sender.send_due()
    assert office.courier.brought == []


async def test_what_was_sent_is_taken_back(office: PostOffice) -> None:
    notice_id = await office.notice(people=4)
    await office.works()
    office.courier.refusing = {"person2": Refused(RefusedWhy.BLOCKED)}
    await office.set_status(notice_id, NoticeStatus.RETRACTING)
    await office.works()
    await office.works()
    assert sorted(office.courier.taken_back) == ["person0", "person1", "person3"]
    assert await office.states(notice_id) == {"retracted": 3, "refused": 1}
    assert (await office.status(notice_id))[0] is NoticeStatus.RETRACTED


async def test_what_the_program_has_to_say_goes_before_notices(office: PostOffice) -> None:
    await office.notice(people=2)
    await a_person(office.store, "anna")
    await office.says("n1")
    await office.sender.send_due()
    await office.sender.finish()
    assert office.courier.brought == [("anna", "There is work again.")]
    assert await office.own_states() == [("n1", "sent")]


async def test_what_has_no_words_is_tried_again_but_not_for_ever(office: PostOffice) -> None:
    await a_person(office.store, "anna")
    await office.says("n1", kind="nonsense")
    for _ in range(ATTEMPTS_MAX + 2):
        await office.works()
        office.clock.advance(seconds=61)
    assert await office.own_states() == [("n1", "refused")]


async def test_who_cannot_be_reached_hears_of_it_when_she_is_back(office: PostOffice) -> None:
    anna = await a_person(office.store, "anna", reachable=False)
    await office.says("n1")
    await office.works()
    assert await office.own_states() == [("n1", "planned")]
    async with office.store.write() as uow:
        await uow.workers.set_reachable(anna.account, reachable=True, at=NOON)
        await uow.commit()
    office.clock.advance(minutes=REACH_AGAIN_MINUTES)
    await office.works()
    assert await office.own_states() == [("n1", "sent")]


async def test_who_turns_out_to_have_blocked_the_bot_hears_of_it_when_she_is_back(office: PostOffice) -> None:
    await a_person(office.store, "anna")
    await office.says("n1", kind=NOTICE_REFUSED)
    office.courier.refusing = {"anna": Refused(RefusedWhy.BLOCKED)}
    await office.works()
    assert await office.own_states() == [("n1", "planned")]
    office.courier.refusing.clear()
    office.clock.advance(minutes=REACH_AGAIN_MINUTES)
    await office.works()
    assert await office.own_states() == [("n1", "sent")]


async def test_what_is_for_her_alone_may_come_twice_but_is_not_lost(office: PostOffice) -> None:
    await a_person(office.store, "anna")
    await office.says("refused", kind=NOTICE_REFUSED)
    await office.says("work")
    office.courier.refusing = {"anna": Refused(RefusedWhy.UNKNOWN)}
    for _ in range(SAID_MAX - 1):
        await office.works()
        # That there is work again comes at most once a day.
        assert await office.own_states() == [("refused", "planned"), ("work", "unknown")]
        office.clock.advance(minutes=SAY_AGAIN_MINUTES)
    await office.works()
    assert await office.own_states() == [("refused", "unknown"), ("work", "unknown")]


async def test_what_a_process_that_died_had_to_say_is_said_by_the_next_one(office: PostOffice) -> None:
    await a_person(office.store, "anna")
    await office.says("n1", kind=NOTICE_REFUSED)
    assert (await TakeDeliveries(office.store, office.clock)(None, 5)).deliveries
    assert await SweepDeliveries(office.store, office.clock)(everything=True) == 1
    office.clock.advance(minutes=SAY_AGAIN_MINUTES)
    await office.works()
    assert await office.own_states() == [("n1", "sent")]


async def test_what_was_on_its_way_in_a_process_that_died_is_of_unknown_fate(office: PostOffice) -> None:
    office.courier.seconds = 5.0
    notice_id = await office.notice(people=10)
    await office.sender.send_due()
    await asyncio.sleep(0.05)
    await office.sender._nursery.stop()
    office.clock.at += timedelta(minutes=1)
    assert await SweepDeliveries(office.store, office.clock)() == office.courier.at_once_max
    assert (await office.states(notice_id))["unknown"] == office.courier.at_once_max


async def test_the_pace_is_kept_and_used(store: SqlStore) -> None:
    office = PostOffice(store, rate=40)
    office.courier.seconds = 0.005
    await office.notice(people=60)
    started = time.monotonic()
    await office.works()
    seconds = time.monotonic() - started
    assert len(office.courier.brought) == 60
    assert seconds > 20 / 40
    await office.nursery.stop()
