"""What could not be read on its way in."""

from datetime import datetime
from typing import Protocol


class Quarantine(Protocol):
    """Events from a messenger that could not be read, kept for a developer."""

    async def add(
        self, *, channel: str, event_id: str, received_at: datetime, reason: str, payload: str
    ) -> None:
        """Keeps the event, its payload cut to 8 kB; once is enough if it comes again."""
