"""Money as people read it: ¥0.05, exactly, in the manner of their language."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_symbol, get_decimal_symbol

from tasks.model.money import Money

SYMBOLS = {"CNY": "¥", "JPY": "JP¥", "KES": "Ksh"}
"""Where people write something else than Unicode's tables say. ¥ alone always means the yuan."""
MINUS = "−"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
UNGROUPED_BELOW = 1000
"""Amounts below this have no thousands to be set apart."""


@lru_cache(maxsize=8192)
def amount_text(amount: Money, language: str) -> str:
    """The amount with its symbol, with as many decimals as it has, and at least two."""
    sign = MINUS if amount.micros < 0 else ""
    value = abs(amount.to_decimal())
    if value >= UNGROUPED_BELOW:
        return sign + _written(value, amount.currency, language)
    before, point, after = _frame(amount.currency, language)
    return sign + before + f"{value:f}".replace(".", point) + after


@lru_cache(maxsize=512)
def _frame(currency: str, language: str) -> tuple[str, str, str]:
    """What stands before a number, at its decimal point, and behind it.

    Her earnings of today are another amount with every tap, and looking all this up takes longer than the
    rest of the reply.
    """
    point = get_decimal_symbol(language)
    before, after = _written(Decimal("0.25"), currency, language).split(f"0{point}25")
    return before, point, after


def _written(value: Decimal, currency: str, language: str) -> str:
    text = format_currency(
        value, currency, locale=language, currency_digits=False, decimal_quantization=False
    )
    usual = get_currency_symbol(currency, locale=language)
    symbol = SYMBOLS.get(currency, usual)
    if symbol[-1].isalpha() and text.startswith(usual):
        symbol += NO_BREAK_SPACE
        text = text.replace(usual + NO_BREAK_SPACE, usual)
    return text.replace(usual, symbol)
