"""A notice's life on a real store, from the draft to its end, with every way in which it can go wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from storage.unit_of_work import SqlStore
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import AccountKey, NoticeId
from tasks.model.notice import Audience, Delivery, DeliveryState, Notice, NoticeKind, NoticeStatus, Receipt
from tasks.model.worker import Worker, WorkerStatus
from tasks.noticing.checking import Fault, FaultKind
from tasks.noticing.confirming import AnswerForNotice, ConfirmNotice
from tasks.noticing.drafting import DropNotice, EditNotice, ShowDraft, StartNotice
from tasks.noticing.own_messages import NOTICE_PAUSED, NOTICE_REFUSED, SECOND_WORD
from tasks.noticing.planning import PlanNotices
from tasks.noticing.reading import AcknowledgeNotice, ListMyNotices, Where
from tasks.noticing.sending import (
    CANARY,
    FinishNotices,
    ListSending,
    SettleDeliveries,
    SweepDeliveries,
    TakeDeliveries,
)
from tasks.noticing.steering import Steer, SteerNotice
from tasks.noticing.taking_back import SettleTakenBack, TakeBackDeliveries
from tasks.noticing.watching import ListNotices, ListUnknown, ShowNotice
from tasks.outcomes import (
    NOT_YOURS,
    Confirmed,
    NobodyToAsk,
    NotConfirmed,
    NothingToConfirm,
    NoticeGone,
    NoticeReport,
    SecondAsked,
    SecondRefused,
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


@pytest.fixture
async def bureau(store: SqlStore) -> Bureau:
    return await Bureau(store).open()


async def test_a_notice_goes_to_everybody_in_the_scope_once(bureau: Bureau) -> None:
    await bureau.people(3)
    await bureau.people(2, place="guizhou/bijie")
    notice_id = await bureau.send_out()
    assert [notice.id for notice in await bureau.list_sending() if notice] == [notice_id]
    first = await bureau.take(notice_id, 2)
    second = await bureau.take(notice_id, 5)
    assert (len(first.deliveries), len(second.deliveries)) == (2, 1)
    await bureau.settles([*first.deliveries, *second.deliveries], DeliveryState.SENT)
    assert await bureau.states(notice_id) == {"sent": 3}
    assert (await bureau.notice(notice_id)).status is NoticeStatus.DONE


async def test_only_supervisors_write_and_only_within_their_scope(bureau: Bureau) -> None:
    with pytest.raises(NotSupervisor):
        await bureau.start(an_account("anna"), "en")
    notice_id = await bureau.write(MEI)
    beyond = Audience(places=(TONGREN,))
    with pytest.raises(OutsideScope):
        await bureau.edit(MEI, notice_id, lambda notice: replace(notice, audience=beyond))
    assert await bureau.edit(LIN, notice_id, lambda notice: replace(notice, texts={"": "mine"})) is None
    assert isinstance(await bureau.confirm(LIN, notice_id), NothingToConfirm)
    assert await bureau.show_draft(LIN, notice_id) is None
    assert not await bureau.drop(LIN, notice_id)


async def test_an_edit_cannot_change_whose_or_where_it_is(bureau: Bureau) -> None:
    notice_id = await bureau.write(MEI)
    await bureau.edit(
        MEI, notice_id, lambda notice: replace(notice, scope="", author=TOP, status=NoticeStatus.SENDING)
    )
    kept = await bureau.notice(notice_id)
    assert (kept.scope, kept.author, kept.status) == (WANSHAN, MEI, NoticeStatus.DRAFT)


async def test_who_is_withdrawn_can_neither_go_on_writing_nor_confirm(bureau: Bureau) -> None:
    await bureau.people(1)
    notice_id = await bureau.write(MEI)
    async with bureau.store.write() as uow:
        mei = await uow.supervisors.find(MEI)
        assert mei is not None
        await uow.supervisors.withdraw(mei.id, NOON)
        await uow.commit()
    with pytest.raises(NotSupervisor):
        await bureau.confirm(MEI, notice_id)
    with pytest.raises(NotSupervisor):
        await bureau.edit(MEI, notice_id, lambda notice: notice)


async def test_a_draft_of_a_wider_scope_that_she_had_is_not_sent(bureau: Bureau) -> None:
    await bureau.people(1)
    notice_id = await bureau.write(LIN)
    async with bureau.store.write() as uow:
        await uow.supervisors.add(LIN, WANSHAN, NOON)
        await uow.commit()
    with pytest.raises(NotSupervisor):
        await bureau.confirm(LIN, notice_id)
    fresh = await bureau.start(LIN, "en")
    assert (fresh.notice.id != notice_id, fresh.notice.scope) == (True, WANSHAN)


async def test_faults_keep_it_a_draft(bureau: Bureau) -> None:
    notice_id = await bureau.write(texts={"": "x" * 4097})
    outcome = await bureau.confirm(LIN, notice_id)
    assert isinstance(outcome, NotConfirmed)
    assert list(outcome.faults) == [
        Fault(FaultKind.TEXT_TOO_LONG, "", 4097, 4096),
        Fault(FaultKind.NOBODY),
    ]
    assert (await bureau.notice(notice_id)).status is NoticeStatus.DRAFT


async def test_confirmed_twice_is_confirmed_once(bureau: Bureau) -> None:
    await bureau.people(2)
    notice_id = await bureau.write()
    first, second = await bureau.confirm(LIN, notice_id), await bureau.confirm(LIN, notice_id)
    assert isinstance(first, Confirmed)
    assert isinstance(second, Confirmed)
    assert (first.again, second.again) == (False, True)
    assert await bureau.plan() == 2
    assert await bureau.plan() == 0


async def test_an_urgent_one_needs_a_second_supervisor_of_the_same_or_a_wider_scope(bureau: Bureau) -> None:
    await bureau.people(1)
    for account in (LIN, MEI, TOP):
        await a_person(bureau.store, account.external_id, status=WorkerStatus.NEW)
    notice_id = await bureau.write(LIN, urgent=True)
    assert isinstance(await bureau.confirm(LIN, notice_id), SecondAsked)
    assert await bureau.own_messages() == [(SECOND_WORD, TOP)]
    assert await bureau.plan() == 0
    with pytest.raises(OutsideScope):
        await bureau.answer_for(MEI, notice_id, asked=ASKED, yes=True)
    with pytest.raises(NotSupervisor):
        await bureau.answer_for(an_account("anna"), notice_id, asked=ASKED, yes=True)
    assert isinstance(await bureau.answer_for(LIN, notice_id, asked=ASKED, yes=True), NothingToConfirm)
    assert isinstance(await bureau.answer_for(TOP, notice_id, asked=ASKED, yes=True), Confirmed)
    assert isinstance(await bureau.answer_for(TOP, notice_id, asked=ASKED, yes=True), NothingToConfirm)
    assert await bureau.plan() == 1


async def test_a_refused_urgent_one_is_a_draft_again_and_its_author_hears_of_it(bureau: Bureau) -> None:
    await bureau.people(1)
    for account in (LIN, TOP):
        await a_person(bureau.store, account.external_id, status=WorkerStatus.NEW)
    notice_id = await bureau.write(LIN, urgent=True)
    await bureau.confirm(LIN, notice_id)
    await bureau.own_messages()
    assert isinstance(await bureau.answer_for(TOP, notice_id, asked=ASKED, yes=False), SecondRefused)
    assert (await bureau.notice(notice_id)).status is NoticeStatus.DRAFT
    assert await bureau.own_messages() == [(NOTICE_REFUSED, LIN)]


async def test_an_old_question_about_an_urgent_one_is_not_answered_for_a_new_one(bureau: Bureau) -> None:
    await bureau.people(1)
    await a_person(bureau.store, TOP.external_id, status=WorkerStatus.NEW)
    notice_id = await bureau.write(LIN, urgent=True)
    await bureau.confirm(LIN, notice_id)
    await bureau.answer_for(TOP, notice_id, asked=ASKED, yes=False)
    await bureau.edit(LIN, notice_id, lambda notice: replace(notice, texts={"": "Something else."}))
    bureau.clock.advance(minutes=1)
    await bureau.confirm(LIN, notice_id)
    assert isinstance(await bureau.answer_for(TOP, notice_id, asked=ASKED, yes=True), NothingToConfirm)
    assert (await bureau.notice(notice_id)).status is NoticeStatus.ASKED
    assert isinstance(await bureau.answer_for(TOP, notice_id, asked=ASKED + 60, yes=True), Confirmed)


async def test_an_urgent_one_is_not_confirmed_if_nobody_can_be_asked(bureau: Bureau) -> None:
    await bureau.people(1)
    notice_id = await bureau.write(LIN, urgent=True)
    assert isinstance(await bureau.confirm(LIN, notice_id), NobodyToAsk)
    assert (await bureau.notice(notice_id)).status is NoticeStatus.DRAFT


async def test_quiet_hours_hold_up_what_is_not_urgent(bureau: Bureau) -> None:
    await bureau.people(1, time_zone="Asia/Shanghai")
    bureau.clock.at = night = NOON.replace(hour=15)
    notice_id = await bureau.send_out()
    assert await bureau.list_sending() == []
    assert not (await bureau.take(notice_id, 5)).deliveries
    bureau.clock.at = night + timedelta(hours=8)
    assert len((await bureau.take(notice_id, 5)).deliveries) == 1


async def test_whose_quiet_hours_begin_while_it_is_sent_gets_it_in_the_morning(bureau: Bureau) -> None:
    await bureau.people(2)
    notice_id = await bureau.send_out()
    bureau.clock.at = NOON.replace(hour=21)
    taken = await bureau.take(notice_id, 5)
    assert (len(taken.deliveries), taken.passed_over) == (0, 2)
    assert await bureau.list_sending() == []
    bureau.clock.at = NOON.replace(hour=7) + timedelta(days=1)
    assert len((await bureau.take(notice_id, 5)).deliveries) == 2


async def test_who_changed_meanwhile_is_not_sent_what_is_not_for_her_any_more(bureau: Bureau) -> None:
    people = await bureau.people(5)
    notice_id = await bureau.send_out(kind=NoticeKind.WORK)
    async with bureau.store.write() as uow:
        await uow.workers.set_place(people[0].id, "guizhou/bijie", None)
        await uow.workers.set_reachable(people[1].account, reachable=False, at=NOON)
        await uow.workers.set_status(people[2].id, WorkerStatus.LEFT, NOON)
        await uow.workers.set_silenced(people[3].id, frozenset({"work"}))
        await uow.commit()
    taken = await bureau.take(notice_id, 9)
    assert [each.worker_id for each in taken.deliveries] == [people[4].id]
    assert await bureau.states(notice_id) == {"skipped": 3, "blocked": 1, "sending": 1}


async def test_the_first_fifty_go_first_and_if_most_fail_the_notice_waits_for_its_author(
    bureau: Bureau,
) -> None:
    await a_person(bureau.store, LIN.external_id, status=WorkerStatus.NEW)
    await bureau.people(CANARY + 10)
    notice_id = await bureau.send_out()
    taken = await bureau.take(notice_id, 100)
    assert len(taken.deliveries) == CANARY
    assert not (await bureau.take(notice_id, 100)).deliveries
    half = CANARY // 2
    await bureau.settles(taken.deliveries[:half], DeliveryState.BLOCKED)
    await bureau.settles(taken.deliveries[half:], DeliveryState.SENT)
    paused = await bureau.notice(notice_id)
    assert (paused.status, paused.reason) == (NoticeStatus.PAUSED, "failures")
    assert await bureau.own_messages() == [(NOTICE_PAUSED, LIN)]
    assert isinstance(await bureau.steer(LIN, notice_id, Steer.RESUME), NoticeReport)
    assert len((await bureau.take(notice_id, 100)).deliveries) == 10


async def test_after_a_good_start_all_others_follow(bureau: Bureau) -> None:
    await bureau.people(CANARY + 10)
    notice_id = await bureau.send_out()
    taken = await bureau.take(notice_id, 100)
    await bureau.settles(taken.deliveries[:20], DeliveryState.GONE)
    await bureau.settles(taken.deliveries[20:], DeliveryState.SENT)
    assert len((await bureau.take(notice_id, 100)).deliveries) == 10


async def test_what_is_refused_for_everybody_stops_after_a_few(bureau: Bureau) -> None:
    await bureau.people(9)
    notice_id = await bureau.send_out()
    taken = await bureau.take(notice_id, 3)
    for delivery in taken.deliveries:
        await bureau.settles([delivery], DeliveryState.REFUSED, "bad: can't parse entities")
    paused = await bureau.notice(notice_id)
    assert paused.status is NoticeStatus.PAUSED
    assert paused.reason == "refused: bad: can't parse entities"
    assert await bureau.states(notice_id) == {"planned": 6, "refused": 3}


async def test_whoever_dies_while_sending_leaves_unknown_ones_that_only_a_supervisor_sends_again(
    bureau: Bureau,
) -> None:
    await bureau.people(3)
    notice_id = await bureau.send_out()
    taken = await bureau.take(notice_id, 2)
    assert await bureau.sweep() == 0
    bureau.clock.at += timedelta(minutes=2)
    assert await bureau.sweep() == 2
    rest = await bureau.take(notice_id, 9)
    await bureau.settles(rest.deliveries, DeliveryState.SENT)
    assert (await bureau.notice(notice_id)).status is NoticeStatus.DONE
    unknown = await bureau.list_unknown(LIN, notice_id)
    assert {each.id for each in unknown} == {each.id for each in taken.deliveries}
    report = await bureau.steer(LIN, notice_id, Steer.SEND_AGAIN)
    assert isinstance(report, NoticeReport)
    assert report.notice.status is NoticeStatus.SENDING
    again = await bureau.take(notice_id, 9)
    assert {each.id for each in again.deliveries} == {each.id for each in taken.deliveries}


async def test_a_result_that_comes_after_the_sweep_still_counts(bureau: Bureau) -> None:
    await bureau.people(1)
    notice_id = await bureau.send_out()
    taken = await bureau.take(notice_id, 1)
    assert await bureau.sweep(everything=True) == 1
    await bureau.settles(taken.deliveries, DeliveryState.SENT)
    assert await bureau.states(notice_id) == {"sent": 1}


async def test_a_clock_that_is_set_back_holds_nothing_up(bureau: Bureau) -> None:
    await bureau.people(2)
    notice_id = await bureau.send_out()
    taken = await bureau.take(notice_id, 1)
    bureau.clock.at -= timedelta(hours=2)
    assert await bureau.sweep() == 1
    assert len((await bureau.take(notice_id, 1)).deliveries) == 1
    assert [each.id for each in await bureau.list_unknown(LIN, notice_id)] == [taken.deliveries[0].id]


async def test_a_press_proves_that_it_arrived(bureau: Bureau) -> None:
    (anna, other) = await bureau.people(2)
    notice_id = await bureau.send_out(receipt=Receipt.POLL, answers={"": ("Yes", "No")})
    taken = await bureau.take(notice_id, 2)
    hers = next(each for each in taken.deliveries if each.worker_id == anna.id)
    await bureau.sweep(everything=True)
    where = Where(anna.account.external_id, "77")
    assert await bureau.acknowledge(other, hers.id, where=where, answer=1) is NOT_YOURS
    assert await bureau.acknowledge(anna, hers.id, where=where, answer=3) is NOT_YOURS
    await bureau.acknowledge(anna, hers.id, where=where, answer=1)
    await bureau.acknowledge(anna, hers.id, where=where, answer=2)
    report = await bureau.show(LIN, notice_id)
    assert report is not None
    assert (report.tally.read, report.tally.answers[:2]) == (1, (0, 1))
    assert await bureau.states(notice_id) == {"sent": 1, "unknown": 1}
    ((delivery, notice),) = await bureau.mine(anna)
    assert (delivery.message, delivery.answer, notice.id) == ("77", 2, notice_id)


async def test_pause_resume_and_cancel(bureau: Bureau) -> None:
    await bureau.people(3)
    notice_id = await bureau.send_out()
    await bureau.take(notice_id, 1)
    await bureau.steer(LIN, notice_id, Steer.PAUSE)
    assert await bureau.list_sending() == []
    assert not (await bureau.take(notice_id, 9)).deliveries
    again = await bureau.steer(LIN, notice_id, Steer.PAUSE)
    assert isinstance(again, NoticeReport)
    assert not again.done
    await bureau.steer(LIN, notice_id, Steer.RESUME)
    assert len((await bureau.take(notice_id, 1)).deliveries) == 1
    await bureau.steer(LIN, notice_id, Steer.CANCEL)
    assert not (await bureau.take(notice_id, 9)).deliveries
    assert (await bureau.notice(notice_id)).status is NoticeStatus.CANCELLED


async def test_only_those_whose_scope_holds_it_steer_and_see_it(bureau: Bureau) -> None:
    await bureau.people(1)
    notice_id = await bureau.send_out(LIN)
    with pytest.raises(OutsideScope):
        await bureau.steer(MEI, notice_id, Steer.PAUSE)
    with pytest.raises(NotSupervisor):
        await bureau.steer(an_account("anna"), notice_id, Steer.PAUSE)
    assert await bureau.show(MEI, notice_id) is None
    assert await bureau.list_notices(MEI) == []
    assert isinstance(await bureau.steer(TOP, notice_id, Steer.PAUSE), NoticeReport)
    assert isinstance(await bureau.steer(TOP, NoticeId(99), Steer.PAUSE), NoticeGone)


async def test_what_was_sent_is_taken_back(bureau: Bureau) -> None:
    await bureau.people(3)
    notice_id = await bureau.send_out()
    taken = await bureau.take(notice_id, 2)
    await bureau.settles(taken.deliveries, DeliveryState.SENT)
    await bureau.steer(LIN, notice_id, Steer.TAKE_BACK)
    back = await bureau.take_back(notice_id, 9)
    assert {each.id for each in back} == {each.id for each in taken.deliveries}
    assert not await bureau.take_back(notice_id, 9)
    await bureau.settle_taken_back([Change(each.id, DeliveryState.RETRACTED) for each in back])
    assert not await bureau.take_back(notice_id, 9)
    assert (await bureau.notice(notice_id)).status is NoticeStatus.RETRACTED
    assert await bureau.states(notice_id) == {"planned": 1, "retracted": 2}


async def test_a_notice_whose_last_ones_were_skipped_ends(bureau: Bureau) -> None:
    (anna,) = await bureau.people(1)
    notice_id = await bureau.send_out()
    async with bureau.store.write() as uow:
        await uow.workers.set_status(anna.id, WorkerStatus.LEFT, NOON)
        await uow.commit()
    await bureau.take(notice_id, 9)
    assert await bureau.finish() == 1
    assert (await bureau.notice(notice_id)).status is NoticeStatus.DONE


async def test_at_a_time_of_each_persons_own_day(bureau: Bureau) -> None:
    await a_person(bureau.store, "east", place=WANSHAN, time_zone="Asia/Shanghai")
    await a_person(bureau.store, "west", place=WANSHAN, time_zone="UTC")
    at = datetime.combine(NOON.date(), datetime.min.time()).replace(hour=20, minute=30)
    notice_id = await bureau.send_out(local_time=at)
    bureau.clock.at = NOON.replace(hour=12, minute=30)
    assert [each.account for each in (await bureau.take(notice_id, 9)).deliveries] == [an_account("east")]
    bureau.clock.at = NOON.replace(hour=20, minute=30)
    assert [each.account for each in (await bureau.take(notice_id, 9)).deliveries] == [an_account("west")]
