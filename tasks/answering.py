"""Answers come in, in batches: whoever taps while one batch is being written is in the next one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tasks.booking import ACCEPTED_AS, Moment, earning
from tasks.judging import Ruling, decide, rule, tally_change
from tasks.lending import Lending, Wish, question_of
from tasks.model.identifiers import LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.ledger import Entry
from tasks.model.money import Money
from tasks.model.project import CANT_TELL, Project
from tasks.model.work import Answer, AnswerStatus, LeaseState, Question, Task
from tasks.model.worker import Worker
from tasks.outcomes import (
    NOT_YOURS,
    AlreadyAnswered,
    AnswerAccepted,
    AnswerNotNeeded,
    NothingToDo,
    SubmitOutcome,
)
from tasks.ports import Clock, Pressed, Store, TallyChange, UnitOfWork
from tasks.promising import nothing_left

Following = dict[tuple[WorkerId, ProjectId], Question | NothingToDo | None]
"""What comes next for a worker in a project; None if she was not to be given anything new."""


@dataclass(frozen=True, slots=True)
class Press:
    """A worker's press on a choice of a question."""

    worker: Worker
    lease_id: LeaseId
    choice_number: int | None
    """None is *Can't tell*."""


@dataclass(frozen=True, slots=True)
class SubmitAnswers:
    """Stores what workers said, books what they earned, and lends each the next task: one transaction.

    Every press gets its outcome, in the order of the presses. Where two presses of a batch are on the same
    lease, the second is told that it came second.
    """

    store: Store
    clock: Clock
    lending: Lending

    async def __call__(self, presses: Sequence[Press]) -> Sequence[SubmitOutcome]:
        async with self.store.write() as uow:
            now = self.clock.now()
            batch = await _Batch.open(uow, presses, now)
            await batch.write(uow)
            today = await batch.earned_today(uow)
            following, busy = await self._what_follows(uow, batch)
            await uow.commit()
        for wish, project in busy:
            worker = batch.worker(wish.worker_id)
            following[worker.id, project.id] = await self._ask_again(worker, wish, project)
        return [batch.outcome(place, today, following) for place in range(len(presses))]

    async def _what_follows(
        self, uow: UnitOfWork, batch: "_Batch"
    ) -> tuple[Following, Sequence[tuple[Wish, Project]]]:
        """What each worker sees next in the project where she pressed, and who must be asked again."""
        following: Following = {}
        wishes: dict[ProjectId, dict[WorkerId, Wish]] = {}
        for ruled in batch.settled():
            worker_id, project_id = key = (ruled.press.worker.id, ruled.project.id)
            if ruled.pressed.other_open is not None:
                following[key] = await _show_again(uow, ruled)
            elif key not in following:
                following[key] = None
            if following[key] is None and ruled.ruling is not Ruling.ALREADY:
                wishes.setdefault(project_id, {})[worker_id] = Wish(worker_id, ruled.press.lease_id)
        busy: list[tuple[Wish, Project]] = []
        for project_id, wanted in wishes.items():
            project = batch.projects[project_id]
            lent = await self.lending.lend(uow, project, list(wanted.values()), batch.now)
            for worker_id, wish in wanted.items():
                if worker_id in lent.busy:
                    busy.append((wish, project))
                    continue
                question = lent.questions.get(worker_id)
                worker = batch.worker(worker_id)
                following[worker_id, project_id] = question or await nothing_left(
                    uow, project, worker, batch.now
                )
        return following, busy

    async def _ask_again(self, worker: Worker, wish: Wish, project: Project) -> Question | NothingToDo:
        """In a transaction of its own, which holds no lock and may therefore wait for a task."""
        async with self.store.write() as uow:
            now = self.clock.now()
            lent = await self.lending.lend(uow, project, [wish], now, wait=True)
            question = lent.questions.get(worker.id)
            follows = question or await nothing_left(uow, project, worker, now)
            await uow.commit()
        return follows


