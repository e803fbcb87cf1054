"""Lifts pauses that the test would not make any more, now that it is known better what is usual."""

from dataclasses import dataclass, field

from tasks.golding import CrowdMemory
from tasks.measuring import doubt_again, look_again
from tasks.model.identifiers import ProjectId
from tasks.model.project import Project
from tasks.model.standing import KEPT, Sanction, SanctionKind, Standing, Step
from tasks.noticing.own_messages import PAUSE_OVER, WhyOver, say_about_pause
from tasks.ports import Clock, Store, UnitOfWork
from tasks.quality.doubt import LIMIT, levels

PAUSES_AT_ONCE = 50


@dataclass(slots=True)
class LiftPauses:
    """Looks again at pauses of a project, lifts those that have lost their ground, and tells the workers.

    A pause says that somebody is worse than is usual there. What is usual is known better with time: in a
    project that is harder than it seemed, people were paused who are like everybody. Removals, and pauses
    that a supervisor has kept, stay: people have decided about them. Each call looks at some pauses, and
    the next one goes on behind them; it returns how many it lifted.
    """

    store: Store
    clock: Clock
    memory: CrowdMemory
    at_once: int = PAUSES_AT_ONCE
    _looked_at: dict[ProjectId, int] = field(default_factory=dict)

    async def __call__(self, project: Project) -> int:
        async with self.store.read() as uow:
            pauses = await uow.sanctions.list_pauses(
                project.id, after=self._looked_at.get(project.id, 0), limit=self.at_once
            )
        self._looked_at[project.id] = pauses[-1].id if len(pauses) == self.at_once else 0
        return sum([await self._lift(project, pause) for pause in pauses])

    async def _lift(self, project: Project, pause: Sanction) -> bool:
        """Whether it was lifted."""
        now, key = self.clock.now(), (project.id, pause.worker_id)
        async with self.store.write() as uow:
            crowd = await self.memory.recall(uow, project, now)
            standing = (await uow.standings.lock([key]))[key]
            still = await uow.sanctions.lock(pause.id)
            if still is None or still.ended_at is not None or still.appeal in KEPT:
                return False
            again = await look_again(uow, standing, crowd.levels, now)
            if not await tell_if_it_is_over(uow, project, standing, again):
                return False
            await uow.standings.save([again])
            await uow.commit()
        return True


async def tell_if_it_is_over(
    uow: UnitOfWork, project: Project, before: Standing, again: Standing, *, why: WhyOver | None = None
) -> bool:
    """Whether looking at her again has ended her pause there; then it asks to tell her, and why.

    Without a reason it is found out.
    """
    if before.step is not Step.PAUSED or again.step is Step.PAUSED:
        return False
    pause = await uow.sanctions.find_last(project.id, again.worker_id, [SanctionKind.PAUSE])
    if pause is not None:
        worker, why = await uow.workers.get(again.worker_id), why or await _why(uow, project, before)
        await say_about_pause(uow, pause, project, worker, kind=PAUSE_OVER, why=why)
    return True


async def _why(uow: UnitOfWork, project: Project, standing: Standing) -> WhyOver:
    """Why the test pauses her no more.

    Keys may have changed too, before she is counted anew: they are the reason if she would not be paused even
    where nothing is known of what is usual.
    """
    strictest = levels(len(project.offered()))
    return WhyOver.USUAL if await doubt_again(uow, standing, strictest) >= LIMIT else WhyOver.KEYS
