"""The versions of verdicts."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from storage.engine import Transaction
from storage.tables import verdicts
from tasks.model.identifiers import TaskId
from tasks.model.verdict import Belief, Verdict, VerdictReason


class SqlVerdicts:
    """Implements ``Verdicts``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, verdicts: Sequence[Verdict]) -> None:
        if verdicts:
            await self._transaction.execute(INSERT, [_values(verdict) for verdict in verdicts])

    async def list_of(self, task_id: TaskId) -> Sequence[Verdict]:
        rows = await self._transaction.execute(
            select(verdicts).where(verdicts.c.task_id == task_id).order_by(verdicts.c.version)
        )
        return [
            Verdict(
                task_id=TaskId(row.task_id),
                version=row.version,
                belief=Belief(row.choice, row.confidence, row.soft),
                answers=row.answers,
                reason=VerdictReason(row.reason),
                made_at=row.made_at,
            )
            for row in rows
        ]


INSERT = insert(verdicts)


def _values(verdict: Verdict) -> dict[str, object]:
    return {
        "task_id": verdict.task_id,
        "version": verdict.version,
        "choice": verdict.belief.choice,
        "confidence": verdict.belief.confidence,
        "soft": dict(verdict.belief.soft),
        "answers": verdict.answers,
        "reason": verdict.reason,
        "made_at": verdict.made_at,
    }
