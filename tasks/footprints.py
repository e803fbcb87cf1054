"""What lending remembers for a moment, in memory: it may be wrong or lost, at the cost of time alone."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tasks.model.identifiers import ProjectId, WorkerId
from tasks.ports import Spot

START: Spot = (-1, -1)
"""Before the first task of the frontier."""
MEMORY_SECONDS = 60
"""A task that came back to an earlier place is found again after this time at the latest."""
WALKERS_MAX = 10_000
FEED_PAUSE_SECONDS = 5
"""Whoever got another task than a fresh one asks for fresh ones no more often than this, once all are fed."""


@dataclass(slots=True)
class Footprints:
    """Where walks go on, and which projects had nothing more to feed."""

    _places: OrderedDict[tuple[ProjectId, WorkerId], tuple[Spot, datetime]] = field(
        default_factory=OrderedDict
    )
    _fed_until: dict[ProjectId, datetime] = field(default_factory=dict)

    def find(self, project_id: ProjectId, worker_id: WorkerId, now: datetime) -> Spot:
        """Behind which place to go on."""
        place, good_until = self._places.get((project_id, worker_id), (START, now))
        return place if now < good_until else START

    def keep(self, project_id: ProjectId, worker_id: WorkerId, place: Spot, now: datetime) -> None:
        """Remembers the place. A walk that goes on keeps its end of life, so that it starts over in time."""
        _, good_until = self._places.pop((project_id, worker_id), (START, now))
        if good_until <= now:
            good_until = now + timedelta(seconds=MEMORY_SECONDS)
        self._places[project_id, worker_id] = (place, good_until)
        if len(self._places) > WALKERS_MAX:
            self._places.popitem(last=False)

    def is_fed(self, project_id: ProjectId, now: datetime) -> bool:
        """Whether all its tasks had been in play a moment ago."""
        return now < self._fed_until.get(project_id, now)

    def keep_fed(self, project_id: ProjectId, now: datetime) -> None:
        """Remembers that there was nothing more to feed."""
        self._fed_until[project_id] = now + timedelta(seconds=FEED_PAUSE_SECONDS)
