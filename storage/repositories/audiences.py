"""Whom a notice is for, as conditions on workers with their accounts."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from storage.columns import BigId
from storage.repositories.scopes import lies_within
from storage.repositories.workers import has_silenced
from storage.tables import (
    LEASE_HAS_ANSWER,
    LEASE_IS_SETTLED,
    STANDING_HAS_GOLDS,
    accounts,
    balances,
    leases,
    standings,
    workers,
)
from tasks.model.identifiers import WorkerId
from tasks.model.ledger import Bucket
from tasks.model.money import Money
from tasks.model.notice import SILENCEABLE, Audience, Notice
from tasks.model.worker import WorkerStatus

WORKER_ID_MAX = 2**63 - 1
"""No worker has a greater id; a pasted list may hold any number."""


def is_meant(notice: Notice, now: datetime) -> ColumnElement[bool]:
    """She is an active worker within the scope, and all that the audience says holds for her."""
    return and_(is_active_within(notice.scope), *_conditions(notice.audience, now))


def gets(notice: Notice, now: datetime) -> ColumnElement[bool]:
    """She is meant, can be reached, and has not silenced this kind."""
    return and_(is_meant(notice, now), accounts.c.reachable, not_(does_not_wish(notice)))


def does_not_wish(notice: Notice) -> ColumnElement[bool]:
    """She has silenced this kind of notice, if that can be silenced."""
    return has_silenced(notice.kind) if notice.kind in SILENCEABLE else false()


def is_active_within(scope: str) -> ColumnElement[bool]:
    return and_(workers.c.status == WorkerStatus.ACTIVE, lies_within(workers.c.place, scope))


def is_one_of(worker_ids: Sequence[WorkerId]) -> ColumnElement[bool]:
    """She has one of these ids, of which there may be more than a statement may have parameters."""
    known = [worker_id for worker_id in worker_ids if 0 < worker_id <= WORKER_ID_MAX]
    return workers.c.id.in_(
        bindparam("worker_ids", known, type_=BigId, expanding=True, literal_execute=True, unique=True)
    )


def _conditions(audience: Audience, now: datetime) -> Iterator[ColumnElement[bool]]:
    if audience.places:
        yield or_(*(lies_within(workers.c.place, place) for place in audience.places))
    if audience.languages:
        yield workers.c.language.in_(audience.languages)
    if audience.project_ids:
        yield _has_answered(leases.c.project_id.in_(audience.project_ids))
    if audience.active_days is not None:
        yield _has_answered(leases.c.answered_at >= now - timedelta(days=audience.active_days))
    if audience.earned_min is not None:
        yield _earned_micros(audience.earned_min) >= audience.earned_min.micros
    if audience.earned_max is not None:
        yield _earned_micros(audience.earned_max) <= audience.earned_max.micros
    if audience.standing_min is not None:
        yield _was_measured(_right_above(audience.standing_min) >= 0)
    if audience.standing_max is not None:
        yield _was_measured(_right_above(audience.standing_max) <= 0)
    if audience.worker_ids is not None:
        yield is_one_of(audience.worker_ids)


def _has_answered(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(leases.c.id)
        .where(leases.c.worker_id == workers.c.id, LEASE_HAS_ANSWER, LEASE_IS_SETTLED, condition)
        .correlate(workers)
        .exists()
    )


def _earned_micros(bound: Money) -> ColumnElement[int]:
    """What she earned in the bound's currency: what lies in all her buckets, and 0 if nothing does."""
    prefix = literal("worker:") + cast(workers.c.id, String)
    earned: ScalarSelect[int] = (
        select(func.coalesce(func.sum(balances.c.micros), 0))
        .where(
            balances.c.account.in_([prefix + literal(f":{bucket}") for bucket in Bucket]),
            balances.c.currency == bound.currency,
        )
        .correlate(workers)
        .scalar_subquery()
    )
    return earned


def _right_above(percent: int) -> ColumnElement[int]:
    """By how much her right answers on golds that measure exceed that share of all of them, times a hundred,
    summed over her projects. An integer, so that the bound itself is met exactly.
    """
    return func.sum(100 * standings.c.golds_right - percent * standings.c.golds)


def _was_measured(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """She was measured by gold, and all that was measured of her together meets the condition."""
    measured = select(standings.c.worker_id).where(STANDING_HAS_GOLDS).group_by(standings.c.worker_id)
    return workers.c.id.in_(measured.having(condition))
