"""Money as people read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.amounts import amount_text
from handlers.words import LANGUAGES
from tasks.model.money import Money


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("0.05", "CNY", "¥0.05"),
        ("0.0125", "CNY", "¥0.0125"),
        ("0.000001", "CNY", "¥0.000001"),
        ("3.2", "CNY", "¥3.20"),
        ("0", "CNY", "¥0.00"),
        ("-0.05", "CNY", "−¥0.05"),
        ("1234567.8", "CNY", "¥1,234,567.80"),
        ("5", "JPY", "JP¥5.00"),
        ("0.5", "INR", "₹0.50"),
        ("1.5", "KES", "Ksh\N{NO-BREAK SPACE}1.50"),
        ("0.05", "EUR", "€0.05"),
    ],
)
def test_an_amount_shows_its_symbol_and_all_its_decimals(language, amount, currency, text):
    assert amount_text(Money.from_decimal(amount, currency), language) == text


@given(st.integers(-(10**15), 10**15), st.sampled_from(LANGUAGES))
def test_no_digit_is_ever_lost(micros, language):
    shown = amount_text(Money(micros, "CNY"), language)
    back = shown.replace("¥", "").replace(",", "").replace("−", "-")
    assert Money.from_decimal(back, "CNY").micros == micros


@pytest.mark.parametrize(
    ("language", "small", "great"),
    [
        ("de", "1,50\N{NO-BREAK SPACE}€", "12.345,50\N{NO-BREAK SPACE}€"),
        ("hi", "€1.50", "€12,345.50"),
        ("fr", "1,50\N{NO-BREAK SPACE}€", "12\N{NARROW NO-BREAK SPACE}345,50\N{NO-BREAK SPACE}€"),
    ],
)
def test_languages_to_come_write_it_in_their_own_way(language, small, great):
    assert amount_text(Money.from_decimal("1.5", "EUR"), language) == small
    assert amount_text(Money.from_decimal("12345.5", "EUR"), language) == great
