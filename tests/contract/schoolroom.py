"""A village whose questions are gold or not as the test says, and who answers them rightly or wrongly."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from sqlalchemy import select

from storage.tables import deliveries, leases, sanctions, tasks
from storage.unit_of_work import SqlStore
from tasks.appealing import DecideOnPause, ListPauses, LookAtPause, MakeAppeal, ShowEvidence
from tasks.golding import Golding, earn_gold, share_out_roles
from tasks.lending import Lending
from tasks.model.gold import Gold, Purpose
from tasks.model.identifiers import AccountKey, LeaseId, TaskId
from tasks.model.project import Project
from tasks.model.standing import Standing
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.noticing.own_messages import PAUSE_OVER
from tasks.outcomes import AnswerAccepted
from tasks.recounting import RecountGolds
from tasks.reporting import SettleSetAside
from tasks.supervising import Scopes
from tasks.suspending import SuspendGolds
from tests.builders import a_new_task, a_project
from tests.contract.village import CAT, DOG, Village

HEAD = AccountKey("telegram", "head")
"""A supervisor of the whole programme."""


class Dice(Random):
    """Chance that always, or never, comes down on the side of gold."""

    gold = True

    def random(self) -> float:
        return 0.0 if self.gold else 0.999999


@dataclass
class Schoolroom:
    store: SqlStore
    village: Village
    dice: Dice
    project: Project

    @classmethod
    async def open(cls, store: SqlStore, **pool: object) -> "Schoolroom":
        dice = Dice(7)
        village = Village(store, golding=Golding(Lending(), chance=dice))
        return cls(store, village, dice, await village.project_with_gold(**pool))  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        scopes = Scopes(frozenset({HEAD}))
        clock = self.village.clock
        self.appeal = MakeAppeal(self.store, clock, scopes)
        self.evidence = ShowEvidence(self.store)
        self.pauses = ListPauses(self.store, scopes)
        self.look = LookAtPause(self.store, scopes)
        self.decide = DecideOnPause(self.store, clock, scopes)
        self.settle = SettleSetAside(self.store, scopes)
        self.suspend = SuspendGolds(self.store, clock)
        self.recount = RecountGolds(self.store, clock, self.village.golding.memory, scopes)

    async def gold_of(self, question: Question) -> Gold | None:
        async with self.store.read() as uow:
            return (await uow.golds.list_of([question.task_id])).get(question.task_id)

    async def purpose(self, lease_id: LeaseId) -> Purpose:
        async with self.store.database.read() as transaction:
            rows = await transaction.execute(select(leases.c.purpose).where(leases.c.id == lease_id))
        return Purpose(rows.scalar_one())

    async def says(self, worker: Worker, question: Question, *, right: bool) -> AnswerAccepted:
        """Her answer to a gold, right or wrong; a minute passes."""
        gold = await self.gold_of(question)
        cat = (gold is None or gold.choice == "cat") is right
        outcome = await self.village.says(worker, question, CAT if cat else DOG)
        assert isinstance(outcome, AnswerAccepted)
        self.village.clock.advance(minutes=1)
        return outcome

    async def begins(self, name: str) -> tuple[Worker, Question]:
        worker = await self.village.worker(name)
        return worker, await self.village.question(worker, self.project)

    async def standing(self, worker: Worker) -> Standing:
        async with self.store.read() as uow:
            return await uow.standings.find(self.project.id, worker.id)

    async def is_wrong_until_paused(self, worker: Worker, question: Question) -> AnswerAccepted:
        """She answers everything wrongly; the answer that paused her."""
        while True:
            outcome = await self.says(worker, question, right=False)
            if not isinstance(outcome.next, Question):
                return outcome
            question = outcome.next

    async def rows(self, table: object) -> list[Any]:
        async with self.store.database.read() as transaction:
            return list(await transaction.execute(select(table)))  # type: ignore[call-overload]

    async def golds(self) -> list[Gold]:
        """All of them, by id."""
        async with self.store.read() as uow:
            found = await uow.golds.list_of([row.id for row in await self.rows(tasks)])
        return [found[task_id] for task_id in sorted(found)]

    async def worker_of(self, account: AccountKey) -> Worker:
        async with self.store.read() as uow:
            return (await uow.workers.list_by_account([account]))[account]

    async def sanctions(self) -> list[Any]:
        return await self.rows(sanctions)

    async def said_to(self, worker: Worker) -> list[str]:
        """The kinds of what the program has to say to her."""
        rows: list[Any] = await self.rows(deliveries)
        return [row.kind for row in rows if row.worker_id == worker.id]

    async def reasons_told(self, worker: Worker) -> list[str]:
        """Why she may go on, each time she was told that she may."""
        rows: list[Any] = await self.rows(deliveries)
        return [row.facts["why"] for row in rows if (row.worker_id, row.kind) == (worker.id, PAUSE_OVER)]

    async def imports(self, told: Mapping[str, str | None]) -> None:
        rows = [a_new_task(key, gold=gold) for key, gold in told.items()]
        async with self.store.write() as uow:
            await uow.tasks.upsert(self.project, rows)
            await uow.golds.renew(self.project.id, list(told))
            await share_out_roles(uow, self.project)
            await uow.commit()

    async def earns(self, question: Question, choice: str) -> None:
        """Its task becomes a silent gold: the crowd is sure of that choice."""
        async with self.store.write() as uow:
            task = await uow.tasks.lock(question.task_id)
            assert await earn_gold(uow, self.project, task, choice)
            await uow.commit()

    async def offers(self, *choices: str) -> None:
        """The client imports again, with these choices alone."""
        changed = a_project(choices=choices, quota=self.project.rules.max)
        async with self.store.write() as uow:
            self.project = await uow.projects.save(
                replace(self.project, choices=changed.choices), self.village.clock.now()
            )
            await uow.commit()

    async def three_able_contradict(self, bad: TaskId) -> None:
        """Three who are right on every gold but that one."""
        for number in range(3):
            worker, question = await self.begins(f"able{number}")
            while True:
                outcome = await self.says(worker, question, right=question.task_id != bad)
                if not isinstance(outcome.next, Question):
                    break
                question = outcome.next
