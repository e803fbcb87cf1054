"""What is told about a project."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tasks.model.identifiers import ProjectId
from tasks.model.project import Project
from tasks.model.report import Counts, Live, Report, WorkerFigures


class Reports(Protocol):
    """Figures of projects."""

    async def count(self, project: Project, now: datetime) -> Counts:
        """Goes through all tasks and answers of the project: for background work and the command line."""

    async def read_live(self, project: Project, now: datetime) -> Live:
        """What is cheap to know at any moment."""

    async def is_small(self, project_id: ProjectId, tasks_max: int) -> bool:
        """Whether it has no more tasks than that; looks at no more of them."""

    async def find(self, project_id: ProjectId) -> Report | None:
        """The report that was kept last."""

    async def save(self, project_id: ProjectId, report: Report) -> None:
        """Keeps the report, in place of the last; what else was learnt of the project stays as it is."""

    async def list_workers(
        self, project: Project, *, scope: str, first: int, limit: int
    ) -> Sequence[WorkerFigures]:
        """Workers within that scope who have a standing there, those about whom something was done first."""

    async def count_workers(self, project_id: ProjectId, scope: str) -> int:
        """How many those are."""
