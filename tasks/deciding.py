"""What the answers of some tasks add up to: belief, verdict, and how many more are needed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from tasks.model.identifiers import TaskId
from tasks.model.project import Choice, Project
from tasks.model.verdict import Belief, Verdict
from tasks.model.work import IN_USE, Task, TaskStatus
from tasks.ports import Bucket, Cast, Place, Settled, UnitOfWork
from tasks.quality.judgement import Ballot, Judgement, Mind, Vote
from tasks.remembering_minds import Minds, introduce
from tasks.settling import Standpoint, first_need, place_of, settle, without_audit

AUDITED_SHARE = 0.015
"""Of the tasks that could be closed, so many get extra answers instead."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """Judges tasks. Works inside the caller's unit of work, in which the tasks are locked."""

    minds: Minds = field(default_factory=Minds)
    chance: Random = field(default_factory=Random)

    async def __call__(
        self, uow: UnitOfWork, project: Project, tasks: Collection[Task], now: datetime
    ) -> None:
        """Looks at these tasks, whose answers and tallies are written and as they are given here."""
        mind = await self.minds.recall(uow, project, now)
        await self.judge(uow, project, tasks, now, mind=mind)

    async def judge(
        self,
        uow: UnitOfWork,
        project: Project,
        tasks: Collection[Task],
        now: datetime,
        *,
        mind: Mind,
        audits: bool = True,
    ) -> Collection[TaskId]:
        """The same with what that mind knows; returns the tasks that stand elsewhere now.

        Without ``audits`` none is begun, and those that lack answers are given up.
        """
        tasks = await _without_golds(uow, project, tasks)
        if not audits:
            tasks = [without_audit(task) if task.status is TaskStatus.OPEN else task for task in tasks]
        votes = await _votes_by_task(uow, tasks)
        await introduce(uow, project, mind, {cast.worker_id for casts in votes.values() for cast in casts})
        ballots = _ballots(project, tasks, votes)
        judgements = mind.believe_all(list(ballots.values()), target_risk=1 - project.rules.confidence)
        judged = dict(zip(ballots, judgements, strict=True))
        changes = _Changes()
        for task in tasks:
            if task.id in judged:
                self._settle(changes, project, task, judged[task.id], now=now, audits=audits)
            elif task.status is TaskStatus.OPEN:
                place = place_of(task, first_need(project), project.rules, Bucket.FRESH)
                changes.note(task, Standpoint(task.status, place, audit=task.audit), None, now)
        await changes.write(uow)
        return changes.settled.keys()

    def _settle(
        self,
        changes: "_Changes",
        project: Project,
        task: Task,
        judged: Judgement,
        *,
        now: datetime,
        audits: bool,
    ) -> None:
        belief = _belief(project, judged)
        wants_audit = self._wants_audit if audits else _never
        standpoint = settle(task, judged, belief.choice, project.rules, wants_audit=wants_audit)
        if standpoint is not None:
            changes.note(task, standpoint, belief, now)

    def _wants_audit(self) -> bool:
        return self.chance.random() < AUDITED_SHARE


@dataclass(slots=True)
class _Changes:
    """What is to be written."""

    settled: dict[TaskId, Settled] = field(default_factory=dict)
    places: dict[TaskId, Place] = field(default_factory=dict)
    out: list[TaskId] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def note(self, task: Task, to: Standpoint, belief: Belief | None, now: datetime) -> None:
        version = task.verdict_version
        if to.reason is not None and belief is not None:
            version += 1
            self.verdicts.append(Verdict(task.id, version, belief, task.answers, to.reason, now))
        self.settled[task.id] = Settled(to.status, belief, version, to.audit)
        if to.place is None:
            self.out.append(task.id)
        else:
            self.places[task.id] = to.place

    async def write(self, uow: UnitOfWork) -> None:
        await uow.tasks.settle(self.settled)
        await uow.verdicts.add(self.verdicts)
        await uow.frontier.remove(self.out)
        await uow.frontier.set_places(self.places)


def _ballots(
    project: Project, tasks: Collection[Task], votes: Mapping[TaskId, Sequence[Cast]]
) -> Mapping[TaskId, Ballot]:
    """What was said of each of them; one of which nobody has said anything is missing."""
    numbers = {choice.id: index for index, choice in enumerate(in_order(project))}
    ballots: dict[TaskId, Ballot] = {}
    for task in tasks:
        said = [
            Vote(cast.worker_id, numbers[cast.choice], cast.weight)
            for cast in votes.get(task.id, ())
            if cast.choice in numbers
        ]
        if said:
            ballots[task.id] = Ballot(said, numbers.get(task.machine or ""))
    return ballots


def _never() -> bool:
    return False


def _belief(project: Project, judged: Judgement) -> Belief:
    choices = in_order(project)
    soft = {choice.id: round(share, 6) for choice, share in zip(choices, judged.soft, strict=True)}
    return Belief(choices[judged.choice].id, judged.confidence, soft)


def in_order(project: Project) -> Sequence[Choice]:
    """All choices, retired ones among them: what was learnt of workers counts them in this order."""
    return sorted(project.choices, key=lambda choice: choice.number)


async def _without_golds(uow: UnitOfWork, project: Project, tasks: Collection[Task]) -> Sequence[Task]:
    """What is known already is not judged."""
    golds = await uow.golds.list_of([task.id for task in tasks]) if project.has_gold else {}
    known = {task_id for task_id, gold in golds.items() if gold.is_known}
    return [task for task in tasks if task.status in IN_USE and task.id not in known]


async def _votes_by_task(uow: UnitOfWork, tasks: Collection[Task]) -> Mapping[TaskId, Sequence[Cast]]:
    votes: dict[TaskId, list[Cast]] = {}
    for cast in await uow.leases.list_votes([task.id for task in tasks]):
        votes.setdefault(cast.task_id, []).append(cast)
    return votes
