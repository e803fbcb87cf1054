"""What tapwork stats tells, before it is written as lines or as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.model.progress import ProjectProgress
from tasks.model.project import Project
from tasks.model.report import Live, Report, WorkerFigures
from tasks.quality.copying import Copied

LISTED_MAX = 50
"""So many workers about whom something was done are named by their ids."""


@dataclass(frozen=True, slots=True)
class Stats:
    """All figures of one project, as they are now."""

    project: Project
    progress: ProjectProgress
    report: Report
    live: Live
    golds_asked: int
    """Live golds whose choice is still offered, and that are not set aside or taken out; nobody is asked the
    others.
    """
    noted: list[WorkerFigures]
    """Workers who are not simply working, at most ``LISTED_MAX``."""
    copied: Sequence[Copied]
    """Pairs of workers who share more mistakes than chance explains, as far as something was learnt."""
