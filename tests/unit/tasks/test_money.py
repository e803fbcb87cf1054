"""Money is exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.money import Money

AMOUNTS = st.integers(min_value=-(10**15), max_value=10**15)


@pytest.mark.parametrize(
    ("text", "micros"),
    [("0.05", 50_000), ("1", 1_000_000), ("0.000001", 1), ("-0.5", -500_000), ("12.", 12_000_000)],
)
def test_decimal_strings_are_read_exactly(text, micros):
    assert Money.from_decimal(text, "CNY") == Money(micros, "CNY")


@pytest.mark.parametrize("text", ["", "abc", "1e3", "0,05", "٣", "0.0000001", "1.2.3", "--1", "nan", " 1"])
def test_what_is_no_decimal_is_refused(text):
    with pytest.raises(ValueError, match=r"decimal"):
        Money.from_decimal(text, "CNY")


@given(AMOUNTS)
def test_a_decimal_string_comes_back_as_the_same_amount(micros):
    amount = Money(micros, "CNY")

    assert Money.from_decimal(f"{amount.to_decimal():f}", "CNY") == amount


def test_at_least_two_decimal_places_and_no_more_than_needed():
    assert f"{Money(3_200_000, 'CNY').to_decimal():f}" == "3.20"
    assert f"{Money(12_500, 'CNY').to_decimal():f}" == "0.0125"


def test_currencies_do_not_mix():
    with pytest.raises(ValueError, match="cannot add INR to CNY"):
        Money(1, "CNY") + Money(1, "INR")
