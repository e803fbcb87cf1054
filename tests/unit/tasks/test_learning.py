"""Many answers become columns of numbers without an object for each of them in between."""

import tracemalloc

from tasks.model.identifiers import TaskId, WorkerId
from tasks.quality.evidence import Heard
from tasks.quality.learning import _columns

ANSWERS = 20_000
BYTES_OF_A_ROW = 64
"""A tuple of three; its place in a list, and the numbers, come on top."""


def test_to_make_columns_of_answers_takes_no_room_for_rows() -> None:
    tasks, workers = [TaskId(number) for number in range(10)], [WorkerId(number) for number in range(7)]
    heard = [
        Heard(tasks[number % 10], workers[number % 7], ("cat", "dog")[number % 2], number % 3 / 2)
        for number in range(ANSWERS)
    ]
    tracemalloc.start()
    columns, weight = _columns(heard, workers, tasks, {"cat": 0, "dog": 1})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert columns[:, 13].tolist() == [3, 6, 1]
    assert weight[:3].tolist() == [0, 0.5, 1]
    assert peak < BYTES_OF_A_ROW * ANSWERS
