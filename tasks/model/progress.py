"""How far a project is."""

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.model.money import Money
from tasks.model.work import TaskStatus


@dataclass(frozen=True, slots=True)
class ProjectProgress:
    """The figures of ``tapwork stats``."""

    tasks: Mapping[TaskStatus, int]
    answers: int
    """Accepted answers."""
    cant_tells: int
    unpaid_late: int
    open_leases: int
    workers: int
    """People who answered at least once."""
    cost: Money
    """What workers earned in it so far."""
    gold_right: int
    gold_answered: int
    """Accepted answers on gold, and how many of them were right."""
    median_seconds: float | None
