"""Answers become verdicts, and verdicts are learnt over again."""

from random import Random

import pytest
from sqlalchemy import select

from storage.tables import tasks
from storage.unit_of_work import SqlStore
from tasks.deciding import Deciding
from tasks.learning_from_answers import LearnFromAnswers
from tasks.model.project import AnswerRules
from tasks.model.verdict import VerdictReason
from tasks.model.work import TaskStatus
from tasks.ports import Bucket
from tasks.watching_projects import RefreshReport
from tests.builders import a_project
from tests.contract.court import Court
from tests.contract.village import Village

CHOICES = ("cat", "dog")
GOOD = (0.96, 0.04, 0.04, 0.96)
GUESSES = (0.5, 0.5, 0.5, 0.5)


class Always(Random):
    """Every draw is the lowest there is."""

    def random(self) -> float:
        return 0.0


@pytest.fixture
async def court(store: SqlStore) -> Court:
    project = a_project(choices=CHOICES, rules=AnswerRules(1, 5, 0.85), gold_share=0.0)
    village = Village(store)
    async with store.write() as uow:
        project = await uow.projects.save(project, village.clock.now())
        await uow.commit()
    return Court(store, village, project, Deciding(chance=Random(3)))


async def test_two_able_workers_who_agree_are_enough(court):
    await court.are_known(GOOD, "anna", "bela")
    task_id = await court.task("t1")
    before = await court.says(task_id, ("anna", "cat"))
    after = await court.says(task_id, ("bela", "cat"))
    assert before.status is TaskStatus.OPEN
    async with court.store.database.read() as transaction:
        audited = await transaction.execute(select(tasks.c.id).where(tasks.c.audit.is_not(None)))
        assert audited.all() == []
    assert (after.status, after.choice) == (TaskStatus.CLOSED, "cat")
    (verdict,) = await court.verdicts(task_id)
    assert (verdict.version, verdict.answers, verdict.reason) == (1, 2, VerdictReason.SURE)
    assert verdict.belief.confidence >= 0.85
    assert sum(verdict.belief.soft.values()) == pytest.approx(1, abs=1e-4)
    assert await court.place(task_id) is None


async def test_who_only_guess_bring_it_to_dispute_or_to_nothing(court):
    await court.are_known(GUESSES, *"abcde")
    task_id = await court.task("t1")
    task = await court.says(task_id, *zip("abcde", ("cat", "dog", "cat", "dog", "cat"), strict=True))
    assert task.status is TaskStatus.DISPUTED
    (verdict,) = await court.verdicts(task_id)
    assert (verdict.reason, verdict.answers) == (VerdictReason.QUOTA, 5)
    assert verdict.belief.confidence < 0.7


async def test_an_open_task_says_how_many_it_needs(court):
    task_id = await court.task("t1")
    await court.says(task_id, ("a", "cat"))
    bucket, need = await court.place(task_id)
    assert (bucket, 1 <= need <= 4) == (Bucket.STARTED, True)
    await court.says(task_id, ("b", "dog"))
    bucket, need = await court.place(task_id)
    assert (bucket, 1 <= need <= 3) == (Bucket.DOUBTFUL, True)


async def test_a_fixed_number_of_answers_is_always_asked(court):
    await court.order(AnswerRules(3, 3, 0.85))
    await court.are_known(GOOD, *"abc")
    task_id = await court.task("t1")
    assert (await court.says(task_id, ("a", "cat"), ("b", "cat"))).status is TaskStatus.OPEN
    assert await court.place(task_id) == (Bucket.DOUBTFUL, 1)
    assert (await court.says(task_id, ("c", "cat"))).status is TaskStatus.CLOSED


async def test_an_audited_task_gets_two_more_answers(court):
    court.deciding = Deciding(chance=Always())
    await court.are_known(GOOD, *"abcd")
    task_id = await court.task("t1")
    task = await court.says(task_id, ("a", "cat"), ("b", "cat"))
    assert (task.status, task.audit and task.audit.choice) == (TaskStatus.OPEN, "cat")
    assert await court.place(task_id) == (Bucket.AUDIT, 2)
    assert (await court.says(task_id, ("c", "cat"))).status is TaskStatus.OPEN
    assert await court.place(task_id) == (Bucket.AUDIT, 1)
    task = await court.says(task_id, ("d", "cat"))
    assert (task.status, task.audit is None) == (TaskStatus.CLOSED, False)


