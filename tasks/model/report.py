"""Report: how good a project's labels are, what they cost and who gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from tasks.model.gold import GoldState
from tasks.model.identifiers import ImageId, TaskId, WorkerId
from tasks.model.money import Money
from tasks.model.standing import Step
from tasks.model.work import TaskStatus


@dataclass(frozen=True, slots=True)
class Measured:
    """How often something was right where the truth is known."""

    right: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Audits:
    """Verdicts that were looked at again by more people: what they promised, and what became of them."""

    held: Measured
    """How many stayed the same, which is not how many are right: what deceives everybody holds."""
    promised: float
    """Their mean confidence when they closed."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """One choice that is taken for another."""

    right: str
    said: str
    answers: int
    of: int
    """All answers on tasks whose right choice is ``right``."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A task whose label is less sure than others."""

    task_id: TaskId
    key: str
    image_id: ImageId
    status: TaskStatus
    choice: str
    confidence: float
    answers: int


@dataclass(frozen=True, slots=True)
class Report:
    """What can be said only after going through all tasks and answers; as old as ``made_at``."""

    made_at: datetime
    tasks: Mapping[TaskStatus, int]
    """Without the gold of the client."""
    golds: Mapping[TaskStatus, int]
    """Tasks whose answer the client told."""
    answers: int
    """Accepted answers, on gold as well."""
    gold_answers: int
    answers_last_day: int
    """Answers of any kind, *Can't tell* as well."""
    workers: int
    """People who answered at least once."""
    answers_per_task: float | None
    """Accepted answers of a task that is closed or disputed; None without one."""
    answers_to_come: float | None
    """How many more are likely, gold included; None without a task to judge by that is or was decided."""
    on_gold: Measured
    """Single answers on the client's gold, without the gold that teaches and the suspended one, and without
    choices that are no longer offered."""
    audits: Audits | None
    alpha: float | None
    """Krippendorff's alpha; see ``tasks.quality.agreement``."""
    confused: Sequence[Confusion]
    """The most frequent first, of choices that are offered."""
    doubtful: Sequence[Doubtful]
    """The least sure first."""

    def expected_cost(self, cost: Money, price: Money) -> Money | None:
        """What the project will have cost at that price, with what it cost so far; of whole answers."""
        if self.answers_to_come is None or cost.currency != price.currency:
            return None
        return Money(cost.micros + ceil(self.answers_to_come) * price.micros, cost.currency)


@dataclass(frozen=True, slots=True)
class TaskCount:
    """So many tasks are alike."""

    tasks: int
    status: TaskStatus
    is_gold: bool
    answers: int
    """Accepted answers of each."""
    is_reopened: bool = False
    """They were decided and are open again."""


@dataclass(frozen=True, slots=True)
class SaidCount:
    """So many accepted answers are alike: on tasks with that right choice, people said this."""

    answers: int
    right: str
    said: str
    measures: bool
    """The right choice is the client's own, and the answers were not given to learn it."""


@dataclass(frozen=True, slots=True)
class ShareCount:
    """In so many tasks with ``of`` accepted answers, ``said`` of them named that choice."""

    tasks: int
    choice: str
    said: int
    of: int


@dataclass(frozen=True, slots=True)
class AuditCount:
    """So many audited tasks are alike, and the sum of what they promised."""

    tasks: int
    held: bool
    promised: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What a report is made of: numbers as a database can count them, however many tasks there are."""

    tasks: Sequence[TaskCount] = ()
    said: Sequence[SaidCount] = ()
    shares: Sequence[ShareCount] = ()
    audits: Sequence[AuditCount] = ()
    doubtful: Sequence[Doubtful] = ()
    workers: int = 0
    answers_last_day: int = 0


@dataclass(frozen=True, slots=True)
class SuspendedGold:
    """A gold that able workers contradict."""

    task_id: TaskId
    key: str
    image_id: ImageId
    choice: str
    """What the client said."""
    contradicted: int
    """How many workers gave another answer; see ``Gold.contradicted``."""


@dataclass(frozen=True, slots=True)
class ReportedPicture:
    """A picture that workers could not answer."""

    task_id: TaskId
    key: str
    status: TaskStatus
    reports: int
    cant_tells: int


@dataclass(frozen=True, slots=True)
class Live:
    """What is cheap to know at any moment."""

    cost: Money
    answers_last_hour: int
    """Answers of any kind, *Can't tell* as well."""
    median_seconds: float | None
    steps: Mapping[Step, int]
    """Workers with a standing, by step."""
    golds: Mapping[GoldState, int]
    suspended: Sequence[SuspendedGold]
    """The first ten."""
    set_aside: Sequence[ReportedPicture]
    """The first ten."""


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """One worker in one project, for those who look after her. She has no name here but her number."""

    worker_id: WorkerId
    place: str
    step: Step
    questions: int
    on_gold: Measured
    accuracy: float | None
    accuracy_low: float | None
    takes_first_looks: bool = False
    """Her answers tell little, and tasks are kept from her for it: see ``tasks.quality.selection``."""
    shares_mistakes: bool = False
    """She shares more mistakes with another worker than chance explains: see ``tasks.quality.copying``."""
