"""How alike people are: by how probable that makes what they said.

Crowds whose members have habits of their own keep them, others share what is known of all. Parts of answers
cannot tell which of the two a crowd is: where it is not known what a task looks like, an answer to it counts
in part for each look, and such parts differ less between people than what they did. By them people were held
for up to sixteen times as alike as they are. So a look is drawn for each task, by how probable it is, and
what was said is counted as if it were true (stochastic EM: G. Celeux and J. Diebolt, "The SEM algorithm",
1985).
"""

import math
from dataclasses import dataclass, field

import numpy as np

from tasks.quality.columns import Answers
from tasks.quality.knowledge import Indices, Numbers

STRENGTHS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
"""So many answers what is known of all counts for in what is known of one."""
USUAL_STRENGTH = 32.0
"""In the middle of eight recorded crowds, from 4 to 128 where all that is true is known (decision 0019)."""
STRENGTH_SPREAD = 1.2
"""Standard deviation of what is believed beforehand of its logarithm, and about that of those eight."""
GOLDEN_SHARE = (math.sqrt(5) - 1) / 2
"""Steps of that length round a circle come everywhere equally often: the same answers teach the same."""
HALF_LOG_TAU = 0.5 * math.log(2 * math.pi)


@dataclass(slots=True)
class Draws:
    """What was said, by a look that was drawn for each task."""

    choices: int
    _cells: list[Indices] = field(default_factory=list)
    """Of each answer its worker, what she saw and what she said, as one number."""
    _weights: list[Numbers] = field(default_factory=list)
    _tasks: int = 0

    def add(self, answers: Answers, seen: Numbers) -> None:
        """Draws for some more tasks; ``seen`` is [answer, seen], how probable each is."""
        # One draw for all answers of a task: they saw the same picture.
        at = GOLDEN_SHARE * (self._tasks + answers.task + 1) % 1.0
        reached = np.cumsum(seen, axis=1)
        look = (reached <= (at * reached[:, -1])[:, np.newaxis]).sum(axis=1)
        self._cells.append((answers.worker * self.choices + look) * self.choices + answers.label)
        self._weights.append(answers.weight)
        self._tasks += len(answers.truth)

    def strength(self, base: Numbers) -> float:
        """The one of ``STRENGTHS`` under which what was said is most likely (Dirichlet-multinomial).

        ``base`` is [worker, seen, said]: how probable each saying would be if all of her habits were shared.
        """
        if not self._cells:
            return USUAL_STRENGTH
        cells, said = _counted(np.concatenate(self._cells), np.concatenate(self._weights))
        _, seen = _counted(cells // self.choices, said)
        expected = base.ravel()[cells]
        scores = []
        for strength in STRENGTHS:
            score = (math.lgamma(strength) - log_gamma(strength + seen)).sum()
            score += (log_gamma(strength * expected + said) - log_gamma(strength * expected)).sum()
            unusual = math.log(strength / USUAL_STRENGTH) / STRENGTH_SPREAD
            scores.append(score - 0.5 * unusual**2)
        return STRENGTHS[int(np.argmax(scores))]


def _counted(cells: Indices, weights: Numbers) -> tuple[Indices, Numbers]:
    """The numbers that occur, and the sum of their weights."""
    found, where = np.unique(cells, return_inverse=True)
    return found, np.bincount(where, weights=weights).astype(np.float64)


def log_gamma(values: Numbers) -> Numbers:
    """The logarithm of Γ for positive numbers, to nine digits: Stirling's series from seven further up."""
    ends = values * (values + 6)
    # The seven factors, in pairs from both ends: Γ is most of what it costs to choose a strength.
    below = ends * (ends + 5) * (ends + 8) * (values + 3)
    high = values + 7
    part = 1 / (high * high)
    series = (1 / 12 - part * (1 / 360 - part / 1260)) / high
    found: Numbers = (high - 0.5) * np.log(high) - high + HALF_LOG_TAU + series - np.log(below)
    return found
