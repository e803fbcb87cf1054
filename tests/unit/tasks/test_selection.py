"""Who gets what, from one window of candidates."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.model.identifiers import ImageId, TaskId, WorkerId
from tasks.ports import Bucket, Candidate
from tasks.quality.selection import choose


def candidates(count: int) -> list[Candidate]:
    return [Candidate(TaskId(number), ImageId(str(number)), Bucket.FRESH, number) for number in range(count)]


def test_each_gets_the_first_that_is_new_to_her_and_free():
    seen = {(WorkerId(1), TaskId(0)), (WorkerId(3), TaskId(2))}

    chosen = choose([WorkerId(1), WorkerId(2), WorkerId(3)], candidates(4), seen)

    assert {worker: one.task_id for worker, one in chosen.items()} == {1: 1, 2: 0, 3: 3}


def test_who_finds_nothing_is_missing():
    assert choose([WorkerId(1), WorkerId(2)], candidates(1), set()).keys() == {1}
    assert choose([WorkerId(1)], candidates(1), {(WorkerId(1), TaskId(0))}) == {}


@given(
    workers=st.integers(0, 8),
    tasks=st.integers(0, 12),
    seen=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 11))),
)
def test_never_twice_the_same_and_never_what_she_has_seen(workers, tasks, seen):
    pairs = {(WorkerId(worker), TaskId(task)) for worker, task in seen}

    chosen = choose([WorkerId(number) for number in range(workers)], candidates(tasks), pairs)

    lent = [one.task_id for one in chosen.values()]
    assert len(lent) == len(set(lent))
    assert not {(worker, one.task_id) for worker, one in chosen.items()} & pairs
