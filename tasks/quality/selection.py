"""Which task goes to which worker: a pipeline that can be read aloud.

Candidates come breadth first: those with the fewest places taken before the others, and in the order of
import among equals. Each worker gets the first one that she never had and that nobody else got in this round.
"""

from collections.abc import Collection, Sequence

from tasks.model.identifiers import TaskId, WorkerId
from tasks.ports import Candidate


def choose(
    workers: Sequence[WorkerId],
    candidates: Sequence[Candidate],
    seen: Collection[tuple[WorkerId, TaskId]],
) -> dict[WorkerId, Candidate]:
    """The candidate of each worker; a worker for whom none is left is missing."""
    left = list(candidates)
    chosen: dict[WorkerId, Candidate] = {}
    for worker in workers:
        fresh = (place for place, one in enumerate(left) if (worker, one.task_id) not in seen)
        place = next(fresh, None)
        if place is not None:
            chosen[worker] = left.pop(place)
    return chosen
