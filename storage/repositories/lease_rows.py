"""Leases as rows, and rows as leases."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from storage.repositories.projects import project_from
from storage.tables import leases
from tasks.model.earnings import RecentAnswer
from tasks.model.gold import Purpose
from tasks.model.identifiers import LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.money import Money
from tasks.model.work import Answer, AnswerStatus, Lease, LeaseState
from tasks.ports import Asker, NewLease, Terms


def lease_from(row: Mapping[Any, Any]) -> Lease:
    """The lease, with its answer, in a row of any selection that has the columns of its table."""
    return Lease(
        id=LeaseId(row[leases.c.id]),
        task_id=TaskId(row[leases.c.task_id]),
        project_id=ProjectId(row[leases.c.project_id]),
        worker_id=WorkerId(row[leases.c.worker_id]),
        state=LeaseState(row[leases.c.state]),
        price=Money(row[leases.c.price_micros], row[leases.c.currency]),
        shown_at=row[leases.c.shown_at],
        ends_at=row[leases.c.ends_at],
        previous_id=row[leases.c.previous_id],
        answer=_answer_from(row),
        purpose=Purpose(row[leases.c.purpose]),
    )


def _answer_from(row: Mapping[Any, Any]) -> Answer | None:
    if row[leases.c.choice] is None:
        return None
    return Answer(
        choice=row[leases.c.choice],
        answered_at=row[leases.c.answered_at],
        seconds=row[leases.c.seconds],
        status=AnswerStatus(row[leases.c.answer_status]),
    )


def recent_from(row: Row[*tuple[Any, ...]]) -> RecentAnswer:
    """The answer in a row that has its project's columns beside it."""
    return RecentAnswer(
        project=project_from(row),
        choice=row.choice,
        answered_at=row.answered_at,
        status=AnswerStatus(row.answer_status),
        price=Money(row.promised_micros, row.paid_in),
    )


def new_values(lease: NewLease) -> dict[str, Any]:
    """The columns of a lease to be written."""
    what = {"task_id": lease.task_id, "purpose": lease.purpose}
    return terms_values(lease) | asker_values(lease) | what


def asker_values(asker: Asker | NewLease) -> dict[str, Any]:
    """Those that say to whom."""
    return {"worker_id": asker.worker_id, "previous_id": asker.previous_id}


def terms_values(terms: Terms) -> dict[str, Any]:
    """Those that leases have alike that are lent together."""
    return {
        "project_id": terms.project_id,
        "state": LeaseState.OPEN,
        "currency": terms.price.currency,
        "price_micros": terms.price.micros,
        "shown_at": terms.shown_at,
        "ends_at": terms.ends_at,
    }
