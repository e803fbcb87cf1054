"""What lending remembers for a moment, in memory: it may be wrong or lost, at the cost of time alone."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tasks.model.identifiers import ProjectId, WorkerId
from tasks.ports import Candidate

MEMORY_SECONDS = 60
SEARCHERS_MAX = 10_000
FEED_PAUSE_SECONDS = 5
"""Whoever got another task than a fresh one asks for fresh ones no more often than this, once all are fed."""


@dataclass(slots=True)
class Footprints:
    """What searches found for whom, and which projects had nothing more to feed."""

    _unseen: OrderedDict[tuple[ProjectId, WorkerId], tuple[Sequence[Candidate], datetime]] = field(
        default_factory=OrderedDict
    )
    _fed_until: dict[ProjectId, datetime] = field(default_factory=dict)

    def find(self, project_id: ProjectId, worker_id: WorkerId, now: datetime) -> Sequence[Candidate]:
        """Tasks that she had not had a moment ago; they are forgotten with that."""
        unseen, good_until = self._unseen.pop((project_id, worker_id), ((), now))
        return unseen if now < good_until else ()

    def keep(
        self, project_id: ProjectId, worker_id: WorkerId, unseen: Sequence[Candidate], now: datetime
    ) -> None:
        """Remembers them for the next time she asks."""
        if unseen:
            self._unseen[project_id, worker_id] = (unseen, now + timedelta(seconds=MEMORY_SECONDS))
        if len(self._unseen) > SEARCHERS_MAX:
            self._unseen.popitem(last=False)

    def is_fed(self, project_id: ProjectId, now: datetime) -> bool:
        """Whether all its tasks had been in play a moment ago."""
        return now < self._fed_until.get(project_id, now)

    def keep_fed(self, project_id: ProjectId, now: datetime) -> None:
        """Remembers that there was nothing more to feed."""
        self._fed_until[project_id] = now + timedelta(seconds=FEED_PAUSE_SECONDS)
