"""What a client says anew of golds that people know already."""

from storage.unit_of_work import SqlStore
from tasks.model.gold import Purpose
from tasks.model.standing import Step
from tasks.model.work import Question
from tasks.model.worker import Worker
from tests.contract.schoolroom import Schoolroom
from tests.contract.village import is_over


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
