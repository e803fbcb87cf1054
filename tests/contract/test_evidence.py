"""What is learnt from, as it is kept: which golds the client told, and which the crowd earned."""

import asyncio
import gc
import time
from contextlib import suppress
from datetime import timedelta

import pytest

from storage.repositories import models
from tasks.model.work import AnswerStatus
from tests.builders import NOON, a_new_task, a_project, an_account, an_answer
from tests.contract.answered import answer
from tests.contract.crowded_house import fill
from tests.contract.judged import keep_gold
from tests.contract.readings import plans_of


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


async def test_of_gold_as_well_the_last_answers_are_enough(store, monkeypatch):
    async with store.write() as unit:
        project = await unit.projects.save(a_project(), NOON)
        await unit.tasks.upsert(project, [a_new_task(key) for key in ("t1", "g1")])
        await unit.commit()
    await keep_gold(store, project, "g1", origin="client")
    workers = []
    for minute, name in enumerate(("anna", "mei", "li")):
        said = an_answer("cat", at=NOON + timedelta(minutes=minute), status=AnswerStatus.APPROVED)
        workers += [await answer(store, project, key, an_account(name), said) for key in ("t1", "g1")]
    monkeypatch.setattr(models, "GOLD_LOOKED_AT", 2)
    for limit, expected in ((1, [1, 2]), (3, [3, 3])):
        async with store.read() as unit:
            evidence = await unit.models.list_evidence(project.id, limit)
        by_truth = {None: [], "cat": []}
        for one in evidence.answers:
            by_truth[evidence.tasks[one.task_id].truth].append(one.worker_id)
        assert [len(heard) for heard in by_truth.values()] == expected
        assert set(by_truth["cat"]) == set(workers[-2 * expected[1] :])


@pytest.fixture
def collector_off():
    """What the garbage collector does in a test run is no measure: the program spares it."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("collector_off")
async def test_people_are_answered_while_much_is_read(store):
    project = await fill(store)
    longest = asyncio.create_task(longest_spell())
    async with store.read() as unit:
        evidence = await unit.models.list_evidence(project.id, 60_000)
    longest.cancel()
    assert len(evidence.answers) > 9_000
    assert await longest < 0.02


async def longest_spell() -> float:
    """So many seconds the loop worked at most, while it ran, before it came round to others."""
    longest, before = 0.0, time.thread_time()
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(0.001)
            longest, before = max(longest, time.thread_time() - before), time.thread_time()
    return longest


async def test_answers_on_gold_are_not_looked_for_among_all_answers_or_tasks(store):
    project = await fill(store)
    plans = await plans_of(store, lambda unit: unit.models.list_evidence(project.id, 500))
    on_gold = [plan for plan in plans if "JOIN golds" in plan.statement]
    assert on_gold
    for plan in on_gold:
        indexes = {reading.index for reading in plan.readings}
        assert not indexes & {"ix_leases_answered", "sqlite_autoindex_tasks_1", "uq_tasks_project_id_key"}
