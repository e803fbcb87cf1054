"""So that "95 % sure" is right 95 % of the time: a monotone map from what is believed to what is right.

Each gold is scored as if its key were unknown, and as it would have closed: its answers come in one by one,
in random orders, until the task would have stopped or there are no more; then the belief and whether it was
right are one observation. The unclear golds are those that run out of answers: without them the crowd would
seem to be right more often than it is. A belief of ``c`` becomes σ(slope · logit c + shift) (J. Platt,
"Probabilistic outputs for support vector machines", 1999), with both numbers drawn towards what is usual: a
few golds correct a little, many correct all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tasks.quality.columns import Answers
from tasks.quality.fitting import ERROR_STRENGTH, believe, fit
from tasks.quality.knowledge import USUAL_BEND, Indices, Knowledge, Numbers, odds_of, share_of
from tasks.quality.stopping import StoppingRule, look_ahead

FOLDS = 2
"""The golds' keys are hidden by halves: without any key a hard crowd may be taken the wrong way round."""
ORDERS = 4
ROUNDS = 2
"""Where a task closes depends on the bend, and the bend on where tasks close."""
ANSWERS_MAX = 12
"""Of one gold in one order; more would only repeat what is known."""
SLOPE_SPREAD, SHIFT_SPREAD = 0.1, 0.5
STEPS = 20


def bend(believed: Numbers, right: Numbers, weight: Numbers) -> tuple[float, float]:
    """Slope and shift that make these beliefs true (``right`` is 1 or 0, or how probable it is)."""
    odds = np.clip(odds_of(believed), -12, 12)
    inputs = np.stack([odds, np.ones_like(odds)])
    found = usual = np.array(USUAL_BEND)
    drawn = np.diag([SLOPE_SPREAD**-2, SHIFT_SPREAD**-2])
    for _ in range(STEPS):
        said = share_of(found @ inputs)
        slope = inputs @ (weight * (said - right)) + drawn @ (found - usual)
        curve = (inputs * (weight * said * (1 - said))) @ inputs.T + drawn
        found = found - np.clip(np.linalg.solve(curve, slope), -1, 1)
    return max(float(found[0]), 0.1), float(found[1])


def most_without_gold() -> float:
    """The highest confidence that any task can come to as long as nothing was measured."""
    error = ERROR_STRENGTH[0] / sum(ERROR_STRENGTH)
    slope, shift = USUAL_BEND
    return float(share_of(slope * odds_of(np.array(1 - error)) + shift))


def calibrate(
    answers: Answers,
    known: Knowledge,
    rule: StoppingRule,
    *,
    audits: tuple[Numbers, Numbers] | None = None,
    seed: int = 0,
) -> Knowledge:
    """The same knowledge with its bend, found on the gold among these answers.

    What workers mean is learnt once more for each half of the golds, from the same answers without the keys
    of that half: whoever was learnt with a gold's key would seem to know that gold too well. Earned gold is
    chosen because the crowd is sure of it: it keeps its key and is not scored. ``audits`` are closed tasks
    that got more answers since: what was believed when they closed, and how probable that choice is now.
    """
    chance = np.random.default_rng(seed)
    growths = [
        _grow(part, rows, known, chance)
        for part, rows in _with_hidden_keys(answers, chance)
        for _ in range(ORDERS)
    ]
    if not growths and audits is None:
        return known
    found = known.bend
    for _ in range(ROUNDS):
        bent = replace(known, bend=found)
        seen = [growth.where_ended(bent, rule) for growth in growths]
        weights = [np.full(len(believed), 1 / ORDERS) for believed, _ in seen]
        if audits is not None:
            seen.append(audits)
            weights.append(np.ones(len(audits[0])))
        believed, right = (np.concatenate(column) for column in zip(*seen, strict=True))
        found = bend(believed, right, np.concatenate(weights))
    return replace(known, bend=found)


def _with_hidden_keys(answers: Answers, chance: np.random.Generator) -> Iterator[tuple[Answers, Numbers]]:
    """Each part of the golds, and what workers mean by all answers and the keys of the others."""
    golds = chance.permutation(np.flatnonzero(answers.measures))
    for hidden in filter(len, np.array_split(golds, FOLDS)):
        others, these = answers.truth.copy(), np.full_like(answers.truth, -1)
        others[hidden], these[hidden] = -1, answers.truth[hidden]
        yield replace(answers, truth=these).golds(), fit(replace(answers, truth=others)).rows


@dataclass(frozen=True, slots=True)
class _Growth:
    """Gold tasks as their answers came in, in one order."""

    gold: Indices
    """Rising: of each state of a gold, the number of that gold…"""
    answers: Indices
    """…how many answers it had by then…"""
    truth: Indices
    """…its known choice…"""
    beliefs: Numbers
    """…and what was believed then."""
    floor: Numbers

    def where_ended(self, known: Knowledge, rule: StoppingRule) -> tuple[Numbers, Numbers]:
        """What the model believed of each gold where it would have closed, or else when it had all its
        answers; and whether that was right.
        """
        outlook = look_ahead(self.beliefs, self.floor, known, target_risk=rule.target_risk)
        is_last = np.diff(self.gold, append=-1) != 0
        ends = np.flatnonzero(~rule.wants_more(outlook, self.answers) | is_last)
        first = ends[np.unique(self.gold[ends], return_index=True)[1]]
        choice = outlook.choice[first]
        return self.beliefs[first, choice], (choice == self.truth[first]).astype(float)


def _grow(golds: Answers, rows: Numbers, known: Knowledge, chance: np.random.Generator) -> _Growth:
    prefixes, gold = _prefixes(golds, chance)
    beliefs, floor = believe(prefixes, rows, known)
    return _Growth(gold, np.bincount(prefixes.task), golds.truth[gold], beliefs, floor)


def _prefixes(golds: Answers, chance: np.random.Generator) -> tuple[Answers, Indices]:
    """Each gold's first answer, first two, first three…, in a random order, as tasks of their own."""
    order = np.lexsort((chance.random(len(golds.task)), golds.task))
    starts = golds.starts
    ends = np.append(starts[1:], len(golds.task))
    takes, gold, length = [], [], []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for count in range(1, min(end - start, ANSWERS_MAX) + 1):
            takes.append(order[start : start + count])
            gold.append(number)
            length.append(count)
    taken = np.concatenate(takes)
    task = np.repeat(np.arange(len(gold)), length)
    prefixes = replace(
        golds,
        task=task,
        worker=golds.worker[taken],
        label=golds.label[taken],
        weight=golds.weight[taken],
        truth=np.full(len(gold), -1),
        earned=golds.earned[gold],
    )
    return prefixes, np.array(gold, dtype=np.int64)
