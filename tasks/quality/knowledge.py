"""What is known about the crowd of a project as a whole, and what one worker's answers mean in its light."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

SPREADS = (0.0, 0.25, 0.5)
"""How much of a picture looks like another choice: not at all, a quarter, half. See ``perceiving``."""
USUAL_BEND = (1.0, -0.5)
"""Crowds are wrong together more often than their own agreement tells; see ``calibrating``."""
USUAL_ACCURACY = 0.75
"""What is believed of a crowd of which nothing was seen."""
SHARE_MIN = 1e-6
"""No choice and no confusion is so rare that it could never occur: each share has a logarithm."""


@dataclass(frozen=True)
class Knowledge:
    """What was learnt about a crowd; ``Knowledge.usual`` before anything was."""

    mix: Numbers
    """How frequent each choice is among the tasks, never 0; sums to 1."""
    population: Numbers
    """[true, said]: what workers say, on the whole; none is 0, and each row sums to 1."""
    clarity: Numbers
    """How many pictures look like one thing alone, how many a quarter and how many half like another."""
    error: float
    """How often the truth is another choice than the one that all see clearly."""
    upset: float
    """How often the truth is the choice that only a quarter sees."""
    bend: tuple[float, float] = USUAL_BEND
    """Slope and shift, on the logarithm of the odds, from what the model believes to what turns out right."""
    golds: float = 0.0
    """How many golds the last three rest on."""

    @classmethod
    def usual(cls, choices: int) -> Self:
        """Of a crowd that nobody has seen yet."""
        wrong = (1 - USUAL_ACCURACY) / max(choices - 1, 1)
        population = np.full((choices, choices), wrong)
        np.fill_diagonal(population, USUAL_ACCURACY)
        return cls(np.full(choices, 1 / choices), population, np.array([0.8, 0.12, 0.08]), 0.03, 0.25)

    @property
    def choices(self) -> int:
        """How many choices there are."""
        return len(self.mix)

    @property
    def accuracy(self) -> float:
        """How often a worker of the crowd is right, on the whole."""
        return float(np.diag(self.population) @ self.mix)

    def calibrated(self, confidence: Numbers) -> Numbers:
        """Of all tasks that the model believes in so much, the share that is right."""
        slope, shift = self.bend
        return share_of(slope * odds_of(confidence) + shift)

    def to_plain(self) -> dict[str, Any]:
        """As plain numbers and lists, for a database."""
        return {
            "mix": self.mix.round(6).tolist(),
            "population": self.population.round(6).tolist(),
            "clarity": self.clarity.round(6).tolist(),
            "error": self.error,
            "upset": self.upset,
            "bend": list(self.bend),
            "golds": self.golds,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """The same back, sound even where it was rounded to 0 when it was written."""
        slope, shift = plain["bend"]
        return cls(
            _never_none(plain["mix"]),
            _never_none(plain["population"]),
            np.array(plain["clarity"]),
            plain["error"],
            plain["upset"],
            (slope, shift),
            plain["golds"],
        )

    @cached_property
    def looks(self) -> tuple[Numbers, Numbers, Numbers]:
        """The logarithms of how probable it is, before any answer, to look like one choice ([look]), and like
        two, of which the other has a quarter or half ([look, other]).
        """
        with np.errstate(divide="ignore"):
            clear, quarter, half = np.log(self.clarity)
            pairs = np.log(self.look_alike)
        mix = np.log(self.mix)
        pairs += mix[:, np.newaxis]
        return mix + clear, pairs + quarter, pairs + half

    @cached_property
    def apart(self) -> Numbers:
        """[true, other]: how far an answer of the usual worker moves the log odds of the two, on average,
        towards the true one (S. Kullback and R. Leibler, "On information and sufficiency", 1951).
        """
        logs = np.log(self.population)
        said = self.population @ logs.T
        moved: Numbers = np.diag(said)[:, np.newaxis] - said
        return moved

    @cached_property
    def mistaken_for(self) -> Numbers:
        """[true, other]: which other choice it is when it is not the true one; each row sums to 1."""
        return 0.5 * in_shares(mistakes_of(self.population)) + 0.5 * _evenly(self.choices)

    @cached_property
    def look_alike(self) -> Numbers:
        """[one, other]: with which other choice a picture is shared when it looks like two."""
        wrong = mistakes_of(self.population)
        return 0.5 * in_shares(wrong + wrong.T) + 0.5 * _evenly(self.choices)


def odds_of(share: Numbers) -> Numbers:
    """The logarithm of the odds; of 0 and 1 as good as that."""
    # Twice as fast for few numbers as clip.
    within = np.minimum(np.maximum(share, 1e-9), 1 - 1e-9)
    odds: Numbers = np.log(within / (1 - within))
    return odds


def share_of(odds: Numbers) -> Numbers:
    """The share that has such odds."""
    share: Numbers = 1 / (1 + np.exp(-odds))
    return share


def in_shares(rows: Numbers) -> Numbers:
    """Each row divided by its sum."""
    shares: Numbers = rows / rows.sum(axis=-1, keepdims=True)
    return shares


def _never_none(shares: Sequence[float] | Sequence[Sequence[float]]) -> Numbers:
    return in_shares(np.maximum(np.array(shares, dtype=np.float64), SHARE_MIN))


def mistakes_of(population: Numbers) -> Numbers:
    """[true, said], without what is right; the rest never quite 0."""
    wrong: Numbers = np.maximum(population, 1e-9)
    np.fill_diagonal(wrong, 0.0)
    return wrong


def _evenly(choices: int) -> Numbers:
    even: Numbers = (1 - np.eye(choices)) / max(choices - 1, 1)
    return even
