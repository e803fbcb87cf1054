"""How far a measured share can be trusted."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964
"""So many standard deviations around the mean hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true share lies with 95 % certainty, whatever it is."""

    low: float
    high: float


def wilson(right: int, of: int) -> Interval:
    """The 95 % score interval for a share of which ``right`` of ``of`` were seen; (0, 1) if none were.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    Unlike the mean plus and minus its deviation it stays between 0 and 1, and holds for few and for lopsided
    measurements.
    """
    if not of:
        return Interval(0.0, 1.0)
    share, square = right / of, Z_95**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = Z_95 / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    # At the ends the formula gives 0 and 1 but for rounding.
    return Interval(0.0 if right == 0 else middle - reach, 1.0 if right == of else middle + reach)
