"""Keeps updates that could not be read or handled, in a transaction of their own."""

from datetime import datetime

from tasks.ports import Store


class StoreQuarantine:
    """Implements ``Quarantine`` for callers who have no transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(
        self, *, channel: str, event_id: str, received_at: datetime, reason: str, payload: str
    ) -> None:
        async with self._store.write() as unit:
            await unit.quarantine.add(
                channel=channel, event_id=event_id, received_at=received_at, reason=reason, payload=payload
            )
            await unit.commit()
