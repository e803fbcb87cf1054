"""Which task goes to which worker: a pipeline that can be read aloud.

Able workers are drawn to the doubtful tasks, where their answer decides most, as soon as enough is known of
the crowd; everybody else to the fresh ones. Whoever's answers tell little takes first looks alone, as long as
others are at work on the rest. Of several who ask at once each gets, in the bucket that comes first for her,
the first task that she never had and that nobody else got in this round.
"""

from collections.abc import Collection, Sequence
from enum import Enum

from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.project import AnswerRules
from tasks.model.standing import Standing, Step
from tasks.ports import Bucket, Candidate
from tasks.quality.knowledge import USUAL_ACCURACY

HARDLY_BELOW = 0.05
ABLE_AFTER = 500
"""Before so many answers too little is known to decide anything early: first each task is looked at."""
LITTLE = 0.8
"""An answer that tells less of a task than this share of what the usual one tells."""


class Reach(Enum):
    """Which tasks are for a worker, in the order in which they fit her."""

    ABLE = (Bucket.DOUBTFUL, Bucket.AUDIT, Bucket.STARTED, Bucket.FRESH)
    USUAL = (Bucket.FRESH, Bucket.STARTED, Bucket.DOUBTFUL, Bucket.AUDIT)
    FIRST_LOOKS = (Bucket.FRESH,)
    """While others are at work; then as ``USUAL``."""
    SECOND_LOOKS = (Bucket.FRESH, Bucket.STARTED)
    """The same where each task gets two answers anyway."""

    @property
    def buckets(self) -> Sequence[Bucket]:
        """Where to look for them, one after the other."""
        order: Sequence[Bucket] = self.value
        return order

    @property
    def is_limited(self) -> bool:
        """Whether something is kept from her while others are at work."""
        return self in {Reach.FIRST_LOOKS, Reach.SECOND_LOOKS}


def reach_of(standing: Standing, rules: AnswerRules, usual_accuracy: float | None, *, answers: int) -> Reach:
    """Which tasks are for her in a project with so many answers, and with such people, if that is known; the
    doubtful ones if at worst she is hardly below them.
    """
    limited = limited_reach(standing, rules)
    if limited is not None:
        return limited
    low = standing.accuracy_low
    usual = USUAL_ACCURACY if usual_accuracy is None else usual_accuracy
    is_able = low is not None and low >= usual - HARDLY_BELOW
    return Reach.ABLE if is_able and answers >= ABLE_AFTER else Reach.USUAL


def limited_reach(standing: Standing, rules: AnswerRules) -> Reach | None:
    """To what she is limited while others are at work; None if to nothing."""
    if not takes_first_looks(standing.step, standing.information, rules):
        return None
    return Reach.FIRST_LOOKS if rules.min <= 1 else Reach.SECOND_LOOKS


def takes_first_looks(step: Step, information: float | None, rules: AnswerRules) -> bool:
    """Whether her answers tell little (``Standing.information``) where it is open how many a task gets:
    answers that are bought in any case are for everybody. Who is in doubt is tested among all tasks until the
    test has decided: nobody is kept away in silence from what she has a right to be told.
    """
    tells_little = information is not None and information < LITTLE
    return tells_little and step is Step.WORKING and rules.min < rules.max


def choose(
    workers: Sequence[WorkerId],
    candidates: Sequence[Candidate],
    seen: Collection[tuple[WorkerId, TaskId]],
) -> dict[WorkerId, Candidate]:
    """The candidate of each worker, from candidates in the order that fits them; one for whom none is left is
    missing.
    """
    left = list(candidates)
    chosen: dict[WorkerId, Candidate] = {}
    for worker in workers:
        fresh = (place for place, one in enumerate(left) if (worker, one.task_id) not in seen)
        place = next(fresh, None)
        if place is not None:
            chosen[worker] = left.pop(place)
    return chosen
