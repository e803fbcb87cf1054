"""What rested on a wrong key is learnt anew, and its task is judged like any other."""

import pytest

from storage.unit_of_work import SqlStore
from tasks.deciding import Deciding
from tasks.learning_from_answers import LearnFromAnswers
from tasks.model.gold import GoldState
from tasks.model.identifiers import TaskId
from tasks.model.work import DECIDED, Task
from tasks.ports import Model
from tests.contract.schoolroom import Dice, Schoolroom

NEVER = Dice()
"""No task is looked at once more by chance."""
NEVER.gold = False


@pytest.fixture
async def room(store: SqlStore) -> Schoolroom:
    """Nothing is left to do, and three able workers say that one key is wrong; that much was learnt."""
    room = await Schoolroom.open(store, silent=20, tasks=3, quota=3)
    bad = (await room.golds())[0].task_id
    await room.three_able_contradict(bad)
    room.village.clock.advance(minutes=10)
    assert await learning(room)() == 1
    assert await learning(room)() == 0
    assert (await look(room, bad)).answers == room.project.rules.max
    return room


def learning(room: Schoolroom) -> LearnFromAnswers:
    return LearnFromAnswers(room.store, room.village.clock, Deciding(chance=NEVER))


async def look(room: Schoolroom, task_id: TaskId) -> Task:
    async with room.store.write() as uow:
        return await uow.tasks.lock(task_id)


async def suspends(room: Schoolroom) -> TaskId:
    """The one that was suspended, a minute later."""
    room.village.clock.advance(minutes=1)
    assert await room.suspend() == 1
    (bad,) = [gold for gold in await room.golds() if gold.state is GoldState.SUSPENDED]
    return bad.task_id


async def learnt(room: Schoolroom) -> Model:
    async with room.store.read() as uow:
        model = await uow.models.find(room.project.id)
    assert model is not None
    return model


async def test_its_task_is_decided_though_nobody_answers_any_more(room: Schoolroom) -> None:
    before = await learnt(room)
    bad = await suspends(room)
    room.village.clock.advance(seconds=1)
    assert await learning(room)() == 1
    task = await look(room, bad)
    assert task.status in DECIDED
    assert (task.choice, task.verdict_version) == ("dog", 1)
    assert (await learnt(room)).knowledge != before.knowledge
    room.village.clock.advance(hours=1)
    assert await learning(room)() == 0


async def test_its_task_is_found_however_long_ago_it_was_answered(room: Schoolroom) -> None:
    bad = await suspends(room)
    assert await learning(room).learn(room.project, limit=1)
    assert (await look(room, bad)).status in DECIDED
