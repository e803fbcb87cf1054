"""What is learnt from, as it is kept: which golds the client told, and which the crowd earned."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage.repositories import models
from storage.tables import LEASES_ONE_PER_WORKER_AND_TASK, leases, tasks
from tasks.model.work import AnswerStatus
from tasks.quality.evidence import Heard
from tests.builders import NOON, a_new_task, a_project, an_account, an_answer
from tests.contract.answered import answer
from tests.contract.crowded_house import fill
from tests.contract.judged import find_task, keep_gold
from tests.contract.readings import plans_of

BY_ID = {"pk_tasks", "INTEGER PRIMARY KEY"}


async def test_gold_says_whose_it_is(store):
    async with store.write() as unit:
        project = await unit.projects.save(a_project(), NOON)
        await unit.tasks.upsert(project, [a_new_task(key) for key in ("t1", "g1", "g2", "g3")])
        await unit.commit()
    await keep_gold(store, project, "g1", origin="client")
    await keep_gold(store, project, "g2", origin="earned")
    await keep_gold(store, project, "g3", origin="earned", state="suspended")
    said = an_answer("cat", at=NOON, status=AnswerStatus.APPROVED)
    for key in ("t1", "g1", "g2", "g3"):
        await answer(store, project, key, an_account("anna"), said)

    async with store.read() as unit:
        evidence = await unit.models.list_evidence(project.id, 10)

    told = [(one.truth, one.is_earned) for _, one in sorted(evidence.tasks.items())]
    assert told == [(None, False), ("cat", False), ("cat", True), (None, False)]


@pytest.mark.parametrize("asked_as", ["silent", "work"])
async def test_of_gold_as_well_the_last_answers_are_enough(store, monkeypatch, asked_as):
    async with store.write() as unit:
        project = await unit.projects.save(a_project(), NOON)
        await unit.tasks.upsert(project, [a_new_task(key) for key in ("t1", "g1")])
        await unit.commit()
    await keep_gold(store, project, "g1", origin="client")
    workers = []
    for minute, name in enumerate(("anna", "mei", "li")):
        said = an_answer("cat", at=NOON + timedelta(minutes=minute), status=AnswerStatus.APPROVED)
        workers += [await answer(store, project, key, an_account(name), said) for key in ("t1", "g1")]
    await were_asked(store, project, "g1", asked_as)
    monkeypatch.setattr(models, "GOLD_LOOKED_AT", 2)
    for limit, expected in ((1, [1, 2]), (3, [3, 3])):
        async with store.read() as unit:
            evidence = await unit.models.list_evidence(project.id, limit)
        by_truth = {None: [], "cat": []}
        for one in evidence.answers:
            by_truth[evidence.tasks[one.task_id].truth].append(one.worker_id)
        assert [len(heard) for heard in by_truth.values()] == expected
        assert set(by_truth["cat"]) == set(workers[-2 * expected[1] :])


async def test_people_are_answered_while_much_is_read(store, monkeypatch):
    """Others have their turn after each page, however many pages there are."""
    read: list[Heard] = []

    def noted(*heard) -> Heard:
        read.append(Heard(*heard))
        return read[-1]

    async def most_at_once() -> int:
        most = before = 0
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(0)
                most, before = max(most, len(read) - before), len(read)
        return most

    project = await fill(store)
    monkeypatch.setattr(models, "Heard", noted)
    beside = asyncio.create_task(most_at_once())
    async with store.read() as unit:
        evidence = await unit.models.list_evidence(project.id, 60_000)
    beside.cancel()
    assert len(evidence.answers) > 9_000
    assert await beside <= models.PAGE_ROWS


async def test_a_key_that_is_told_afterwards_counts_however_much_was_said_since(store, monkeypatch):
    """What the crowd has earned as gold is known from such answers only: they are read like all others."""
    async with store.write() as unit:
        project = await unit.projects.save(a_project(), NOON)
        await unit.tasks.upsert(project, [a_new_task(key) for key in ("told", "earned", "asked", "t1")])
        await unit.commit()
    for minute, key in enumerate(("told", "earned", "asked", "t1")):
        said = an_answer("cat", at=NOON + timedelta(minutes=minute), status=AnswerStatus.APPROVED)
        await answer(store, project, key, an_account("anna"), said)
    for key, origin in (("told", "client"), ("earned", "earned"), ("asked", "client")):
        await keep_gold(store, project, key, origin=origin)
    await were_asked(store, project, "asked", "silent")
    monkeypatch.setattr(models, "GOLD_LOOKED_AT", 1)
    keys = await keys_of(store)
    for limit, expected in ((1, ["asked", "told", "t1"]), (2, ["asked", "told", "t1", "earned"])):
        async with store.read() as unit:
            evidence = await unit.models.list_evidence(project.id, limit)
        assert [keys[one.task_id] for one in evidence.answers] == expected


async def test_each_part_is_read_along_its_own_index(store):
    project = await fill(store)
    plans = await plans_of(store, lambda unit: unit.models.list_evidence(project.id, 500))
    read = [{one.index for one in plan.readings if one.table == "leases"} for plan in plans]
    parts = ({"ix_leases_gold_answered"}, {LEASES_ONE_PER_WORKER_AND_TASK}, {"ix_leases_answered"})
    assert read == [part for _ in range(len(plans) // len(parts)) for part in parts]
    # Golds whose key was told afterwards are looked up among all tasks one by one.
    for plan in plans[1 :: len(parts)]:
        assert {one.index for one in plan.readings if one.table == "tasks"} <= BY_ID, plan.drawn


async def were_asked(store, project, key, purpose):
    """Whoever answered that task was asked it for this purpose."""
    async with store.database.write() as transaction:
        task_id = await find_task(transaction, project, key)
        await transaction.execute(update(leases).where(leases.c.task_id == task_id).values(purpose=purpose))
        await transaction.commit()


async def keys_of(store):
    async with store.database.read() as transaction:
        return {row.id: row.key for row in await transaction.execute(select(tasks.c.id, tasks.c.key))}
