"""Learning in turn: of all processes on one database one learns, and if that one dies another goes on."""

from collections.abc import Awaitable, Callable

import structlog

from bot.nursery import Nursery
from bot.outages import is_outage
from storage.turns import Turn, until_lost
from tasks.learning_from_answers import FAILED_RESTS
from tasks.model.project import Project

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""How often one who has the turn asks whether it still has it."""


class LearningInTurn:
    """Learns if it is this process's turn, which it keeps until it stops or fails.

    Two who learn for a moment, since a turn was lost in the middle, do no harm: they do the same work twice.
    """

    def __init__(self, turn: Turn, learn: Callable[[], Awaitable[object]]) -> None:
        self._turn = turn
        self._learn = learn
        self._nursery = Nursery()

    async def run(self) -> None:
        """Learns, or returns at once if another process has the turn."""
        if not await self._has_turn():
            return
        try:
            await self._learn()
        except Exception:
            # What fails here may succeed elsewhere: the next one who asks may try.
            await self.stop()
            raise

    async def stop(self) -> None:
        """Lets another process have the turn."""
        await self._nursery.stop()
        await self._turn.release()

    async def _has_turn(self) -> bool:
        is_watched = len(self._nursery) > 0
        if is_watched:
            return True
        if not await self._turn.try_take():
            return False
        self._nursery.start(self._watch(), name="watch the turn to learn")
        return True

    async def _watch(self) -> None:
        await until_lost(self._turn, look_seconds=LOOK_SECONDS)
        log.warning("it is not this process's turn to learn any more")


def note_failure(project: Project, error: Exception) -> None:
    """Logs that learning failed in a project; an outage is raised, since it concerns all of them."""
    if is_outage(error):
        raise error
    log.error(
        "learning failed in a project",
        project=project.slug,
        again_in_seconds=FAILED_RESTS.total_seconds(),
        advice="the other projects go on; mend what the error names, or show it to the developers",
        exc_info=error,
    )
