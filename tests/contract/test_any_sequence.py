"""Whatever workers do, in whatever order: the laws of answers and money hold."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from storage.tables import entries, leases, postings, tasks
from tasks.model.identifiers import LeaseId
from tasks.model.work import Question
from tasks.model.worker import Worker
from tests.contract.village import CAT, DOG, PRICE, Village

STEPS = 160
QUOTA = 2


@dataclass
class UnrulyWorkers:
    """Workers who do anything at all with the buttons they ever saw."""

    village: Village
    chance: random.Random
    buttons: dict[int, list[LeaseId]] = field(default_factory=lambda: defaultdict(list))

    def see(self, worker: Worker, outcome: object) -> None:
        shown = outcome if isinstance(outcome, Question) else getattr(outcome, "next", None)
        if isinstance(shown, Question):
            self.buttons[worker.id].append(shown.lease_id)

    def button(self, worker: Worker) -> LeaseId:
        """Mostly the newest, often an old one, sometimes somebody else's."""
        seen = self.buttons[worker.id]
        if not seen or self.chance.random() < 0.1:
            everybody = [lease for leases in self.buttons.values() for lease in leases]
            return self.chance.choice(everybody) if everybody else LeaseId(1)
        return seen[-1] if self.chance.random() < 0.6 else self.chance.choice(seen)

    async def act(self, worker: Worker, project) -> None:
        village, button = self.village, self.button(worker)
        question = Question(button, project, None, None, PRICE, None)
        deed = self.chance.choices(
            ["answer", "take", "undo", "cant tell", "report", "stop", "wait", "sweep"],
            [9, 4, 3, 1, 1, 1, 1, 1],
        )[0]
        if deed == "answer":
            self.see(worker, await village.says(worker, question, self.chance.choice([CAT, DOG])))
        elif deed == "take":
            self.see(worker, await village.take_task(worker, project.id))
        elif deed == "undo":
            self.see(worker, await village.undo(worker, button))
        elif deed == "cant tell":
            self.see(worker, await village.says(worker, question, None))
        elif deed == "report":
            self.see(worker, await village.report(worker, button))
        elif deed == "stop":
            await village.stop(worker, button)
        elif deed == "wait":
            village.clock.advance(minutes=self.chance.choice([1, 70]))
        else:
            await village.end_overdue()


@pytest.mark.parametrize("seed", range(4))
async def test_the_laws_hold(store, seed):
    """No task over quota, tallies true, paid answers booked once, undone ones reversed once, sums zero."""
    village = Village(store)
    project = await village.project(tasks=12, quota=QUOTA)
    workers = [await village.worker(name) for name in ("anna", "mei", "wanjiru", "li")]
    crowd = UnrulyWorkers(village, random.Random(seed))
    for _ in range(STEPS):
        await crowd.act(crowd.chance.choice(workers), project)

    async with store.database.read() as transaction:
        told = (await transaction.execute(select(leases))).all()
        tallies = (await transaction.execute(select(tasks))).all()
        booked = (await transaction.execute(select(entries.c.key))).scalars().all()
        legs = (await transaction.execute(select(postings))).all()

    accepted = Counter(row.task_id for row in told if row.answer_status == "approved")
    held = Counter(row.task_id for row in told if row.state == "open")
    for task in tallies:
        assert task.answers == accepted[task.id] <= QUOTA
        assert task.taken == accepted[task.id] + held[task.id] <= QUOTA
        assert task.status != "closed" or task.answers == QUOTA
    alive = Counter((row.worker_id, row.task_id) for row in told if row.state != "undone")
    assert set(alive.values()) <= {1}, "nobody has a task twice"
    paid = {f"answer:{row.id}" for row in told if row.answer_status == "approved"}
    reversed_ = {key for key in booked if key.startswith("undo:")}
    assert {key for key in booked if key.startswith("answer:")} == paid | {
        key.replace("undo:", "answer:") for key in reversed_
    }
    assert sum(leg.micros for leg in legs) == 0
    assert sum(leg.micros for leg in legs if leg.account.startswith("worker:")) == PRICE.micros * len(paid)
    for worker in workers:
        own = sum(row.worker_id == worker.id and row.answer_status == "approved" for row in told)
        assert await village.approved(worker) == PRICE.micros * own
    assert sum(accepted.values()) > 5, "something happened"
