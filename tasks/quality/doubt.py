"""Whether a worker still answers well: one sequential test on her silent gold, and the ladder that it drives.

The test is Page's CUSUM of log-likelihood ratios. Each right answer takes some doubt away and each wrong one
adds some; the doubt never falls below nothing. It compares a good worker with one who hardly looks:

* good is right in ``GOOD`` of all cases. Where the question is so hard that usual workers are not, good is
  what is usual there, but never less than half way between chance and ``GOOD``.
* bad is right in ``BAD`` of all cases, or half way between chance and good where that is less: with ten
  choices, somebody who is right in every second case is no longer looking well.

``LIMIT`` was chosen so that a worker who is right in 0.90 of all cases is paused within 100 gold questions
with a probability below 0.001, for any number of choices, and a coin-flipper at about the twentieth:
``benchmarks/sanctions.py`` measures it. A rule on the last ten answers, tried a hundred times, has no such
promise to give.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from tasks.model.standing import OUT, Step

GOOD = 0.85
BAD = 0.55
LIMIT = 7.2
WATCHED_AT = LIMIT / 2
REFRESHED_AT = LIMIT * 3 / 4

USUAL_NEEDS_WORKERS = 5
USUAL_NEEDS_GOLDS = 5
"""What is usual is learnt from at least so many workers with so many silent golds each…"""
USUAL_NEEDS_SHARE = 0.5
"""…who are such a share of all who were tested: the first with so many are those who are in doubt."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The two kinds of worker between whom the test decides."""

    good: float
    """How often a good one is right."""
    bad: float

    def step(self, *, right: bool) -> float:
        """How much the doubt changes with one more answer."""
        if right:
            return log(self.bad / self.good)
        return log((1 - self.bad) / (1 - self.good))


def levels(choices: int, usual: float | None = None) -> Levels:
    """The levels of a question with so many choices; ``usual`` is what ``usual_accuracy`` found."""
    chance = 1 / max(choices, 2)
    lowest = (chance + GOOD) / 2
    good = GOOD if usual is None else min(GOOD, max(usual, lowest))
    return Levels(good=good, bad=min(BAD, (chance + good) / 2))


def usual_accuracy(records: Iterable[tuple[int, int]]) -> float | None:
    """What the middle one of the workers reaches, from (right, asked) of each; None while it is not known."""
    tested = [(right, asked) for right, asked in records if asked]
    reached = [(right + 1) / (asked + 2) for right, asked in tested if asked >= USUAL_NEEDS_GOLDS]
    enough = max(USUAL_NEEDS_WORKERS, USUAL_NEEDS_SHARE * len(tested))
    return median(reached) if len(reached) >= enough else None


def add(doubt: float, *, right: bool, between: Levels) -> float:
    """The doubt after one more silent gold."""
    return max(0.0, doubt + between.step(right=right))


@dataclass(frozen=True, slots=True)
class Replay:
    """The test over all answers of a worker once more."""

    doubt: float
    begins: int
    """The place of the first answer on which the doubt rests: before it, there was none."""


def replay(rights: Sequence[bool], between: Levels) -> Replay:
    """What the doubt is after these answers, oldest first."""
    doubt, begins = 0.0, 0
    for place, right in enumerate(rights):
        if doubt == 0.0:
            begins = place
        doubt = add(doubt, right=right, between=between)
    return Replay(doubt, begins if doubt else len(rights))


def still_holds(rights: Sequence[bool], choices: int) -> bool:
    """Whether a pause that rests on these answers, to a question with so many choices, would be made again.

    Looked at between the levels where doubt rises most: whoever is not paused even so has the keys to thank.
    """
    return replay(rights, levels(choices)).doubt >= LIMIT


def climb(step: Step, doubt: float, *, refreshed: bool) -> Step:
    """The step that follows from the doubt; ``refreshed``: she was taught again once already.

    Down from a pause, and to a removal, only a person leads.
    """
    if step in OUT:
        return step
    if doubt >= LIMIT:
        return Step.PAUSED
    if step is Step.REFRESHING:
        return step
    if doubt >= REFRESHED_AT and not refreshed:
        return Step.REFRESHING
    return after_refresher(doubt)


def after_refresher(doubt: float) -> Step:
    """Where somebody stands who is neither out nor being taught again."""
    return Step.WATCHED if doubt >= WATCHED_AT else Step.WORKING
