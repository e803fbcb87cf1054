"""What an answer says of the worker who gave it: her standing, and the ladder that follows from doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tasks.golding import Crowd
from tasks.model.gold import Gold, GoldAnswer, Purpose
from tasks.model.identifiers import LeaseId
from tasks.model.project import Project
from tasks.model.standing import OUT, Sanction, SanctionKind, Standing, Step
from tasks.model.work import Lease
from tasks.ports import NewSanction, UnitOfWork
from tasks.quality.doubt import LIMIT, REFRESHED_AT, Levels, add, after_refresher, climb, replay
from tasks.quality.gold import REFRESHERS
from tasks.quality.interval import wilson
from tasks.quality.pace import Seen, forget_last, note, offered_to, proof, weight

ANSWERS_REPLAYED = 500
"""So many of her last silent golds are enough for the test: it never looks back so far."""
REASON_GOLD = "gold"
"""Too many silent golds went wrong."""
ABLE_ACCURACY = 0.85
ABLE_GOLDS = 10
"""Whoever was right so often on so many silent golds may contradict a gold, whatever else is known of her."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of hers that counts."""

    lease: Lease
    choice: str
    seconds: float
    gold: Gold | None
    """The gold that it is on, if it was lent as one and still is one."""

    @property
    def was_right(self) -> bool:
        """Whether she said what is known to be right; False where nothing is known."""
        return self.gold is not None and self.choice == self.gold.choice

    @property
    def measures(self) -> bool:
        """Whether it says something about her accuracy."""
        return self._is_known(Purpose.SILENT)

    @property
    def teaches(self) -> bool:
        """Whether she is to be told what is right."""
        return self._is_known(Purpose.TEACHING)

    def _is_known(self, purpose: Purpose) -> bool:
        return self.gold is not None and self.gold.is_known and self.lease.purpose is purpose


def measured(standing: Standing, said: Said, project: Project, crowd: Crowd) -> Standing:
    """Her standing after that answer. The step is not taken yet: see ``take_step``."""
    standing = _paced(replace(standing, questions=standing.questions + 1), said, project, crowd)
    if said.measures:
        doubt = add(standing.doubt, right=said.was_right, between=crowd.levels)
        return standing.tested(right=said.was_right, doubt=doubt)
    return standing.taught() if said.teaches else standing


def _paced(standing: Standing, said: Said, project: Project, crowd: Crowd) -> Standing:
    offered = [choice.id for choice in offered_to(project, standing.worker_id)]
    if said.choice not in offered:
        return standing
    seen = Seen(said.seconds, said.choice, offered.index(said.choice), len(offered))
    pace = note(standing.pace, seen, crowd.seconds)
    # Only where each worker has her own order does a place mean anything beside its choice.
    due = [crowd.mix.get(choice, 0.0) for choice in offered] if project.shuffle_choices else None
    proven = proof(_least_accuracy(standing), bad=crowd.levels.bad, good=crowd.levels.good)
    believed = weight(pace, crowd.mix, due if crowd.mix else None, proven=proven)
    return replace(standing, pace=pace, weight=believed)


def _least_accuracy(standing: Standing) -> float:
    """How often she is right at the least, by all her answers or by her golds alone."""
    return max(standing.accuracy_low or 0.0, wilson(standing.golds_right, standing.golds).low)


def unpaced(standing: Standing, choice: str) -> Standing:
    """Her standing without her last answer, as far as it is not for ``recount`` to say."""
    return replace(
        standing,
        questions=max(standing.questions - 1, 0),
        pace=forget_last(standing.pace, choice),
    )


def is_able(standing: Standing) -> bool:
    """Whether her word is worth something against a gold."""
    if standing.accuracy_low is not None and standing.accuracy_low >= ABLE_ACCURACY:
        return True
    return standing.golds >= ABLE_GOLDS and standing.golds_right >= ABLE_ACCURACY * standing.golds


def may_be_able(standing: Standing) -> bool:
    """Whether she is able, or too new for anybody to know: her word against a gold is kept for later."""
    return standing.golds < ABLE_GOLDS or is_able(standing)


async def take_step(
    uow: UnitOfWork, standing: Standing, between: Levels, now: datetime
) -> tuple[Standing, Sanction | None]:
    """The locked standing on the step that its doubt asks for, and what was done about it, if anything.

    Her last answers must be written: near a limit the test goes over them once more.
    """
    if standing.step in OUT:
        return standing, None
    if standing.step is Step.REFRESHING and not await _is_taught_on(uow, standing):
        standing = replace(standing, step=after_refresher(standing.doubt), refreshers=0)
    if standing.doubt < REFRESHED_AT:
        step = standing.step if standing.step is Step.REFRESHING else after_refresher(standing.doubt)
        return replace(standing, step=step), None
    answers = await _tested_answers(uow, standing)
    again = replay([answer.was_right for answer in answers], between)
    standing = replace(standing, doubt=again.doubt)
    step = climb(standing.step, again.doubt, refreshed=await _was_refreshed(uow, standing))
    rests_on = [answer.lease_id for answer in answers[again.begins :]]
    if step is Step.PAUSED:
        return replace(standing, step=step, refreshers=0), await _sanction(
            uow, standing, SanctionKind.PAUSE, rests_on, now=now
        )
    if step is Step.REFRESHING and standing.step is not Step.REFRESHING:
        standing = await _refreshing(uow, standing)
        if standing.step is not Step.REFRESHING:
            return standing, None  # There is nothing left to teach her with.
        return standing, await _sanction(uow, standing, SanctionKind.REFRESHER, rests_on, now=now)
    return replace(standing, step=step), None


