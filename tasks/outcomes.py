"""What use cases may say. A handler matches them exhaustively; none of them is an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from tasks.model.identifiers import ImageId
from tasks.model.money import Money
from tasks.model.notice import Delivery, Notice, Tally
from tasks.model.project import Choice, Project
from tasks.model.standing import Sanction
from tasks.model.work import Question
from tasks.noticing.checking import Fault


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """There is no task for her in this project now. She will be told when there is."""

    project: Project
    more_elsewhere: bool = False
    """Another project has work for her."""
    kept_for_others: bool = False
    """What is left is looked at by others now, whose answers tell more."""


@dataclass(frozen=True, slots=True)
class Paused:
    """She gets no questions of this project: it is paused for her, or a supervisor took her out of it."""

    project: Project
    sanction: Sanction
    wrong: int
    """So many of the check questions that it rests on she answered differently."""
    asked: int
    """So many there were."""
    since: datetime | None = None
    """When the first of them was answered."""
    more_elsewhere: bool = False
    """Another project has work for her."""


Following = Question | NothingToDo | Paused
"""What comes next for a worker in a project."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a question that teaches has to say."""

    project: Project
    image_id: ImageId
    said: Choice
    right: Choice
    explanations: Mapping[str, str]
    """Why it is right, by language; may be empty."""

    @property
    def was_right(self) -> bool:
        """Whether she said what is right."""
        return self.said.id == self.right.id


@dataclass(frozen=True, slots=True)
class AnswerAccepted:
    """The answer is stored and counts."""

    earned: Money
    """Zero for *Can't tell*."""
    today: Money
    """Her earnings of today in that currency, this answer included."""
    next: Following
    late: bool = False
    """It came after its lease had ended, and was still needed."""
    lesson: Lesson | None = None
    """The question was there to teach, and this is what it says."""
    refresher: bool = False
    """From now on she is taught again: the next questions explain what is right."""


@dataclass(frozen=True, slots=True)
class AnswerNotNeeded:
    """The answer came after its lease had ended and the task was given to others: stored, not paid."""

    next: Following


@dataclass(frozen=True, slots=True)
class AlreadyAnswered:
    """The lease had its answer before; nothing changed."""

    project: Project
    current: Question | Paused | None
    """The question she has open now, if any."""
    lesson: Lesson | None = None
    """What that question taught, while she has not answered the one after it."""


@dataclass(frozen=True, slots=True)
class AnswerUndone:
    """The answer is taken back, its pay reversed, and the same task is asked again."""

    returned: Money
    today: Money
    next: Question


@dataclass(frozen=True, slots=True)
class AlreadyUndone:
    """The answer was taken back before, most often by the same press; nothing changed."""

    project: Project
    current: Question | Paused | None


@dataclass(frozen=True, slots=True)
class UndoTooLate:
    """The task was decided, or she has answered another since; nothing changed."""

    project: Project
    current: Question | Paused | None


@dataclass(frozen=True, slots=True)
class PictureReported:
    """Noted that the picture is broken; she is not asked about it again."""

    next: Following


@dataclass(frozen=True, slots=True)
class GuessRefused:
    """The machine's guess is wrong, she says. Nothing is stored: the question now waits for a choice."""

    question: Question


@dataclass(frozen=True, slots=True)
class WorkStopped:
    """Her open questions in this project went back; she may go on at any time."""

    project: Project
    today: Money


class NotYours(Enum):
    """The button names a lease of somebody else, or none at all. Nothing changed."""

    NOT_YOURS = "not yours"


NOT_YOURS = NotYours.NOT_YOURS


@dataclass(frozen=True, slots=True)
class InvitationOver:
    """The invitation was used, has ended, or never was."""


@dataclass(frozen=True, slots=True)
class NothingGained:
    """She looks after that place and more already. The invitation stays good for somebody else."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The notice goes out."""

    notice: Notice
    again: bool = False
    """It was confirmed before; nothing changed."""


@dataclass(frozen=True, slots=True)
class SecondAsked:
    """It is urgent: a second supervisor is asked for her word."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class NobodyToAsk:
    """It is urgent, and there is no second supervisor who could be asked. It stays a draft."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """Something is wrong with it, or nobody would get it. It stays a draft."""

    notice: Notice
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class SecondRefused:
    """The second supervisor said no: it is a draft of its author again, or cancelled if a script wrote it."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class NothingToConfirm:
    """There is no such notice, or it does not wait for this person's word (any more)."""

    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """A notice and how far it is."""

    notice: Notice
    tally: Tally
    done: bool = True
    """What was asked for could be done."""


@dataclass(frozen=True, slots=True)
class NoticeGone:
    """There is no such notice."""


@dataclass(frozen=True, slots=True)
class NoticeRead:
    """Noted that it arrived, and what she answered."""

    notice: Notice
    delivery: Delivery
    answer: int | None


SubmitOutcome = AnswerAccepted | AnswerNotNeeded | AlreadyAnswered | NotYours
UndoOutcome = AnswerUndone | AlreadyUndone | UndoTooLate | NotYours
ReportOutcome = PictureReported | AlreadyAnswered | NotYours
RefuseGuessOutcome = GuessRefused | AlreadyAnswered | Paused | NotYours
StopOutcome = WorkStopped | NotYours
TakeOutcome = Following
ConfirmOutcome = Confirmed | SecondAsked | NobodyToAsk | NotConfirmed | NothingToConfirm
SecondOutcome = Confirmed | SecondRefused | NothingToConfirm
SteerOutcome = NoticeReport | NoticeGone
ReadOutcome = NoticeRead | NotYours