async def test_the_machine_is_one_more_vote(court):
    await court.are_known(GOOD, "a", "b")
    alone, helped = await court.task("t1"), await court.task("t2", machine="cat")
    without = await court.says(alone, ("a", "cat"))
    helped_task = await court.says(helped, ("a", "cat"))
    assert helped_task.confidence > without.confidence
    assert helped_task.answers == 1


async def test_what_is_learnt_of_workers_reopens_what_they_closed(court):
    await court.are_known(GOOD, "a", "b")
    task_id = await court.task("t1")
    assert (await court.says(task_id, ("a", "cat"), ("b", "cat"))).status is TaskStatus.CLOSED
    await court.are_known(GUESSES, "a", "b")
    court.deciding = Deciding()
    async with court.store.write() as uow:
        task = await uow.tasks.lock(task_id)
        await court.deciding(uow, court.project, [task], court.village.clock.now())
        await uow.commit()
    task = await court.look(task_id)
    assert task.status is TaskStatus.OPEN
    assert [one.reason for one in await court.verdicts(task_id)] == [
        VerdictReason.SURE,
        VerdictReason.REOPENED,
    ]
    assert (await court.place(task_id))[1] >= 1


async def test_a_lower_quota_in_the_middle_gets_its_verdict_when_something_is_learnt(court):
    task_id = await court.task("t1")
    await court.says(task_id, ("a", "cat"), ("b", "dog"))
    await court.order(AnswerRules(1, 2, 0.9))
    assert (await court.look(task_id)).status is TaskStatus.CLOSED
    await LearnFromAnswers(court.store, court.village.clock).learn(court.project)
    assert (await court.look(task_id)).status is TaskStatus.DISPUTED
    assert [one.reason for one in await court.verdicts(task_id)] == [VerdictReason.QUOTA]


async def test_learning_writes_what_it_knows_and_is_due_only_with_something_new(court):
    names = [f"w{number}" for number in range(5)]
    learn = LearnFromAnswers(court.store, court.village.clock)
    assert await learn() == 0
    for number in range(8):
        task_id = await court.task(f"t{number}")
        said = "cat" if number % 2 else "dog"
        others = "dog" if number % 2 else "cat"
        await court.says(task_id, *[(name, said) for name in names[:3]], (names[4], others))
    assert await learn() == 1
    assert await learn() == 0
    async with court.store.read() as uow:
        workers = [(await court.village.worker(name)).id for name in names]
        known = await uow.standings.list_of(court.project.id, workers)
        model = await uow.models.find(court.project.id)
    assert known[workers[0]].accuracy > known[workers[4]].accuracy
    assert known[workers[0]].accuracy_low < known[workers[0]].accuracy
    assert (model.answers, model.whole_at) == (32, None)


async def test_the_last_answers_of_a_small_project_wait_as_little_as_they_cost(court):
    learn = LearnFromAnswers(court.store, court.village.clock)
    for number in range(10):
        await court.says(await court.task(f"t{number}"), ("a", "cat"), ("b", "cat"))
    assert await learn() == 1
    await court.says(await court.task("the last"), ("a", "cat"))
    assert await learn() == 0
    court.village.clock.advance(seconds=1)
    await court.says(await court.task("the very last"), ("a", "cat"))
    assert await learn() == 1


async def test_a_report_and_what_was_learnt_stand_beside_each_other(court):
    await court.says(await court.task("t1"), ("a", "cat"))
    await RefreshReport(court.store, court.village.clock)(court.project)
    async with court.store.read() as uow:
        assert await uow.models.find(court.project.id) is None
    await LearnFromAnswers(court.store, court.village.clock).learn(court.project)
    await RefreshReport(court.store, court.village.clock)(court.project)
    async with court.store.read() as uow:
        assert await uow.models.find(court.project.id) is not None
        assert await uow.reports.find(court.project.id) is not None
