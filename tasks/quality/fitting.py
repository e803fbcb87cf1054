"""Learns from many answers at once: expectation-maximisation over tasks, workers and the crowd.

What each task looks like is believed by what its workers usually mean (``perceiving``); what a worker usually
means is learnt from what her tasks are believed to look like (``skill``). Gold tasks are anchors: their truth
is known. The rounds begin from the answers' own shares, and never from the last result: begun from a belief
that few answers had led to, they would stay with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tasks.quality.columns import Answers
from tasks.quality.knowledge import Flags, Indices, Knowledge, Numbers, in_shares
from tasks.quality.likeness import Draws
from tasks.quality.perceiving import Percepts, perceive, seen_by
from tasks.quality.skill import lacking, population_of, rows_of

ROUNDS = 30
"""At most; they end before when what is known of the crowd hardly moves any more."""
SETTLED = 5e-4
FIRST_POWER = 3
"""What most say is believed so far beyond its share in the beginning, if a choice seems to be rare."""
CLARITY_STRENGTH = np.array([20.0, 3.0, 2.0])
ERROR_STRENGTH = (1.0, 24.0)
"""Golds that were seen wrong by all and that were not, before any was shown."""
UPSET_STRENGTH = (2.0, 6.0)
MIX_STRENGTH = 2.0
CHUNK = 2_000_000
"""So many numbers at most are worked on at a time."""
LIKELIHOOD_MIN = 1e-4


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt."""

    knowledge: Knowledge
    credit: Numbers
    """[worker, seen, said]: how often each worker said what, by what she saw."""
    rows: Numbers
    """[worker, seen, said]: how probable each saying is."""
    beliefs: Numbers
    """[task, choice], for each task as if its own truth were not known; not calibrated."""
    floor: Numbers
    """[task]: the risk that more answers cannot take away."""


def fit(answers: Answers, *, rounds: int = ROUNDS) -> Fitted:
    """Learns from these answers alone."""
    choices, workers = answers.choice_count, answers.worker_count
    credit, drawn, summed = _first_credit(answers)
    knowledge, rows = _learn(credit, drawn, summed)
    for _ in range(rounds):
        before = knowledge
        credit, drawn, summed = np.zeros((workers, choices, choices)), Draws(choices), _Summed.empty(choices)
        for part in _parts(answers):
            likelihood = likelihood_of(rows, part.worker, part.label, part.weight)
            percepts = perceive(likelihood, part.starts, knowledge)
            percepts = summed.take_in(percepts, part, knowledge)
            seen = seen_by(percepts, likelihood, part.task)
            _add_credit(credit, part, seen)
            drawn.add(part, seen)
        knowledge, rows = _learn(credit, drawn, summed)
        if _is_settled(before, knowledge):
            break
    beliefs, floor = believe(answers, rows, knowledge)
    return Fitted(knowledge, credit, rows, beliefs, floor)


def believe(answers: Answers, rows: Numbers, knowledge: Knowledge) -> tuple[Numbers, Numbers]:
    """[task, choice] and [task]: what the answers say with what is known, and the risk that stays."""
    beliefs, floors = [], []
    for part in _parts(answers):
        likelihood = likelihood_of(rows, part.worker, part.label, part.weight)
        percepts = perceive(likelihood, part.starts, knowledge)
        beliefs.append(percepts.truth(knowledge))
        floors.append(percepts.floor(knowledge))
    if not beliefs:
        return np.zeros((0, answers.choice_count)), np.zeros(0)
    return np.concatenate(beliefs), np.concatenate(floors)


def believe_few(
    rows: Numbers, label: Indices, weight: Numbers, *, starts: Indices, knowledge: Knowledge
) -> tuple[Numbers, Numbers]:
    """The same for so few tasks that each answer brings its row: ``rows`` is [answer, seen, said], of who
    gave it. The answers of one task stand together, those of task number i from ``starts[i]`` on.
    """
    number = np.arange(len(label))
    percepts = perceive(likelihood_of(rows, number, label, weight), starts, knowledge)
    return percepts.truth(knowledge), percepts.floor(knowledge)


def likelihood_of(rows: Numbers, worker: Indices, label: Indices, weight: Numbers) -> Numbers:
    """[answer, seen]; an answer that is believed only in part says less, one of weight 0 nothing."""
    said = rows[worker, :, label]
    believed: Numbers = weight[:, np.newaxis] * said + (1 - weight[:, np.newaxis]) / rows.shape[2]
    return np.maximum(believed, LIKELIHOOD_MIN)


