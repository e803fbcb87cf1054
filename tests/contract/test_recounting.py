"""Whoever answered a gold whose key has changed is judged as if the key had always been as it is now."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from bot.outages import is_outage
from storage.tables import golds, leases, recounts, standings
from storage.unit_of_work import SqlStore
from tasks.appealing import Decision
from tasks.model.gold import GoldState, Purpose
from tasks.model.identifiers import TaskId
from tasks.model.standing import Step
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import AnswerUndone, Paused
from tasks.ports import GoldChange
from tasks.quality.doubt import levels, replay
from tests.clocks import FrozenClock
from tests.contract.schoolroom import HEAD, Schoolroom

ALL = 4


@pytest.fixture
async def room(store: SqlStore) -> Schoolroom:
    """Four golds, all silent, and some other tasks."""
    return await Schoolroom.open(store, silent=ALL, tasks=3, quota=99)


async def answers_all(room: Schoolroom, name: str, *wrong: TaskId) -> tuple[Worker, Question]:
    """She answers all golds, those rightly that are not named; and what she is asked next."""
    worker, question = await room.begins(name)
    while await room.gold_of(question) is not None:
        outcome = await room.says(worker, question, right=question.task_id not in wrong)
        assert isinstance(outcome.next, Question)
        question = outcome.next
    return worker, question


async def counted(room: Schoolroom, worker: Worker) -> tuple[int, int]:
    """(right, asked), which is what her answers say."""
    await room.recount()
    standing = await room.standing(worker)
    keys = {row.task_id: row.choice for row in await room.rows(golds) if row.state != GoldState.SUSPENDED}
    hers = [
        row
        for row in await room.rows(leases)
        if (row.worker_id, row.purpose, row.answer_status) == (worker.id, Purpose.SILENT, "approved")
        and row.task_id in keys
    ]
    in_order = sorted(hers, key=lambda row: (row.answered_at, row.id))
    rights = [keys[row.task_id] == row.choice for row in in_order]
    assert (standing.golds_right, standing.golds) == (sum(rights), len(rights))
    assert standing.doubt == pytest.approx(replay(rights, levels(2)).doubt)
    return standing.golds_right, standing.golds


async def suspends(room: Schoolroom, task_id: TaskId) -> None:
    async with room.store.write() as uow:
        await uow.tasks.lock(task_id)
        await uow.golds.change({task_id: GoldChange(state=GoldState.SUSPENDED)})
        await uow.commit()


class Deadline(FrozenClock):
    """A clock that can be read so often; then the process is killed."""

    left = 3

    def now(self) -> datetime:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().now()


async def test_a_key_that_is_corrected_judges_those_who_answered_before(room: Schoolroom) -> None:
    first = (await room.golds())[0].task_id
    anna, _ = await answers_all(room, "anna")
    mei, _ = await answers_all(room, "mei", first)
    assert (await counted(room, anna), await counted(room, mei)) == ((4, 4), (3, 4))
    await room.imports({"g0": "dog"})
    assert (await counted(room, anna), await counted(room, mei)) == ((3, 4), (4, 4))
    await room.imports({"g0": "cat"})
    assert (await counted(room, anna), await counted(room, mei)) == ((4, 4), (3, 4))


async def test_a_key_that_is_removed_counts_for_nothing_until_it_is_back(room: Schoolroom) -> None:
    first = (await room.golds())[0].task_id
    anna, question = await answers_all(room, "anna", first)
    await room.imports({"g0": None})
    assert await counted(room, anna) == (3, 3)
    await room.imports({"g0": "cat"})
    assert await counted(room, anna) == (3, 4)
    await room.imports({"g0": None})
    assert await counted(room, anna) == (3, 3)
    await room.earns(replace(question, task_id=first), "dog")
    assert await counted(room, anna) == (4, 4), "the crowd is sure of it"


async def test_a_gold_that_is_suspended_twice_is_taken_off_once(room: Schoolroom) -> None:
    first = (await room.golds())[0].task_id
    anna, _ = await answers_all(room, "anna")
    for choice, right in (("dog", 3), ("cat", 4)):
        await suspends(room, first)
        assert await counted(room, anna) == (3, 3)
        await room.imports({"g0": choice})
        assert await counted(room, anna) == (right, 4)


async def test_two_changes_before_anybody_is_counted_end_at_the_last_key(room: Schoolroom) -> None:
    first = (await room.golds())[0].task_id
    anna, _ = await answers_all(room, "anna")
    await suspends(room, first)
    await room.imports({"g0": "dog"})
    await room.imports({"g0": None, "g1": "cat"})
    assert await counted(room, anna) == (2, 3)
    assert not await room.rows(recounts)


async def test_whoever_answered_several_of_them_is_counted_once(room: Schoolroom) -> None:
    people = [(await answers_all(room, name))[0] for name in ("anna", "mei", "li")]
    await room.imports({"g0": "dog", "g1": "cat"})
    await room.imports({"g2": None})
    assert await room.recount() == len(people)
    assert [await counted(room, worker) for worker in people] == [(1, 3)] * len(people)


async def test_keys_that_change_in_the_middle_are_counted_from_the_first_worker_on(room: Schoolroom) -> None:
    people = [(await answers_all(room, name))[0] for name in ("anna", "mei", "li", "wu")]
    await room.imports({"g0": "dog"})
    with pytest.raises(KeyboardInterrupt):
        await replace(room.recount, clock=Deadline(), at_once=2)()
    await room.imports({"g1": "cat"})
    assert await room.recount() == 2 + len(people)
    assert [await counted(room, worker) for worker in people] == [(2, 4)] * len(people)


async def test_a_project_that_fails_holds_up_no_other(store: SqlStore) -> None:
    odd = await Schoolroom.open(store, silent=ALL, tasks=3, quota=99, slug="odd")
    room = await Schoolroom.open(store, silent=ALL, tasks=3, quota=99)
    for each in (odd, room):
        await answers_all(each, "anna")
        await each.imports({"g0": "dog"})
    async with store.database.write() as transaction:
        hers = standings.c.project_id == odd.project.id
        await transaction.execute(update(standings).where(hers).values(step="nonsense"))
        await transaction.commit()
    with pytest.raises(ValueError, match="nonsense") as failure:
        await room.recount()
    assert failure.value.__notes__ == [f"golds of project number {odd.project.id} were being recounted"]
    rights = {row.project_id: row.golds_right for row in await room.rows(standings)}
    assert rights == {odd.project.id: 4, room.project.id: 3}


async def test_golds_that_are_not_known_any_more_take_no_room_among_the_last_ones(room: Schoolroom) -> None:
    anna, _ = await answers_all(room, "anna")
    for gold in (await room.golds())[2:]:
        await suspends(room, gold.task_id)
    async with room.store.read() as uow:
        last = await uow.golds.list_answers_of(room.project.id, anna.id, since=None, limit=2)
    assert len(last) == 2


async def test_an_import_that_changes_no_key_counts_nobody_anew(room: Schoolroom) -> None:
    await answers_all(room, "anna")
    await room.imports({"g0": "cat", "g1": "dog", "t0": None, "g9": "cat"})
    assert await room.recount() == 0


async def test_what_was_taught_does_not_count_whatever_the_gold_does_now(store: SqlStore) -> None:
    room = await Schoolroom.open(store, teaching=1, silent=1, tasks=3)
    taught, silent = [gold.task_id for gold in await room.golds()]
    anna, _ = await answers_all(room, "anna")
    assert await counted(room, anna) == (1, 1)
    async with store.write() as uow:
        await uow.golds.set_roles({taught: Purpose.SILENT, silent: Purpose.TEACHING})
        await uow.commit()
    await suspends(room, silent)
    assert await counted(room, anna) == (0, 0), "she was measured when she was asked"
    await room.imports({"g0": "dog"})
    assert await counted(room, anna) == (0, 0)


async def test_a_pause_that_rested_on_a_wrong_key_is_over_even_if_it_was_kept(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20, tasks=3, quota=99)
    anna, question = await room.begins("anna")
    outcome = await room.is_wrong_until_paused(anna, question)
    assert isinstance(outcome.next, Paused)
    await room.decide(HEAD, outcome.next.sanction.id, Decision.KEEP)
    rests_on = {row.task_id for row in await room.rows(leases) if row.id in outcome.next.sanction.evidence}
    bad = min(rests_on)
    (row,) = [row for row in await room.rows(golds) if row.task_id == bad]
    number = [gold.task_id for gold in await room.golds()].index(bad)
    await room.imports({f"g{number}": "dog" if row.choice == "cat" else "cat"})
    assert await room.recount() == 1
    assert (await room.standing(anna)).step is not Step.PAUSED
    assert await room.reasons_told(anna) == ["keys"]


async def test_an_answer_that_is_taken_back_before_the_recount_counts_no_more(room: Schoolroom) -> None:
    anna, question = await room.begins("anna")
    first = question.task_id
    gold = await room.gold_of(question)
    assert gold is not None
    await room.says(anna, question, right=True)
    await suspends(room, first)
    assert isinstance(await room.village.undo(anna, question.lease_id), AnswerUndone)
    assert await counted(room, anna) == (0, 0)


async def test_it_goes_on_where_it_was_broken_off(room: Schoolroom) -> None:
    people = [(await answers_all(room, name))[0] for name in ("anna", "mei", "li", "wu", "fang")]
    await room.imports({"g0": "dog"})
    with pytest.raises(KeyboardInterrupt):
        await replace(room.recount, clock=Deadline(), at_once=2)()
    rights = [row.golds_right for row in sorted(await room.rows(standings), key=lambda row: row.worker_id)]
    assert rights == [3, 3, 4, 4, 4], "the second pair was begun and is as it was"
    assert await room.recount() == 3
    assert [await counted(room, worker) for worker in people] == [(3, 4)] * 5


async def again(work: Callable[[], Awaitable[Any]]) -> Any:
    """What the program does when a database lets go of one of two who wait for each other."""
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_outage(error):
                raise


async def test_keys_change_and_people_are_counted_while_others_answer(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=12, tasks=3, quota=99)
    bad = {gold.task_id for gold in (await room.golds())[:3]}

    async def answers(name: str) -> Worker:
        worker, question = await again(partial(room.begins, name))
        while True:
            right = question.task_id not in bad
            outcome = await again(partial(room.says, worker, question, right=right))
            if not isinstance(outcome.next, Question):
                return worker
            question = outcome.next

    async def changes() -> None:
        for choice in ("dog", None, "cat", "dog") * 3:
            await again(partial(room.imports, {"g0": choice, "g1": "cat", "g2": choice}))

    async def counts() -> None:
        for _ in range(12):
            await again(room.recount)

    everybody = asyncio.gather(*(answers(name) for name in ("anna", "mei", "li", "wu")))
    await asyncio.gather(everybody, changes(), counts(), counts())
    asked = [(await counted(room, worker))[1] for worker in await everybody]
    assert min(asked) > 0
