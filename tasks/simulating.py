"""Answers that were given before, replayed as if they came in now: what the labels would cost and be worth.

Nothing here knows files or a database. Tasks, choices and workers are numbers from 0 on, in the order of
``Recording.task_keys``, ``choices`` and ``workers``.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from tasks.model.money import Money

UNKNOWN = -1
"""In place of a choice: nobody knows, or nobody said."""

_AGREEING = 2


@dataclass(frozen=True, slots=True)
class Recording:
    """What was answered, and what is known to be right."""

    task_keys: Sequence[str]
    """The client's ids of all tasks, those that nobody answered among them."""
    choices: Sequence[str]
    workers: Sequence[str]
    task: Sequence[int]
    """Of each answer, as the next three, in the order in which they were recorded."""
    worker: Sequence[int]
    """Never the same worker twice on one task."""
    label: Sequence[int]
    """The choice."""
    seconds: Sequence[float] | None
    """How long it took; NaN where that is not known, None if it is known of no answer."""
    truth: Sequence[int]
    """Of each task, as the next two: what is right, for measuring only; or ``UNKNOWN``."""
    gold: Sequence[int]
    """The client's gold, which may be shown to teach and to measure workers."""
    machine: Sequence[int]
    """A machine's guess."""


@dataclass(frozen=True, slots=True)
class SimulationRules:
    """How the simulation asks."""

    gold_share: float | None
    """The share of tasks to use as gold; None takes the recording's own, or a share of ours without any."""
    target_risk: float
    """A task closes when its label is wrong with no more than this probability."""
    min_answers: int
    max_answers: int
    seed: int
    """The same seed gives the same report."""
    price: Money
    """Of one answer."""


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """The tasks about which the labels were about equally sure."""

    promised: float
    """How sure the labels were, on average."""
    measured: float
    """The share of them that is right."""
    tasks: int


@dataclass(frozen=True, slots=True)
class PausedWorker:
    """Somebody who would have been paused."""

    worker: str
    reason: str
    golds: int
    """So many golds she was asked."""
    right: int


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What came of a simulation."""

    tasks: int
    """Tasks that were labelled; gold is not among them."""
    answers: int
    """All that were paid, to gold too."""
    answers_per_task: float
    """``answers`` for each of ``tasks``."""
    gold_answers: int
    accuracy: float | None
    """The share of right labels among those whose truth is known; None if none is."""
    promised_accuracy: float | None
    """How sure the same labels were, on average."""
    disputed: int
    """Tasks that had their last answer before any choice was sure enough."""
    paused_workers: int
    cost: Money
    calibration: Sequence[CalibrationRow]
    paused: Sequence[PausedWorker]


def simulate(
    recording: Recording, rules: SimulationRules, on_tasks: Callable[[int], None] = lambda _tasks: None
) -> SimulationReport:
    """Replays the recording; ``on_tasks`` hears of so many more tasks that are done."""
    return _until_two_agree(recording, rules, on_tasks)


def _until_two_agree(
    recording: Recording, rules: SimulationRules, on_tasks: Callable[[int], None]
) -> SimulationReport:
    """The plainest way to ask: until two people say the same. It stands in for the real engine."""
    by_task: list[list[int]] = [[] for _ in recording.task_keys]
    for task, label in zip(recording.task, recording.label, strict=True):
        by_task[task].append(label)
    chance = Random(rules.seed)
    answers = disputed = tasks = 0
    sure: list[tuple[float, bool]] = []
    for task, labels in enumerate(by_task):
        on_tasks(1)
        if not labels:
            continue
        chance.shuffle(labels)
        votes: Counter[int] = Counter()
        for label in labels[: rules.max_answers]:
            votes[label] += 1
            if max(votes.values()) >= _AGREEING and votes.total() >= rules.min_answers:
                break
        (choice, most) = votes.most_common(1)[0]
        tasks += 1
        answers += votes.total()
        disputed += most < _AGREEING
        if recording.truth[task] != UNKNOWN:
            promised = (most + 1) / (votes.total() + len(recording.choices))
            sure.append((promised, choice == recording.truth[task]))
    return _report(rules, sure, tasks=tasks, answers=answers, disputed=disputed)


def _report(
    rules: SimulationRules, sure: Sequence[tuple[float, bool]], *, tasks: int, answers: int, disputed: int
) -> SimulationReport:
    known = len(sure)
    return SimulationReport(
        tasks=tasks,
        answers=answers,
        answers_per_task=answers / max(tasks, 1),
        gold_answers=0,
        accuracy=sum(right for _, right in sure) / known if known else None,
        promised_accuracy=sum(promised for promised, _ in sure) / known if known else None,
        disputed=disputed,
        paused_workers=0,
        cost=Money(rules.price.micros * answers, rules.price.currency),
        calibration=[
            CalibrationRow(promised, sum(right for said, right in sure if said == promised) / tasks, tasks)
            for promised, tasks in sorted(Counter(promised for promised, _ in sure).items())
        ],
        paused=(),
    )
