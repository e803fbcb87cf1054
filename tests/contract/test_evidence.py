"""What is learnt from, as it is kept: which golds the client told, and which the crowd earned."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from storage.repositories import models
from tasks.model.work import AnswerStatus
from tasks.quality.evidence import Heard
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


async def test_answers_on_gold_are_not_looked_for_among_all_answers_or_tasks(store):
    project = await fill(store)
    plans = await plans_of(store, lambda unit: unit.models.list_evidence(project.id, 500))
    on_gold = [plan for plan in plans if "JOIN golds" in plan.statement]
    assert on_gold
    for plan in on_gold:
        indexes = {reading.index for reading in plan.readings}
        assert not indexes & {"ix_leases_answered", "sqlite_autoindex_tasks_1", "uq_tasks_project_id_key"}
