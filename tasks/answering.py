"""Answers come in, in batches: whoever taps while one batch is being written is in the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tasks.assigning import ask
from tasks.deciding import Deciding
from tasks.golding import Golding, merged
from tasks.halting import find_pause, halt
from tasks.judging import Ruling
from tasks.lending import Wish, question_of
from tasks.measuring import may_be_able, take_step
from tasks.model.gold import Gold, GoldState, Purpose
from tasks.model.identifiers import LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.standing import OUT, SanctionKind, Standing, Step
from tasks.model.work import LeaseState, Question
from tasks.outcomes import (
    NOT_YOURS,
    AlreadyAnswered,
    AnswerAccepted,
    AnswerNotNeeded,
    Following,
    Lesson,
    NothingToDo,
    SubmitOutcome,
)
from tasks.ports import Clock, GoldChange, StandingKey, Store, UnitOfWork
from tasks.promising import nothing_left
from tasks.quality.gold import KEPT_PER_CHOICE, exposure_max
from tasks.taking_in import Batch, Press, Ruled

__all__ = ["Press", "SubmitAnswers"]


@dataclass(slots=True)
class _After:
    """What follows from a batch, for each worker in the project where she pressed."""

    next: dict[StandingKey, Following | None] = field(default_factory=dict)
    """None if she was not to be given anything new."""
    busy: list[tuple[Wish, Project]] = field(default_factory=list)
    """Who must be asked again, holding no lock."""
    refreshers: set[StandingKey] = field(default_factory=set)
    """Who is taught again from now on."""
    golds: Mapping[TaskId, GoldChange] = field(default_factory=dict)
    lessons: dict[LeaseId, Lesson] = field(default_factory=dict)
    """What the presses have taught; of one that comes again only what she may not have seen yet."""


@dataclass(frozen=True, slots=True)
class SubmitAnswers:
    """Stores what workers said, books what they earned, and lends each the next task: one transaction.

    Every press gets its outcome, in the order of the presses. Where two presses of a batch are on the same
    lease, the second is told that it came second.
    """

    store: Store
    clock: Clock
    golding: Golding
    deciding: Deciding = field(default_factory=Deciding)

    async def __call__(self, presses: Sequence[Press]) -> Sequence[SubmitOutcome]:
        async with self.store.write() as uow:
            now = self.clock.now()
            batch = await Batch.open(uow, presses, now, self.golding.memory)
            await batch.write(uow)
            for project_id, heard in batch.heard().items():
                await self.deciding(uow, batch.projects[project_id], heard, now)
            after = _After()
            await _take_steps(uow, batch, after)
            today = await batch.earned_today(uow)
            await self._find_next(uow, batch, after)
            await _teach(uow, batch, after)
            await uow.golds.change(after.golds)
            await uow.commit()
        for wish, project in after.busy:
            key = project.id, wish.worker_id
            after.next[key] = await self._ask_again(batch, wish, project)
        return [_outcome(ruled, today, after) for ruled in batch.rulings]

    async def _find_next(self, uow: UnitOfWork, batch: Batch, after: _After) -> None:
        """What each worker sees next in the project where she pressed."""
        wishes: dict[ProjectId, dict[WorkerId, tuple[Wish, Standing]]] = {}
        for ruled in batch.settled():
            key, standing = ruled.key, batch.standings[ruled.key]
            if standing.step in OUT:
                after.next[key] = await find_pause(uow, ruled.project, ruled.press.worker, batch.now)
                continue
            if ruled.pressed.other_open is not None:
                after.next[key] = await _show_again(uow, batch, ruled, after)
            elif key not in after.next:
                after.next[key] = None
            if after.next[key] is None and ruled.ruling is not Ruling.ALREADY:
                wish = Wish(standing.worker_id, _undoable(batch, ruled, after))
                wishes.setdefault(ruled.project.id, {})[standing.worker_id] = (wish, standing)
        for project_id, wanted in wishes.items():
            project = batch.projects[project_id]
            asked = await self.golding.lend(uow, project, wanted, batch.now)
            after.golds = merged(after.golds, asked.golds)
            for worker_id, (wish, _) in wanted.items():
                if worker_id in asked.busy:
                    after.busy.append((wish, project))
                    continue
                question, kept = asked.questions.get(worker_id), worker_id in asked.kept
                after.next[project_id, worker_id] = question or await nothing_left(
                    uow, project, batch.worker(worker_id), batch.now, kept=kept
                )

    async def _ask_again(self, batch: Batch, wish: Wish, project: Project) -> Following:
        """In a transaction of its own, which holds no lock and may therefore wait for a task."""
        async with self.store.write() as uow:
            worker, standing = batch.worker(wish.worker_id), batch.standings[project.id, wish.worker_id]
            now = self.clock.now()
            follows = await ask(uow, self.golding, project, worker, wish=wish, standing=standing, now=now)
            await uow.commit()
        return follows


async def _take_steps(uow: UnitOfWork, batch: Batch, after: _After) -> None:
    """Takes the ladder's steps, halts who is paused, and notes what became of the golds."""
    changed = {ruled.key for ruled in batch.settled() if ruled.press.lease_id in batch.said}
    for key in sorted(changed):
        project_id, worker_id = key
        between = batch.crowds[project_id].levels
        standing, sanction = await take_step(uow, batch.standings[key], between, batch.now)
        batch.standings[key] = standing
        if sanction is not None and sanction.kind is SanctionKind.PAUSE:
            await halt(uow, project_id, worker_id)
        elif standing.step is Step.REFRESHING and sanction is not None:
            after.refreshers.add(key)
    await uow.standings.save([batch.standings[key] for key in changed])
    for ruled in batch.settled():
        said = batch.said.get(ruled.press.lease_id)
        if ruled.ruling is Ruling.COUNTS and said is not None and said.gold is not None:
            contradicts = not said.was_right and may_be_able(batch.standings[ruled.key])
            change = GoldChange(contradicted=int(contradicts), state=await _retired(uow, batch, said.gold))
            after.golds = merged(after.golds, {said.gold.task_id: change})


