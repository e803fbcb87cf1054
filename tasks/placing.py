"""The tree of places, and how a supervisor finds her way in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.model.identifiers import AccountKey
from tasks.model.place import NewPlace, Place, is_within, parents
from tasks.ports import Store
from tasks.supervising import Scopes

PORTION = 500


@dataclass(frozen=True, slots=True)
class ImportPlaces:
    """Keeps all of them, with the places that must lie around them; returns how many are new."""

    store: Store

    async def __call__(self, places: Iterable[NewPlace]) -> int:
        new, portion = 0, []
        for place in places:
            portion.append(place)
            if len(portion) == PORTION:
                new += await self._keep(portion)
                portion = []
        return new + await self._keep(portion)

    async def _keep(self, portion: Sequence[NewPlace]) -> int:
        new = 0
        async with self.store.write() as uow:
            for place in portion:
                for parent in parents(place.path):
                    if await uow.places.find(parent) is None:
                        new += await uow.places.upsert(parent, {}, None)
                new += await uow.places.upsert(place.path, place.names, place.time_zone)
            await uow.commit()
        return new


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A place within somebody's scope, and what lies right below it."""

    path: str
    """Empty: the whole programme."""
    place: Place | None
    below: Sequence[Place]
    is_top: bool
    """It is her whole scope: there is nothing around it for her."""


@dataclass(frozen=True, slots=True)
class LookAround:
    """The place with that id and what lies below it; her own scope for 0 and whatever is not in it.

    Raises NotSupervisor.
    """

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey, place_id: int = 0) -> Surroundings:
        async with self.store.read() as uow:
            scope = await self.scopes.require(uow, who)
            place = await uow.places.find_by_id(place_id) if place_id else None
            if place is None or not is_within(place.path, scope):
                place = await uow.places.find(scope) if scope else None
            path = scope if place is None else place.path
            return Surroundings(path, place, await uow.places.list_in(path), is_top=path == scope)


@dataclass(frozen=True, slots=True)
class NamePlaces:
    """The places with those paths, as far as they are known."""

    store: Store

    async def __call__(self, paths: Sequence[str]) -> Sequence[Place]:
        async with self.store.read() as uow:
            found = [await uow.places.find(path) for path in paths if path]
        return [place for place in found if place is not None]
