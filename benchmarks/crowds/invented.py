"""Crowds invented with a seed: sets that nobody could tune for.

A worker who tries is right with logit(p) = level + skill of the worker + the worker's leaning for the true
class - difficulty of the task. When wrong, she gives the task's own attractor, the same for everybody, or a
class that is often confused with the true one. The level is set so that the mean single answer is as accurate
as asked.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from benchmarks.crowds.crowd import Crowd, Floats, Ints


class Kind(IntEnum):
    CAREFUL = 0
    SLOPPY = 1
    RANDOM = 2
    CONSTANT = 3
    ADVERSARIAL = 4


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a crowd is like; spreads are standard deviations of logits."""

    tasks: int
    workers: int
    answers: int
    """Of each task, all by different workers."""
    balance: tuple[float, ...]
    """The share of each class."""
    accuracy: float
    """Of the mean single answer."""
    sloppy: float = 0.0
    """The share of workers who are worse by ``sloppy_logits``; the next three are shares of workers too."""
    random: float = 0.0
    constant: float = 0.0
    adversarial: float = 0.0
    sloppy_logits: float = 1.2
    skill_spread: float = 0.5
    leaning_spread: float = 0.3
    """How differently one worker does on different classes."""
    blind: float = 0.0
    """The share of workers who often miss the rarest class, by ``blind_logits``."""
    blind_logits: float = 2.5
    difficulty_spread: float = 0.7
    attraction: float = 0.3
    """How often a wrong answer is the task's own attractor."""
    activity_spread: float = 1.5
    """Of the logarithm of how much a worker answers: at 1.5 the busiest fifth gives about 70 % of answers."""


def invent(name: str, shape: Shape, seed: int) -> Crowd:
    """A crowd of this shape; the same for the same seed."""
    random = np.random.default_rng(seed)
    truth = random.choice(len(shape.balance), size=shape.tasks, p=shape.balance)
    kinds = _invent_kinds(shape, random)
    task, worker = _invent_meetings(shape, random)
    right = _chances(shape, random, truth, kinds, (task, worker))
    errors = _invent_errors(shape, random, truth, task)
    label: Ints = np.where(random.random(len(task)) < right, truth[task], errors)
    label = _answer_without_looking(shape, random, label, kinds, worker)
    return Crowd(
        name=name,
        tasks=tuple(f"t{number}" for number in range(shape.tasks)),
        classes=tuple(f"c{number}" for number in range(len(shape.balance))),
        workers=tuple(f"w{number}" for number in range(shape.workers)),
        task=task,
        worker=worker,
        label=label,
        seconds=_invent_seconds(random, kinds, worker),
        truth=truth,
    )


def _invent_kinds(shape: Shape, random: Generator) -> Ints:
    """Of each worker the kind; every share is kept to the nearest whole worker."""
    shares = (shape.sloppy, shape.random, shape.constant, shape.adversarial)
    kinds = np.full(shape.workers, Kind.CAREFUL, dtype=np.int64)
    ends = np.round(np.cumsum((0.0, *shares)) * shape.workers).astype(int)
    for kind, (first, end) in enumerate(pairwise(ends), start=Kind.SLOPPY):
        kinds[first:end] = kind
    return random.permutation(kinds)


def _invent_meetings(shape: Shape, random: Generator) -> tuple[Ints, Ints]:
    """Of each answer its task and its worker: busy workers come more often, nobody twice for a task."""
    activity = random.normal(0.0, shape.activity_spread, shape.workers)
    keys = activity + random.gumbel(size=(shape.tasks, shape.workers))
    chosen = np.argpartition(-keys, shape.answers - 1, axis=1)[:, : shape.answers]
    return np.repeat(np.arange(shape.tasks), shape.answers), chosen.ravel().astype(np.int64)


def _chances(
    shape: Shape, random: Generator, truth: Ints, kinds: Ints, meetings: tuple[Ints, Ints]
) -> Floats:
    """Of each answer the chance to be right, with the level that gives the accuracy asked for."""
    task, worker = meetings
    skill = random.normal(0.0, shape.skill_spread, shape.workers)
    skill -= np.where(kinds == Kind.SLOPPY, shape.sloppy_logits, 0.0)
    leaning = random.normal(0.0, shape.leaning_spread, (shape.workers, len(shape.balance)))
    blind = random.random(shape.workers) < shape.blind
    leaning[blind, int(np.argmin(shape.balance))] -= shape.blind_logits
    difficulty = random.normal(0.0, shape.difficulty_spread, shape.tasks)
    logits = skill[worker] + leaning[worker, truth[task]] - difficulty[task]
    kind = kinds[worker]
    blindly = np.where(kind == Kind.CONSTANT, np.array(shape.balance)[truth[task]], 1.0 / len(shape.balance))
    low, high = -12.0, 12.0
    while high - low > 1e-6:
        level = (low + high) / 2
        tried = 1.0 / (1.0 + np.exp(-(logits + level)))
        right: Floats = np.where(kind == Kind.ADVERSARIAL, 1.0 - tried, tried)
        overall = np.where(np.isin(kind, (Kind.RANDOM, Kind.CONSTANT)), blindly, right).mean()
        low, high = (level, high) if overall < shape.accuracy else (low, level)
    return right


def _invent_errors(shape: Shape, random: Generator, truth: Ints, task: Ints) -> Ints:
    """Of each answer the wrong class that it would be."""
    classes = len(shape.balance)
    confusion = random.dirichlet(np.full(classes, 0.7), size=classes)
    np.fill_diagonal(confusion, 0.0)
    confusion /= confusion.sum(axis=1, keepdims=True)
    reach = np.cumsum(confusion, axis=1)
    attractor = _draw(reach[truth], random)
    own = _draw(reach[truth[task]], random)
    errors: Ints = np.where(random.random(len(task)) < shape.attraction, attractor[task], own)
    return errors


def _draw(reach: Floats, random: Generator) -> Ints:
    """One class for each row of cumulated shares."""
    # The last share is one but for rounding, so that the count of shares passed never leaves the classes.
    passed: Ints = (random.random((len(reach), 1)) >= reach[:, :-1]).sum(axis=1, dtype=np.int64)
    return passed


def _answer_without_looking(shape: Shape, random: Generator, label: Ints, kinds: Ints, worker: Ints) -> Ints:
    """The labels, with those of random and constant clickers in their place."""
    classes = len(shape.balance)
    favourite = random.choice(classes, size=shape.workers, p=shape.balance)
    kind = kinds[worker]
    label = np.where(kind == Kind.RANDOM, random.integers(0, classes, len(label)), label)
    answered: Ints = np.where(kind == Kind.CONSTANT, favourite[worker], label)
    return answered


def _invent_seconds(random: Generator, kinds: Ints, worker: Ints) -> Floats:
    """Of each answer how long it took: about 5 seconds, and 1.5 for who does not look."""
    usual = np.where(np.isin(kinds, (Kind.RANDOM, Kind.CONSTANT)), 1.5, 5.0)
    pace: Floats = usual * np.exp(random.normal(0.0, 0.3, len(kinds)))
    return pace[worker] * np.exp(random.normal(0.0, 0.5, len(worker)))
