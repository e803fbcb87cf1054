"""tapwork places FILE.csv."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from bot.commands.database import open_store, prepare
from bot.settings import Settings
from storage.exchange.places_file import read_places
from storage.unit_of_work import SqlStore
from tasks.errors import InputError
from tasks.importing import RefusedRow
from tasks.model.place import NewPlace
from tasks.placing import ImportPlaces


@dataclass
class PlacesTaken:
    """What became of the rows of a file."""

    read: int = 0
    new: int = 0
    refused: list[RefusedRow] = field(default_factory=list)


async def import_places(settings: Settings, path: Path) -> None:
    """Keeps the places in the file and tells what became of its rows. Raises InputError."""
    await prepare(settings.database)
    async with open_store(settings.database) as store:
        taken = await take_in_places(store, path)
    for row in taken.refused:
        click.echo(f"{path.name} line {row.line} {row.reason}")
    if not taken.read:
        raise InputError(f"No place was taken in: {path.name} has no good row below its columns.")
    click.echo(f"Places: {taken.read} read, {taken.new} new, {len(taken.refused)} refused.")


async def take_in_places(store: SqlStore, path: Path) -> PlacesTaken:
    """Keeps every good row of the file; raises InputError if it cannot be read as a whole."""
    taken = PlacesTaken()

    def good() -> Iterator[NewPlace]:
        for row in read_places(path):
            if isinstance(row, RefusedRow):
                taken.refused.append(row)
            else:
                taken.read += 1
                yield row

    taken.new = await ImportPlaces(store)(good())
    return taken
