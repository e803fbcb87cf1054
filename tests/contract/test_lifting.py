"""A pause that has lost its ground is lifted, unless a person has decided about it."""

from dataclasses import replace

import pytest

from storage.tables import leases, tasks
from storage.unit_of_work import SqlStore
from tasks.appealing import Decision
from tasks.golding import CrowdMemory
from tasks.learning_from_answers import LearnFromAnswers
from tasks.lifting import LiftPauses
from tasks.model.standing import Appeal, Sanction, Step
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import Paused
from tests.contract.schoolroom import HEAD, Schoolroom


def lifting(room: Schoolroom, at_once: int = 50) -> LiftPauses:
    """What another process, which remembers nothing, does."""
    return LiftPauses(room.store, room.village.clock, CrowdMemory(), at_once)


async def paused(room: Schoolroom, name: str) -> tuple[Worker, Sanction]:
    worker, question = await room.begins(name)
    outcome = await room.is_wrong_until_paused(worker, question)
    assert isinstance(outcome.next, Paused)
    return worker, outcome.next.sanction


async def it_turns_out_to_be_hard(room: Schoolroom) -> None:
    """Five others are wrong as often as right."""
    for number in range(5):
        worker, question = await room.begins(f"usual{number}")
        for answer in range(6):
            outcome = await room.says(worker, question, right=bool(answer % 2))
            question = outcome.next  # type: ignore[assignment]


async def test_usual_is_what_those_are_who_came_first_not_those_who_are_tested_most(store: SqlStore) -> None:
    room = await Schoolroom.open(store)
    records = [(9, 10), (8, 9), (5, 20), (4, 18)]
    keys = [(room.project.id, (await room.village.worker(f"w{number}")).id) for number in range(4)]
    async with store.write() as uow:
        locked = await uow.standings.lock(keys)
        for key, (right, asked) in zip(keys, records, strict=True):
            await uow.standings.save([replace(locked[key], golds=asked, golds_right=right)])
        assert await uow.standings.list_records(room.project.id, 2) == [(9, 10), (8, 9)]


@pytest.fixture
async def room(store: SqlStore) -> Schoolroom:
    return await Schoolroom.open(store, silent=20, tasks=60, quota=9)


async def test_learning_lifts_a_pause_when_usual_is_less_than_thought(room: Schoolroom) -> None:
    anna, pause = await paused(room, "anna")
    lift = lifting(room)
    learn = LearnFromAnswers(room.store, room.village.clock, follows=(lift,))
    await learn.learn(room.project)
    assert (await room.standing(anna)).step is Step.PAUSED, "nothing is known of the others yet"
    await it_turns_out_to_be_hard(room)
    room.village.clock.advance(minutes=2)
    await learn.learn(room.project)
    assert (await room.standing(anna)).step is not Step.PAUSED
    (kept,) = [row for row in await room.sanctions() if row.id == pause.id]
    assert (kept.ended_at, kept.appeal) == (room.village.clock.now(), Appeal.OVERTAKEN)
    assert await room.said_to(anna) == ["pause_over"]
    assert await room.reasons_told(anna) == ["usual"]
    assert isinstance(await room.village.take_task(anna, room.project.id), Question)
    assert await lift(room.project) == 0
    assert await room.said_to(anna) == ["pause_over"]


async def test_keys_that_changed_are_the_reason_also_before_anybody_is_counted_anew(room: Schoolroom) -> None:
    anna, pause = await paused(room, "anna")
    rests_on = {row.task_id for row in await room.rows(leases) if row.id in pause.evidence}
    golds = {gold.task_id: gold.choice for gold in await room.golds()}
    keys = {row.id: row.key for row in await room.rows(tasks)}
    wrong = {"cat": "dog", "dog": "cat"}
    await room.imports({keys[task_id]: wrong[golds[task_id]] for task_id in rests_on})
    assert await lifting(room)(room.project) == 1
    await room.recount()
    assert await room.reasons_told(anna) == ["keys"]


async def test_what_a_supervisor_has_decided_stays_and_an_open_appeal_is_overtaken(room: Schoolroom) -> None:
    appealed, made = await paused(room, "anna")
    refused, kept = await paused(room, "bela")
    removed, out = await paused(room, "cora")
    unasked, confirmed = await paused(room, "dora")
    for worker, pause in ((appealed, made), (refused, kept)):
        await room.appeal(worker, pause.id)
    await room.decide(HEAD, kept.id, Decision.KEEP)
    await room.decide(HEAD, out.id, Decision.REMOVE)
    await room.decide(HEAD, confirmed.id, Decision.KEEP)
    await it_turns_out_to_be_hard(room)
    assert await lifting(room)(room.project) == 1
    appeals = {row.id: (row.appeal, row.ended_at is None) for row in await room.sanctions()}
    assert (appeals[made.id], appeals[kept.id]) == ((Appeal.OVERTAKEN, False), (Appeal.REFUSED, True))
    steps = [(await room.standing(worker)).step for worker in (appealed, refused, removed, unasked)]
    assert steps[0] is not Step.PAUSED
    assert steps[1:] == [Step.PAUSED, Step.REMOVED, Step.PAUSED]


async def test_some_at_a_time_and_each_comes_to_its_turn(room: Schoolroom) -> None:
    for name in ("anna", "bela", "cora"):
        await paused(room, name)
    await it_turns_out_to_be_hard(room)
    lift = lifting(room, at_once=2)
    assert [await lift(room.project) for _ in range(3)] == [2, 1, 0]


async def test_what_the_test_takes_back_forgives_nothing(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=12, tasks=3, quota=9)
    anna, pause = await paused(room, "anna")
    (bad,) = {row.task_id for row in await room.rows(leases) if row.id == pause.evidence[0]}
    await room.three_able_contradict(bad)
    assert await room.suspend() == 1
    await room.recount()
    assert (await room.standing(anna)).step is not Step.PAUSED
    again = await room.says(anna, await room.village.question(anna, room.project), right=False)
    assert isinstance(again.next, Paused), "all but the bad gold still speaks against her"
    assert set(pause.evidence[1:]) < set(again.next.sanction.evidence)


async def test_what_a_person_forgave_stays_forgiven_whatever_the_test_takes_back_later(
    room: Schoolroom,
) -> None:
    anna, pause = await paused(room, "anna")
    await room.decide(HEAD, pause.id, Decision.LET_GO_ON)
    forgiven_at = room.village.clock.now()
    outcome = await room.is_wrong_until_paused(anna, await room.village.question(anna, room.project))
    assert isinstance(outcome.next, Paused)
    async with room.store.write() as uow:
        await uow.sanctions.save(outcome.next.sanction.taken_back(room.village.clock.now()))
        assert await uow.sanctions.find_forgiven(room.project.id, anna.id) == forgiven_at