async def _show_again(uow: UnitOfWork, ruled: "_Ruled") -> Question | None:
    """The question that waits for her behind the one she pressed; *Undo* there takes back this press."""
    found = await uow.leases.find_open(ruled.press.worker.id, ruled.project.id)
    if found is None:
        return None
    lease, task = found
    if ruled.ruling is not Ruling.ALREADY:
        await uow.leases.set_previous(lease.id, ruled.press.lease_id)
        lease = replace(lease, previous_id=ruled.press.lease_id)
    return question_of(lease, task, ruled.project)


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A press on a lease of hers, with its ruling."""

    press: Press
    pressed: Pressed
    project: Project
    ruling: Ruling
    choice: str


@dataclass(slots=True)
class _Batch:
    """Some presses, judged one after the other against locked rows, and what they change."""

    now: datetime
    projects: dict[ProjectId, Project]
    rulings: list[_Ruled | None] = field(default_factory=list)
    answers: dict[LeaseId, Answer] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    tasks: dict[TaskId, Task] = field(default_factory=dict)
    changes: dict[TaskId, TallyChange] = field(default_factory=dict)

    @classmethod
    async def open(cls, uow: UnitOfWork, presses: Sequence[Press], now: datetime) -> "_Batch":
        """Locks what was pressed, and judges it."""
        locked = await uow.leases.lock_pressed({press.lease_id for press in presses})
        projects = {}
        for project_id in {pressed.lease.project_id for pressed in locked.values()}:
            project = await uow.projects.find(project_id)
            if project is not None:
                projects[project_id] = project
        batch = cls(now, projects)
        for press in presses:
            batch.rulings.append(batch._judge(press, locked.get(press.lease_id)))
        return batch

    def settled(self) -> Iterable[_Ruled]:
        """The presses on leases of one's own."""
        return (ruled for ruled in self.rulings if ruled is not None)

    def worker(self, worker_id: WorkerId) -> Worker:
        """One of those who pressed."""
        return next(ruled.press.worker for ruled in self.settled() if ruled.press.worker.id == worker_id)

    async def write(self, uow: UnitOfWork) -> None:
        """Stores answers, tallies and entries."""
        if self.answers:
            await uow.leases.set_answers(self.answers)
            await uow.tasks.add_to_tallies(self.changes)
        if self.entries:
            await uow.ledger.add(self.entries)

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

    def outcome(
        self,
        place: int,
        today: Mapping[tuple[WorkerId, str], Money],
        following: Following,
    ) -> SubmitOutcome:
        """What the person behind the press is told."""
        ruled = self.rulings[place]
        if ruled is None:
            return NOT_YOURS
        worker, project, price = ruled.press.worker.id, ruled.project, ruled.pressed.lease.price
        follows = following[worker, project.id]
        if ruled.ruling is Ruling.ALREADY:
            return AlreadyAnswered(project, follows if isinstance(follows, Question) else None)
        follows = follows or NothingToDo(project)
        if ruled.ruling is Ruling.NOT_NEEDED:
            return AnswerNotNeeded(follows)
        counts = ruled.ruling is Ruling.COUNTS
        return AnswerAccepted(
            earned=price if counts else Money.zero(price.currency),
            today=today[worker, project.price.currency],
            next=follows,
            late=ruled.pressed.lease.state is LeaseState.ENDED,
        )

    def _judge(self, press: Press, pressed: Pressed | None) -> _Ruled | None:
        if pressed is None or pressed.lease.project_id not in self.projects:
            return None
        project = self.projects[pressed.lease.project_id]
        choice = _choice_id(project, press.choice_number)
        task = self.tasks.get(pressed.task.id, pressed.task)
        pressed = replace(pressed, task=task)
        ruling = rule(pressed, press.worker.id, project.rules, cant_tell=choice == CANT_TELL)
        if ruling is Ruling.NOT_YOURS or choice is None:
            return None
        if press.lease_id in self.answers:
            ruling = Ruling.ALREADY
        ruled = _Ruled(press, pressed, project, ruling, choice)
        if ruling is not Ruling.ALREADY:
            self._take_in(ruled)
        return ruled

    def _take_in(self, ruled: _Ruled) -> None:
        lease = ruled.pressed.lease
        status = ACCEPTED_AS if ruled.ruling is Ruling.COUNTS else AnswerStatus.UNPAID
        seconds = max((self.now - lease.shown_at).total_seconds(), 0.0)
        self.answers[lease.id] = Answer(ruled.choice, self.now, seconds, status)
        self._add_to_tally(ruled)
        if ruled.ruling is Ruling.COUNTS:
            self.entries.append(earning(lease, Moment.of(ruled.press.worker, self.now)))

    def _add_to_tally(self, ruled: _Ruled) -> None:
        task = ruled.pressed.task
        change = tally_change(ruled.ruling, ruled.pressed.lease.state)
        counted = replace(
            task,
            taken=task.taken + change.taken,
            answers=task.answers + change.answers,
            cant_tells=task.cant_tells + change.cant_tells,
        )
        decided = decide(counted, ruled.project.rules)
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
