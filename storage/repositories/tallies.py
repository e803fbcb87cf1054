"""How many deliveries of a notice are in each state; kept in step with them by whoever changes one."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select, update

from storage.engine import Transaction
from storage.tables import notice_tallies
from tasks.model.identifiers import NoticeId
from tasks.model.notice import ANSWERS_MAX, DeliveryState, Tally


async def read_tally(transaction: Transaction, notice_id: NoticeId) -> Tally:
    """The tally; raises LookupError if there is no such notice."""
    rows = await transaction.execute(select(notice_tallies).where(notice_tallies.c.notice_id == notice_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise LookupError(f"there is no notice {notice_id}")
    return Tally(
        states={state: row[state.value] for state in DeliveryState},
        read=row["read"],
        answers=tuple(row[answer_name(number)] for number in range(1, ANSWERS_MAX + 1)),
    )


async def add_to_tallies(transaction: Transaction, changes: Mapping[NoticeId, Counter[str]]) -> None:
    """Adds those numbers. The notices' tallies are locked in the order of their ids, so that two processes
    that change several do not wait for each other in a circle.
    """
    for notice_id in sorted(changes):
        values = {
            name: notice_tallies.c[name] + number for name, number in changes[notice_id].items() if number
        }
        if values:
            await transaction.execute(
                update(notice_tallies).where(notice_tallies.c.notice_id == notice_id).values(values)
            )


def moved(old: DeliveryState, new: DeliveryState, number: int = 1) -> Counter[str]:
    """What it adds to a tally that so many deliveries go from one state to another."""
    change = Counter({new.value: number})
    change.subtract({old.value: number})
    return change


def answer_name(number: int) -> str:
    """The column that counts that answer of the poll, from 1."""
    return f"answer_{number}"
