"""tapwork export SLUG."""

import sys
from pathlib import Path
from typing import BinaryIO

import click

from bot.commands.database import open_store
from bot.settings import Settings
from storage.exchange.exporting import EXPORTS, What, count_rows, list_pages
from storage.exchange.written_rows import Format, whole_file, write_header, write_rows
from storage.unit_of_work import SqlStore
from tasks.errors import InputError
from tasks.model.project import Project


async def export(settings: Settings, slug: str, what: What, *, form: Format, out: Path | None) -> None:
    """Writes the export to the file, or to standard output without one. Raises InputError."""
    async with open_store(settings.database) as store:
        project = await find_project(store, slug)
        if out is None:
            await _write(store, project, what, form=form, file=sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with whole_file(out) as file:
                rows = await _write(store, project, what, form=form, file=file)
            click.echo(f"Exported {rows} rows to {out}", err=True)


async def find_project(store: SqlStore, slug: str) -> Project:
    """The project with that slug; raises InputError with those there are."""
    async with store.read() as unit:
        project = await unit.projects.find_by_slug(slug)
        if project is None:
            known = ", ".join(sorted(one.slug for one in await unit.projects.list_all()))
            raise InputError(f'There is no project "{slug}"; known are: {known or "none yet"}.')
    return project


async def _write(store: SqlStore, project: Project, what: What, *, form: Format, file: BinaryIO) -> int:
    """Writes everything and returns how many rows there were."""
    columns = EXPORTS[what].columns
    file.write(write_header(columns, form))
    count = 0
    watched = sys.stderr.isatty()
    length = await count_rows(store.database, project, what) if watched else 0
    with click.progressbar(length=length, label="Exporting", file=sys.stderr, hidden=not watched) as bar:
        async for page in list_pages(store.database, project, what):
            file.write(write_rows(columns, page, form))
            count += len(page)
            bar.update(len(page))
    return count
