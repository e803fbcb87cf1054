"""A worker says that a picture is broken; a supervisor looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.assigning import ask
from tasks.golding import Golding
from tasks.halting import find_current, find_pause
from tasks.judging import Ruling, decide, rule
from tasks.lending import Wish, question_of
from tasks.model.gold import GoldOrigin
from tasks.model.identifiers import AccountKey, LeaseId, TaskId
from tasks.model.place import PROGRAMME
from tasks.model.project import Project
from tasks.model.work import LeaseState, Task, TaskStatus
from tasks.model.worker import Worker
from tasks.outcomes import (
    NOT_YOURS,
    AlreadyAnswered,
    Following,
    PictureReported,
    ReportOutcome,
)
from tasks.ports import Clock, Pressed, Store, TallyChange, UnitOfWork
from tasks.pressing import find_own
from tasks.promising import nothing_left
from tasks.supervising import Scopes

LIST_MAX = 10


@dataclass(frozen=True, slots=True)
class ReportBroken:
    """Takes the task away from her; from everybody, until a supervisor looks, once enough people said so."""

    store: Store
    clock: Clock
    golding: Golding

    async def __call__(self, worker: Worker, lease_id: LeaseId) -> ReportOutcome:
        async with self.store.write() as uow:
            own = await find_own(uow, worker, lease_id)
            if own is None:
                return NOT_YOURS
            project, pressed = own.project, own.pressed
            if rule(pressed, worker.id, project.rules, cant_tell=True) is Ruling.ALREADY:
                now = self.clock.now()
                return AlreadyAnswered(project, await find_current(uow, project, worker, now))
            follows = await self._report(uow, worker, project, pressed)
            await uow.commit()
        if follows is None:
            follows = await self._ask_again(worker, project, lease_id)
        return PictureReported(follows)

    async def _report(
        self, uow: UnitOfWork, worker: Worker, project: Project, pressed: Pressed
    ) -> Following | None:
        """What follows; None if she must be asked again, holding no lock."""
        lease, task = pressed.lease, pressed.task
        held = 1 if lease.state is LeaseState.OPEN and not lease.is_gold else 0
        counted = replace(task, taken=task.taken - held, reports=task.reports + 1)
        decided = decide(counted, project.rules, gold=lease.is_gold)
        await uow.leases.set_state([lease.id], LeaseState.REPORTED)
        await uow.tasks.add_to_tallies(
            {task.id: TallyChange(taken=-held, reports=1, status=decided if decided != task.status else None)}
        )
        if pressed.other_open is not None:
            found = await uow.leases.find_open(worker.id, project.id)
            if found is not None:
                await uow.leases.set_previous(found[0].id, lease.id)
                return replace(question_of(*found, project), previous_id=lease.id)
        return await self._next(uow, worker, project, lease.id)

    async def _ask_again(self, worker: Worker, project: Project, previous: LeaseId) -> Following:
        """In a transaction of its own, which holds no lock and may therefore wait for a task."""
        async with self.store.write() as uow:
            now = self.clock.now()
            follows: Following | None = await find_pause(uow, project, worker, now)
            if follows is None:
                standing = await uow.standings.find(project.id, worker.id)
                wish = Wish(worker.id, previous)
                follows = await ask(uow, self.golding, project, worker, wish=wish, standing=standing, now=now)
            await uow.commit()
        return follows

    async def _next(
        self, uow: UnitOfWork, worker: Worker, project: Project, previous: LeaseId
    ) -> Following | None:
        now = self.clock.now()
        paused = await find_pause(uow, project, worker, now)
        if paused is not None:
            return paused
        standing = await uow.standings.find(project.id, worker.id)
        wished = {worker.id: (Wish(worker.id, previous), standing)}
        asked = await self.golding.lend(uow, project, wished, now)
        await uow.golds.change(asked.golds)
        if worker.id in asked.busy:
            return None
        return asked.questions.get(worker.id) or await nothing_left(
            uow, project, worker, now, kept=worker.id in asked.kept
        )


@dataclass(frozen=True, slots=True)
class SetAside:
    """A task that waits for a supervisor."""

    task: Task
    project: Project


@dataclass(frozen=True, slots=True)
class ListSetAside:
    """The tasks that wait for a supervisor, oldest first.

    Pictures belong to no village: only supervisors of the whole programme look at them. Raises NotSupervisor
    and OutsideScope.
    """

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey) -> Sequence[SetAside]:
        async with self.store.read() as uow:
            await self.scopes.require(uow, who, within=PROGRAMME)
            projects = {project.id: project for project in await uow.projects.list_all()}
            return [
                SetAside(task, projects[task.project_id]) for task in await uow.tasks.list_set_aside(LIST_MAX)
            ]


@dataclass(frozen=True, slots=True)
class SettleSetAside:
    """A supervisor's decision: the task is asked again, or taken out. False if it was settled before.

    What was earned as gold keeps its verdict, and is asked again as gold only. Raises NotSupervisor and
    OutsideScope.
    """

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey, task_id: TaskId, *, ask_again: bool) -> bool:
        async with self.store.write() as uow:
            await self.scopes.require(uow, who, within=PROGRAMME)
            try:
                task = await uow.tasks.lock(task_id)
            except LookupError:
                return False
            if task.status not in {TaskStatus.BROKEN, TaskStatus.UNCLEAR}:
                return False
            change = TallyChange(status=TaskStatus.WITHDRAWN)
            if ask_again:
                change = TallyChange(
                    reports=-task.reports, cant_tells=-task.cant_tells, status=await _status_again(uow, task)
                )
            await uow.tasks.add_to_tallies({task_id: change})
            await uow.commit()
        return True


async def _status_again(uow: UnitOfWork, task: Task) -> TaskStatus:
    gold = (await uow.golds.list_of([task.id])).get(task.id)
    is_decided = gold is not None and gold.is_known and gold.origin is GoldOrigin.EARNED
    return TaskStatus.CLOSED if is_decided else TaskStatus.OPEN
