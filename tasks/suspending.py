"""A gold that able workers contradict counts for nothing until the client has looked at it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tasks.golding import CrowdMemory
from tasks.lifting import tell_that_it_is_over
from tasks.measuring import is_able, look_again, without
from tasks.model.gold import Gold, GoldAnswer, GoldState, Purpose
from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.standing import Standing, Step
from tasks.ports import Clock, GoldChange, Store, UnitOfWork

CONTRADICTED_BY = 3
"""So many able workers must say the same other thing."""
ANSWERS_LOOKED_AT = 1000
GOLDS_AT_ONCE = 20
BEFORE_ALL = TaskId(0)


@dataclass(slots=True)
class SuspendGolds:
    """Suspends golds that able workers contradict, and undoes what they did to anybody; returns how many.

    Doubts are reckoned again without them, and pauses that the test would not make any more are lifted. Each
    call looks at some golds that are contradicted at all, and the next one goes on behind them: whoever
    contradicts may turn out to be able only later. What was learnt with their keys is learnt anew, and their
    tasks are judged like any other, by the next run of ``LearnFromAnswers``.
    """

    store: Store
    clock: Clock
    memory: CrowdMemory
    _looked_at: TaskId = BEFORE_ALL

    async def __call__(self) -> int:
        async with self.store.read() as uow:
            suspicious = await uow.golds.list_contradicted(
                CONTRADICTED_BY, GOLDS_AT_ONCE, after=self._looked_at
            )
            contradicted = [task_id for task_id in suspicious if await _find_contradicted(uow, task_id)]
        self._looked_at = suspicious[-1] if len(suspicious) == GOLDS_AT_ONCE else BEFORE_ALL
        return sum([await self._suspend(task_id) for task_id in contradicted])

    async def _suspend(self, task_id: TaskId) -> bool:
        async with self.store.write() as uow:
            # With the task locked nobody answers this gold meanwhile.
            await uow.tasks.lock(task_id)
            found = await _find_contradicted(uow, task_id)
            project = None if found is None else await uow.projects.find(found[0].project_id)
            if found is None or project is None:
                return False
            await self._undo(uow, project, *found)
            await uow.commit()
        return True

    async def _undo(
        self, uow: UnitOfWork, project: Project, gold: Gold, answers: Sequence[GoldAnswer]
    ) -> None:
        now = self.clock.now()
        crowd = await self.memory.recall(uow, project, now)
        by_worker = {answer.worker_id: answer for answer in answers}
        standings = await uow.standings.lock([(project.id, worker_id) for worker_id in by_worker])
        suspended = GoldChange(state=GoldState.SUSPENDED, suspended_at=now)
        await uow.golds.change({gold.task_id: suspended})
        if gold.role is not Purpose.SILENT:
            return
        renewed = []
        for standing in standings.values():
            less = without(standing, was_right=by_worker[standing.worker_id].was_right)
            again = await look_again(uow, less, crowd.levels, now)
            renewed.append(again)
            if standing.step is Step.PAUSED and again.step is not Step.PAUSED:
                await tell_that_it_is_over(uow, project, standing.worker_id)
        await uow.standings.save(renewed)


async def _find_contradicted(uow: UnitOfWork, task_id: TaskId) -> tuple[Gold, Sequence[GoldAnswer]] | None:
    """The gold with what was said on it, if it is live and able workers contradict it."""
    gold = (await uow.golds.list_of([task_id])).get(task_id)
    if gold is None or gold.state is not GoldState.LIVE:
        return None
    answers = await uow.golds.list_answers_on(task_id, ANSWERS_LOOKED_AT)
    known = await uow.standings.list_of(gold.project_id, {answer.worker_id for answer in answers})
    return (gold, answers) if is_contradicted(gold, answers, known) else None


def is_contradicted(
    gold: Gold, answers: Collection[GoldAnswer], standings: Mapping[WorkerId, Standing]
) -> bool:
    """Whether able workers agree on another answer, and more of them than agree with the gold."""
    said = said_by_able(answers, standings)
    others = [count for choice, count in said.items() if choice != gold.choice]
    most = max(others, default=0)
    return most >= CONTRADICTED_BY and most > said[gold.choice]


def said_by_able(answers: Collection[GoldAnswer], standings: Mapping[WorkerId, Standing]) -> Counter[str]:
    """How many able workers said what."""
    return Counter(answer.said for answer in answers if _is_able(standings.get(answer.worker_id)))


def _is_able(standing: Standing | None) -> bool:
    return standing is not None and is_able(standing)
