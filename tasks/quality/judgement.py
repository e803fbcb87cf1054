"""What the answers of one task add up to, for those who know nothing of numpy.

A ``Mind`` holds what was learnt in a project: about its crowd, about each worker, and about the machine whose
guesses the client may have given. It is made again when something new was learnt, and never changed but for
getting to know more workers.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain
from typing import Any, Self

import numpy as np

from tasks.model.identifiers import WorkerId
from tasks.quality.fitting import believe_few
from tasks.quality.knowledge import Indices, Knowledge, Numbers
from tasks.quality.stopping import look_ahead

MACHINE_RIGHT = 0.7
"""So often a machine's guess is believed to be right as long as nobody knows."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One accepted answer, as it counts towards its task."""

    worker_id: WorkerId
    choice: int
    """Its index among the choices of the project."""
    weight: float
    """How much of it is believed, by pace and other signs: 1 all, 0 nothing."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What was said of one task."""

    votes: Sequence[Vote]
    machine: int | None
    """The choice that the client's machine guessed, if it did."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is believed of a task, and whether it should be asked again."""

    choice: int
    confidence: float
    """How probable it is to be right, calibrated."""
    believed: float
    """The same as the model alone believes it, not calibrated."""
    soft: Sequence[float]
    """How probable each choice is; sums to 1, and the choice above has the confidence above."""
    needed: float
    """How many more answers it probably takes to come to the target; at least 1."""
    wants_more: bool
    """It is neither sure enough, nor would another answer be a waste."""


class Mind:
    """What is known in one project just now."""

    def __init__(
        self, knowledge: Knowledge, *, rows: Mapping[WorkerId, Numbers], machine: Numbers | None
    ) -> None:
        """``rows`` are [seen, said], as is ``machine``, of which None says that nothing was learnt yet."""
        self._knowledge = knowledge
        self._rows = dict(rows)
        self._machine = _machine_of(knowledge.choices) if machine is None else machine

    @classmethod
    def usual(cls, choices: int) -> Self:
        """Of a project in which nothing was learnt."""
        return cls(Knowledge.usual(choices), rows={}, machine=None)

    @classmethod
    def from_plain(cls, knowledge: Mapping[str, Any], machine: Sequence[float], choices: int) -> Self:
        """From what was learnt last; the usual one if the project had other choices then."""
        known = Knowledge.from_plain(knowledge)
        if known.choices != choices:
            return cls.usual(choices)
        return cls(known, rows={}, machine=_square(machine, choices))

    def list_strangers(self, workers: Collection[WorkerId]) -> Collection[WorkerId]:
        """Those of whom it was not told yet what is known of them."""
        return set(workers) - self._rows.keys()

    def meet(self, worker: WorkerId, rows: Sequence[float]) -> None:
        """``rows`` was learnt of her, row by row; empty if nothing was: then she is like the crowd."""
        known = _square(rows, self._knowledge.choices)
        self._rows[worker] = self._knowledge.population if known is None else known

    def believe(self, votes: Sequence[Vote], machine: int | None, *, target_risk: float) -> Judgement:
        """What these answers mean, together with the machine's guess if there is one."""
        (judged,) = self.believe_all([Ballot(votes, machine)], target_risk=target_risk)
        return judged

    def believe_all(self, ballots: Sequence[Ballot], *, target_risk: float) -> Sequence[Judgement]:
        """The same for several tasks, in a fraction of the time that they take one by one."""
        if not ballots:
            return []
        answers = [list(self._answers(ballot)) for ballot in ballots]
        rows, labels, weights = zip(*chain.from_iterable(answers), strict=True)
        starts = list(accumulate((len(told) for told in answers[:-1]), initial=0))
        beliefs, floor = believe_few(
            np.array(rows),
            _indices(labels),
            np.array(weights),
            starts=_indices(starts),
            knowledge=self._knowledge,
        )
        outlook = look_ahead(beliefs, floor, self._knowledge, target_risk=target_risk)
        return [
            _judgement(belief, choice, sure, needed=needed, wants_more=wants_more)
            for belief, choice, sure, needed, wants_more in zip(
                beliefs.tolist(),
                outlook.choice.tolist(),
                outlook.confidence.tolist(),
                outlook.needed.tolist(),
                outlook.wants_more(target_risk).tolist(),
                strict=True,
            )
        ]

    def _answers(self, ballot: Ballot) -> Iterator[tuple[Numbers, int, float]]:
        """Of each answer to one task what is known of who gave it, what was said, and how much it counts."""
        population = self._knowledge.population
        for vote in ballot.votes:
            yield self._rows.get(vote.worker_id, population), vote.choice, vote.weight
        if ballot.machine is not None:
            yield self._machine, ballot.machine, 1.0
        elif not ballot.votes:
            yield population, 0, 0.0


@cache
def usual_need(choices: int, target_risk: float) -> int:
    """How many answers of a usual crowd it probably takes until a task is sure enough."""
    return math.ceil(Mind.usual(choices).believe([], None, target_risk=target_risk).needed)


def _judgement(
    belief: Sequence[float], choice: int, sure: float, *, needed: float, wants_more: bool
) -> Judgement:
    return Judgement(choice, sure, belief[choice], _scaled(belief, choice, sure), needed, wants_more)


def _scaled(beliefs: Sequence[float], choice: int, confidence: float) -> Sequence[float]:
    """Beliefs that give the choice this confidence, and the others what is left as they had it before."""
    others = sum(beliefs) - beliefs[choice]
    scale = (1 - confidence) / others if others > 0 else 0.0
    return [confidence if one == choice else belief * scale for one, belief in enumerate(beliefs)]


def _square(rows: Sequence[float], choices: int) -> Numbers | None:
    if len(rows) != choices * choices:
        return None
    return np.array(rows, dtype=np.float64).reshape(choices, choices)


def _machine_of(choices: int) -> Numbers:
    rows = np.full((choices, choices), (1 - MACHINE_RIGHT) / max(choices - 1, 1))
    np.fill_diagonal(rows, MACHINE_RIGHT)
    return rows


def _indices(numbers: Sequence[int]) -> Indices:
    return np.array(numbers, dtype=np.int64)
