"""What is learnt of a project's crowd, from what, and the verdicts that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tasks.model.identifiers import ProjectId
from tasks.model.verdict import Verdict
from tasks.quality.copying import Copied
from tasks.quality.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt of a project's whole crowd."""

    knowledge: Mapping[str, Any]
    """``tasks.quality.knowledge.Knowledge`` in plain numbers."""
    machine: Sequence[float]
    """The machine's rows, as a worker's in ``Standing.credit``; empty if nothing was learnt of it."""
    answers: int
    """How many answers it rests on."""
    fitted_at: datetime
    """Everything before that moment was looked at, as far as it is recent enough."""
    whole_at: datetime | None
    """When all answers were looked at last."""
    copied: Sequence[Copied] = ()
    """Pairs of workers who share more mistakes than chance explains."""
    is_done: bool = False
    """All that follows from it was done, such as looking at the tasks again."""


class Models(Protocol):
    """What was learnt last in each project."""

    async def find(self, project_id: ProjectId) -> Model | None: ...

    async def find_fitted_at(self, project_id: ProjectId) -> datetime | None:
        """When something was learnt there last; None if nothing was."""

    async def save(self, project_id: ProjectId, model: Model) -> None:
        """Keeps it in place of the last; the report of the project stays as it is."""

    async def mark_done(self, project_id: ProjectId, fitted_at: datetime) -> None:
        """All that follows from what was learnt then is done, unless more was learnt since."""

    async def count_answers_since(self, project_id: ProjectId, moment: datetime | None, limit: int) -> int:
        """How many answers came after that moment (None: ever), counted up to the limit."""

    async def is_upset_since(self, project_id: ProjectId, moment: datetime) -> bool:
        """Whether there, after that moment, somebody was paused or removed, a gold was suspended or the order
        was changed.
        """

    async def list_evidence(self, project_id: ProjectId, limit: int) -> Evidence:
        """The last so many answers to questions that were work when they were asked, and as many to those
        that were gold, or 60,000 if that is more: enough from each who is at work. Beside them as many to
        work whose key the client has told since. What is right on a suspended gold is not known.
        """


class Verdicts(Protocol):
    """Versions of verdicts: added, never changed."""

    async def add(self, verdicts: Sequence[Verdict]) -> None: ...
