"""Gold: how much of it, which one next, and which of them teach.

All of it is pure; whatever is left to chance comes from a random source that the caller hands in.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tasks.model.gold import Gold, Purpose
from tasks.model.identifiers import TaskId
from tasks.model.standing import OUT, Standing, Step
from tasks.quality.doubt import WATCHED_AT

FIRST_SHARE, FIRST_SHARE_MAX = 4.0, 0.5
"""A newcomer's share, as a multiple of the project's, and at most."""
FALLS_OVER = 20
"""Over so many questions the share falls to ``LATER_SHARE``: by then a newcomer has had some four golds."""
LATER_SHARE = 0.25
"""What is left of the project's share for a worker who is known."""
DOUBTED_SHARE = 0.2
LOW_WEIGHT = 0.5
"""Whoever answers so hastily or so evenly that less than this of it is believed is asked as if in doubt."""

LASTS_QUESTIONS = 50
"""What is left of a small pool is spread over at least so many questions."""
LESSONS_FIRST = 2
"""A newcomer is taught so often before silent gold measures her."""
REFRESHERS = 3
"""Lessons of one refresher."""

EXPOSURE_MAX = 50
EXPOSURE_SHARE = 0.05
"""A gold retires when more workers know it than ``EXPOSURE_MAX`` and than this share of its project's."""
KEPT_PER_CHOICE = 5
"""So many live golds of a choice and role are never retired."""


def dose(standing: Standing, gold_share: float, *, bad: float = 0.0) -> float:
    """How likely her next question should be gold, as long as there is enough of it.

    More of it for whoever is in doubt: by her silent gold, from her first mistake on, by how she answers, by
    mistakes that she shares with another worker, or because all that she said, as far as the tasks are
    decided by now, was right no more often than ``bad`` (``doubt.Levels.bad``).
    """
    if gold_share <= 0 or standing.step in OUT:
        return 0.0
    if standing.step is Step.REFRESHING and standing.refreshers:
        return 1.0
    share = _usual_share(standing, gold_share)
    looks_bad = standing.accuracy is not None and standing.accuracy <= bad
    looks_odd = standing.weight < LOW_WEIGHT or standing.voice < 1
    if standing.step in {Step.WATCHED, Step.REFRESHING} or looks_odd or looks_bad:
        return max(DOUBTED_SHARE, share)
    rising = min(standing.doubt / WATCHED_AT, 1.0)
    return share + rising * max(DOUBTED_SHARE - share, 0.0)


def _usual_share(standing: Standing, gold_share: float) -> float:
    if gold_share >= FIRST_SHARE_MAX:
        return gold_share  # An examination, not work.
    first, later = first_share(gold_share), LATER_SHARE * gold_share
    return max(later, first * (1 - standing.questions / FALLS_OVER))


def first_share(gold_share: float) -> float:
    """How much of a newcomer's first questions is gold."""
    return max(gold_share, min(FIRST_SHARE * gold_share, FIRST_SHARE_MAX))


def spared(wanted: float, left: int, *, lasts: int = LASTS_QUESTIONS) -> float:
    """The dose, less where only so many golds are left for her, so that they last over so many questions.

    Lessons are not spared.
    """
    if wanted >= 1.0:
        return wanted if left else 0.0
    return min(wanted, left / lasts)


def wanted_role(standing: Standing) -> Purpose:
    """Whether she is to be taught or measured next."""
    taught_again = standing.step is Step.REFRESHING and standing.refreshers > 0
    is_new = standing.lessons < LESSONS_FIRST and standing.golds == 0
    return Purpose.TEACHING if taught_again or is_new else Purpose.SILENT


def choose(pool: Sequence[Gold], *, asked: Mapping[str, int], chance: Random) -> Gold | None:
    """One of the golds that she may get: of the choice that she was asked least of, the least shown one.

    Chance decides between equals.
    """
    if not pool:
        return None
    fewest = min(asked.get(gold.choice, 0) for gold in pool)
    choices = sorted({gold.choice for gold in pool if asked.get(gold.choice, 0) == fewest})
    choice = chance.choice(choices)
    of_choice = [gold for gold in pool if gold.choice == choice]
    least = min(gold.shown for gold in of_choice)
    return chance.choice([gold for gold in of_choice if gold.shown == least])


def exposure_max(workers: int) -> int:
    """How many workers may know a gold where so many work."""
    return max(EXPOSURE_MAX, int(workers * EXPOSURE_SHARE))


@dataclass(frozen=True, slots=True)
class Share:
    """What decides whether a gold teaches."""

    task_id: TaskId
    choice: str
    explained: bool
    """The client says why it is right."""
    role: Purpose
    is_fixed: bool
    """Somebody was asked it already: what is known to people stays what it is."""


def roles(golds: Iterable[Share]) -> dict[TaskId, Purpose]:
    """The role of each gold whose role is not fixed.

    If some have an explanation and others not, the explained ones teach and the others are silent. Else every
    second one of each choice in turn teaches, so that both roles are balanced over the choices.
    """
    golds = list(golds)
    if len({gold.explained for gold in golds}) > 1:
        return {
            gold.task_id: Purpose.TEACHING if gold.explained else Purpose.SILENT
            for gold in golds
            if not gold.is_fixed
        }
    return _in_turn(golds)


def _in_turn(golds: Sequence[Share]) -> dict[TaskId, Purpose]:
    taken: dict[str, Counter[Purpose]] = defaultdict(Counter)
    for gold in golds:
        if gold.is_fixed:
            taken[gold.choice][gold.role] += 1
    given: dict[TaskId, Purpose] = {}
    both: Counter[Purpose] = Counter(gold.role for gold in golds if gold.is_fixed)
    for gold in sorted(golds, key=lambda gold: (gold.choice, gold.task_id)):
        if gold.is_fixed:
            continue
        of_choice = taken[gold.choice]
        here = of_choice[Purpose.TEACHING] - of_choice[Purpose.SILENT]
        overall = both[Purpose.TEACHING] - both[Purpose.SILENT]
        # Among equals of a choice the other choices decide, so that classes of one gold alternate too.
        role = Purpose.TEACHING if here < 0 or (here == 0 and overall <= 0) else Purpose.SILENT
        given[gold.task_id] = role
        of_choice[role] += 1
        both[role] += 1
    return given
