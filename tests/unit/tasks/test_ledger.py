"""An entry that does not balance cannot exist."""

import pytest

from tasks.model.ledger import Entry, EntryKind, Posting
from tasks.model.money import Money
from tests.builders import NOON


def entry(*amounts: Money) -> Entry:
    legs = tuple(Posting(f"account:{place}", amount) for place, amount in enumerate(amounts))
    return Entry("answer:1", EntryKind.ANSWER, NOON, NOON.date(), legs)


def test_legs_that_sum_to_zero_in_each_currency():
    assert entry(
        Money(-5, "CNY"), Money(3, "CNY"), Money(2, "CNY"), Money(-1, "INR"), Money(1, "INR")
    ).postings


@pytest.mark.parametrize(
    "amounts",
    [(), (Money(1, "CNY"),), (Money(-5, "CNY"), Money(4, "CNY")), (Money(-5, "CNY"), Money(5, "INR"))],
)
def test_everything_else_is_refused(amounts):
    with pytest.raises(ValueError, match="not balanced"):
        entry(*amounts)
