"""Standing: what we know of a worker's accuracy and pace in one project, and what followed from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from tasks.model.identifiers import LeaseId, ProjectId, WorkerId


class Step(StrEnum):
    """The ladder: each step follows from the sequential test, the last from a supervisor alone."""

    WORKING = "working"
    WATCHED = "watched"
    """Doubt rose: she gets more gold."""
    REFRESHING = "refreshing"
    """She is taught again: the next gold questions explain."""
    PAUSED = "paused"
    """No questions of this project until a supervisor has looked."""
    REMOVED = "removed"
    """A supervisor took her out of this project."""


OUT = frozenset({Step.PAUSED, Step.REMOVED})
"""On these steps she gets no questions of the project."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Signs of how she answers, each kept up with every answer."""

    log_seconds: float | None = None
    """Running mean of the logarithm of her seconds per answer."""
    run_length: int = 0
    """So many answers in a row were the same button."""
    run_choice: str | None = None
    positions: Sequence[float] = ()
    """How often (fading) she pressed each place on the card."""
    hasty: float = 0.0
    """Fading share of answers that came faster than the picture can be looked at."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One worker in one project. The defaults are those of one who has not answered there yet."""

    project_id: ProjectId
    worker_id: WorkerId
    step: Step = Step.WORKING
    questions: int = 0
    """Questions of every purpose that she answered there, *Can't tell* aside."""
    golds: int = 0
    """Silent gold that she answered."""
    golds_right: int = 0
    lessons: int = 0
    """Teaching gold that she answered."""
    refreshers: int = 0
    """How many teaching golds she is still to be shown before the silent ones go on."""
    doubt: float = 0.0
    """The sequential test's statistic (``tasks.quality.doubt``); at its limit something follows."""
    credit: Sequence[float] = ()
    """How probable each saying is given what she sees, row by row (K·K numbers, choices by their number);
    empty until something was learnt.
    """
    accuracy: float | None = None
    """The mean of what is believed of her accuracy; None while nothing was learnt."""
    accuracy_low: float | None = None
    """The 5 % lower bound of the same, which is what opens doors."""
    information: float | None = None
    """What one answer of hers tells of a task, where one of the usual worker tells 1; None while nothing was
    learnt.
    """
    weight: float = 1.0
    """How much of an answer of hers is believed, by pace and other signs: 1 all, 0 nothing."""
    voice: float = 1.0
    """How much of a voice of her own she has: 1 all, half of one if another worker shares her mistakes."""
    pace: Pace = Pace()
    renewed_at: datetime | None = None
    """When ``credit`` and what follows from it were learnt last."""

    def tested(self, *, right: bool, doubt: float) -> Self:
        """The same after one more silent gold, which left so much doubt."""
        return replace(self, golds=self.golds + 1, golds_right=self.golds_right + int(right), doubt=doubt)

    def taught(self) -> Self:
        """The same after one more lesson."""
        return replace(self, lessons=self.lessons + 1, refreshers=max(self.refreshers - 1, 0))


class SanctionKind(StrEnum):
    """What the program, or a supervisor, did."""

    REFRESHER = "refresher"
    PAUSE = "pause"
    REMOVAL = "removal"


HALTS = (SanctionKind.PAUSE, SanctionKind.REMOVAL)
"""With these she is out."""


class Appeal(StrEnum):
    """What became of a worker's appeal."""

    NONE = "none"
    MADE = "made"
    GRANTED = "granted"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    """She has asked nobody, and a supervisor looked all the same and kept the pause; she may still ask."""
    DOUBTED = "doubted"
    """Of a removal: what it rests on turned out wrong, so a supervisor is asked. She may ask too."""
    UPHELD = "upheld"
    """Of a removal: she asked when what it rests on had turned out wrong, and it was kept all the same."""
    OVERTAKEN = "overtaken"
    """Nobody had to decide: the test itself takes the sanction back."""


ASKS = frozenset({Appeal.MADE, Appeal.DOUBTED})
"""A supervisor is asked to look."""
DECLINED = frozenset({Appeal.REFUSED, Appeal.UPHELD})
"""She has asked, and a supervisor has left it as it is."""
KEPT = DECLINED | {Appeal.CONFIRMED}
"""A supervisor has looked and left it as it is."""


REMOVAL_TOLD_FOR = timedelta(days=30)
"""So long a removal stands among the work that there is for her; then she knows."""


@dataclass(frozen=True, slots=True)
class Sanction:
    """One step taken about a worker, with the answers it rests on."""

    id: int
    project_id: ProjectId
    worker_id: WorkerId
    kind: SanctionKind
    reason: str
    """A code, such as ``gold`` (wrong on gold), that the conversation turns into a sentence."""
    evidence: Sequence[LeaseId]
    """The leases whose answers it rests on, oldest first."""
    made_at: datetime
    appeal: Appeal = Appeal.NONE
    appealed_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was lifted or followed by another; None while it holds."""

    @property
    def may_be_appealed(self) -> bool:
        """Whether she has her one appeal still before her."""
        return self.appeal in {Appeal.NONE, Appeal.CONFIRMED, Appeal.DOUBTED}

    def is_old_news(self, now: datetime) -> bool:
        """Whether it is a removal that she need not be told of again, and nobody is to look at."""
        is_removal = self.kind is SanctionKind.REMOVAL and self.appeal not in ASKS
        return is_removal and now >= self.made_at + REMOVAL_TOLD_FOR

    def answered(self, answer: Appeal) -> Self:
        """The same with that answer to her appeal, if one waits for it."""
        return replace(self, appeal=answer) if self.appeal is Appeal.MADE else self

    def taken_back(self, now: datetime) -> Self:
        """The same after the test came to think otherwise: it is over, but nothing is forgiven by it."""
        return replace(self, appeal=Appeal.OVERTAKEN, ended_at=now)
