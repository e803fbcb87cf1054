"""Rows as deliveries, with what decides whether one goes out now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, select

from storage.repositories.workers import silenced_from
from storage.tables import accounts, deliveries, workers
from tasks.model.identifiers import AccountKey, DeliveryId, WorkerId
from tasks.model.notice import Delivery, DeliveryState, Recipient
from tasks.model.worker import WorkerStatus
from tasks.ports.notices import DeliveryRow


def is_in(state: DeliveryState) -> ColumnElement[bool]:
    """The delivery is in that state; a literal, no parameter, so that each state has a plan of its own."""
    return deliveries.c.state == literal_column(f"'{state.value}'")


def deliveries_with_worker() -> Select[Any]:
    """A selection of deliveries that ``delivery_from`` can read."""
    return (
        select(
            deliveries,
            workers.c.language,
            accounts.c.channel,
            accounts.c.external_id,
        )
        .join(workers, workers.c.id == deliveries.c.worker_id)
        .join(accounts, accounts.c.worker_id == deliveries.c.worker_id)
    )


def deliveries_with_recipient() -> Select[Any]:
    """A selection of deliveries that ``recipient_from`` can read."""
    return deliveries_with_worker().add_columns(
        accounts.c.reachable,
        workers.c.place,
        workers.c.status,
        workers.c.time_zone,
        workers.c.quiet_from,
        workers.c.quiet_until,
        workers.c.silenced,
    )


def delivery_from(row: Mapping[Any, Any]) -> Delivery:
    return Delivery(
        id=DeliveryId(row[deliveries.c.id]),
        notice_id=row[deliveries.c.notice_id],
        worker_id=WorkerId(row[deliveries.c.worker_id]),
        account=AccountKey(row[accounts.c.channel], row[accounts.c.external_id]),
        language=row[workers.c.language],
        kind=row[deliveries.c.kind],
        facts=row[deliveries.c.facts] or {},
        state=DeliveryState(row[deliveries.c.state]),
        attempts=row[deliveries.c.attempts],
        chat=row[deliveries.c.chat],
        message=row[deliveries.c.message],
        sent_at=row[deliveries.c.sent_at],
        read_at=row[deliveries.c.read_at],
        answer=row[deliveries.c.answer],
    )


def recipient_from(row: Mapping[Any, Any]) -> Recipient:
    return Recipient(
        delivery=delivery_from(row),
        place=row[workers.c.place],
        active=row[workers.c.status] == WorkerStatus.ACTIVE,
        reachable=row[accounts.c.reachable],
        time_zone=row[workers.c.time_zone],
        quiet_from=row[workers.c.quiet_from],
        quiet_until=row[workers.c.quiet_until],
        silenced=silenced_from(row[workers.c.silenced]),
    )


def report_row_from(row: Mapping[Any, Any]) -> DeliveryRow:
    """One line of the report, from a row of ``deliveries``."""
    return DeliveryRow(
        delivery_id=DeliveryId(row[deliveries.c.id]),
        worker_id=WorkerId(row[deliveries.c.worker_id]),
        state=DeliveryState(row[deliveries.c.state]),
        sent_at=row[deliveries.c.sent_at],
        read_at=row[deliveries.c.read_at],
        answer=row[deliveries.c.answer],
        reason=row[deliveries.c.reason] or "",
    )
