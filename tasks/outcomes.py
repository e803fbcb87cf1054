"""What use cases may say. A handler matches them exhaustively; none of them is an error."""

from dataclasses import dataclass
from enum import Enum

from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.work import Question


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """There is no task for her in this project now. She will be told when there is."""

    project: Project
    more_elsewhere: bool = False
    """Another project has work for her."""


@dataclass(frozen=True, slots=True)
class AnswerAccepted:
    """The answer is stored and counts."""

    earned: Money
    """Zero for *Can't tell*."""
    today: Money
    """Her earnings of today in that currency, this answer included."""
    next: Question | NothingToDo
    late: bool = False
    """It came after its lease had ended, and was still needed."""


@dataclass(frozen=True, slots=True)
class AnswerNotNeeded:
    """The answer came after its lease had ended and the task was given to others: stored, not paid."""

    next: Question | NothingToDo


@dataclass(frozen=True, slots=True)
class AlreadyAnswered:
    """The lease had its answer before; nothing changed."""

    project: Project
    current: Question | None
    """The question she has open now, if any."""


@dataclass(frozen=True, slots=True)
class AnswerUndone:
    """The answer is taken back, its pay reversed, and the same task is asked again."""

    returned: Money
    today: Money
    next: Question


@dataclass(frozen=True, slots=True)
class UndoTooLate:
    """The task was decided, or she has answered another since; nothing changed."""

    project: Project
    current: Question | None


@dataclass(frozen=True, slots=True)
class PictureReported:
    """Noted that the picture is broken; she is not asked about it again."""

    next: Question | NothingToDo


@dataclass(frozen=True, slots=True)
class WorkStopped:
    """Her open questions in this project went back; she may go on at any time."""

    project: Project
    today: Money


class NotYours(Enum):
    """The button names a lease of somebody else, or none at all. Nothing changed."""

    NOT_YOURS = "not yours"


NOT_YOURS = NotYours.NOT_YOURS

SubmitOutcome = AnswerAccepted | AnswerNotNeeded | AlreadyAnswered | NotYours
UndoOutcome = AnswerUndone | UndoTooLate | NotYours
ReportOutcome = PictureReported | AlreadyAnswered | NotYours
StopOutcome = WorkStopped | NotYours
TakeOutcome = Question | NothingToDo
