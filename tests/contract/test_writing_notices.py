"""A notice is written and confirmed: by whom, and what keeps it a draft."""

import asyncio
from dataclasses import replace

import pytest

from storage.unit_of_work import SqlStore
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.notice import Audience, NoticeStatus
from tasks.model.worker import WorkerStatus
from tasks.noticing.checking import Fault, FaultKind
from tasks.noticing.confirming import AnswerForNotice
from tasks.noticing.own_messages import NOTICE_REFUSED, SECOND_WORD
from tasks.outcomes import (
    Confirmed,
    NobodyToAsk,
    NotConfirmed,
    NothingToConfirm,
    SecondAsked,
    SecondRefused,
)
from tasks.supervising import Scopes
from tests.builders import NOON, an_account
from tests.contract.bureau import ASKED, LIN, MEI, TONGREN, TOP, WANSHAN, Bureau
from tests.contract.county import a_person


@pytest.fixture
async def bureau(store: SqlStore) -> Bureau:
    return await Bureau(store).open()


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


async def test_confirmed_twice_at_once_is_confirmed_once(bureau: Bureau) -> None:
    await bureau.people(3)
    notice_id = await bureau.write()
    outcomes = await asyncio.gather(*(bureau.confirm(LIN, notice_id) for _ in range(4)))
    assert [outcome.again for outcome in outcomes if isinstance(outcome, Confirmed)].count(False) == 1
    planned = await asyncio.gather(*(bureau.plan() for _ in range(3)))
    assert sum(planned) == 3
    assert await bureau.states(notice_id) == {"planned": 3}


async def test_of_two_second_supervisors_at_once_one_decides(bureau: Bureau) -> None:
    await bureau.people(1)
    other = an_account("other")
    bureau.scopes = Scopes(frozenset({TOP, other}))
    bureau.answer_for = AnswerForNotice(bureau.store, bureau.clock, bureau.scopes)
    await a_person(bureau.store, TOP.external_id, status=WorkerStatus.NEW)
    notice_id = await bureau.write(LIN, urgent=True)
    await bureau.confirm(LIN, notice_id)
    outcomes = await asyncio.gather(
        bureau.answer_for(TOP, notice_id, asked=ASKED, yes=True),
        bureau.answer_for(other, notice_id, asked=ASKED, yes=False),
    )
    assert sum(isinstance(outcome, NothingToConfirm) for outcome in outcomes) == 1
    agreed = any(isinstance(outcome, Confirmed) for outcome in outcomes)
    expected = NoticeStatus.CONFIRMED if agreed else NoticeStatus.DRAFT
    assert (await bureau.notice(notice_id)).status is expected
