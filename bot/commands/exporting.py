"""tapwork export SLUG."""

import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from bot.commands.database import open_store
from bot.settings import Settings
from storage.exchange.beside import Beside
from storage.exchange.exporting import What, make_export
from storage.exchange.exports import Export, count_rows, list_pages
from storage.exchange.written_rows import Format, whole_file, write_header, write_rows
from storage.unit_of_work import SqlStore
from tasks.errors import InputError
from tasks.model.project import Project
from tasks.plural import plural


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported."""

    what: What
    beside: Collection[Beside] = ()
    """What other methods say is to stand beside the verdicts."""
    history: bool = False
    """All versions of the verdicts, instead of the last."""

    @classmethod
    def read(cls, what: str, *, beside: str, history: bool) -> "Wanted":
        """What the options say; raises click.UsageError if they do not go together."""
        names = [name.strip() for name in beside.split(",") if name.strip()]
        unknown = sorted(set(names) - set(Beside))
        if unknown:
            raise click.UsageError(f"--beside knows {', '.join(Beside)}, not {', '.join(unknown)}.")
        if (names or history) and what != What.VERDICTS:
            raise click.UsageError("--beside and --history are for --what verdicts.")
        if names and history:
            raise click.UsageError("--beside compares the last verdicts; it does not go with --history.")
        return cls(What(what), [Beside(name) for name in names], history)


async def export(settings: Settings, slug: str, wanted: Wanted, *, form: Format, out: Path | None) -> None:
    """Writes the export to the file, or to standard output without one. Raises InputError."""
    async with open_store(settings.database) as store:
        project = await find_project(store, slug)
        made = await make_export(
            store.database, project, wanted.what, beside=wanted.beside, history=wanted.history
        )
        if out is None:
            await _write(store, made, form=form, file=sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with whole_file(out) as file:
                rows = await _write(store, made, form=form, file=file)
            told = plural("Exported {count} row to {out}", "Exported {count} rows to {out}", rows, out=out)
            click.echo(told, err=True)


async def find_project(store: SqlStore, slug: str) -> Project:
    """The project with that slug; raises InputError with those there are."""
    async with store.read() as unit:
        project = await unit.projects.find_by_slug(slug)
        if project is None:
            known = ", ".join(sorted(one.slug for one in await unit.projects.list_all()))
            raise InputError(f'There is no project "{slug}"; known are: {known or "none yet"}.')
    return project


async def _write(store: SqlStore, made: Export, *, form: Format, file: BinaryIO) -> int:
    """Writes everything and returns how many rows there were."""
    file.write(write_header(made.columns, form))
    count = 0
    watched = sys.stderr.isatty()
    length = await count_rows(store.database, made) if watched else 0
    with click.progressbar(length=length, label="Exporting", file=sys.stderr, hidden=not watched) as bar:
        async for page in list_pages(store.database, made):
            file.write(write_rows(made.columns, page, form))
            count += len(page)
            bar.update(len(page))
    return count
