"""Which deliveries go out, when, and what pauses a notice, on a real store."""

from datetime import datetime, timedelta

import pytest

from storage.unit_of_work import SqlStore
from tasks.enrolling import MarkReachable, Welcome
from tasks.model.notice import DeliveryState, NoticeKind, NoticeStatus
from tasks.model.worker import WorkerStatus
from tasks.noticing.own_messages import NOTICE_PAUSED, say_about
from tasks.noticing.sending import (
    CANARY,
)
from tasks.noticing.steering import Steer
from tasks.outcomes import (
    NoticeReport,
)
from tests.builders import NOON, an_account
from tests.contract.bureau import LIN, WANSHAN, Bureau
from tests.contract.county import a_person


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


async def test_at_a_time_of_each_persons_own_day(bureau: Bureau) -> None:
    await a_person(bureau.store, "east", place=WANSHAN, time_zone="Asia/Shanghai")
    await a_person(bureau.store, "west", place=WANSHAN, time_zone="UTC")
    at = datetime.combine(NOON.date(), datetime.min.time()).replace(hour=20, minute=30)
    notice_id = await bureau.send_out(local_time=at)
    bureau.clock.at = NOON.replace(hour=12, minute=30)
    assert [each.account for each in (await bureau.take(notice_id, 9)).deliveries] == [an_account("east")]
    bureau.clock.at = NOON.replace(hour=20, minute=30)
    assert [each.account for each in (await bureau.take(notice_id, 9)).deliveries] == [an_account("west")]


@pytest.mark.parametrize("way", ["a press", "/start"])
async def test_what_has_waited_for_her_goes_out_as_soon_as_she_is_back(bureau: Bureau, way: str) -> None:
    anna = await a_person(bureau.store, "anna")
    mark = MarkReachable(bureau.store, bureau.clock)
    await mark(anna.account, reachable=False)
    notice = await bureau.notice(await bureau.write())
    async with bureau.store.write() as uow:
        await say_about(uow, notice, anna, kind=NOTICE_PAUSED, now=NOON, reason="failures")
        await uow.commit()
    assert await bureau.own_messages() == []
    bureau.clock.advance(minutes=1)
    assert await bureau.list_sending() == []
    if way == "a press":
        await mark(anna.account, reachable=True)
    else:
        welcome = Welcome(bureau.store, bureau.clock, "UTC")
        await welcome(anna.account, language="zh", join_code=None)
    assert await bureau.own_messages() == [(NOTICE_PAUSED, anna.account)]
