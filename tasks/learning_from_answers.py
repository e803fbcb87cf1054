"""Learns from the answers of each project, in the background, and looks at its tasks again.

Every part is a transaction of its own, and the last one says that all is done. Where it is missing the run
was broken off, and soon there is another one, new answers or not: it finds what was not looked at again yet,
since that still stands where it stood.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from tasks.deciding import Deciding, in_order
from tasks.golding import earn_gold
from tasks.model.identifiers import ProjectId, TaskId
from tasks.model.project import Project
from tasks.model.work import TaskStatus
from tasks.ports import Clock, Model, Store, UnitOfWork
from tasks.quality.evidence import Evidence
from tasks.quality.judgement import Mind
from tasks.quality.learning import SURE, Lesson, learn
from tasks.quality.stopping import StoppingRule

RECENT_ANSWERS = 60_000
ALL_ANSWERS = 2_000_000
"""What a night's run looks at: more would not fit into memory beside everything else."""
NEW_ANSWERS, NEW_SHARE = 20, 0.06
"""So many new answers, and such a share of those looked at last, are worth a run at once…"""
WAITS = timedelta(minutes=5)
"""…and fewer after this…"""
WAITS_IN_FULL = 20_000
"""…if so many were looked at last; the fewer there are, the sooner: they are looked at in no time."""
QUIET_HOUR = 2
"""At this hour (UTC) all answers are looked at, once a day."""
DAY = timedelta(hours=20)
SILENCE = timedelta(days=1)
"""Where nobody has answered for so long, nobody is waited for: audits that lack answers are given up."""
BROKEN_OFF = timedelta(minutes=10)
"""A run that is not done after this is taken for broken off; until then another process may be at it."""
FAILED_RESTS = timedelta(minutes=1)
"""Where a run has failed, the next one begins after this: it would most often fail in the same way."""
WORKERS_AT_ONCE, TASKS_AT_ONCE = 300, 200
EARNED_AT_ONCE, GOLDS_MAX = 5, 200

Item = TypeVar("Item")


def _raise(_: Project, error: Exception) -> None:
    raise error


