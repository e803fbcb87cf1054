"""A machine's guess is asked about first, on every engine."""

from dataclasses import replace

import pytest

from tasks.model.project import Project, ProjectKind
from tasks.model.standing import SanctionKind, Step
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import NOT_YOURS, AlreadyAnswered, AnswerAccepted, GuessRefused, Paused
from tasks.ports import NewSanction
from tasks.verifying import RefuseGuess
from tests.builders import a_new_task, an_image
from tests.contract.village import CAT, DOG, PRICE, Village, following


@pytest.fixture
def village(store) -> Village:
    return Village(store)


async def verifying(village: Village, **guesses: str | None):
    """A project that verifies, with one task for each guess."""
    plain = await village.project(tasks=0, quota=2)
    async with village.store.write() as uow:
        project = await uow.projects.save(replace(plain, kind=ProjectKind.VERIFY), village.clock.now())
        await uow.tasks.upsert(project, [a_new_task(key, machine=guess) for key, guess in guesses.items()])
        await uow.commit()
    return project


async def test_every_way_to_a_question_brings_the_guess(village):
    project = await verifying(village, a="cat", b="cat", c=None)
    anna = await village.worker("anna")
    first = await village.question(anna, project)
    resumed = await village.question(anna, project)
    second = following(await village.says(anna, first, CAT))
    undone = await village.undo(anna, first.lease_id)
    guessed = {an_image("a"): "cat", an_image("b"): "cat", an_image("c"): None}
    ways = (first, resumed, second, undone.next)
    assert [one.machine for one in ways] == [guessed[one.image_id] for one in ways]
    second_again = following(await village.says(anna, undone.next, CAT))
    last = following(await village.says(anna, second_again, CAT))
    assert sorted(one.machine or "" for one in (first, second, last)) == ["", "cat", "cat"]


async def test_a_no_stores_nothing_and_a_choice_after_it_is_paid_once(village):
    project = await verifying(village, a="cat", b="dog")
    anna = await village.worker("anna")
    refuse = RefuseGuess(village.store, village.clock)
    question = await village.question(anna, project)
    for _ in range(2):
        outcome = await refuse(anna, question.lease_id)
        assert isinstance(outcome, GuessRefused)
        assert outcome.question == question
    assert await village.approved(anna) == 0
    assert isinstance(await village.says(anna, question, DOG), AnswerAccepted)
    assert await village.approved(anna) == PRICE.micros


async def test_a_no_after_the_answer_shows_where_she_is(village):
    project = await verifying(village, a="cat", b="dog")
    anna, mei = await village.worker("anna"), await village.worker("mei")
    question = await village.question(anna, project)
    refuse = RefuseGuess(village.store, village.clock)
    assert await refuse(mei, question.lease_id) is NOT_YOURS
    follows = following(await village.says(anna, question, CAT))
    outcome = await refuse(anna, question.lease_id)
    assert isinstance(outcome, AlreadyAnswered)
    assert isinstance(outcome.current, Question)
    assert (outcome.current.lease_id, outcome.current.machine) == (follows.lease_id, follows.machine)


async def test_a_no_on_a_lease_that_ended_still_leads_to_the_choices(village):
    project = await verifying(village, a="cat")
    anna = await village.worker("anna")
    question = await village.question(anna, project)
    village.clock.advance(minutes=61)
    await village.end_overdue()
    assert isinstance(await RefuseGuess(village.store, village.clock)(anna, question.lease_id), GuessRefused)
    accepted = await village.says(anna, question, DOG)
    assert isinstance(accepted, AnswerAccepted)
    assert accepted.late


async def test_a_no_tells_a_paused_worker_of_her_pause(village):
    project = await verifying(village, a="cat", b="dog", c="dog")
    anna = await village.worker("anna")
    answered = await village.question(anna, project)
    left = following(await village.says(anna, answered, CAT))
    await village.stop(anna, left.lease_id)
    await is_paused(village, project, anna)
    refuse = RefuseGuess(village.store, village.clock)
    already = await refuse(anna, answered.lease_id)
    assert isinstance(already, AlreadyAnswered)
    assert isinstance(already.current, Paused)
    told = await refuse(anna, left.lease_id)
    assert isinstance(told, Paused)
    assert told == already.current


async def is_paused(village: Village, project: Project, worker: Worker) -> None:
    now = village.clock.now()
    async with village.store.write() as uow:
        key = (project.id, worker.id)
        standing = (await uow.standings.lock([key]))[key]
        await uow.standings.save([replace(standing, step=Step.PAUSED)])
        await uow.sanctions.add(NewSanction(*key, SanctionKind.PAUSE, "gold", (), now))
        await uow.commit()
