"""Small invented crowds, the same for the same seed."""

import numpy as np

from tasks.quality.recorded import Order, RecordedCrowd
from tasks.quality.replay import Replay


def invent(
    rows: list[np.ndarray], *, tasks: int, answers: int, seed: int = 1, mix: list[float] | None = None
) -> tuple[RecordedCrowd, np.ndarray]:
    """``rows`` is [true, said] of each worker; each task is answered by so many of them, drawn anew."""
    chance = np.random.default_rng(seed)
    choices = len(rows[0])
    truth = chance.choice(choices, tasks, p=mix)
    columns: list[list[int]] = [[], [], []]
    for task in range(tasks):
        for worker in chance.permutation(len(rows))[:answers]:
            said = chance.choice(choices, p=rows[worker][truth[task]])
            for column, value in zip(columns, (task, worker, said), strict=True):
                column.append(int(value))
    crowd = RecordedCrowd.of(
        columns,
        task_count=tasks,
        worker_count=len(rows),
        choice_count=choices,
        machine=[-1] * tasks,
    )
    return crowd, truth


def right(accuracy: float, choices: int) -> np.ndarray:
    """Right so often whatever is true, and otherwise any of the others."""
    wrong = (1 - accuracy) / (choices - 1)
    return np.full((choices, choices), wrong) + (accuracy - wrong) * np.eye(choices)


def replayed(
    crowd: RecordedCrowd,
    truth: np.ndarray,
    *,
    gold: int = 0,
    dose: float = 0.1,
    target_risk: float = 0.05,
    most: int = 99,
    least: int = 1,
    seed: int = 1,
) -> Replay:
    """A replay that has ended; the first so many tasks are gold."""
    known = [int(right) if task < gold else -1 for task, right in enumerate(truth)]
    replay = Replay(crowd, known, Order(target_risk, least, most, dose if gold else 0.0), seed=seed)
    replay.run()
    return replay


def accuracy(replay: Replay, truth: np.ndarray) -> float:
    """Of the tasks that are no gold and have an answer."""
    labels = [label for label in replay.labels() if label.answers]
    return float(np.mean([label.choice == truth[label.task] for label in labels]))


def promised(replay: Replay) -> float:
    """The mean confidence of the same."""
    return float(np.mean([label.confidence for label in replay.labels() if label.answers]))
