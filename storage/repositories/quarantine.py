"""Events that could not be read."""

from datetime import datetime

from storage.engine import Transaction
from storage.tables import quarantine

PAYLOAD_BYTES_MAX = 8 * 1024


class SqlQuarantine:
    """Implements ``Quarantine``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(
        self, *, channel: str, event_id: str, received_at: datetime, reason: str, payload: str
    ) -> None:
        await self._transaction.execute(
            self._transaction.insert(quarantine)
            .values(
                channel=channel,
                event_id=event_id,
                received_at=received_at,
                reason=_storable(reason),
                payload=_storable(payload),
            )
            .on_conflict_do_nothing(index_elements=[quarantine.c.channel, quarantine.c.event_id])
        )


def _storable(text: str) -> str:
    """At most 8 kB of it, without what no database takes: NUL, lone surrogates, half a character."""
    return text.replace("\0", "").encode(errors="ignore")[:PAYLOAD_BYTES_MAX].decode(errors="ignore")
