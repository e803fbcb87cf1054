"""A worker may look at what her pause rests on and ask a person; a supervisor looks and decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tasks.errors import OutsideScope
from tasks.model.gold import GoldAnswer
from tasks.model.identifiers import AccountKey
from tasks.model.project import Project
from tasks.model.standing import ASKS, HALTS, KEPT, Appeal, Sanction, SanctionKind, Standing, Step
from tasks.model.worker import Worker
from tasks.noticing.own_messages import (
    APPEAL_MADE,
    PAUSE_KEPT,
    PAUSE_OVER,
    REMOVED,
    WhyOver,
    say_about_pause,
)
from tasks.ports import Clock, NewSanction, Store, UnitOfWork
from tasks.quality.doubt import still_holds
from tasks.supervising import Scopes


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a pause rests on, with the check questions that were answered differently, one after the other."""

    project: Project
    sanction: Sanction
    worker: Worker
    asked: int
    """So many check questions there were."""
    wrong: Sequence[GoldAnswer]
    """Those answered differently, oldest first. A gold that was itself found wrong is not among them."""
    since: datetime
    """When the first of them all was answered; when it was made, if all of them were found wrong."""


class Decision(StrEnum):
    """What a supervisor says to a pause."""

    LET_GO_ON = "let_go_on"
    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class MakeAppeal:
    """She asks a person to look at her pause; the supervisors around her are told. Once is enough.

    None if there is no such pause of hers, or it is over.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, worker: Worker, sanction_id: int) -> Sanction | None:
        async with self.store.write() as uow:
            sanction = await uow.sanctions.lock(sanction_id)
            if sanction is None or sanction.worker_id != worker.id or sanction.ended_at is not None:
                return None
            if sanction.kind not in HALTS or not sanction.may_be_appealed:
                return sanction if sanction.kind in HALTS else None
            appealed = replace(sanction, appeal=Appeal.MADE, appealed_at=self.clock.now())
            await uow.sanctions.save(appealed)
            await tell_supervisors(uow, self.scopes, worker, appealed, kind=APPEAL_MADE)
            await uow.commit()
        return appealed


async def tell_supervisors(
    uow: UnitOfWork, scopes: Scopes, worker: Worker, sanction: Sanction, *, kind: str
) -> None:
    """Asks to tell all who look after her that her pause or removal waits for one of them."""
    project = await uow.projects.find(sanction.project_id)
    around = {one.account for one in await uow.supervisors.list_around(worker.place)}
    known = await uow.workers.list_by_account(around | scopes.named)
    for supervisor in known.values():
        # Whoever cannot be reached now hears of it when she is back, if it still waits by then.
        if project is not None:
            await say_about_pause(uow, sanction, project, supervisor, kind=kind)


@dataclass(frozen=True, slots=True)
class ShowEvidence:
    """What a pause rests on: to her whom it is about, and to nobody else. None if there is no such one."""

    store: Store

    async def __call__(self, worker: Worker, sanction_id: int) -> Evidence | None:
        async with self.store.read() as uow:
            sanction = await uow.sanctions.find(sanction_id)
            if sanction is None or sanction.worker_id != worker.id or sanction.kind not in HALTS:
                return None
            return await _evidence(uow, sanction)


@dataclass(frozen=True, slots=True)
class ListPauses:
    """The pauses that hold within her scope; raises NotSupervisor.

    Those with an appeal come first, and last those that a supervisor has looked at and kept.

    Removals are among them as long as somebody is asked to look at them again.
    """

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey, *, after: int = 0, limit: int = 1) -> Sequence[Evidence]:
        async with self.store.read() as uow:
            scope = await self.scopes.require(uow, who)
            held = await uow.sanctions.list_holding(scope, after=after, limit=limit)
            found = [await _evidence(uow, sanction) for sanction in held]
        return [each for each in found if each is not None]


@dataclass(frozen=True, slots=True)
class LookAtPause:
    """One pause, to a supervisor of the worker. None if there is no such one or it is over.

    Raises NotSupervisor, and OutsideScope if the worker lives elsewhere.
    """

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey, sanction_id: int) -> Evidence | None:
        async with self.store.read() as uow:
            await self.scopes.require(uow, who)
            sanction = await uow.sanctions.find(sanction_id)
            if sanction is None:
                return None
            await _require_around(uow, self.scopes, who, sanction)
            if not _waits(sanction):
                return None
            return await _evidence(uow, sanction)


@dataclass(frozen=True, slots=True)
class DecideOnPause:
    """A supervisor's decision about a pause; the worker is told. None if it is over or there is no such one.

    To keep what was kept before changes nothing, and she is not told again.

    Raises NotSupervisor, and OutsideScope if the worker lives elsewhere.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey, sanction_id: int, decision: Decision) -> Sanction | None:
        async with self.store.write() as uow:
            await self.scopes.require(uow, who)
            found = await uow.sanctions.find(sanction_id)
            if found is None:
                return None
            worker = await _require_around(uow, self.scopes, who, found)
            key = (found.project_id, found.worker_id)
            standing = (await uow.standings.lock([key]))[key]
            pause = await uow.sanctions.lock(sanction_id)
            project = await uow.projects.find(found.project_id)
            if pause is None or project is None or not _waits(pause):
                return None
            if decision is Decision.KEEP and pause.appeal in KEPT:
                return pause
            decided, kind = await _decide(
                uow, project, pause, standing, decision=decision, now=self.clock.now()
            )
            why = WhyOver.PERSON if kind == PAUSE_OVER else None
            await say_about_pause(uow, decided, project, worker, kind=kind, why=why)
            await uow.commit()
        return decided


