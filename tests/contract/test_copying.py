"""Two who share their mistakes become one voice, and have two again when they stop."""

import pytest
from sqlalchemy import update

from bot.commands.stats import read_stats
from bot.commands.stats_json import stats_body
from bot.commands.stats_lines import stats_lines
from storage.tables import leases
from storage.unit_of_work import SqlStore
from tasks.learning_from_answers import LearnFromAnswers
from tasks.model.identifiers import TaskId
from tasks.model.place import PROGRAMME
from tasks.model.project import CANT_TELL
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.quality.gold import DOUBTED_SHARE, dose
from tests.contract.schoolroom import Schoolroom

GOLDS = 40
WRONG = {0, 3}
"""Of eight golds one after the other, these are answered wrongly by those who copy."""


@pytest.fixture
async def room(store: SqlStore) -> Schoolroom:
    return await Schoolroom.open(store, silent=GOLDS, tasks=8, quota=9)


async def answers_all_golds(room: Schoolroom, name: str, wrong: set[TaskId]) -> Worker:
    """And then one ordinary question, whose answer stays undecided."""
    worker, question = await room.begins(name)
    for _ in range(GOLDS):
        outcome = await room.says(worker, question, right=question.task_id not in wrong)
        assert isinstance(outcome.next, Question)
        question = outcome.next
    assert await room.gold_of(question) is None
    await room.says(worker, question, right=True)
    return worker


async def test_they_are_found_weigh_less_and_are_seen(room: Schoolroom) -> None:
    wrong = {gold.task_id for place, gold in enumerate(await room.golds()) if place % 8 in WRONG}
    anna, bela = [await answers_all_golds(room, name, wrong) for name in ("anna", "bela")]
    others = [await answers_all_golds(room, name, set()) for name in ("cora", "dora")]
    learn = LearnFromAnswers(room.store, room.village.clock)
    await learn.learn(room.project)

    assert [(await room.standing(one)).voice for one in (anna, bela, *others)] == [0.5, 0.5, 1, 1]
    standing = await room.standing(anna)
    assert (standing.weight, dose(standing, 0.02)) == (1, DOUBTED_SHARE)
    assert dose(await room.standing(others[0]), 0.02) < DOUBTED_SHARE
    assert await weights(room) == {anna.id: {0.5}, bela.id: {0.5}, others[0].id: {1}, others[1].id: {1}}
    stats = await read_stats(room.store, room.project)
    assert stats_body(stats)["workers"]["same_mistakes"] == [
        {"ids": [anna.id, bela.id], "same": 10, "by_chance": 2.5}
    ]
    assert any(f"{anna.id} and {bela.id} share 10 wrong answers" in line for line in stats_lines(stats))
    async with room.store.read() as uow:
        seen = await uow.reports.list_workers(room.project, scope=PROGRAMME, first=0, limit=9)
    assert {one.worker_id for one in seen if one.shares_mistakes} == {anna.id, bela.id}

    # The next answer changes her pace and her weight, and leaves her voice alone.
    question = await room.village.question(anna, room.project)
    await room.says(anna, question, right=True)
    assert (await room.standing(anna)).voice == 0.5

    await cannot_tell(room, bela, wrong)
    await learn.learn(room.project)
    assert [(await room.standing(one)).voice for one in (anna, bela)] == [1, 1]


async def cannot_tell(room: Schoolroom, worker: Worker, golds: set[TaskId]) -> None:
    """As if she had said so there instead of copying."""
    async with room.store.database.write() as transaction:
        hers = (leases.c.worker_id == worker.id, leases.c.task_id.in_(sorted(golds)))
        await transaction.execute(update(leases).where(*hers).values(choice=CANT_TELL))
        await transaction.commit()


async def weights(room: Schoolroom) -> dict[int, set[float]]:
    """How much the answers of each count, task by task."""
    found: dict[int, set[float]] = {}
    async with room.store.read() as uow:
        for cast in await uow.leases.list_votes([row.task_id for row in await room.rows(leases)]):
            found.setdefault(cast.worker_id, set()).add(cast.weight)
    return found
