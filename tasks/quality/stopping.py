"""When a task has heard enough: its risk is low, or one more answer is not worth its price.

The second exit matters as much as the first: on some pictures no number of people is sure, and a threshold
alone would spend the maximum on each of them. How far an answer can still lower the risk follows from the
risk that would stay if everybody were asked (``Percepts.floor``), and from how well workers tell the two
choices apart that are in question (the information of one answer, as in sequential testing: A. Wald 1945).
"""

from dataclasses import dataclass

import numpy as np

from tasks.model.project import AnswerRules
from tasks.quality.knowledge import Flags, Indices, Knowledge, Numbers, odds_of

WORTH = 0.1
"""An answer must be expected to lower the risk by this share of the target risk."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """For some tasks: how sure they are, and what more answers would do."""

    choice: Indices
    """The most probable choice."""
    confidence: Numbers
    """How probable it is to be right, calibrated."""
    needed: Numbers
    """How many more answers it probably takes to come to the target; at least 1."""
    gain: Numbers
    """By how much one more answer is expected to lower the risk."""

    def wants_more(self, target_risk: float) -> Flags:
        """Whether the tasks should get another answer."""
        return (1 - self.confidence > target_risk) & (self.gain > WORTH * target_risk)


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """What was ordered: how sure a label must be, and how many answers it may rest on."""

    target_risk: float
    """At most so probable may it be that the label is wrong."""
    min_answers: int
    max_answers: int

    def wants_more(self, outlook: Outlook, answers: Indices) -> Flags:
        """Whether the tasks should get another answer, after so many."""
        wants = (answers < self.min_answers) | outlook.wants_more(self.target_risk)
        return wants & (answers < self.max_answers)


def ends_disputed(rules: AnswerRules, *, wants_more: bool) -> bool:
    """Whether a task with all its answers is disputed: more would help, and no fixed number was ordered."""
    return wants_more and rules.min < rules.max


def look_ahead(beliefs: Numbers, floor: Numbers, known: Knowledge, *, target_risk: float) -> Outlook:
    """The outlook of tasks with such beliefs ([task, choice], not calibrated) and such floors."""
    number = np.arange(len(beliefs))
    choice = beliefs.argmax(axis=1)
    top = beliefs[number, choice]
    others = beliefs.copy()
    others[number, choice] = -1.0
    second = others.argmax(axis=1) if beliefs.shape[1] > 1 else choice
    next_to = beliefs[number, second]
    confidence = np.maximum(known.calibrated(top), _least(next_to, beliefs.sum(axis=1) - top))
    information = _information(top, next_to, known.apart, first=choice, second=second)
    missing = odds_of(np.array(1 - target_risk)) - odds_of(confidence)
    needed = np.maximum(np.maximum(missing, 0.05) / np.maximum(information, 1e-3), 1.0)
    gain = np.maximum(1 - top - floor, 0.0) / needed
    return Outlook(choice, confidence, needed, gain)


def _least(next_to: Numbers, others: Numbers) -> Numbers:
    """However little is thought of the choice that is believed most, no other is thought more of.

    ``others`` is what is believed of all other choices together, of which ``next_to`` is the greatest part.
    """
    share = next_to / np.maximum(others, 1e-12)
    least: Numbers = share / (1 + share)
    return least


def _information(
    top: Numbers, next_to: Numbers, apart: Numbers, *, first: Indices, second: Indices
) -> Numbers:
    """What one answer of the usual worker moves the log odds of the two by, towards the true one."""
    share = top / np.maximum(top + next_to, 1e-12)
    moved: Numbers = share * apart[first, second] + (1 - share) * apart[second, first]
    return moved
