"""Gold: a task whose answer is known beforehand, to teach and to measure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tasks.model.identifiers import ImageId, LeaseId, ProjectId, TaskId, WorkerId


class Purpose(StrEnum):
    """Why a task was lent to a worker; nothing on her phone tells one from the other before she answers."""

    WORK = "work"
    """To learn what is in the picture."""
    SILENT = "silent"
    """To learn how sure her answers are. Whether she was right is never said: nobody can pass it on."""
    TEACHING = "teaching"
    """To teach: she is told at once what is right and why. It decides nothing about her."""
    VOID = "void"
    """It was gold, but what is right was no longer a choice when she answered: it says nothing of her."""


class GoldState(StrEnum):
    """Whether a gold is in use."""

    LIVE = "live"
    RETIRED = "retired"
    """Shown as often as is good; known to too many people."""
    SUSPENDED = "suspended"
    """Able workers say otherwise: it counts for nothing until the client has looked at it."""


class GoldOrigin(StrEnum):
    """Who knew the answer."""

    CLIENT = "client"
    EARNED = "earned"
    """The answers of many able workers, with hardly a doubt left."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One gold and how it fared."""

    task_id: TaskId
    project_id: ProjectId
    image_id: ImageId
    choice: str
    """The choice that is right."""
    role: Purpose
    """``SILENT`` or ``TEACHING``, the same for everybody: a gold that teaches is known to people."""
    state: GoldState
    origin: GoldOrigin
    shown: int
    """How many workers were lent it."""
    contradicted: int
    """How many workers who are able, or too new to tell, gave another answer."""
    explanations: Mapping[str, str] = field(default_factory=dict)
    """Why the choice is right, by language; may be empty."""

    @property
    def is_known(self) -> bool:
        """Whether its answer still counts as known, be it asked or retired."""
        return self.state is not GoldState.SUSPENDED


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """What a worker said on a gold that was lent to her as one."""

    lease_id: LeaseId
    worker_id: WorkerId
    task_id: TaskId
    image_id: ImageId
    said: str
    right: str
    """What is known to be right, as it is known now."""
    answered_at: datetime

    @property
    def was_right(self) -> bool:
        """Whether she said what is right."""
        return self.said == self.right
