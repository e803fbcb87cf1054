"""People who answer in a simulation though they do not exist: some careful, some not, some hostile."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan
from random import Random

from tasks.simulating import UNKNOWN, Recording

ANSWERS_WANTED = 2_000_000
"""Everybody answers every task, unless that were more answers than these."""
PEOPLE_MAX = 100_000

_GROUP = re.compile(r"([0-9]{1,18})\s+([a-z]+)")


class Manner(StrEnum):
    """How an invented person answers."""

    CAREFUL = "careful"
    """About 93 of 100 right."""
    SLOPPY = "sloppy"
    """About 70 of 100 right, and mostly takes a class for the one that looks like it."""
    RANDOM = "random"
    """Any choice, whatever the picture."""
    CONSTANT = "constant"
    """Always the same choice."""
    ADVERSARIAL = "adversarial"
    """Mostly a wrong choice, on purpose."""


_ACCURACY = {Manner.CAREFUL: 0.93, Manner.SLOPPY: 0.70, Manner.ADVERSARIAL: 0.10}
_SPREAD = 40.0
"""How alike the people of one manner are: the strength of the beta distribution of their accuracies."""
_LOOKALIKE = 0.6
"""The share of mistakes that take a class for the one that looks like it."""
_SECONDS = {
    Manner.CAREFUL: 4.0,
    Manner.SLOPPY: 2.5,
    Manner.RANDOM: 0.9,
    Manner.CONSTANT: 0.7,
    Manner.ADVERSARIAL: 3.0,
}


@dataclass(frozen=True, slots=True)
class Group:
    """Some people of one manner."""

    people: int
    manner: Manner


def read_groups(text: str) -> Sequence[Group]:
    """The groups in a text such as ``80 careful, 10 sloppy, 10 random``; raises ValueError with the fault."""
    groups = []
    for part in text.split(","):
        match = _GROUP.fullmatch(part.strip().lower())
        if match is None or match[2] not in list(Manner):
            known = ", ".join(Manner)
            raise ValueError(f'"{part.strip()}" is no number and one of {known}, such as "80 careful"')
        groups.append(Group(int(match[1]), Manner(match[2])))
    people = sum(group.people for group in groups)
    if not 0 < people <= PEOPLE_MAX:
        raise ValueError(f"there may be from 1 to {PEOPLE_MAX:,} people in all, not {people:,}")
    return groups


def with_truth(recording: Recording, seed: int) -> Recording:
    """The same, with something that is right for every task: unknown truths are drawn like the known ones.

    Raises ValueError if no truth is known at all.
    """
    known = [choice for choice in recording.truth if choice != UNKNOWN]
    if not known:
        raise ValueError("no truth is known")
    chance = Random(f"{seed} truth")
    truth = [choice if choice != UNKNOWN else chance.choice(known) for choice in recording.truth]
    return replace(recording, truth=array("h", truth))


def with_people(recording: Recording, groups: Sequence[Group], seed: int) -> Recording:
    """The recording with the answers of invented people behind those that it has; see ``with_truth``."""
    chance = Random(f"{seed} people")
    workers = list(recording.workers)
    tasks = range(len(recording.task_keys))
    people = sum(group.people for group in groups)
    each = max(1, min(len(tasks), ANSWERS_WANTED // people))
    task, worker, label = (
        array("l", recording.task),
        array("l", recording.worker),
        array("h", recording.label),
    )
    seconds = array("d", recording.seconds or [nan] * len(recording.task))
    lookalikes = _lookalikes(len(recording.choices), chance)
    for group in groups:
        for number in range(1, group.people + 1):
            mind = _Mind.of(group.manner, lookalikes, chance)
            for answered in chance.sample(tasks, each):
                task.append(answered)
                worker.append(len(workers))
                label.append(mind.say(recording.truth[answered]))
                seconds.append(mind.take())
            workers.append(f"{group.manner} {number}")
    return replace(recording, workers=workers, task=task, worker=worker, label=label, seconds=seconds)


def _lookalikes(choices: int, chance: Random) -> Sequence[int]:
    """Of each choice another one."""
    ring = list(range(choices))
    chance.shuffle(ring)
    after = dict(zip(ring, [*ring[1:], ring[0]], strict=True))
    return [after[choice] for choice in range(choices)]


@dataclass(frozen=True, slots=True)
class _Mind:
    """One invented person."""

    manner: Manner
    accuracy: float
    pace_seconds: float
    habit: int
    """The choice she always takes, if that is her manner."""
    lookalikes: Sequence[int]
    chance: Random

    @classmethod
    def of(cls, manner: Manner, lookalikes: Sequence[int], chance: Random) -> "_Mind":
        mean = _ACCURACY.get(manner, 0.5)
        return cls(
            manner=manner,
            accuracy=chance.betavariate(_SPREAD * mean, _SPREAD * (1 - mean)),
            pace_seconds=_SECONDS[manner] * chance.lognormvariate(0, 0.2),
            habit=chance.randrange(len(lookalikes)),
            lookalikes=lookalikes,
            chance=chance,
        )

    def say(self, truth: int) -> int:
        """Her answer on a task of which that is right."""
        if self.manner is Manner.CONSTANT:
            return self.habit
        if self.manner is Manner.RANDOM:
            return self.chance.randrange(len(self.lookalikes))
        if self.chance.random() < self.accuracy:
            return truth
        if self.chance.random() < _LOOKALIKE:
            return self.lookalikes[truth]
        wrong = self.chance.randrange(len(self.lookalikes) - 1)
        return wrong + (wrong >= truth)

    def take(self) -> float:
        """How many seconds she takes for an answer."""
        return round(self.pace_seconds * self.chance.lognormvariate(0, 0.35), 2)
