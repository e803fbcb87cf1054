"""Somebody was taken out of a project for known answers that turned out wrong: a person looks once more."""

from datetime import timedelta

import pytest

from storage.unit_of_work import SqlStore
from tasks.appealing import Decision
from tasks.model.standing import REMOVAL_TOLD_FOR, Appeal, Sanction, Step
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.noticing.sending import TakeDeliveries
from tasks.outcomes import Following, Paused
from tests.contract.schoolroom import HEAD, Schoolroom

GOLDS = 20
WRONG_KEYS = {f"g{number}": "dog" for number in range(GOLDS)}


@pytest.fixture
async def room(store: SqlStore) -> Schoolroom:
    room = await Schoolroom.open(store, silent=GOLDS, tasks=3, quota=99)
    await room.village.worker(HEAD.external_id)
    return room


async def taken_out(room: Schoolroom, worker: Worker, question: Following) -> Sanction:
    assert isinstance(question, Question)
    outcome = await room.is_wrong_until_paused(worker, question)
    assert isinstance(outcome.next, Paused)
    removal = await room.decide(HEAD, outcome.next.sanction.id, Decision.REMOVE)
    assert removal is not None
    return removal


async def waiting(room: Schoolroom) -> list[tuple[int, Appeal]]:
    return [(each.sanction.id, each.sanction.appeal) for each in await room.pauses(HEAD, limit=9)]


async def told_head(room: Schoolroom) -> list[str]:
    return await room.said_to(await room.worker_of(HEAD))


async def test_supervisors_are_asked_once_and_only_they_take_it_back(room: Schoolroom) -> None:
    worker, question = await room.begins("anna")
    removal = await taken_out(room, worker, question)
    await room.recount()
    assert await waiting(room) == []
    await room.imports(WRONG_KEYS)
    await room.recount()
    assert (await room.standing(worker)).step is Step.REMOVED, "a person decides"
    assert await waiting(room) == [(removal.id, Appeal.DOUBTED)]
    assert await told_head(room) == ["removal_doubted"]
    await room.imports({"g0": "cat"})
    await room.recount()
    assert await told_head(room) == ["removal_doubted"]
    assert await room.decide(HEAD, removal.id, Decision.LET_GO_ON)
    assert (await room.standing(worker)).step is Step.WORKING
    assert await waiting(room) == []
    assert await room.said_to(worker) == ["removed", "pause_over"]


async def test_what_still_stands_is_not_doubted(room: Schoolroom) -> None:
    worker, question = await room.begins("anna")
    right = await room.says(worker, question, right=True)
    removal = await taken_out(room, worker, right.next)
    (beside,) = [one for one in await room.golds() if one.task_id == question.task_id]
    assert len(removal.evidence) == 7, "the first answer is not among them"
    await room.imports({f"g{(await room.golds()).index(beside)}": "dog"})
    await room.recount()
    assert (await room.standing(worker)).golds_right == 0
    assert await waiting(room) == []
    assert await told_head(room) == []


async def test_what_was_decided_before_a_supervisor_can_hear_it_is_not_said(room: Schoolroom) -> None:
    worker, question = await room.begins("anna")
    removal = await taken_out(room, worker, question)
    await room.imports(WRONG_KEYS)
    await room.recount()
    assert await room.decide(HEAD, removal.id, Decision.KEEP)
    taken = await TakeDeliveries(room.store, room.village.clock)(None, 20)
    assert [each.kind for each in taken.deliveries] == ["removed", "pause_kept"]
    await room.imports(dict.fromkeys(WRONG_KEYS, "cat"))
    await room.imports(WRONG_KEYS)
    await room.recount()
    assert await waiting(room) == [], "she was asked just this, and kept it"


async def test_it_is_doubted_although_her_appeal_was_refused(room: Schoolroom) -> None:
    worker, question = await room.begins("anna")
    removal = await taken_out(room, worker, question)
    await room.appeal(worker, removal.id)
    await room.decide(HEAD, removal.id, Decision.KEEP)
    await room.imports(WRONG_KEYS)
    await room.recount()
    assert await waiting(room) == [(removal.id, Appeal.DOUBTED)]
    asked = await room.appeal(worker, removal.id)
    assert asked is not None
    assert asked.appeal is Appeal.MADE, "now she has something new to say"


async def test_what_is_doubted_is_listed_for_her_however_long_ago_it_was(room: Schoolroom) -> None:
    worker, question = await room.begins("anna")
    await taken_out(room, worker, question)
    room.village.clock.advance(hours=REMOVAL_TOLD_FOR / timedelta(hours=1))
    (offer,) = await room.village.offers(worker)
    assert offer.is_old_news
    await room.imports(WRONG_KEYS)
    await room.recount()
    (offer,) = await room.village.offers(worker)
    assert not offer.is_old_news


async def test_what_is_kept_after_she_asked_because_of_the_doubt_is_doubted_no_more(room: Schoolroom) -> None:
    worker, question = await room.begins("anna")
    removal = await taken_out(room, worker, question)
    await room.imports(WRONG_KEYS)
    await room.recount()
    await room.appeal(worker, removal.id)
    kept = await room.decide(HEAD, removal.id, Decision.KEEP)
    assert kept is not None
    assert not kept.may_be_appealed, "she has asked, and once is enough"
    await room.imports({"g0": "cat"})
    await room.recount()
    assert await waiting(room) == [], "a supervisor kept it although its ground was gone"
