"""Projects and their pictures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tasks.model.identifiers import ImageId, MediaId, ProjectId, VoiceId
from tasks.model.progress import ProjectProgress
from tasks.model.project import Project


class Projects(Protocol):
    """Projects. What it returns may be some seconds old."""

    async def find(self, project_id: ProjectId) -> Project | None: ...

    async def find_by_slug(self, slug: str) -> Project | None: ...

    async def list_all(self) -> Sequence[Project]:
        """All projects, oldest first."""

    async def save(self, project: Project, at: datetime) -> Project:
        """Creates it (its id is ignored) or replaces the one with that slug; returns it with its id.

        A choice keeps its number as long as the project lives: known ids keep theirs, new ids get new ones,
        and choices that are no longer there stay as retired.
        """

    async def set_has_gold(self, project_id: ProjectId) -> None:
        """Notes that some of its tasks are gold."""

    async def median_seconds(self, project_id: ProjectId) -> float | None:
        """The median time of its last 200 answers, or None with fewer than 30."""

    async def progress(self, project_id: ProjectId) -> ProjectProgress:
        """Goes through all its tasks and answers."""


class Pictures(Protocol):
    """Pictures and voice notes on disk, and the handles that messengers gave for them."""

    async def read(self, image_id: ImageId) -> bytes:
        """The normalised JPEG; raises FileNotFoundError."""

    async def read_voice(self, voice_id: VoiceId) -> bytes:
        """The voice note as OGG; raises FileNotFoundError."""

    async def find_handle(self, media_id: MediaId, messenger: str) -> str | None:
        """The handle under which that messenger (``telegram:<bot id>``) keeps the picture or voice note."""

    async def save_handle(self, media_id: MediaId, messenger: str, handle: str) -> None:
        """Remembers the handle, in place of an older one."""

    async def forget_handle(self, media_id: MediaId, messenger: str, handle: str) -> None:
        """Forgets that handle, and no newer one: it stopped working."""
