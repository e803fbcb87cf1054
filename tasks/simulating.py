"""Answers that were given before, replayed as if they came in now: what the labels would cost and be worth.

Nothing here knows files or a database. Tasks, choices and workers are numbers from 0 on, in the order of
``Recording.task_keys``, ``choices`` and ``workers``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from tasks.errors import InputError
from tasks.model.money import Money
from tasks.model.project import AnswerRules
from tasks.model.standing import OUT
from tasks.quality.recorded import Label, Order, RecordedCrowd
from tasks.quality.replay import Replay
from tasks.quality.stopping import ends_disputed

UNKNOWN = -1
"""In place of a choice: nobody knows, or nobody said."""

OWN_SHARE, OWN_GOLDS_MIN, OWN_GOLDS_MAX = 0.05, 20, 200
OWN_SHARE_MAX = 0.25
"""So much of the known truth is used as gold where nobody says how much; fewer would measure nothing."""
DOSE = 0.1
"""The share of gold among a worker's questions in a project whose folder does not say it."""
CALIBRATED_AT = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)


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
    """How long it took; NaN where that is not known, None if it is known of no answer. Nothing uses it."""
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
    """Tasks that had their last answer, and for which more would still have helped; as in the chat none where
    each task gets the same number."""
    paused_workers: int
    cost: Money
    calibration: Sequence[CalibrationRow]
    paused: Sequence[PausedWorker]


def simulate(
    recording: Recording, rules: SimulationRules, on_tasks: Callable[[int], None] = lambda _tasks: None
) -> SimulationReport:
    """Replays the recording; ``on_tasks`` hears of so many more tasks that are done.

    Raises InputError if nothing could come of it, since all answers are to golds.
    """
    golds = _golds(recording, rules)
    if all(golds[task] != UNKNOWN for task in recording.task):
        raise InputError(
            "Nothing was simulated: every answer is to a gold, whose label is known already; take some golds "
            "out of tasks.csv, or use fewer of them with --gold-share 0.1."
        )
    answers = (recording.task, recording.worker, recording.label)
    crowd = RecordedCrowd.of(
        answers,
        task_count=len(recording.task_keys),
        worker_count=len(recording.workers),
        choice_count=len(recording.choices),
        machine=recording.machine,
    )
    share = DOSE if rules.gold_share is None else rules.gold_share
    order = Order(rules.target_risk, rules.min_answers, rules.max_answers, share)
    replay = Replay(crowd, golds, order, seed=rules.seed)
    replay.run(_progress(len(recording.task), len(recording.task_keys), on_tasks))
    return _report(recording, rules, replay)


def _golds(recording: Recording, rules: SimulationRules) -> Sequence[int]:
    """[task]: the right choice of those that are used as gold."""
    has_own = any(choice != UNKNOWN for choice in recording.gold)
    if rules.gold_share is None and has_own:
        return recording.gold
    known = [task for task, choice in enumerate(recording.truth) if choice != UNKNOWN]
    if rules.gold_share is None:
        wanted = min(max(round(OWN_SHARE * len(known)), OWN_GOLDS_MIN), OWN_GOLDS_MAX)
        wanted = min(wanted, round(OWN_SHARE_MAX * len(known)))
    else:
        wanted = round(rules.gold_share * len(known))
        wanted = max(wanted, 1) if rules.gold_share > 0 else 0
    chosen = set(Random(rules.seed).sample(known, min(wanted, max(len(known) - 1, 0))))
    return [choice if task in chosen else UNKNOWN for task, choice in enumerate(recording.truth)]


def _progress(answers: int, tasks: int, on_tasks: Callable[[int], None]) -> Callable[[int], None]:
    """Tells the share of answers that came in as so many tasks."""
    heard = told = 0

    def on_answers(more: int) -> None:
        nonlocal heard, told
        heard = min(heard + more, answers)
        done = heard * tasks // max(answers, 1)
        if done > told:
            on_tasks(done - told)
            told = done

    return on_answers


def _report(recording: Recording, rules: SimulationRules, replay: Replay) -> SimulationReport:
    labels = [label for label in replay.labels() if label.answers]
    known = [
        (label.confidence, label.choice == recording.truth[label.task])
        for label in labels
        if recording.truth[label.task] != UNKNOWN
    ]
    answers = len(replay.answers)
    return SimulationReport(
        tasks=len(labels),
        answers=answers,
        answers_per_task=answers / max(len(labels), 1),
        gold_answers=answers - sum(label.answers for label in labels),
        accuracy=_mean([float(right) for _, right in known]),
        promised_accuracy=_mean([confidence for confidence, _ in known]),
        disputed=_disputed(labels, rules, replay),
        paused_workers=len(paused := _paused(recording, replay)),
        cost=Money(rules.price.micros * answers, rules.price.currency),
        calibration=_calibration(known),
        paused=paused,
    )


def _disputed(labels: Sequence[Label], rules: SimulationRules, replay: Replay) -> int:
    """Whatever had all that was recorded is full too: the replay knows how many that are."""
    ordered = AnswerRules(rules.min_answers, rules.max_answers, 1 - rules.target_risk)
    full = [label for label in labels if label.answers >= replay.order.max_answers]
    return sum(ends_disputed(ordered, wants_more=label.wants_more) for label in full)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _calibration(known: Sequence[tuple[float, bool]]) -> Sequence[CalibrationRow]:
    """By how sure the labels are: to the full ten percent, and finer near certainty."""
    rows = []
    for low, high in pairwise(CALIBRATED_AT):
        group = [(confidence, right) for confidence, right in known if low <= confidence < high]
        if group:
            promised = sum(confidence for confidence, _ in group) / len(group)
            measured = sum(right for _, right in group) / len(group)
            rows.append(CalibrationRow(promised, measured, len(group)))
    return rows


def _paused(recording: Recording, replay: Replay) -> Sequence[PausedWorker]:
    return [
        PausedWorker(name, "gold", standing.golds, standing.golds_right)
        for name, standing in zip(recording.workers, replay.standings, strict=True)
        if standing.step in OUT
    ]
