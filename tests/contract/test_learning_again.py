"""When it is learnt again: at night from everything, and soon after somebody was paused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Self

import pytest

from storage.unit_of_work import SqlStore
from tasks.deciding import Deciding
from tasks.learning_from_answers import QUIET_HOUR, LearnFromAnswers
from tasks.model.identifiers import TaskId
from tasks.model.project import AnswerRules
from tasks.model.verdict import Verdict, VerdictReason
from tasks.model.work import TaskStatus
from tasks.outcomes import AnswerAccepted, Paused
from tests.contract.court import Court
from tests.contract.schoolroom import Dice, Schoolroom
from tests.contract.village import CAT, DOG

NEVER = Dice()
"""No task is looked at once more by chance."""
NEVER.gold = False


async def at_night(store: SqlStore) -> tuple[Court, LearnFromAnswers]:
    """An evening on which some answers came and the last three of them were learnt from."""
    room = await Schoolroom.open(store, silent=0, tasks=0, rules=AnswerRules(1, 5, 0.85))
    court = Court(store, room.village, room.project, Deciding(chance=NEVER))
    learn = LearnFromAnswers(store, court.village.clock, court.deciding)
    for number in range(4):
        await court.says(await court.task(f"t{number}"), ("anna", "cat"), ("bela", "cat"))
    assert await learn.learn(court.project, limit=3)
    return court, learn


async def learnt(court: Court) -> tuple[int, float | None]:
    """From how many answers, and how many hours ago it was from all."""
    async with court.store.read() as uow:
        model = await uow.models.find(court.project.id)
    assert model is not None
    if model.whole_at is None:
        return model.answers, None
    return model.answers, (court.village.clock.now() - model.whole_at) / timedelta(hours=1)


def wait_until(court: Court, hour: int) -> None:
    clock = court.village.clock
    clock.advance(hours=(hour - clock.now().hour - 1) % 24 + 1)


async def test_once_a_night_all_answers_are_looked_at(store: SqlStore) -> None:
    court, learn = await at_night(store)
    assert await learnt(court) == (3, None)
    wait_until(court, QUIET_HOUR - 1)
    assert await learn() == 0
    wait_until(court, QUIET_HOUR)
    assert await learn() == 1
    assert await learnt(court) == (8, 0)
    court.village.clock.advance(minutes=30)
    await court.says(await court.task("t9"), ("anna", "dog"))
    assert await learn() == 1, "as at any hour"
    assert await learnt(court) == (9, 0.5)


async def test_a_night_after_a_day_without_answers_is_quiet(store: SqlStore) -> None:
    court, learn = await at_night(store)
    wait_until(court, QUIET_HOUR)
    assert await learn() == 1
    wait_until(court, QUIET_HOUR + 12)
    assert await learn() == 1, "it has been silent for a day"
    for _ in range(2):
        wait_until(court, QUIET_HOUR)
        assert await learn() == 0
    court.village.clock.advance(minutes=1)
    await court.says(await court.task("t9"), ("anna", "dog"))
    court.village.clock.advance(minutes=1)
    assert await learn() == 1
    assert await learnt(court) == (9, 0)


@dataclass
class Doubt:
    """Tasks that anna and coco alone have closed, before it is known how anna answers."""

    room: Schoolroom
    court: Court
    learn: LearnFromAnswers
    closed: Sequence[TaskId]

    @classmethod
    async def arises(cls, store: SqlStore, most: int) -> Self:
        room = await Schoolroom.open(store, silent=30, tasks=12, rules=AnswerRules(1, most, 0.88))
        court = Court(store, room.village, room.project, Deciding(chance=NEVER))
        careful, question = await room.begins("bela")
        for _ in range(12):
            question = (await room.says(careful, question, right=True)).next  # type: ignore[assignment]
        closed = [await court.task(f"x{number}") for number in range(8)]
        for number, task_id in enumerate(closed):
            said = ("cat", "dog")[number % 2]
            await court.says(task_id, ("anna", said), ("coco", said))
        learn = LearnFromAnswers(store, room.village.clock, court.deciding)
        await learn.learn(room.project)
        assert {(await court.look(task_id)).status for task_id in closed} == {TaskStatus.CLOSED}
        return cls(room, court, learn, closed)

    async def anna_is_paused(self) -> None:
        """Of three answers of hers one is right. Nothing is learnt from so few, so soon."""
        clock = self.room.village.clock
        anna, question = await self.room.begins("anna")
        for turn in count():
            clock.advance(seconds=0.01)
            assert await self.learn() == 0
            gold = await self.room.gold_of(question)
            assert gold is not None
            cat = (gold.choice == "cat") is (turn % 3 == 0)
            outcome = await self.room.village.says(anna, question, CAT if cat else DOG)
            assert isinstance(outcome, AnswerAccepted)
            if isinstance(outcome.next, Paused):
                return
            question = outcome.next  # type: ignore[assignment]

    async def histories(self) -> Sequence[Sequence[Verdict]]:
        return [await self.court.verdicts(task_id) for task_id in self.closed]


@pytest.mark.parametrize(
    ("most", "status", "reason"),
    [(5, TaskStatus.OPEN, VerdictReason.REOPENED), (2, TaskStatus.DISPUTED, VerdictReason.RENEWED)],
)
async def test_soon_after_a_pause_what_she_closed_is_looked_at_again(
    store: SqlStore, most: int, status: TaskStatus, reason: VerdictReason
) -> None:
    """It opens as long as the order pays for more answers, and is disputed when it does not."""
    doubt = await Doubt.arises(store, most)
    before = await doubt.histories()
    await doubt.anna_is_paused()
    assert await doubt.learn() == 1
    now = doubt.room.village.clock.now()
    for task_id, known, verdicts in zip(doubt.closed, before, await doubt.histories(), strict=True):
        assert list(verdicts[:-1]) == list(known), "what was said before stays written"
        assert (verdicts[-1].reason, verdicts[-1].made_at) == (reason, now)
        assert verdicts[-1].belief.confidence < known[-1].belief.confidence
        task, place = await doubt.court.look(task_id), await doubt.court.place(task_id)
        assert (task.status, task.verdict_version) == (status, verdicts[-1].version)
        assert (place is not None and place[1] > 0) == (status is TaskStatus.OPEN)
    assert await doubt.learn() == 0
