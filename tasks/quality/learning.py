"""Learns what there is to learn from the answers of a project: pure, and a matter of seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.verdict import has_moved
from tasks.model.work import DECIDED, IN_USE, TaskStatus
from tasks.ports import Learnt
from tasks.quality.calibrating import calibrate
from tasks.quality.columns import Answers, gather
from tasks.quality.copying import Copied, shared_mistakes, voices
from tasks.quality.evidence import Evidence, Heard
from tasks.quality.fitting import Fitted, fit
from tasks.quality.knowledge import Indices, Numbers
from tasks.quality.skill import accuracy_of, information_of, lower_bound
from tasks.quality.stopping import StoppingRule, look_ahead

SURE = 0.995
TRUSTED_ANSWERS = 4
"""A task is known as surely as gold if it is as sure as that, by so many who are no worse than usual."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt of a project."""

    knowledge: Mapping[str, Any]
    machine: Sequence[float]
    """The machine's rows; empty without a machine."""
    workers: Mapping[WorkerId, Learnt]
    moved: Sequence[TaskId]
    """Tasks to be looked at again, in the order of their ids."""
    sure: Sequence[TaskId]
    """Closed tasks that are as good as gold, the surest first."""
    copied: Sequence[Copied]
    """Pairs of workers who share more mistakes than chance explains."""


def learn(evidence: Evidence, choices: Sequence[str], rule: StoppingRule) -> Lesson | None:
    """What these answers teach, with the choices in the order of their numbers; None if there is nothing.

    The machine's guesses are the answers of one more annotator.
    """
    copied = shared_mistakes(evidence.tested)
    voice = voices(copied)
    table = _Table.of(_as_voices(evidence, voice), choices)
    if table is None:
        return None
    fitted = fit(table.answers)
    known = calibrate(table.answers, fitted.knowledge, rule, audits=_audits(evidence, table, fitted))
    accuracy = accuracy_of(fitted.rows, known.mix)
    low = lower_bound(accuracy, fitted.credit.sum(axis=(1, 2)))
    information = information_of(fitted.rows, known)
    rows = fitted.rows.round(4).reshape(len(fitted.rows), -1)
    outlook = look_ahead(fitted.beliefs, fitted.floor, known, target_risk=rule.target_risk)
    return Lesson(
        knowledge=known.to_plain(),
        machine=rows[-1].tolist() if table.has_machine else (),
        workers={
            worker: Learnt(
                rows[one].tolist(),
                float(accuracy[one]),
                float(low[one]),
                float(information[one]),
                voice.get(worker, 1.0),
            )
            for one, worker in enumerate(table.workers)
        },
        moved=_moved(
            evidence,
            table,
            outlook.choice,
            confidence=outlook.confidence,
            wants_more=outlook.wants_more(rule.target_risk),
            answers_max=rule.max_answers,
        ),
        sure=_sure(evidence, table, outlook.choice, outlook.confidence, trusted=low >= known.accuracy),
        copied=copied,
    )


def _as_voices(evidence: Evidence, voice: Mapping[WorkerId, float]) -> Evidence:
    """The same, where the answers of those who copy count as much less as they are no voices of their own."""
    if not voice:
        return evidence
    heard = [one._replace(weight=one.weight * voice.get(one.worker_id, 1.0)) for one in evidence.answers]
    return replace(evidence, answers=heard)


@dataclass(frozen=True, slots=True)
class _Table:
    """The evidence as columns of numbers."""

    answers: Answers
    workers: Sequence[WorkerId]
    """By number; the machine comes after the last of them."""
    tasks: Sequence[TaskId]
    choices: Mapping[str, int]
    has_machine: bool

    @classmethod
    def of(cls, evidence: Evidence, choices: Sequence[str]) -> "_Table | None":
        numbers = {choice: number for number, choice in enumerate(choices)}
        heard = [one for one in evidence.answers if one.choice in numbers]
        if not heard:
            return None
        workers = sorted({one.worker_id for one in heard})
        tasks = sorted({one.task_id for one in heard})
        columns, weight = _columns(heard, workers, tasks, numbers)
        guesses = _guesses(evidence, tasks, numbers, machine=len(workers))
        columns = np.concatenate([columns, guesses], axis=1)
        weight = np.concatenate([weight, np.ones(guesses.shape[1])])
        truth = np.array([numbers.get(evidence.tasks[task].truth or "", -1) for task in tasks])
        earned = np.array([evidence.tasks[task].is_earned for task in tasks])
        answers, _ = gather(
            *columns,
            weight=weight,
            truth=truth,
            earned=earned,
            worker_count=len(workers) + 1,
            choice_count=len(choices),
        )
        return cls(answers, workers, tasks, numbers, has_machine=guesses.shape[1] > 0)


