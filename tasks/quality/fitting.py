"""Learns from many answers at once: expectation-maximisation over tasks, workers and the crowd.

What each task looks like is believed by what its workers usually mean (``perceiving``); what a worker usually
means is learnt from what her tasks are believed to look like (``skill``). Gold tasks are anchors: their truth
is known. The rounds begin from the answers' own shares, and never from the last result: begun from a belief
that few answers had led to, they would stay with it.
"""

from dataclasses import dataclass, replace

import numpy as np

from tasks.quality.knowledge import Flags, Indices, Knowledge, Numbers, in_shares
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
class Answers:
    """Answers as columns of numbers counted from 0, those of one task together."""

    task: Indices
    """Rising; every task has at least one answer."""
    worker: Indices
    label: Indices
    weight: Numbers
    """From 0, says nothing, to 1."""
    truth: Indices
    """Of each task: its known choice, or -1."""
    earned: Flags
    """Of each task: its choice is known from the crowd itself, which is no proof that the crowd was right."""
    worker_count: int
    choice_count: int

    @property
    def measures(self) -> Flags:
        """Of each task: it is gold that tells how often all are wrong."""
        flags: Flags = (self.truth >= 0) & ~self.earned
        return flags

    @property
    def starts(self) -> Indices:
        """Where the answers of each task begin."""
        return np.searchsorted(self.task, np.arange(len(self.truth)))

    def golds(self) -> "Answers":
        """Those to gold alone."""
        is_gold = self.truth >= 0
        kept = is_gold[self.task]
        return replace(
            self,
            task=(np.cumsum(is_gold) - 1)[self.task[kept]],
            worker=self.worker[kept],
            label=self.label[kept],
            weight=self.weight[kept],
            truth=self.truth[is_gold],
            earned=self.earned[is_gold],
        )


def gather(
    task: Indices,
    worker: Indices,
    label: Indices,
    *,
    truth: Indices,
    worker_count: int,
    choice_count: int,
    weight: Numbers | None = None,
    earned: Flags | None = None,
) -> tuple[Answers, Indices]:
    """Answers in any order, to tasks numbered anyhow, as ``Answers``; and the number that each task had.

    All are believed in full unless weights are given, and no gold is earned unless told.
    """
    order = np.argsort(task, kind="stable")
    numbers, dense = np.unique(task[order], return_inverse=True)
    answers = Answers(
        dense,
        worker[order],
        label[order],
        np.ones(len(order)) if weight is None else weight[order],
        truth[numbers],
        np.zeros(len(numbers), dtype=np.bool_) if earned is None else earned[numbers],
        worker_count,
        choice_count,
    )
    return answers, numbers


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
    credit, summed = _first_credit(answers)
    knowledge, rows = _learn(credit, summed)
    for _ in range(rounds):
        before = knowledge
        credit = np.zeros((workers, choices, choices))
        summed = _Summed.empty(choices)
        for start, end in _chunks(answers):
            part = _part(answers, start, end)
            likelihood = likelihood_of(rows, part.worker, part.label, part.weight)
            percepts = perceive(likelihood, part.starts, knowledge)
            percepts = summed.take_in(percepts, part, knowledge)
            seen = seen_by(percepts, likelihood, part.task) * part.weight[:, np.newaxis]
            _add_credit(credit, part, seen)
        knowledge, rows = _learn(credit, summed)
        if _is_settled(before, knowledge):
            break
    beliefs, floor = believe(answers, rows, knowledge)
    return Fitted(knowledge, credit, rows, beliefs, floor)


def believe(answers: Answers, rows: Numbers, knowledge: Knowledge) -> tuple[Numbers, Numbers]:
    """[task, choice] and [task]: what the answers say with what is known, and the risk that stays."""
    beliefs, floors = [], []
    for start, end in _chunks(answers):
        part = _part(answers, start, end)
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


def _learn(credit: Numbers, summed: _Summed) -> tuple[Knowledge, Numbers]:
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
    rows, _ = rows_of(credit, population, knowledge.mix)
    return knowledge, rows


def _is_settled(before: Knowledge, after: Knowledge) -> bool:
    moved = (after.mix - before.mix, after.population - before.population, after.clarity - before.clarity)
    return max(float(np.abs(change).max()) for change in moved) < SETTLED


def _share(counted: Numbers, prior: tuple[float, float]) -> float:
    return float((counted[0] + prior[0]) / (counted.sum() + sum(prior)))


def _first_credit(answers: Answers) -> tuple[Numbers, _Summed]:
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
    credit = np.zeros((answers.worker_count, choices, choices))
    _add_credit(credit, answers, shares[answers.task] * answers.weight[:, np.newaxis])
    summed = _Summed.empty(choices)
    summed.mix += shares.sum(axis=0)
    return credit, summed


def _add_credit(credit: Numbers, answers: Answers, seen: Numbers) -> None:
    workers, choices = answers.worker_count, answers.choice_count
    said_by = answers.worker * choices + answers.label
    for choice in range(choices):
        added = np.bincount(said_by, weights=seen[:, choice], minlength=workers * choices)
        credit[:, choice, :] += added.reshape(workers, choices)


def _chunks(answers: Answers) -> list[tuple[int, int]]:
    """Task ranges whose answers fit into memory at once."""
    per_chunk = max(CHUNK // answers.choice_count**2, 1)
    starts = answers.starts
    ranges, begin = [], 0
    while begin < len(starts):
        end = int(np.searchsorted(starts, starts[begin] + per_chunk, side="right"))
        end = max(end, begin + 1)
        ranges.append((begin, end))
        begin = end
    return ranges


def _part(answers: Answers, start: int, end: int) -> Answers:
    if start == 0 and end == len(answers.truth):
        return answers
    first, last = np.searchsorted(answers.task, (start, end))
    return Answers(
        answers.task[first:last] - start,
        answers.worker[first:last],
        answers.label[first:last],
        answers.weight[first:last],
        answers.truth[start:end],
        answers.earned[start:end],
        answers.worker_count,
        answers.choice_count,
    )