async def _retired(uow: UnitOfWork, batch: Batch, gold: Gold) -> GoldState | None:
    """The new state of a gold that too many know, as long as it is not one of the last of its choice."""
    most = exposure_max(batch.crowds[gold.project_id].workers)
    if gold.state is not GoldState.LIVE or gold.shown <= most:
        return None
    left = await uow.golds.count_live(gold.project_id, gold.choice, gold.role)
    return GoldState.RETIRED if left > KEPT_PER_CHOICE else None


async def _show_again(uow: UnitOfWork, batch: Batch, ruled: Ruled, after: _After) -> Question | None:
    """The question that waits for her behind the one she pressed; *Undo* there takes back this press."""
    found = await uow.leases.find_open(ruled.press.worker.id, ruled.project.id)
    if found is None:
        return None
    lease, task = found
    if ruled.ruling is not Ruling.ALREADY:
        previous = _undoable(batch, ruled, after)
        await uow.leases.set_previous(lease.id, previous)
        lease = replace(lease, previous_id=previous)
    return question_of(lease, task, ruled.project)


def _undoable(batch: Batch, ruled: Ruled, after: _After) -> LeaseId | None:
    """The lease of a press that may be taken back: she was not told what is right, nor that she was wrong."""
    said = batch.said.get(ruled.press.lease_id)
    was_told = said is not None and (said.teaches or ruled.key in after.refreshers)
    return None if was_told else ruled.press.lease_id


async def _teach(uow: UnitOfWork, batch: Batch, after: _After) -> None:
    """Notes the lessons. A press that comes again repeats its own as long as she answered nothing else."""
    for ruled in batch.settled():
        lesson = _lesson(batch, ruled)
        if lesson is None:
            continue
        lease_id, new = ruled.press.lease_id, ruled.press.lease_id in batch.said
        project_id, worker_id = ruled.key
        if new or await uow.leases.find_last_settled(worker_id, project_id) == lease_id:
            after.lessons[lease_id] = lesson


def _lesson(batch: Batch, ruled: Ruled) -> Lesson | None:
    lease = ruled.pressed.lease
    gold = batch.golds.get(lease.task_id)
    if lease.purpose is not Purpose.TEACHING or gold is None or not gold.is_known:
        return None
    answer = batch.answers.get(lease.id, lease.answer)
    by_id = {choice.id: choice for choice in ruled.project.choices}
    if answer is None or answer.choice not in by_id or gold.choice not in by_id:
        return None
    return Lesson(ruled.project, gold.image_id, by_id[answer.choice], by_id[gold.choice], gold.explanations)


def _outcome(
    ruled: Ruled | None, today: Mapping[tuple[WorkerId, str], Money], after: _After
) -> SubmitOutcome:
    """What the person behind the press is told."""
    if ruled is None:
        return NOT_YOURS
    project, price, lease = ruled.project, ruled.pressed.lease.price, ruled.pressed.lease
    follows, lesson = after.next[ruled.key], after.lessons.get(lease.id)
    if ruled.ruling is Ruling.ALREADY:
        missed = lesson if lesson is not None and not lesson.was_right else None
        return AlreadyAnswered(project, None if isinstance(follows, NothingToDo) else follows, missed)
    follows = follows or NothingToDo(project)
    if ruled.ruling is Ruling.NOT_NEEDED:
        return AnswerNotNeeded(follows)
    counts = ruled.ruling is Ruling.COUNTS
    return AnswerAccepted(
        earned=price if counts else Money.zero(price.currency),
        today=today[ruled.press.worker.id, project.price.currency],
        next=follows,
        late=lease.state is LeaseState.ENDED,
        lesson=lesson if counts else None,
        refresher=ruled.key in after.refreshers,
    )
