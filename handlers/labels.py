"""Makes words fit: on a button, in a row of buttons, on a narrow phone.

Every screen keeps to the measures below, so that a channel can show it as it is.
"""

from collections.abc import Sequence
from unicodedata import east_asian_width

from tasks.noticing import checking

LABEL_MAX = checking.ANSWER_MAX
"""Characters on a button."""
CAPTION_MAX = checking.CAPTION_MAX
"""Characters under a picture."""
TEXT_MAX = checking.TEXT_MAX
"""Characters of a message without one."""
TOAST_MAX = 200
"""Characters that fade at the press itself."""
BUTTONS_MAX = 100
"""Buttons under one message."""
ELLIPSIS = "…"

ROW_WIDTHS = ((3, 10), (2, 17))
"""So many buttons stand in one row, if no label is wider than that: a phone of 360 points cuts none off."""


def shorten(text: str, length_max: int) -> str:
    """The text, cut where it is too long."""
    return text if len(text) <= length_max else text[: length_max - 1].rstrip() + ELLIPSIS


def width(label: str) -> int:
    """About how wide it is, in Latin letters: Chinese characters and emoji are twice as wide."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in label)


def row_lengths(labels: Sequence[str]) -> list[int]:
    """How many of the labels stand in each row: as few rows as fit, and the rows much alike."""
    widest = max(map(width, labels), default=0)
    fitting = next((count for count, width_max in ROW_WIDTHS if widest <= width_max), 1)
    rows = -(-len(labels) // fitting)
    return [len(labels) // rows + (row < len(labels) % rows) for row in range(rows)]
