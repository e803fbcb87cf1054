"""Money as people read it: ¥0.05, exactly, in the manner of their language."""

from functools import lru_cache

from babel.numbers import format_currency, get_currency_symbol

from tasks.model.money import Money

SYMBOLS = {"CNY": "¥", "JPY": "JP¥", "KES": "Ksh"}
"""Where people write something else than Unicode's tables say. ¥ alone always means the yuan."""
MINUS = "−"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=8192)
def amount_text(amount: Money, language: str) -> str:
    """The amount with its symbol, with as many decimals as it has, and at least two."""
    sign = MINUS if amount.micros < 0 else ""
    value = abs(amount.to_decimal())
    text = format_currency(
        value, amount.currency, locale=language, currency_digits=False, decimal_quantization=False
    )
    usual = get_currency_symbol(amount.currency, locale=language)
    symbol = SYMBOLS.get(amount.currency, usual)
    if symbol[-1].isalpha() and text.startswith(usual):
        symbol += NO_BREAK_SPACE
        text = text.replace(usual + NO_BREAK_SPACE, usual)
    return sign + text.replace(usual, symbol)