def _waits(sanction: Sanction) -> bool:
    """Whether there is something for a supervisor to decide."""
    if sanction.kind is SanctionKind.REMOVAL and sanction.appeal not in ASKS:
        return False
    return sanction.kind in HALTS and sanction.ended_at is None


async def _decide(
    uow: UnitOfWork,
    project: Project,
    pause: Sanction,
    standing: Standing,
    *,
    decision: Decision,
    now: datetime,
) -> tuple[Sanction, str]:
    """What the pause has become, and what she is told."""
    if decision is Decision.LET_GO_ON:
        # She begins anew: what led to the pause is held against her no more.
        await uow.standings.save([replace(standing, step=Step.WORKING, doubt=0.0, refreshers=0)])
        over = replace(pause.answered(Appeal.GRANTED), ended_at=now)
        await uow.sanctions.save(over)
        return over, PAUSE_OVER
    if decision is Decision.KEEP or pause.kind is SanctionKind.REMOVAL:
        kept = replace(pause, appeal=await _kept_as(uow, project, pause))
        await uow.sanctions.save(kept)
        return kept, PAUSE_KEPT
    await uow.standings.save([replace(standing, step=Step.REMOVED, refreshers=0)])
    await uow.sanctions.save(replace(pause.answered(Appeal.REFUSED), ended_at=now))
    removal = NewSanction(
        project_id=pause.project_id,
        worker_id=pause.worker_id,
        kind=SanctionKind.REMOVAL,
        reason=pause.reason,
        evidence=pause.evidence,
        made_at=now,
    )
    return await uow.sanctions.add(removal), REMOVED


async def _kept_as(uow: UnitOfWork, project: Project, sanction: Sanction) -> Appeal:
    if sanction.appeal is not Appeal.MADE:
        return Appeal.CONFIRMED
    # A removal that is kept although its ground is gone is doubted for that no more.
    if sanction.kind is SanctionKind.REMOVAL and not await has_ground(uow, project, sanction):
        return Appeal.UPHELD
    return Appeal.REFUSED


async def has_ground(uow: UnitOfWork, project: Project, sanction: Sanction) -> bool:
    """Whether what it rests on would lead to a pause still, as far as it was not found wrong since."""
    answers = await uow.golds.list_evidence(sanction.evidence)
    return still_holds([answer.was_right for answer in answers], len(project.offered()))


async def _require_around(uow: UnitOfWork, scopes: Scopes, who: AccountKey, sanction: Sanction) -> Worker:
    """The worker whom the sanction is about, if she lives within the supervisor's scope."""
    worker = await uow.workers.get(sanction.worker_id)
    await scopes.require(uow, who, within=worker.place)
    if worker.account == who:
        # Nobody decides about herself.
        raise OutsideScope
    return worker


async def _evidence(uow: UnitOfWork, sanction: Sanction) -> Evidence | None:
    project = await uow.projects.find(sanction.project_id)
    if project is None:
        return None
    answers = await uow.golds.list_evidence(sanction.evidence)
    return Evidence(
        project,
        sanction,
        await uow.workers.get(sanction.worker_id),
        asked=len(answers),
        wrong=[answer for answer in answers if not answer.was_right],
        since=answers[0].answered_at if answers else sanction.made_at,
    )
