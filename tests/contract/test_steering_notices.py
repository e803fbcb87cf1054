"""A notice that was sent: paused, cancelled, taken back, read, and what of it nobody knows."""

from datetime import timedelta

import pytest

from storage.unit_of_work import SqlStore
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import NoticeId
from tasks.model.notice import DeliveryState, NoticeStatus, Receipt
from tasks.model.worker import WorkerStatus
from tasks.noticing.reading import Where
from tasks.noticing.steering import Steer
from tasks.outcomes import (
    NOT_YOURS,
    NoticeGone,
    NoticeReport,
)
from tasks.ports import Change
from tests.builders import NOON, an_account
from tests.contract.bureau import LIN, MEI, TOP, Bureau


@pytest.fixture
async def bureau(store: SqlStore) -> Bureau:
    return await Bureau(store).open()


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
