"""A notice is confirmed by its author; an urgent one by a second supervisor as well."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from tasks.model.identifiers import AccountKey, NoticeId
from tasks.model.notice import Notice, NoticeStatus, Reach
from tasks.noticing.checking import faults_of
from tasks.noticing.drafting import lock_draft
from tasks.noticing.own_messages import NOTICE_REFUSED, SECOND_WORD, say_about
from tasks.outcomes import (
    Confirmed,
    ConfirmOutcome,
    NobodyToAsk,
    NotConfirmed,
    NothingToConfirm,
    SecondAsked,
    SecondOutcome,
    SecondRefused,
)
from tasks.ports import Clock, Store, UnitOfWork
from tasks.supervising import Scopes


@dataclass(frozen=True, slots=True)
class ConfirmNotice:
    """Lets her draft go: at once, or if it is urgent, after the word of a second supervisor.

    Confirming twice is confirming once. Raises NotSupervisor.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey, notice_id: NoticeId) -> ConfirmOutcome:
        async with self.store.write() as uow:
            notice = await lock_draft(uow, self.scopes, who, notice_id)
            if notice is None:
                return await _was_confirmed(uow, who, notice_id)
            now = self.clock.now()
            outcome = await let_go(uow, self.scopes, notice, now)
            if not isinstance(outcome, NotConfirmed | NobodyToAsk):
                await uow.commit()
        return outcome


@dataclass(frozen=True, slots=True)
class WriteNotice:
    """Writes a whole notice and lets it go in one step, for scripts; with how many people it reaches.

    With ``confirm=False`` nothing is kept, and the outcome is None if nothing is wrong with it.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, notice: Notice, *, confirm: bool) -> tuple[Reach, ConfirmOutcome | None]:
        async with self.store.write() as uow:
            now = self.clock.now()
            reach = await uow.notices.reach(notice, now)
            if not confirm:
                faults = tuple(faults_of(notice, people=reach.people))
                return reach, NotConfirmed(notice, faults) if faults else None
            outcome = await let_go(uow, self.scopes, await uow.notices.add(notice), now)
            if not isinstance(outcome, NotConfirmed | NobodyToAsk):
                await uow.commit()
        return reach, outcome


@dataclass(frozen=True, slots=True)
class AnswerForNotice:
    """The word of a second supervisor about an urgent notice: it goes out, or back to its author as a draft.

    ``asked`` names the question that she answers, as the message said that asked her. Raises NotSupervisor,
    and OutsideScope if her scope is narrower than the author's.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey, notice_id: NoticeId, *, asked: int, yes: bool) -> SecondOutcome:
        async with self.store.write() as uow:
            await self.scopes.require(uow, who)
            try:
                notice = await uow.notices.lock(notice_id)
            except LookupError:
                return NothingToConfirm()
            await self.scopes.require(uow, who, within=notice.scope)
            if notice.author == who or notice.status is not NoticeStatus.ASKED or _asked(notice) != asked:
                return NothingToConfirm(notice)
            now = self.clock.now()
            status = NoticeStatus.CONFIRMED if yes else NoticeStatus.DRAFT
            changed = replace(notice, status=status, confirmed_at=now if yes else None)
            if not yes and notice.author is None:
                changed = replace(notice, status=NoticeStatus.CANCELLED, ended_at=now)
            await uow.notices.save(changed)
            if not yes and notice.author is not None:
                await _tell(uow, [notice.author], kind=NOTICE_REFUSED, notice=changed, now=now)
            await uow.commit()
        return Confirmed(changed) if yes else SecondRefused(changed)


async def let_go(uow: UnitOfWork, scopes: Scopes, notice: Notice, now: datetime) -> ConfirmOutcome:
    """Confirms the locked draft if nothing is wrong with it; the caller commits."""
    reach = await uow.notices.reach(notice, now)
    if faults := faults_of(notice, people=reach.people):
        return NotConfirmed(notice, tuple(faults))
    if not notice.urgent:
        confirmed = replace(notice, status=NoticeStatus.CONFIRMED, confirmed_at=now, reason="")
        await uow.notices.save(confirmed)
        return Confirmed(confirmed)
    others = {each.account for each in await uow.supervisors.list_around(notice.scope)} | scopes.named
    asked = replace(notice, status=NoticeStatus.ASKED, confirmed_at=now, reason="")
    if not await _tell(uow, others - {notice.author}, kind=SECOND_WORD, notice=asked, now=now):
        return NobodyToAsk(notice)
    await uow.notices.save(asked)
    return SecondAsked(asked)


async def _was_confirmed(uow: UnitOfWork, who: AccountKey, notice_id: NoticeId) -> ConfirmOutcome:
    notice = await uow.notices.find(notice_id)
    if notice is None or notice.author != who:
        return NothingToConfirm()
    return Confirmed(notice, again=True)


def _asked(notice: Notice) -> int:
    """Names the question: a notice that was refused may be changed and asked about again."""
    return 0 if notice.confirmed_at is None else int(notice.confirmed_at.timestamp())


async def _tell(
    uow: UnitOfWork, accounts: Collection[AccountKey | None], *, kind: str, notice: Notice, now: datetime
) -> int:
    """Asks to say it to those of them who have ever written to us; returns how many those are."""
    known = await uow.workers.list_by_account([each for each in accounts if each is not None])
    for worker in known.values():
        if worker.reachable:
            await say_about(uow, notice, worker, kind=kind, now=now, asked=str(_asked(notice)))
    return sum(worker.reachable for worker in known.values())
