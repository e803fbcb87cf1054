"""How a button's numbers and words are written, and read back from untrusted data.

Everything has exactly one way to be written; whatever is written otherwise raises ValueError.
"""

import re
from functools import lru_cache

DATA_BYTES_MAX = 64
ID_MAX = 2**63 - 1
"""The largest number that a database takes."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile("0|[1-9a-z][0-9a-z]{0,12}")
_WORD = re.compile("[A-Za-z0-9_-]{1,16}")


@lru_cache(maxsize=4096)
def base36(number: int) -> str:
    """A number from 0 to ID_MAX in few letters."""
    if not 0 <= number <= ID_MAX:
        raise ValueError(f"{number} does not go into a button")
    letters = ""
    while number >= len(_DIGITS):
        number, digit = divmod(number, len(_DIGITS))
        letters = _DIGITS[digit] + letters
    return _DIGITS[number] + letters


def read_number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or (number := int(text, 36)) > ID_MAX:
        raise ValueError(text)
    return number


def read_word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise ValueError(text)
    return text


def yes_or_no(yes: bool) -> str:  # noqa: FBT001 - it is what is written
    return "y" if yes else "n"


def read_yes(text: str) -> bool:
    if text not in {"y", "n"}:
        raise ValueError(text)
    return text == "y"
