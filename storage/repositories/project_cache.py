"""Projects as they were a moment ago: every answer needs its project, and projects hardly ever change."""

import time
from collections.abc import Callable

from tasks.model.identifiers import ProjectId
from tasks.model.project import Project

KEPT_SECONDS = 3.0


class ProjectCache:
    """Remembers projects for a few seconds; shared by all transactions of one store."""

    def __init__(
        self, *, kept_seconds: float = KEPT_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._kept_seconds = kept_seconds
        self._monotonic = monotonic
        self._projects: dict[ProjectId, tuple[float, Project]] = {}
        self._ids: dict[str, ProjectId] = {}

    def find(self, project_id: ProjectId) -> Project | None:
        """The project, if it was read in the last few seconds."""
        read_at, project = self._projects.get(project_id, (0.0, None))
        fresh = project is not None and self._monotonic() - read_at < self._kept_seconds
        return project if fresh else None

    def find_by_slug(self, slug: str) -> Project | None:
        """The same, by its slug."""
        project_id = self._ids.get(slug)
        return None if project_id is None else self.find(project_id)

    def keep(self, project: Project) -> None:
        """Remembers it from now on."""
        self._projects[project.id] = (self._monotonic(), project)
        self._ids[project.slug] = project.id

    def forget(self) -> None:
        """Forgets everything."""
        self._projects.clear()
        self._ids.clear()
