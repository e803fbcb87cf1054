"""tapwork places FILE.csv."""

from collections.abc import Iterator
from pathlib import Path

import click

from bot.commands.database import open_store, prepare
from bot.settings import Settings
from storage.exchange.places_file import read_places
from tasks.errors import InputError
from tasks.importing import RefusedRow
from tasks.model.place import NewPlace
from tasks.placing import ImportPlaces


async def import_places(settings: Settings, path: Path) -> None:
    """Keeps the places in the file and tells what became of its rows. Raises InputError."""
    rows = read_places(path)
    refused: list[RefusedRow] = []
    count = 0

    def good() -> Iterator[NewPlace]:
        nonlocal count
        for row in rows:
            if isinstance(row, RefusedRow):
                refused.append(row)
            else:
                count += 1
                yield row

    await prepare(settings.database)
    async with open_store(settings.database) as store:
        new = await ImportPlaces(store)(good())
    for row in refused:
        click.echo(f"{path.name} line {row.line} {row.reason}")
    if not count:
        raise InputError(f"No place was taken in: {path.name} has no good row below its columns.")
    click.echo(f"Places: {count} read, {new} new, {len(refused)} refused.")
