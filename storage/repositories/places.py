"""The tree of places."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, update

from storage.engine import Transaction
from storage.repositories.scopes import lies_below, list_around
from storage.tables import places
from tasks.model.place import PROGRAMME, Place


class SqlPlaces:
    """Implements ``Places``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def upsert(self, path: str, names: Mapping[str, str], time_zone: str | None) -> bool:
        values = {"names": dict(names), "time_zone": time_zone}
        added = await self._transaction.execute(
            self._transaction.insert(places)
            .values(path=path, **values)
            .on_conflict_do_nothing(index_elements=[places.c.path])
            .returning(places.c.id)
        )
        if added.scalar_one_or_none() is not None:
            return True
        await self._transaction.execute(update(places).where(places.c.path == path).values(values))
        return False

    async def find(self, path: str) -> Place | None:
        return await self._find(places.c.path == path)

    async def find_by_id(self, place_id: int) -> Place | None:
        return await self._find(places.c.id == place_id)

    async def list_in(self, path: str) -> Sequence[Place]:
        start = 1 if path == PROGRAMME else len(path) + 2
        rest = func.substr(places.c.path, start)
        rows = await self._transaction.execute(
            select(places).where(lies_below(places.c.path, path), rest.not_like("%/%"))
        )
        # Sorted here, since servers differ in how they order texts.
        return sorted(map(place_from, rows), key=lambda place: place.path)

    async def find_time_zone(self, path: str) -> str | None:
        around = list_around(path)
        rows = await self._transaction.execute(
            select(places.c.path, places.c.time_zone).where(
                places.c.path.in_(around), places.c.time_zone.is_not(None)
            )
        )
        known = {row.path: row.time_zone for row in rows}
        return next((known[place] for place in around if place in known), None)

    async def _find(self, condition: ColumnElement[bool]) -> Place | None:
        rows = await self._transaction.execute(select(places).where(condition))
        row = rows.one_or_none()
        return None if row is None else place_from(row)


def place_from(row: Row[*tuple[Any, ...]]) -> Place:
    return Place(id=row.id, path=row.path, names=row.names, time_zone=row.time_zone)
