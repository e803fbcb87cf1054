"""Whatever workers do, in whatever order, with gold among the questions: the laws of standings hold too."""

import random
from collections import Counter

import pytest
from sqlalchemy import select

from storage.tables import golds, leases, standings, tasks
from storage.unit_of_work import SqlStore
from tasks.model.standing import Step
from tasks.quality.doubt import levels, replay
from tests.contract.schoolroom import Dice, Schoolroom
from tests.contract.test_any_sequence import UnrulyWorkers

STEPS = 220
QUOTA = 3


class Fair(Dice):
    """Chance as it is, but always the same one."""

    def random(self) -> float:
        return random.Random.random(self)


@pytest.mark.parametrize("seed", range(3))
async def test_the_laws_hold_with_gold(store: SqlStore, seed: int) -> None:
    """Gold takes no place; standings say what the answers say, whatever was undone or paused in between."""
    room = await Schoolroom.open(store, teaching=6, silent=18, tasks=12, quota=QUOTA, gold_share=0.5)
    room.village.golding.chance.__class__ = Fair
    workers = [await room.village.worker(name) for name in ("anna", "mei", "wanjiru")]
    crowd = UnrulyWorkers(room.village, random.Random(seed))
    for _ in range(STEPS):
        await crowd.act(crowd.chance.choice(workers), room.project)
        room.village.clock.advance(seconds=5)

    async with store.database.read() as transaction:
        told = (await transaction.execute(select(leases))).all()
        tallies = (await transaction.execute(select(tasks))).all()
        known = {row.task_id: row for row in await transaction.execute(select(golds))}
        kept = (await transaction.execute(select(standings))).all()

    accepted = Counter(row.task_id for row in told if row.answer_status == "approved")
    held = Counter(row.task_id for row in told if row.state == "open")
    for task in tallies:
        assert task.answers == accepted[task.id]
        assert task.taken == (0 if task.id in known else accepted[task.id] + held[task.id])
        assert task.id in known or task.taken <= QUOTA
    for task_id, gold in known.items():
        alive = {row.worker_id for row in told if row.task_id == task_id and row.state != "undone"}
        assert gold.shown == len(alive)
    for standing in kept:
        hers = [
            row for row in told if row.worker_id == standing.worker_id and row.answer_status == "approved"
        ]
        assert standing.questions == len(hers)
        silent = sorted((row for row in hers if row.purpose == "silent"), key=lambda row: row.answered_at)
        rights = [row.choice == known[row.task_id].choice for row in silent]
        assert (standing.golds, standing.golds_right) == (len(rights), sum(rights))
        if standing.step != Step.PAUSED:
            assert standing.doubt == pytest.approx(replay(rights, levels(2)).doubt)
        assert standing.lessons >= sum(row.purpose == "teaching" for row in hers)
    assert sum(row.golds for row in kept) > 5, "something happened"
