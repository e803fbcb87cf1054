"""A small programme to try ports on: a project with tasks, and workers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from storage.tables import tasks as task_rows
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import LeaseId, TaskId
from tasks.model.project import Project
from tasks.model.work import Lease, Task
from tasks.model.worker import Worker
from tests.builders import NOON, a_new_lease, a_new_task, a_project, an_account


@dataclass(frozen=True)
class Programme:
    store: SqlStore
    project: Project
    task_ids: Sequence[TaskId]
    workers: Sequence[Worker]

    async def lend(self, worker: int, task: int, **changes: object) -> LeaseId:
        """Lends that task to that worker, counted from 0, and returns the lease."""
        new = a_new_lease(self.workers[worker].id, self.task_ids[task], self.project, **changes)
        async with self.store.write() as work:
            (lease_id,) = await work.leases.add([new])
            await work.commit()
        return lease_id

    async def lease(self, lease_id: LeaseId) -> Lease:
        async with self.store.write() as work:
            return (await work.leases.lock_pressed([lease_id]))[lease_id].lease

    async def task(self, number: int) -> Task:
        async with self.store.write() as work:
            return await work.tasks.lock(self.task_ids[number])


async def a_programme(store: SqlStore, *, tasks: int = 6, workers: int = 3, quota: int = 3) -> Programme:
    async with store.write() as work:
        project = await work.projects.save(a_project(quota=quota), NOON)
        await work.tasks.upsert(project, [a_new_task(f"t{number}") for number in range(tasks)])
        people = [
            await work.workers.add(an_account(f"worker{number}"), language="zh", time_zone="UTC", at=NOON)
            for number in range(workers)
        ]
        await work.commit()
    return Programme(store, project, await list_task_ids(store, project), people)


async def list_task_ids(store: SqlStore, project: Project) -> Sequence[TaskId]:
    """All tasks of a project, in the order of import."""
    async with store.database.read() as transaction:
        rows = await transaction.execute(
            select(task_rows.c.id).where(task_rows.c.project_id == project.id).order_by(task_rows.c.position)
        )
        return [TaskId(task_id) for task_id in rows.scalars()]
