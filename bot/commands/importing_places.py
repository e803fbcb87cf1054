"""tapwork places FILE.csv."""

from pathlib import Path

import click
from storage.exchange.places_file import PlacesFile

from bot.commands.database import open_store, prepare
from bot.settings import Settings
from tasks.errors import InputError
from tasks.placing import ImportPlaces


async def import_places(settings: Settings, path: Path) -> None:
    """Keeps the places in the file and tells what became of its rows. Raises InputError."""
    file = PlacesFile.open(path)
    await prepare(settings.database)
    async with open_store(settings.database) as store:
        new = await ImportPlaces(store)(file.places())
    for row in file.refused:
        click.echo(f"{path.name} line {row.line} {row.reason}")
    if not file.read and file.refused:
        raise InputError(f"No place was taken in: all {len(file.refused)} rows of {path.name} were refused.")
    click.echo(f"Places: {file.read} read, {new} new, {len(file.refused)} refused.")
