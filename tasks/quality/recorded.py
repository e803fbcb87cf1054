"""What was recorded and what is ordered, before the engine goes over it; and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from tasks.quality.knowledge import Indices
from tasks.quality.stopping import StoppingRule


@dataclass(frozen=True, slots=True)
class RecordedCrowd:
    """Recorded answers, with everything counted from 0."""

    task: Indices
    worker: Indices
    label: Indices
    task_count: int
    worker_count: int
    choice_count: int
    machine: Indices
    """[task]: a machine's guess, or -1."""

    @classmethod
    def of(
        cls,
        answers: Sequence[Sequence[int]],
        *,
        task_count: int,
        worker_count: int,
        choice_count: int,
        machine: Sequence[int],
    ) -> Self:
        """``answers`` has three columns: task, worker, label."""
        task, worker, label = (np.array(column, dtype=np.int64) for column in answers)
        return cls(task, worker, label, task_count, worker_count, choice_count, np.array(machine))


@dataclass(frozen=True, slots=True)
class Order(StoppingRule):
    """What the client ordered, and how her project asks."""

    gold_share: float
    """Of a worker's questions, while she is new and nothing is known of her."""


@dataclass(frozen=True, slots=True)
class Label:
    """What came of one task."""

    task: int
    choice: int
    confidence: float
    """Calibrated."""
    answers: int
    wants_more: bool
    """It is neither sure enough, nor would another answer be a waste."""
