"""A gold that able workers contradict counts for nothing until the client has looked at it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tasks.measuring import is_able
from tasks.model.gold import Gold, GoldAnswer, GoldState
from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.standing import Standing
from tasks.ports import Clock, GoldChange, Store, UnitOfWork

CONTRADICTED_BY = 3
"""So many able workers must say the same other thing."""
ANSWERS_LOOKED_AT = 1000
"""So many of the newest answers decide whether it is contradicted."""
SUSPICIOUS_AT_ONCE = 20
BEFORE_ALL = TaskId(0)


@dataclass(slots=True)
class SuspendGolds:
    """Suspends golds that able workers contradict; returns how many.

    Each call looks at some golds that are contradicted at all, and the next one goes on behind them: whoever
    contradicts may turn out to be able only later. What they did to anybody is undone by ``RecountGolds``.
    What was learnt with their keys is learnt anew, and their tasks are judged like any other, by the next run
    of ``LearnFromAnswers``.
    """

    store: Store
    clock: Clock
    _looked_at: TaskId = BEFORE_ALL

    async def __call__(self) -> int:
        async with self.store.read() as uow:
            suspicious = await uow.golds.list_contradicted(
                CONTRADICTED_BY, SUSPICIOUS_AT_ONCE, after=self._looked_at
            )
            contradicted = [task_id for task_id in suspicious if await _is_contradicted(uow, task_id)]
        self._looked_at = suspicious[-1] if len(suspicious) == SUSPICIOUS_AT_ONCE else BEFORE_ALL
        return sum([await self._suspend(task_id) for task_id in contradicted])

    async def _suspend(self, task_id: TaskId) -> bool:
        async with self.store.write() as uow:
            # With the task locked nobody answers this gold meanwhile.
            await uow.tasks.lock(task_id)
            if not await _is_contradicted(uow, task_id):
                return False
            suspended = GoldChange(state=GoldState.SUSPENDED, suspended_at=self.clock.now())
            await uow.golds.change({task_id: suspended})
            await uow.commit()
        return True


async def _is_contradicted(uow: UnitOfWork, task_id: TaskId) -> bool:
    """Whether it is a gold whose key is in force, asked or retired, and able workers contradict it."""
    gold = (await uow.golds.list_of([task_id])).get(task_id)
    if gold is None or not gold.is_known:
        return False
    answers = await uow.golds.list_answers_on(task_id, ANSWERS_LOOKED_AT)
    known = await uow.standings.list_of(gold.project_id, {answer.worker_id for answer in answers})
    return is_contradicted(gold, answers, known)


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
