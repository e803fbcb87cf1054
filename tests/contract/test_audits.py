"""A sure label that is asked again does not wait for ever for people who are not there."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from storage.unit_of_work import SqlStore
from tasks.deciding import Deciding
from tasks.learning_from_answers import SILENCE, LearnFromAnswers
from tasks.model.identifiers import TaskId
from tasks.model.project import AnswerRules
from tasks.model.verdict import VerdictReason
from tasks.model.work import Task, TaskStatus
from tasks.outcomes import AnswerAccepted
from tasks.ports import Bucket
from tests.builders import a_new_lease, a_project
from tests.contract.court import Court
from tests.contract.schoolroom import Dice
from tests.contract.village import CAT, Village

TASKS = 4
HOUR = timedelta(hours=1)


@pytest.fixture
async def court(store: SqlStore) -> Court:
    """Anna and bela are all there are; they agree about everything, and everything is audited."""
    village = Village(store)
    project = a_project(choices=("cat", "dog"), rules=AnswerRules(2, 5, 0.75), gold_share=0.0)
    async with store.write() as uow:
        project = await uow.projects.save(project, village.clock.now())
        await uow.commit()
    court = Court(store, village, project, Deciding(chance=Dice()))
    await court.are_known((0.96, 0.04, 0.04, 0.96), "anna", "bela")
    for number in range(TASKS):
        said = ("cat", "dog")[number % 2]
        task = await court.says(await court.task(f"t{number}"), ("anna", said), ("bela", said))
        assert (task.status, task.audit and task.audit.answers) == (TaskStatus.OPEN, 2)
    return court


def learning(court: Court) -> LearnFromAnswers:
    return LearnFromAnswers(court.store, court.village.clock, court.deciding)


async def looks(court: Court) -> Sequence[Task]:
    return [await court.look(await court.task(f"t{number}")) for number in range(TASKS)]


async def how_many_were_audited(court: Court) -> int:
    async with court.store.read() as uow:
        counts = await uow.reports.count(court.project, court.village.clock.now())
    return sum(each.tasks for each in counts.audits)


async def is_given_up(court: Court, task_id: TaskId) -> bool:
    task, (*_, verdict) = await court.look(task_id), await court.verdicts(task_id)
    return (task.status, task.audit, verdict.reason) == (TaskStatus.CLOSED, None, VerdictReason.SURE)


async def test_a_day_after_the_last_answer_audits_are_given_up(court: Court) -> None:
    clock, learn = court.village.clock, learning(court)
    clock.at += SILENCE - HOUR
    assert await learn() == 1
    assert {task.status for task in await looks(court)} == {TaskStatus.OPEN}
    clock.at += HOUR
    assert await learn() == 1
    for task in await looks(court):
        assert await is_given_up(court, task.id)
        assert await court.place(task.id) is None
        assert task.answers == 2
    assert await how_many_were_audited(court) == 0
    for _ in range(3):
        clock.at += SILENCE
        assert await learn() == 0


async def test_no_audit_begins_where_nobody_is(court: Court) -> None:
    """What a run closes only now, such as after a pause, would wait for ever."""
    clock, learn = court.village.clock, learning(court)
    await court.order(AnswerRules(3, 5, 0.75))
    clock.at += SILENCE
    assert await learn() == 1
    assert {task.status for task in await looks(court)} == {TaskStatus.OPEN}, "they lack an answer"
    await court.order(AnswerRules(2, 5, 0.75))
    clock.at += HOUR
    await learn.learn(court.project)
    for task in await looks(court):
        assert await is_given_up(court, task.id)


async def test_who_holds_one_that_is_given_up_is_heard_and_paid(court: Court) -> None:
    cora = await court.village.worker("cora")
    question = await court.village.question(cora, court.project)
    court.village.clock.at += SILENCE
    assert await learning(court)() == 1
    assert await is_given_up(court, question.task_id)
    outcome = await court.village.says(cora, question, CAT)
    assert isinstance(outcome, AnswerAccepted)
    assert outcome.earned == question.price
    assert (await court.look(question.task_id)).answers == 3


async def test_what_comes_back_unanswered_is_asked_by_whom_it_was(court: Court) -> None:
    """All its places were lent, so that it was out of play; audits and doubtful ones come back as such."""
    village = court.village
    doubtful = await court.says(await court.task("doubtful"), ("anna", "cat"), ("bela", "dog"))
    before = {task.id: await court.place(task.id) for task in (*await looks(court), doubtful)}
    assert {place and place[0] for place in before.values()} == {Bucket.AUDIT, Bucket.DOUBTFUL}
    for name in ("cora", "dora", "emma"):
        worker = await village.worker(name)
        async with court.store.write() as uow:
            new = [a_new_lease(worker.id, task_id, court.project) for task_id in before]
            await uow.frontier.take(court.project, new)
            await uow.commit()
    assert {await court.place(task_id) for task_id in before} == {None}
    village.clock.at += SILENCE
    await village.end_overdue()
    assert {task_id: await court.place(task_id) for task_id in before} == before


async def test_an_audit_that_has_its_answers_counts(court: Court) -> None:
    task_id = await court.task("t0")
    task = await court.says(task_id, ("cora", "cat"), ("dora", "cat"))
    assert task.status is TaskStatus.CLOSED
    court.village.clock.at += SILENCE
    assert await learning(court)() == 1
    assert (await court.look(task_id)).audit == task.audit
    assert await how_many_were_audited(court) == 1
