"""Keeps what came from a messenger and could not be read or handled."""

from dataclasses import dataclass
from datetime import datetime

from tasks.ports import Store


@dataclass(frozen=True, slots=True)
class PutAside:
    """Implements ``Quarantine``, each event in a transaction of its own: nobody waits behind it."""

    store: Store

    async def add(
        self, *, channel: str, event_id: str, received_at: datetime, reason: str, payload: str
    ) -> None:
        async with self.store.write() as uow:
            await uow.quarantine.add(
                channel=channel,
                event_id=event_id,
                received_at=received_at,
                reason=reason,
                payload=payload,
            )
            await uow.commit()