@dataclass(slots=True)
class _Summed:
    """What a round adds up over all tasks."""

    mix: Numbers
    clarity: Numbers
    errors: Numbers
    """Golds that all saw wrong, and that they did not."""
    upsets: Numbers
    golds: int = 0

    @classmethod
    def empty(cls, choices: int) -> "_Summed":
        return cls(np.zeros(choices), np.zeros(3), np.zeros(2), np.zeros(2))

    def take_in(self, percepts: Percepts, answers: Answers, known: Knowledge) -> Percepts:
        """Adds them up; gives them back as they are now that the golds' truth is taken into account."""
        is_gold = answers.truth >= 0
        believed = percepts.truth(known)
        if is_gold.any():
            right = answers.truth[is_gold]
            looks = Percepts(percepts.clear[is_gold], percepts.quarter[is_gold], percepts.half[is_gold])
            golds = looks.given_truth(known, right)
            self._count_errors(golds, right, measures=answers.measures[is_gold])
            percepts = _replaced(percepts, is_gold, golds)
            believed[is_gold] = np.eye(known.choices)[right]
        self.mix += believed.sum(axis=0)
        self.clarity += percepts.clarity().sum(axis=0)
        return percepts

    def _count_errors(self, golds: Percepts, right: Indices, *, measures: Flags) -> None:
        """How often all were wrong, on those golds that can tell."""
        number, right = np.flatnonzero(measures), right[measures]
        clear, quarter = golds.clear[number, right].sum(), golds.quarter[number, :, right].sum()
        self.errors += (golds.clear[number].sum() - clear, clear)
        self.upsets += (quarter, golds.quarter[number].sum() - quarter)
        self.golds += len(right)


def _replaced(percepts: Percepts, where: Flags, golds: Percepts) -> Percepts:
    clear, quarter, half = percepts.clear.copy(), percepts.quarter.copy(), percepts.half.copy()
    clear[where], quarter[where], half[where] = golds.clear, golds.quarter, golds.half
    return Percepts(clear, quarter, half)


def _learn(credit: Numbers, drawn: Draws, summed: _Summed) -> tuple[Knowledge, Numbers]:
    """The crowd and its workers, from what was credited."""
    population = population_of(credit.sum(axis=0))
    mix = summed.mix + MIX_STRENGTH
    clarity = summed.clarity + CLARITY_STRENGTH
    knowledge = Knowledge(
        mix / mix.sum(),
        population,
        clarity / clarity.sum(),
        _share(summed.errors, ERROR_STRENGTH),
        _share(summed.upsets, UPSET_STRENGTH),
        golds=summed.golds,
    )
    return knowledge, rows_of(credit, population, knowledge.mix, drawn)


def _is_settled(before: Knowledge, after: Knowledge) -> bool:
    moved = (after.mix - before.mix, after.population - before.population, after.clarity - before.clarity)
    return max(float(np.abs(change).max()) for change in moved) < SETTLED


def _share(counted: Numbers, prior: tuple[float, float]) -> float:
    return float((counted[0] + prior[0]) / (counted.sum() + sum(prior)))


def _first_credit(answers: Answers) -> tuple[Numbers, Draws, _Summed]:
    """By the shares of each task's answers, and by the truth of golds."""
    choices = answers.choice_count
    votes = np.full((len(answers.truth), choices), 0.5 / choices)
    np.add.at(votes, (answers.task, answers.label), answers.weight)
    is_gold = answers.truth >= 0
    votes[is_gold] = np.eye(choices)[answers.truth[is_gold]]
    shares, sharpened = in_shares(votes), in_shares(votes**FIRST_POWER)
    if lacking(sharpened.sum(axis=0)).any():
        # By its share of the votes a rare choice would begin as one that is as frequent as mistakes are.
        shares = sharpened
    credit, drawn = np.zeros((answers.worker_count, choices, choices)), Draws(choices)
    _add_credit(credit, answers, shares[answers.task])
    drawn.add(answers, shares[answers.task])
    summed = _Summed.empty(choices)
    summed.mix += shares.sum(axis=0)
    return credit, drawn, summed


def _add_credit(credit: Numbers, answers: Answers, seen: Numbers) -> None:
    """How often she said what, by what she saw."""
    workers, choices = answers.worker_count, answers.choice_count
    said_by = answers.worker * choices + answers.label
    for choice in range(choices):
        believed = seen[:, choice] * answers.weight
        added = np.bincount(said_by, weights=believed, minlength=workers * choices)
        credit[:, choice, :] += added.reshape(workers, choices)


def _parts(answers: Answers) -> Iterator[Answers]:
    """Parts that fit into memory."""
    return answers.parts(max(CHUNK // answers.choice_count**2, 1))