@dataclass(frozen=True, slots=True)
class LearnFromAnswers:
    """Learns in each project that has something new to learn from; returns in how many it did.

    ``follows`` belongs to each run: where that fails it is not done, and there is another one. ``afterwards``
    is called when it is done, such as to make the report. ``on_failure`` is told where either failed and why,
    and raises what is to end the others as well; else they go on.
    """

    store: Store
    clock: Clock
    deciding: Deciding = field(default_factory=Deciding)
    follows: Sequence[Callable[[Project], Awaitable[object]]] = ()
    afterwards: Sequence[Callable[[Project], Awaitable[object]]] = ()
    on_failure: Callable[[Project, Exception], None] = _raise
    _failed_at: dict[ProjectId, datetime] = field(default_factory=dict)

    async def __call__(self) -> int:
        async with self.store.read() as uow:
            projects = await uow.projects.list_all()
        learnt = 0
        for project in projects:
            try:
                learnt += await self._learn_if_due(project)
            except Exception as error:  # noqa: BLE001 - it is handed on, whatever it is
                self.on_failure(project, error)
                self._failed_at[project.id] = self.clock.now()
        return learnt

    async def learn(self, project: Project, limit: int = RECENT_ANSWERS) -> bool:
        """Learns from so many of the last answers there; False if there are none."""
        now = self.clock.now()
        async with self.store.read() as uow:
            evidence = await uow.models.list_evidence(project.id, limit)
        # The numbers are crunched beside the loop, which goes on answering people meanwhile.
        lesson = await asyncio.to_thread(_learn, evidence, project)
        if lesson is None:
            return False
        await self._keep(project, lesson, now, answers=len(evidence.answers), whole=limit == ALL_ANSWERS)
        mind = Mind.from_plain(lesson.knowledge, lesson.machine, len(project.choices))
        for worker_id, learnt in lesson.workers.items():
            mind.meet(worker_id, learnt.rows)
        await self._look_again(project, lesson.moved, mind)
        await self._earn_golds(project, lesson.sure)
        for follow in self.follows:
            await follow(project)
        async with self.store.write() as uow:
            await uow.models.mark_done(project.id, now)
            await uow.commit()
        for after in self.afterwards:
            await after(project)
        return True

    async def _learn_if_due(self, project: Project) -> bool:
        failed_at = self._failed_at.get(project.id)
        if failed_at is not None and self.clock.now() - failed_at < FAILED_RESTS:
            return False
        limit = await self._find_due(project)
        return limit > 0 and await self.learn(project, limit)

    async def _find_due(self, project: Project) -> int:
        """How many answers to look at now; 0 if the project is not due."""
        now = self.clock.now()
        async with self.store.read() as uow:
            model = await uow.models.find(project.id)
            if model is not None and _is_broken_off(model, now):
                return ALL_ANSWERS if model.whole_at == model.fitted_at else RECENT_ANSWERS
            if await _is_night_run_due(uow, project, model, now):
                return ALL_ANSWERS
            if model is not None and await _has_fallen_silent(uow, project, model, now):
                return ALL_ANSWERS
            return RECENT_ANSWERS if await _is_run_due(uow, project, model, now) else 0

    async def _keep(
        self, project: Project, lesson: Lesson, now: datetime, *, answers: int, whole: bool
    ) -> None:
        for portion in _portions(sorted(lesson.workers), WORKERS_AT_ONCE):
            async with self.store.write() as uow:
                learnt = {worker: lesson.workers[worker] for worker in portion}
                await uow.standings.save_learnt(project.id, learnt, now)
                await uow.commit()
        async with self.store.write() as uow:
            before = await uow.models.find(project.id)
            whole_before = None if before is None else before.whole_at
            whole_at = now if whole else whole_before
            model = Model(lesson.knowledge, lesson.machine, answers, now, whole_at, lesson.copied)
            await uow.models.save(project.id, model)
            await uow.commit()

    async def _look_again(self, project: Project, task_ids: Sequence[TaskId], mind: Mind) -> None:
        async with self.store.read() as uow:
            audits = not await _is_silent(uow, project, self.clock.now())
        for portion in _portions(task_ids, TASKS_AT_ONCE):
            async with self.store.write() as uow:
                locked = list((await uow.tasks.lock_all(portion)).values())
                now = self.clock.now()
                await self.deciding.judge(uow, project, locked, now, mind=mind, audits=audits)
                await uow.commit()

    async def _earn_golds(self, project: Project, task_ids: Sequence[TaskId]) -> None:
        if not task_ids or not project.gold_share:
            return
        async with self.store.write() as uow:
            left = min(EARNED_AT_ONCE, GOLDS_MAX - await uow.golds.count_all_live(project.id))
            locked = await uow.tasks.lock_all(task_ids[: max(left, 0)])
            for task in locked.values():
                sure = task.status is TaskStatus.CLOSED and (task.confidence or 0.0) > SURE
                if sure and task.choice is not None:
                    await earn_gold(uow, project, task, task.choice)
            await uow.commit()


def _is_broken_off(model: Model, now: datetime) -> bool:
    return not model.is_done and now - model.fitted_at >= BROKEN_OFF


async def _has_fallen_silent(uow: UnitOfWork, project: Project, model: Model, now: datetime) -> bool:
    """Whether it is silent there and was not yet when something was learnt last."""
    before = await uow.models.count_answers_since(project.id, model.fitted_at - SILENCE, 1)
    return before > 0 and await _is_silent(uow, project, now)


async def _is_silent(uow: UnitOfWork, project: Project, now: datetime) -> bool:
    return await uow.models.count_answers_since(project.id, now - SILENCE, 1) == 0


async def _is_run_due(uow: UnitOfWork, project: Project, model: Model | None, now: datetime) -> bool:
    since = None if model is None else model.fitted_at
    wanted = NEW_ANSWERS if model is None else max(NEW_ANSWERS, int(NEW_SHARE * model.answers))
    new = await uow.models.count_answers_since(project.id, since, wanted)
    if new >= wanted:
        return True
    if model is not None and await uow.models.is_upset_since(project.id, model.fitted_at):
        return True
    if model is not None:
        waits = WAITS * min(model.answers / WAITS_IN_FULL, 1.0)
        return new > 0 and now - model.fitted_at >= waits
    return new > await uow.models.count_answers_since(project.id, now - WAITS, wanted)


async def _is_night_run_due(uow: UnitOfWork, project: Project, model: Model | None, now: datetime) -> bool:
    if model is None or now.hour != QUIET_HOUR:
        return False
    if model.whole_at is None:
        return True
    if now - model.whole_at < DAY:
        return False
    return await uow.models.count_answers_since(project.id, model.whole_at, 1) > 0


def _learn(evidence: Evidence, project: Project) -> Lesson | None:
    choices = [choice.id for choice in in_order(project)]
    rules = project.rules
    return learn(evidence, choices, StoppingRule(1 - rules.confidence, rules.min, rules.max))


def _portions(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
