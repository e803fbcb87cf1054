"""Takes back an answer while its task is undecided."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from tasks.booking import ACCEPTED_AS, Moment, reversal
from tasks.deciding import Deciding
from tasks.golding import Golding
from tasks.halting import find_current
from tasks.judging import has_room
from tasks.lending import question_of
from tasks.measuring import began_refresher, recount, unpaced
from tasks.model.gold import Purpose
from tasks.model.identifiers import LeaseId
from tasks.model.ledger import answer_key
from tasks.model.money import Money
from tasks.model.project import CANT_TELL, Project
from tasks.model.work import Lease, LeaseState, TaskStatus
from tasks.model.worker import Worker
from tasks.outcomes import NOT_YOURS, AlreadyUndone, AnswerUndone, UndoOutcome, UndoTooLate
from tasks.ports import Clock, NewLease, Pressed, Store, TallyChange, UnitOfWork
from tasks.pressing import find_own

SETTLED = frozenset({LeaseState.ANSWERED, LeaseState.REPORTED})
OTHERS_LOOKED_AT = 20
"""So many of her last answers that were no gold tell how soon tasks are decided."""


@dataclass(frozen=True, slots=True)
class UndoAnswer:
    """Takes back her last answer in a project, reverses its pay, and asks the same question again.

    The question that was on the card stays lent to her and comes after this one.
    """

    store: Store
    clock: Clock
    golding: Golding
    deciding: Deciding = field(default_factory=Deciding)

    async def __call__(self, worker: Worker, lease_id: LeaseId) -> UndoOutcome:
        async with self.store.write() as uow:
            own = await find_own(uow, worker, lease_id)
            if own is None:
                return NOT_YOURS
            purpose = await _purpose(uow, own.pressed.lease)
            if not await self._may_undo(uow, own.project, own.pressed, purpose):
                current = await find_current(uow, own.project, worker, self.clock.now())
                was_undone = own.pressed.lease.state is LeaseState.UNDONE
                refused = AlreadyUndone if was_undone else UndoTooLate
                return refused(own.project, current)
            outcome = await self._undo(uow, worker, own.project, own.pressed, purpose=purpose)
            await uow.commit()
        return outcome

    async def _may_undo(self, uow: UnitOfWork, project: Project, pressed: Pressed, purpose: Purpose) -> bool:
        lease = pressed.lease
        if lease.state not in SETTLED or _was_taught(pressed) or await began_refresher(uow, lease):
            return False
        if purpose is Purpose.WORK and not _holds_or_finds_place(pressed, project):
            return False
        if purpose is Purpose.SILENT and await self._is_late_as_others(uow, lease):
            return False
        # Whoever is paused is asked nothing, not even once more.
        if await uow.standings.find_out(project.id, lease.worker_id) is not None:
            return False
        return await uow.leases.find_last_settled(lease.worker_id, lease.project_id) == lease.id

    async def _is_late_as_others(self, uow: UnitOfWork, lease: Lease) -> bool:
        """Whether *Undo* comes too late for a gold, which nothing decides: as often as her other answers
        were decided by such an age, or it would tell which questions are gold.

        Pressing again changes nothing: what decides belongs to the lease, and nobody else knows it.
        """
        answer = lease.answer
        if answer is None or answer.status is not ACCEPTED_AS:
            return False
        others = await uow.leases.list_decided_after(lease.worker_id, lease.project_id, OTHERS_LOOKED_AT)
        age = self.clock.now() - answer.answered_at
        late = sum(waited is not None and waited <= age for waited in others)
        share = Random(f"{lease.id} {lease.shown_at.timestamp()}").random()
        return share * len(others) < late

    async def _undo(
        self, uow: UnitOfWork, worker: Worker, project: Project, pressed: Pressed, *, purpose: Purpose
    ) -> AnswerUndone:
        lease, task, now = pressed.lease, pressed.task, self.clock.now()
        moment = Moment.of(worker, now)
        earned = await uow.ledger.find_entry(answer_key(lease.id))
        if earned is not None:
            await uow.ledger.add([reversal(lease.id, earned, moment)])
        await uow.leases.set_undone(lease.id)
        change = _tally_change(pressed, purpose, paid=earned is not None)
        await uow.tasks.add_to_tallies({task.id: change})
        again = NewLease(
            task_id=task.id,
            project_id=project.id,
            worker_id=worker.id,
            price=lease.price,
            shown_at=now,
            ends_at=self.golding.lending.ends_at(project, now),
            previous_id=lease.previous_id,
            purpose=purpose,
        )
        (again_id,) = await uow.leases.add([again])
        if earned is not None and purpose is Purpose.WORK:
            less = replace(task, taken=task.taken + change.taken, answers=task.answers + change.answers)
            await self.deciding(uow, project, [less], now)
        if earned is not None:
            await self._take_measure_back(uow, project, pressed, now)
        today = await uow.ledger.earned_on({worker.id: moment.day}, lease.price.currency)
        return AnswerUndone(
            returned=lease.price if earned is not None else Money.zero(lease.price.currency),
            today=today[worker.id],
            next=replace(question_of(lease, task, project), lease_id=again_id),
        )

    async def _take_measure_back(
        self, uow: UnitOfWork, project: Project, pressed: Pressed, now: datetime
    ) -> None:
        """Her standing becomes what it was without that answer."""
        lease = pressed.lease
        assert lease.answer is not None
        crowd = await self.golding.memory.recall(uow, project, now)
        key = (project.id, lease.worker_id)
        standing = (await uow.standings.lock([key]))[key]
        standing = unpaced(standing, lease.answer.choice)
        if lease.purpose is Purpose.SILENT:
            standing = await recount(uow, standing, crowd.levels, now)
        await uow.standings.save([standing])


async def _purpose(uow: UnitOfWork, lease: Lease) -> Purpose:
    """Why it is asked again: what is no gold any more is asked as work."""
    gold = (await uow.golds.list_of([lease.task_id])).get(lease.task_id) if lease.is_gold else None
    return lease.purpose if gold is not None and gold.is_known else Purpose.WORK


def _was_taught(pressed: Pressed) -> bool:
    """Whether the question taught her what is right."""
    lease = pressed.lease
    said = lease.answer is not None and lease.answer.choice != CANT_TELL
    return said and lease.purpose is Purpose.TEACHING


def _holds_or_finds_place(pressed: Pressed, project: Project) -> bool:
    if pressed.task.status is not TaskStatus.OPEN:
        return False
    answer = pressed.lease.answer
    holds_place = answer is not None and answer.status is ACCEPTED_AS
    return holds_place or has_room(pressed.task, project.rules)


def _tally_change(pressed: Pressed, purpose: Purpose, *, paid: bool) -> TallyChange:
    """The new lease takes the place that a paid answer held, or else one of its own; as gold it has none.

    What a supervisor has looked at since is counted anew: then there is nothing to take back.
    """
    answer, task = pressed.lease.answer, pressed.task
    cant_tell = answer is not None and answer.choice == CANT_TELL
    reported = pressed.lease.state is LeaseState.REPORTED
    return TallyChange(
        taken=0 if paid or purpose is not Purpose.WORK else 1,
        answers=-1 if paid else 0,
        cant_tells=-1 if cant_tell and task.cant_tells else 0,
        reports=-1 if reported and task.reports else 0,
    )
