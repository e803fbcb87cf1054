"""A learning run that breaks off is made good, though nobody answers any more."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import null, update

from storage.tables import tasks
from storage.unit_of_work import SqlStore
from tasks.deciding import Deciding
from tasks.learning_from_answers import BROKEN_OFF, FAILED_RESTS, QUIET_HOUR, WAITS, LearnFromAnswers
from tasks.model.identifiers import TaskId
from tasks.model.project import AnswerRules, Project
from tasks.model.work import TaskStatus
from tests.contract.court import Court
from tests.contract.schoolroom import Dice, Schoolroom
from tests.contract.village import Village

TASKS = 12
NEVER = Dice()
"""No task is looked at once more by chance."""
NEVER.gold = False


class BreakDown(Exception):  # noqa: N818 - it stands for any
    """Whatever may happen in the middle."""


class Stumbles(Random):
    """Chance that breaks off the first run that asks it."""

    is_up = False

    def random(self) -> float:
        if not self.is_up:
            self.is_up = True
            raise BreakDown
        return 0.999999


@dataclass
class FollowsBadly:
    """What comes after a run; the first time it breaks off."""

    times: int = 0

    async def __call__(self, _: Project) -> None:
        self.times += 1
        if self.times == 1:
            raise BreakDown


async def unanimous(store: SqlStore) -> Court:
    """All answers are there, and only learning tells that they are enough."""
    room = await Schoolroom.open(store, silent=0, tasks=0, rules=AnswerRules(1, 9, 0.9))
    court = Court(store, room.village, room.project, Deciding(chance=NEVER))
    for number in range(TASKS):
        said = ("cat", "dog")[number % 2]
        await court.says(await court.task(f"t{number}"), *((name, said) for name in "abcd"))
    assert await open_tasks(court) == TASKS
    return court


async def open_tasks(court: Court) -> int:
    looks = [await court.look(await court.task(f"t{number}")) for number in range(TASKS)]
    return [task.status for task in looks].count(TaskStatus.OPEN)


async def set_audit(court: Court, task_id: TaskId, audit: object) -> None:
    async with court.store.database.write() as transaction:
        await transaction.execute(update(tasks).where(tasks.c.id == task_id).values(audit=audit))
        await transaction.commit()


async def test_a_project_that_fails_holds_up_no_other_and_is_tried_again(store: SqlStore) -> None:
    village = Village(store)
    project = await village.project(tasks=0, quota=9, slug="odd")
    odd = Court(store, village, project, Deciding(chance=NEVER))
    task = await odd.says(await odd.task("odd"), ("a", "cat"))
    await set_audit(odd, task.id, {"odd": "row"})
    court, failed = await unanimous(store), list[str]()

    def note(project: Project, _: Exception) -> None:
        failed.append(project.slug)

    clock = court.village.clock
    clock.at += WAITS
    learn = LearnFromAnswers(store, clock, Deciding(chance=NEVER), on_failure=note)
    assert await learn() == 1
    assert await open_tasks(court) == 0
    assert failed == ["odd"]
    assert await learn() == 0
    assert failed == ["odd"]
    clock.at += FAILED_RESTS
    assert await learn() == 0
    assert failed == ["odd", "odd"]
    clock.at += FAILED_RESTS
    await set_audit(odd, task.id, null())
    assert await learn() == 1


async def test_what_was_not_looked_at_again_is_looked_at_soon(store: SqlStore) -> None:
    court = await unanimous(store)
    clock = court.village.clock
    learn = LearnFromAnswers(store, clock, Deciding(chance=Stumbles()))
    with pytest.raises(BreakDown):
        await learn()
    assert await open_tasks(court) == TASKS
    assert await learn() == 0, "another process may still be at it"
    clock.at += BROKEN_OFF
    assert await learn() == 1
    assert await open_tasks(court) == 0
    clock.at += BROKEN_OFF
    assert await learn() == 0


async def test_what_follows_a_run_is_made_good_as_well(store: SqlStore) -> None:
    court = await unanimous(store)
    clock, follows = court.village.clock, FollowsBadly()
    learn = LearnFromAnswers(store, clock, Deciding(chance=NEVER), follows=(follows,))
    with pytest.raises(BreakDown):
        await learn()
    for runs in (1, 0):
        clock.at += BROKEN_OFF
        assert await learn() == runs
    assert follows.times == 2


async def test_a_run_is_done_although_its_report_cannot_be_made(store: SqlStore) -> None:
    court = await unanimous(store)
    clock, report = court.village.clock, FollowsBadly()
    learn = LearnFromAnswers(store, clock, Deciding(chance=NEVER), afterwards=(report,))
    with pytest.raises(BreakDown):
        await learn()
    clock.at += BROKEN_OFF
    assert await learn() == 0, "nothing is to be made good"
    assert report.times == 1


async def test_a_night_that_is_broken_off_is_made_good_from_all_answers(store: SqlStore) -> None:
    court = await unanimous(store)
    clock, follows = court.village.clock, FollowsBadly(times=1)
    learn = LearnFromAnswers(store, clock, Deciding(chance=NEVER), follows=(follows,))
    assert await learn() == 1
    clock.at = clock.at.replace(hour=QUIET_HOUR) + timedelta(days=1)
    follows.times = 0
    with pytest.raises(BreakDown):
        await learn()
    clock.at += BROKEN_OFF
    assert await learn() == 1
    async with store.read() as uow:
        model = await uow.models.find(court.project.id)
    assert model is not None
    assert (model.whole_at, model.is_done) == (clock.at, True)
