"""From what a worker said to what her next answer means: population → her accuracy → her own confusions.

Three levels, each shrunk towards the one above (D. Dawid and A. Skene 1979 have only the last; a hierarchy of
confusion matrices as in P. Welinder and P. Perona, "Online crowdsourcing", CVPRW 2010). How strongly rows are
shrunk is chosen from the data (``likeness``).
"""

import numpy as np

from tasks.quality.knowledge import Knowledge, Numbers, in_shares, mistakes_of, odds_of, share_of
from tasks.quality.likeness import Draws

POPULATION_STRENGTH = 30.0
"""So many answers to each choice the usual crowd counts for."""
RARE_SHARE = 0.5
"""A choice is rare if it has less than this part of what an even share of the answers were."""
RARE_STRENGTH = 6.0
"""For each answer that a rare choice lacks to be none, so many count that are like those to all choices."""
ACCURACY_STRENGTH = 8.0
"""So many answers the population's accuracy counts for in a worker's own."""
STEPS = 6


def rows_of(credit: Numbers, population: Numbers, mix: Numbers, drawn: Draws) -> Numbers:
    """[worker, true, said]: how probable each saying is.

    ``credit`` has the same shape: how often she said what, by what was believed to be true. How strongly rows
    are shrunk is told by the draws of the same answers.
    """
    base = _bases(credit, population, mix)
    strength = drawn.strength(base)
    seen = credit.sum(axis=2, keepdims=True)
    rows: Numbers = (credit + strength * base) / (seen + strength)
    return rows


def population_of(said: Numbers) -> Numbers:
    """[true, said]: how probable each saying is, on the whole.

    ``said`` is how often each was said, by what was believed to be true. What is said of a rare choice leans
    on how often people are right at all: some mistakes about others that are taken for its own would make it
    look as if people hardly knew it, then still more mistakes would look like it, and so on.
    """
    choices, answers = len(said), said.sum(axis=1)
    counted = said + POPULATION_STRENGTH * Knowledge.usual(choices).population
    right = float(np.trace(counted) / counted.sum())
    alike = np.full((choices, choices), (1 - right) / max(choices - 1, 1))
    np.fill_diagonal(alike, right)
    return in_shares(counted + RARE_STRENGTH * lacking(answers)[:, np.newaxis] * alike)


def lacking(counted: Numbers) -> Numbers:
    """[choice]: how many more of it there must be for it not to be rare; 0 where it is not."""
    lacks: Numbers = np.maximum(RARE_SHARE * counted.mean() - counted, 0.0)
    return lacks


def accuracy_of(rows: Numbers, mix: Numbers) -> Numbers:
    """How often each worker is right on such a mix of tasks."""
    right: Numbers = np.einsum("wkk,k->w", rows, mix)
    return right


def lower_bound(accuracy: Numbers, answers: Numbers) -> Numbers:
    """The 5 % bound of accuracies that rest on so many answers (normal on a Beta's mean and spread)."""
    spread = np.sqrt(accuracy * (1 - accuracy) / (answers + ACCURACY_STRENGTH + 1))
    bound: Numbers = np.clip(accuracy - 1.645 * spread, 0.0, 1.0)
    return bound


def information_of(rows: Numbers, known: Knowledge) -> Numbers:
    """[worker]: what one answer of hers tells of a task, where one of the usual worker tells 1.

    It is the mutual information of what is true and what is said (C. Shannon, "A mathematical theory of
    communication", 1948). Unlike accuracy it does not grow by always naming the most frequent choice.
    """
    usual = _told(known.population[np.newaxis], known.mix)
    told: Numbers = _told(rows, known.mix) / np.maximum(usual, 1e-9)
    return told


def _told(rows: Numbers, mix: Numbers) -> Numbers:
    """In nats."""
    said = np.einsum("wks,k->ws", rows, mix)[:, np.newaxis, :]
    told: Numbers = np.einsum("wks,k->w", rows * np.log(rows / said), mix)
    return told


def _bases(credit: Numbers, population: Numbers, mix: Numbers) -> Numbers:
    """The population's rows, moved so that each worker's accuracy is met: one shift of all log odds."""
    choices = len(mix)
    usual = np.clip(np.diag(population), 0.02, 0.98)
    odds = odds_of(usual)
    weights = credit.sum(axis=2) + ACCURACY_STRENGTH * mix
    wanted = np.einsum("wkk->w", credit) + ACCURACY_STRENGTH * float(mix @ usual)
    shift = np.zeros(len(credit))
    for _ in range(STEPS):
        right = share_of(odds + shift[:, np.newaxis])
        off_by = (weights * right).sum(axis=1) - wanted
        slope = (weights * right * (1 - right)).sum(axis=1)
        shift -= np.clip(off_by / np.maximum(slope, 1e-9), -1, 1)
    right = share_of(odds + shift[:, np.newaxis])
    base = (1 - right)[:, :, np.newaxis] * in_shares(mistakes_of(population))
    base[:, np.arange(choices), np.arange(choices)] = right
    return np.asarray(base)
