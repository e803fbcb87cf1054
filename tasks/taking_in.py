"""Some presses at once: judged one after the other against locked rows, and what they change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tasks.booking import ACCEPTED_AS, Moment, earning
from tasks.golding import Crowd, CrowdMemory
from tasks.judging import Ruling, decide, rule, tally_change
from tasks.measuring import Said, measured
from tasks.model.gold import Gold, Purpose
from tasks.model.identifiers import LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.ledger import Entry
from tasks.model.money import Money
from tasks.model.project import CANT_TELL, Project
from tasks.model.standing import OUT, Standing
from tasks.model.work import Answer, AnswerStatus, Lease, Task
from tasks.model.worker import Worker
from tasks.ports import Pressed, StandingKey, TallyChange, UnitOfWork


@dataclass(frozen=True, slots=True)
class Press:
    """A worker's press on a choice of a question."""

    worker: Worker
    lease_id: LeaseId
    choice_number: int | None
    """None is *Can't tell*."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A press on a lease of hers, with its ruling."""

    press: Press
    pressed: Pressed
    project: Project
    ruling: Ruling
    choice: str

    @property
    def key(self) -> StandingKey:
        """Which standing it is about."""
        return self.project.id, self.press.worker.id


@dataclass(slots=True)
class Batch:
    """Some presses, and what they change."""

    now: datetime
    projects: dict[ProjectId, Project]
    golds: Mapping[TaskId, Gold]
    """The golds among the tasks that were pressed."""
    crowds: dict[ProjectId, Crowd]
    standings: dict[StandingKey, Standing]
    """Of those who pressed; locked, and changed as the presses are taken in."""
    rulings: list[Ruled | None] = field(default_factory=list)
    answers: dict[LeaseId, Answer] = field(default_factory=dict)
    said: dict[LeaseId, Said] = field(default_factory=dict)
    """The answers that count, as they matter for her who gave them."""
    entries: list[Entry] = field(default_factory=list)
    tasks: dict[TaskId, Task] = field(default_factory=dict)
    changes: dict[TaskId, TallyChange] = field(default_factory=dict)

    @classmethod
    async def open(
        cls, uow: UnitOfWork, presses: Sequence[Press], now: datetime, memory: CrowdMemory
    ) -> "Batch":
        """Locks what was pressed, and judges it."""
        locked = await uow.leases.lock_pressed({press.lease_id for press in presses})
        projects: dict[ProjectId, Project] = {}
        crowds: dict[ProjectId, Crowd] = {}
        for project_id in {pressed.lease.project_id for pressed in locked.values()}:
            project = await uow.projects.find(project_id)
            if project is not None:
                projects[project_id] = project
                crowds[project_id] = await memory.recall(uow, project, now)
        own = {
            (pressed.lease.project_id, press.worker.id)
            for press in presses
            if (pressed := locked.get(press.lease_id)) and pressed.lease.worker_id == press.worker.id
        }
        standings = dict(await uow.standings.lock(own))
        golden = [pressed.task.id for pressed in locked.values() if pressed.lease.is_gold]
        batch = cls(now, projects, await uow.golds.list_of(golden), crowds, standings)
        for press in presses:
            batch.rulings.append(batch._judge(press, locked.get(press.lease_id)))
        return batch

    def settled(self) -> Iterable[Ruled]:
        """The presses on leases of one's own."""
        return (ruled for ruled in self.rulings if ruled is not None)

    def worker(self, worker_id: WorkerId) -> Worker:
        """One of those who pressed."""
        return next(ruled.press.worker for ruled in self.settled() if ruled.press.worker.id == worker_id)

    async def write(self, uow: UnitOfWork) -> None:
        """Stores answers, tallies and entries."""
        if self.answers:
            await uow.leases.set_answers(self.answers)
            void = {one.press.lease_id for one in self.settled() if one.pressed.lease.purpose is Purpose.VOID}
            await uow.leases.set_void(void & self.answers.keys())
            await uow.tasks.add_to_tallies(self.changes)
        if self.entries:
            await uow.ledger.add(self.entries)

    def heard(self) -> Mapping[ProjectId, Sequence[Task]]:
        """The tasks that got answers which count, by project; gold aside."""
        told: dict[ProjectId, dict[TaskId, Task]] = {}
        for ruled in self.settled():
            lease = ruled.pressed.lease
            if ruled.ruling is Ruling.COUNTS and not lease.is_gold:
                told.setdefault(ruled.project.id, {})[lease.task_id] = self.tasks[lease.task_id]
        return {project_id: list(tasks.values()) for project_id, tasks in told.items()}

    async def earned_today(self, uow: UnitOfWork) -> Mapping[tuple[WorkerId, str], Money]:
        """What each of the workers earned on her day, by currency."""
        days: dict[str, dict[WorkerId, Moment]] = {}
        for ruled in self.settled():
            moment = Moment.of(ruled.press.worker, self.now)
            days.setdefault(ruled.project.price.currency, {})[ruled.press.worker.id] = moment
        earned: dict[tuple[WorkerId, str], Money] = {}
        for currency, workers in days.items():
            sums = await uow.ledger.earned_on({who: moment.day for who, moment in workers.items()}, currency)
            earned |= {(who, currency): amount for who, amount in sums.items()}
        return earned

    def _judge(self, press: Press, pressed: Pressed | None) -> Ruled | None:
        if pressed is None or pressed.lease.project_id not in self.projects:
            return None
        project = self.projects[pressed.lease.project_id]
        choice = _choice_id(project, press.choice_number)
        task = self.tasks.get(pressed.task.id, pressed.task)
        pressed = replace(pressed, task=task, lease=self._as_it_counts(pressed.lease, project))
        standing = self.standings.get((project.id, press.worker.id))
        ruling = rule(
            pressed,
            press.worker.id,
            project.rules,
            cant_tell=choice == CANT_TELL,
            is_out=standing is not None and standing.step in OUT,
        )
        if ruling is Ruling.NOT_YOURS or choice is None:
            return None
        if press.lease_id in self.answers:
            ruling = Ruling.ALREADY
        ruled = Ruled(press, pressed, project, ruling, choice)
        if ruling is not Ruling.ALREADY:
            self._take_in(ruled)
        return ruled

    def _as_it_counts(self, lease: Lease, project: Project) -> Lease:
        """The lease, void if the client took away the choice that is right before it was answered."""
        gold = self.golds.get(lease.task_id) if lease.has_key and lease.answer is None else None
        if gold is None or project.find_offered(gold.choice) is not None:
            return lease
        return replace(lease, purpose=Purpose.VOID)

    def _take_in(self, ruled: Ruled) -> None:
        lease = ruled.pressed.lease
        status = ACCEPTED_AS if ruled.ruling is Ruling.COUNTS else AnswerStatus.UNPAID
        seconds = max((self.now - lease.shown_at).total_seconds(), 0.0)
        self.answers[lease.id] = Answer(ruled.choice, self.now, seconds, status)
        self._add_to_tally(ruled)
        if ruled.ruling is Ruling.COUNTS:
            self.entries.append(earning(lease, Moment.of(ruled.press.worker, self.now)))
            gold = self.golds.get(lease.task_id) if lease.has_key else None
            said = self.said[lease.id] = Said(lease, ruled.choice, seconds, gold)
            standing, crowd = self.standings[ruled.key], self.crowds[ruled.project.id]
            self.standings[ruled.key] = measured(standing, said, ruled.project, crowd)

    def _add_to_tally(self, ruled: Ruled) -> None:
        task, lease = ruled.pressed.task, ruled.pressed.lease
        change = tally_change(ruled.ruling, lease.state, gold=lease.is_gold)
        counted = replace(
            task,
            taken=task.taken + change.taken,
            answers=task.answers + change.answers,
            cant_tells=task.cant_tells + change.cant_tells,
        )
        decided = decide(counted, ruled.project.rules, gold=lease.is_gold)
        before = self.changes.get(task.id, TallyChange())
        self.tasks[task.id] = replace(counted, status=decided)
        self.changes[task.id] = TallyChange(
            taken=before.taken + change.taken,
            answers=before.answers + change.answers,
            cant_tells=before.cant_tells + change.cant_tells,
            status=decided if decided is not task.status else before.status,
        )


def _choice_id(project: Project, number: int | None) -> str | None:
    if number is None:
        return CANT_TELL
    choice = project.find_choice(number)
    return choice.id if choice is not None else None
