"""The versions of verdicts."""

from collections.abc import Sequence

from sqlalchemy import insert

from storage.engine import Transaction
from storage.tables import verdicts
from tasks.model.verdict import Verdict


class SqlVerdicts:
    """Implements ``Verdicts``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, verdicts: Sequence[Verdict]) -> None:
        if verdicts:
            await self._transaction.execute(INSERT, [_values(verdict) for verdict in verdicts])


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
