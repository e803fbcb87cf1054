"""Judgement → status, place in the frontier, and a verdict where there is something new to say. All pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from tasks.model.project import AnswerRules, Project
from tasks.model.verdict import VerdictReason, has_moved
from tasks.model.work import Audit, Task, TaskStatus
from tasks.ports import Bucket, Place
from tasks.quality.judgement import Judgement, usual_need
from tasks.quality.stopping import ends_disputed

AUDIT_ANSWERS = 2
"""So many more answers a task gets that is asked again although it is sure enough."""
DOUBTFUL_FROM = 2
"""An open task with so many answers is a doubtful one."""
RISEN = 2.0
"""A closed task opens again when its risk has come to more than so many times the target."""


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where a task stands from now on."""

    status: TaskStatus
    place: Place | None = None
    """Its place in the frontier; None is out of play."""
    reason: VerdictReason | None = None
    """Why a version of the verdict is to be written; None if none is."""
    audit: Audit | None = None


def settle(
    task: Task, judged: Judgement, choice: str, rules: AnswerRules, *, wants_audit: Callable[[], bool]
) -> Standpoint | None:
    """Where a task stands with this judgement, whose choice has that id; None if nothing is to be changed.

    ``wants_audit`` is asked, once, about a task that could be closed.
    """
    if task.status is TaskStatus.OPEN:
        return _settle_open(task, judged, choice, rules, wants_audit=wants_audit)
    return _settle_decided(task, judged, choice, rules)


def first_need(project: Project) -> int:
    """To how many workers a task that comes into play is lent at once, before anything is known of it."""
    rules = project.rules
    return min(rules.max, max(rules.min, usual_need(len(project.choices), 1 - rules.confidence)))


def is_sure(judged: Judgement, rules: AnswerRules) -> bool:
    """Whether the risk is at or below what was ordered."""
    return judged.confidence >= rules.confidence


def without_audit(task: Task) -> Task:
    """The same, whose audit is given up if it still lacks answers: it neither held nor did not."""
    return replace(task, audit=None) if _audit_lacks(task) > 0 else task


def place_of(task: Task, wanted: int, rules: AnswerRules, bucket: Bucket) -> Place:
    """The place of a task that should get so many more answers; those lent already are among them."""
    wanted = max(1, min(wanted, rules.max - task.answers))
    return Place(bucket, max(wanted - task.open_leases, 0))


def _settle_open(
    task: Task, judged: Judgement, choice: str, rules: AnswerRules, *, wants_audit: Callable[[], bool]
) -> Standpoint:
    sure = is_sure(judged, rules)
    if task.answers >= rules.max:
        return Standpoint(_full(judged, rules), reason=_why(task, judged, rules), audit=task.audit)
    if task.answers < rules.min:
        wanted = max(rules.min - task.answers, math.ceil(judged.needed) if judged.wants_more else 1)
        return _open(task, wanted, rules)
    lacking = _audit_lacks(task)
    if lacking > 0:
        return Standpoint(task.status, place_of(task, lacking, rules, Bucket.AUDIT), audit=task.audit)
    if judged.wants_more:
        return _open(task, math.ceil(judged.needed), rules)
    if sure and task.audit is None and task.taken < rules.max and wants_audit():
        audit = Audit(choice, judged.confidence, judged.believed, task.answers)
        return Standpoint(task.status, place_of(task, AUDIT_ANSWERS, rules, Bucket.AUDIT), audit=audit)
    return Standpoint(TaskStatus.CLOSED, reason=_why(task, judged, rules), audit=task.audit)


def _audit_lacks(task: Task) -> int:
    """How many answers its audit still waits for."""
    return task.audit.answers + AUDIT_ANSWERS - task.answers if task.audit else 0


def _open(task: Task, wanted: int, rules: AnswerRules, reason: VerdictReason | None = None) -> Standpoint:
    bucket = Bucket.DOUBTFUL if task.answers >= DOUBTFUL_FROM else Bucket.STARTED
    place = place_of(task, wanted, rules, bucket)
    return Standpoint(TaskStatus.OPEN, place, reason=reason, audit=task.audit)


def _settle_decided(task: Task, judged: Judgement, choice: str, rules: AnswerRules) -> Standpoint | None:
    sure, full = is_sure(judged, rules), task.answers >= rules.max
    if not full and judged.wants_more and _has_risen(judged, rules):
        return _open(task, math.ceil(judged.needed), rules, VerdictReason.REOPENED)
    status = task.status
    if sure or (full and (_has_risen(judged, rules) or not task.verdict_version)):
        status = _full(judged, rules)
    reason = _what_is_new(task, judged, choice, rules)
    if reason is None and status is task.status:
        return None
    return Standpoint(status, reason=reason or VerdictReason.RENEWED, audit=task.audit)


def _what_is_new(task: Task, judged: Judgement, choice: str, rules: AnswerRules) -> VerdictReason | None:
    if not task.verdict_version:
        return _why(task, judged, rules)
    if has_moved(choice, judged.confidence, task.choice, task.confidence):
        return VerdictReason.RENEWED
    return None


def _has_risen(judged: Judgement, rules: AnswerRules) -> bool:
    return 1 - judged.confidence > RISEN * (1 - rules.confidence)


def _why(task: Task, judged: Judgement, rules: AnswerRules) -> VerdictReason:
    """Why a task is decided."""
    if is_sure(judged, rules):
        return VerdictReason.SURE
    full = task.answers >= rules.max and (judged.wants_more or rules.min == rules.max)
    return VerdictReason.QUOTA if full else VerdictReason.NOT_WORTH


def _full(judged: Judgement, rules: AnswerRules) -> TaskStatus:
    """Of a task with all its answers. Who orders a fixed number gets that, and no disputes."""
    is_disputed = ends_disputed(rules, wants_more=judged.wants_more)
    return TaskStatus.DISPUTED if is_disputed else TaskStatus.CLOSED