async def recount(uow: UnitOfWork, standing: Standing, between: Levels, now: datetime) -> Standing:
    """The locked standing as her answers on silent golds make it, with all keys as they are now."""
    right, asked = await uow.golds.count_tested(standing.project_id, standing.worker_id)
    return await look_again(uow, replace(standing, golds=asked, golds_right=right), between, now)


async def look_again(uow: UnitOfWork, standing: Standing, between: Levels, now: datetime) -> Standing:
    """The locked standing as the test sees it now, with other answers or other levels than it stepped with.

    A refresher that is not over and a pause that the test would not make any more are ended; saves nothing of
    the standing itself.
    """
    doubt = await doubt_again(uow, standing, between)
    standing = replace(standing, doubt=doubt)
    if standing.step is Step.REFRESHING and doubt < REFRESHED_AT:
        await _end_last(uow, standing, SanctionKind.REFRESHER, now)
        return replace(standing, step=after_refresher(doubt), refreshers=0)
    if standing.step in {Step.WORKING, Step.WATCHED}:
        return replace(standing, step=after_refresher(doubt), refreshers=0)
    if standing.step is not Step.PAUSED or doubt >= LIMIT:
        return standing
    await _end_last(uow, standing, SanctionKind.PAUSE, now)
    return replace(standing, step=after_refresher(doubt))


async def doubt_again(uow: UnitOfWork, standing: Standing, between: Levels) -> float:
    """What the test makes of her answers with the keys as they are now, between those levels."""
    answers = await _tested_answers(uow, standing)
    return replay([answer.was_right for answer in answers], between).doubt


async def _end_last(uow: UnitOfWork, standing: Standing, kind: SanctionKind, now: datetime) -> None:
    """Takes back her last sanction of that kind; whoever appealed against it was right."""
    last = await uow.sanctions.find_last(standing.project_id, standing.worker_id, [kind])
    # Locked, so that an appeal that is made in this moment comes before it or finds it over.
    held = None if last is None else await uow.sanctions.lock(last.id)
    if held is not None and held.ended_at is None:
        await uow.sanctions.save(held.taken_back(now))


async def _tested_answers(uow: UnitOfWork, standing: Standing) -> Sequence[GoldAnswer]:
    """Her silent golds since a supervisor last let her begin anew."""
    forgiven = await uow.sanctions.find_forgiven(standing.project_id, standing.worker_id)
    return await uow.golds.list_answers_of(
        standing.project_id, standing.worker_id, since=forgiven, limit=ANSWERS_REPLAYED
    )


async def _was_refreshed(uow: UnitOfWork, standing: Standing) -> bool:
    """Whether she was taught again since she last began anew; a refresher that was called off is none."""
    last = await uow.sanctions.find_last(standing.project_id, standing.worker_id, [SanctionKind.REFRESHER])
    if last is None or last.ended_at is not None:
        return False
    forgiven = await uow.sanctions.find_forgiven(standing.project_id, standing.worker_id)
    return forgiven is None or last.made_at > forgiven


async def began_refresher(uow: UnitOfWork, lease: Lease) -> bool:
    """Whether she is taught again because of this answer: then she knows that it was wrong."""
    refresher = await uow.sanctions.find_last(lease.project_id, lease.worker_id, [SanctionKind.REFRESHER])
    return refresher is not None and refresher.ended_at is None and lease.id in refresher.evidence


async def _is_taught_on(uow: UnitOfWork, standing: Standing) -> bool:
    """Whether the refresher goes on: lessons that she passed over, or that are gone, hold nobody in it."""
    return standing.refreshers > 0 and await _count_lessons_left(uow, standing, 1) > 0


async def _refreshing(uow: UnitOfWork, standing: Standing) -> Standing:
    """She is taught again, as far as there is a lesson that she has not had."""
    left = await _count_lessons_left(uow, standing, REFRESHERS)
    if not left:
        return replace(standing, step=after_refresher(standing.doubt))
    return replace(standing, step=Step.REFRESHING, refreshers=left)


async def _count_lessons_left(uow: UnitOfWork, standing: Standing, most: int) -> int:
    left = await uow.golds.list_unseen(
        standing.project_id, standing.worker_id, role=Purpose.TEACHING, limit=most
    )
    return len(left)


async def _sanction(
    uow: UnitOfWork, standing: Standing, kind: SanctionKind, rests_on: Sequence[LeaseId], *, now: datetime
) -> Sanction:
    return await uow.sanctions.add(
        NewSanction(
            project_id=standing.project_id,
            worker_id=standing.worker_id,
            kind=kind,
            reason=REASON_GOLD,
            evidence=rests_on,
            made_at=now,
        )
    )
