"""Which task goes to which worker: a pipeline that can be read aloud.

Able workers are drawn to the doubtful tasks, where their answer decides most; everybody else to the fresh
ones. Of several who ask at once each gets, in the bucket that comes first for her, the first task that she
never had and that nobody else got in this round.
"""

from collections.abc import Collection, Sequence

from tasks.model.identifiers import TaskId, WorkerId
from tasks.ports import Bucket, Candidate

ABLE_FIRST = (Bucket.DOUBTFUL, Bucket.AUDIT, Bucket.STARTED, Bucket.FRESH)
FRESH_FIRST = (Bucket.FRESH, Bucket.STARTED, Bucket.DOUBTFUL, Bucket.AUDIT)


def order_for(*, able: bool) -> Sequence[Bucket]:
    """The buckets in the order in which they fit a worker."""
    return ABLE_FIRST if able else FRESH_FIRST


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
