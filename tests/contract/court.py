"""A project in which given people answer given tasks, and what is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from storage.tables import frontier, tasks, verdicts
from storage.unit_of_work import SqlStore
from tasks.deciding import Deciding
from tasks.model.identifiers import TaskId
from tasks.model.project import AnswerRules, Project
from tasks.model.verdict import Belief, Verdict, VerdictReason
from tasks.model.work import Task
from tasks.ports import Bucket, Learnt, NewTask, TallyChange
from tests.builders import a_new_lease, an_answer, an_image
from tests.contract.village import Village


@dataclass
class Court:
    """A project in which answers are given and judged."""

    store: SqlStore
    village: Village
    project: Project
    deciding: Deciding

    async def task(self, key: str, machine: str | None = None) -> TaskId:
        async with self.store.write() as uow:
            await uow.tasks.upsert(self.project, [NewTask(key, an_image(key), None, {}, machine)])
            await uow.frontier.feed(self.project, need=self.project.rules.max, rows=10)
            await uow.commit()
        async with self.store.database.read() as transaction:
            found = await transaction.execute(select(tasks.c.id).where(tasks.c.key == key))
            return TaskId(found.scalar_one())

    async def says(self, task_id: TaskId, *said: tuple[str, str]) -> Task:
        """These answers, one after the other, as (name, choice); the task as it is then."""
        for name, choice in said:
            worker = await self.village.worker(name)
            async with self.store.write() as uow:
                await uow.tasks.lock(task_id)
                (lease,) = await uow.leases.add([a_new_lease(worker.id, task_id, self.project)])
                await uow.leases.set_answers({lease: an_answer(choice, at=self.village.clock.now())})
                await uow.tasks.add_to_tallies({task_id: TallyChange(taken=1, answers=1)})
                task = await uow.tasks.lock(task_id)
                await self.deciding(uow, self.project, [task], self.village.clock.now())
                await uow.commit()
        return await self.look(task_id)

    async def look(self, task_id: TaskId) -> Task:
        async with self.store.write() as uow:
            return await uow.tasks.lock(task_id)

    async def verdicts(self, task_id: TaskId) -> Sequence[Verdict]:
        """All versions, the first one first."""
        async with self.store.database.read() as transaction:
            rows = await transaction.execute(
                select(verdicts).where(verdicts.c.task_id == task_id).order_by(verdicts.c.version)
            )
        return [
            Verdict(
                task_id,
                row.version,
                Belief(row.choice, row.confidence, row.soft),
                row.answers,
                VerdictReason(row.reason),
                row.made_at,
            )
            for row in rows
        ]

    async def place(self, task_id: TaskId) -> tuple[Bucket, int] | None:
        async with self.store.database.read() as transaction:
            rows = await transaction.execute(
                select(frontier.c.bucket, frontier.c.need).where(frontier.c.task_id == task_id)
            )
            row = rows.one_or_none()
        return None if row is None else (Bucket(row.bucket), row.need)

    async def are_known(self, rows: Sequence[float], *names: str) -> None:
        learnt = {(await self.village.worker(name)).id: Learnt(rows, 0.9, 0.8) for name in names}
        async with self.store.write() as uow:
            await uow.standings.save_learnt(self.project.id, learnt, self.village.clock.now())
            await uow.commit()

    async def order(self, rules: AnswerRules) -> None:
        async with self.store.write() as uow:
            project = replace(self.project, rules=rules)
            self.project = await uow.projects.save(project, self.village.clock.now())
            await uow.tasks.apply_quota(self.project)
            await uow.commit()