def _columns(
    heard: Sequence[Heard], workers: Sequence[WorkerId], tasks: Sequence[TaskId], numbers: Mapping[str, int]
) -> tuple[Indices, Numbers]:
    of_worker = {worker: number for number, worker in enumerate(workers)}
    of_task = {task: number for number, task in enumerate(tasks)}
    numbers_of = (
        (of_task[one.task_id] for one in heard),
        (of_worker[one.worker_id] for one in heard),
        (numbers[one.choice] for one in heard),
    )
    # One by one: to make an array of a list of rows holds up all other threads for as long as that takes.
    columns = [np.fromiter(column, np.int64, len(heard)) for column in numbers_of]
    return np.stack(columns), np.fromiter((one.weight for one in heard), np.float64, len(heard))


def _guesses(
    evidence: Evidence, tasks: Sequence[TaskId], numbers: Mapping[str, int], *, machine: int
) -> Indices:
    rows = [
        (number, machine, numbers[guess])
        for number, task in enumerate(tasks)
        if (guess := evidence.tasks[task].machine or "") in numbers
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3).T


def _audits(evidence: Evidence, table: _Table, fitted: Fitted) -> tuple[Numbers, Numbers] | None:
    """Tasks that got more answers although they were sure enough: what was believed, what is now."""
    believed, right = [], []
    for number, task in enumerate(table.tasks):
        told = evidence.tasks[task]
        if told.audit is not None and told.status in DECIDED and told.audit.choice in table.choices:
            believed.append(told.audit.believed)
            right.append(float(fitted.beliefs[number, table.choices[told.audit.choice]]))
    return (np.array(believed), np.array(right)) if believed else None


def _moved(
    evidence: Evidence,
    table: _Table,
    choice: Indices,
    *,
    confidence: Numbers,
    wants_more: Any,
    answers_max: int,
) -> Sequence[TaskId]:
    """Those whose belief is another one now, or that stand where they should not."""
    found, names = [], list(table.choices)
    for task, now, sure, wants in zip(
        table.tasks, choice.tolist(), confidence.tolist(), wants_more.tolist(), strict=True
    ):
        told = evidence.tasks[task]
        if told.truth is not None or told.status not in IN_USE:
            continue
        is_new = has_moved(names[now], sure, told.choice, told.confidence)
        # One that was gold may be open with all the answers it may get: no press would look at it.
        is_over = not wants or told.answers >= answers_max
        is_due = is_over if told.status is TaskStatus.OPEN else not told.is_judged
        if is_new or is_due:
            found.append(task)
    return found


def _sure(
    evidence: Evidence, table: _Table, choice: Indices, confidence: Numbers, *, trusted: Any
) -> Sequence[TaskId]:
    agrees = trusted[table.answers.worker] & (table.answers.label == choice[table.answers.task])
    # The machine may be as good as it likes: gold is known by people.
    agrees &= table.answers.worker < len(table.workers)
    by_trusted = np.bincount(table.answers.task, weights=agrees, minlength=len(table.tasks))
    known = np.flatnonzero((confidence > SURE) & (by_trusted >= TRUSTED_ANSWERS))
    told = [(table.tasks[number], float(confidence[number])) for number in known.tolist()]
    told.sort(key=lambda one: (-one[1], one[0]))
    return [
        task
        for task, _ in told
        if evidence.tasks[task].status is TaskStatus.CLOSED and evidence.tasks[task].truth is None
    ]
