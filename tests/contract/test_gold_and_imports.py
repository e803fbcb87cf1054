"""What a client says anew of golds that people know already."""

import pytest

from storage.unit_of_work import SqlStore
from tasks.model.gold import Gold, GoldState, Purpose
from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.standing import Step
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import AnswerAccepted, AnswerUndone
from tasks.ports import GoldChange
from tests.contract.schoolroom import Schoolroom
from tests.contract.village import CAT, is_over


async def test_gold_of_a_choice_taken_away_is_not_left_over_for_anybody(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20, tasks=1)
    await room.offers("cat", "bird")
    room.dice.gold = False
    worker, asked = await asks_until_the_end(room, "anna")
    assert len(asked) == 1 + 10
    assert await choices_of(room, asked) == {None, "cat"}
    standing = await room.standing(worker)
    assert (standing.golds, standing.golds_right, standing.step) == (10, 10, Step.WORKING)
    assert not await room.village.offers(worker), "what she cannot answer is no work for her"


async def test_who_has_no_lesson_of_an_offered_choice_left_is_measured(store: SqlStore) -> None:
    room = await Schoolroom.open(store, teaching=2, silent=8)
    await room.offers("cat", "bird")
    worker, question = await room.begins("anna")
    purposes = []
    for _ in range(8):
        purposes.append(await room.purpose(question.lease_id))
        question = (await room.says(worker, question, right=True)).next  # type: ignore[assignment]
    assert purposes == [Purpose.TEACHING, *[Purpose.SILENT] * 4, *[Purpose.WORK] * 3]
    assert (await room.standing(worker)).golds == 4


async def test_a_choice_that_is_offered_again_brings_its_golds_back(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=4, tasks=1)
    await room.offers("cat", "bird")
    assert await live(room) == 2
    await room.offers("cat", "dog")
    assert await live(room) == 4
    room.dice.gold = False
    _, asked = await asks_until_the_end(room, "anna")
    assert await choices_of(room, asked) == {None, "cat", "dog"}


async def asked_a_dog(store: SqlStore, purpose: Purpose) -> tuple[Schoolroom, Worker, Question]:
    """The only gold is a dog, and anna is just looking at it."""
    room = await Schoolroom.open(store, silent=1, tasks=9, quota=3)
    await room.imports({"g0": "dog"})
    (gold,) = await room.golds()
    async with store.write() as uow:
        await uow.golds.set_roles({gold.task_id: purpose})
        await uow.commit()
    worker, question = await room.begins("anna")
    assert await room.purpose(question.lease_id) is purpose
    return room, worker, question


@pytest.mark.parametrize("purpose", [Purpose.SILENT, Purpose.TEACHING])
async def test_whoever_is_just_answering_when_the_right_choice_goes_is_paid_and_not_judged(
    store: SqlStore, purpose: Purpose
) -> None:
    room, worker, question = await asked_a_dog(store, purpose)
    await room.offers("cat", "bird")
    outcome = await room.village.says(worker, question, CAT)
    assert isinstance(outcome, AnswerAccepted)
    assert (outcome.earned, outcome.lesson) == (room.project.price, None)
    standing = await room.standing(worker)
    assert (standing.questions, standing.golds, standing.lessons, standing.doubt) == (1, 0, 0, 0.0)
    (gold,) = await room.golds()
    assert gold.contradicted == 0
    await it_says_nothing(room, worker, gold)
    await room.offers("cat", "dog")
    await room.imports({"g0": "cat"})
    await room.imports({"g0": "dog"})
    await room.recount()
    await it_says_nothing(room, worker, gold)
    assert isinstance(await room.village.undo(worker, question.lease_id), AnswerUndone)
    assert (await room.standing(worker)).questions == 0


async def it_says_nothing(room: Schoolroom, worker: Worker, gold: Gold) -> None:
    """Neither of her nor of the gold, as long as its answer is known."""
    async with room.store.read() as uow:
        assert not await uow.golds.list_answers_of(room.project.id, worker.id, since=None, limit=9)
        assert not await uow.golds.list_answers_on(gold.task_id, 9)
        assert not (await uow.models.list_evidence(room.project.id, 9)).answers
        assert not (await uow.reports.count(room.project, room.village.clock.now())).said
    assert (await room.standing(worker)).golds == 0


async def test_what_was_void_as_gold_is_an_answer_like_any_other_when_the_picture_is_work(
    store: SqlStore,
) -> None:
    room, worker, question = await asked_a_dog(store, Purpose.SILENT)
    await room.offers("cat", "bird")
    await room.says(worker, question, right=False)
    async with store.write() as uow:
        await uow.tasks.lock(question.task_id)
        await uow.golds.change({question.task_id: GoldChange(state=GoldState.SUSPENDED)})
        await uow.commit()
    assert await heard(room) == [(question.task_id, worker.id, "cat")]
    await room.imports({"g0": None})
    assert await heard(room) == [(question.task_id, worker.id, "cat")]


async def heard(room: Schoolroom) -> list[tuple[TaskId, WorkerId, str]]:
    """What the program learns from."""
    async with room.store.read() as uow:
        evidence = await uow.models.list_evidence(room.project.id, 9)
    return [(one.task_id, one.worker_id, one.choice) for one in evidence.answers]


async def asks_until_the_end(room: Schoolroom, name: str) -> tuple[Worker, list[Question]]:
    """She answers everything rightly; what she was asked."""
    worker, question = await room.begins(name)
    asked = [question]
    while not is_over(outcome := await room.says(worker, asked[-1], right=True)):
        assert isinstance(outcome.next, Question)
        asked.append(outcome.next)
    return worker, asked


async def choices_of(room: Schoolroom, asked: list[Question]) -> set[str | None]:
    """What was right there; None where nobody knows."""
    golds = [await room.gold_of(question) for question in asked]
    return {None if gold is None else gold.choice for gold in golds}


async def live(room: Schoolroom) -> int:
    async with room.store.read() as uow:
        return await uow.golds.count_all_live(room.project.id)
