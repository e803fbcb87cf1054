"""tapwork import FOLDER."""

import sys
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.commands.database import open_store, prepare
from bot.settings import Settings
from storage.exchange.project_folder import ProjectFolder
from storage.pictures import PictureFiles
from tasks.errors import InputError
from tasks.importing import ImportProject, ImportReport
from tasks.plural import plural


async def import_folder(settings: Settings, path: Path) -> None:
    """Imports the folder and tells what became of its rows. Raises InputError if nothing was imported."""
    folder = ProjectFolder.open(path, PictureFiles(settings.media.folder))
    await prepare(settings.database)
    async with open_store(settings.database) as store:
        with click.progressbar(
            length=folder.text.lines, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            report = await ImportProject(store, SystemClock())(folder, bar.update)
    if folder.text.encoding == "gb18030":
        click.echo("tasks.csv is no UTF-8 text and was read as GB18030.")
    for row in report.refused:
        click.echo(f"tasks.csv line {row.line} {row.reason}")
    for note in report.notes:
        click.echo(f"Note: {note}", err=True)
    click.echo(_summary(folder, report))


def _summary(folder: ProjectFolder, report: ImportReport) -> str:
    if report.project is None:
        if not report.refused:
            raise InputError("Nothing was imported: tasks.csv has no rows below its columns.")
        told = plural(
            "the only row of tasks.csv was refused",
            "all {count} rows of tasks.csv were refused",
            len(report.refused),
        )
        raise InputError(f"Nothing was imported: {told}.")
    parts = [plural("{count} new task", "{count} new tasks", report.added)]
    if report.updated:
        parts.append(f"{report.updated} known before")
    parts.append(f"{len(report.refused)} refused")
    return f"Imported {folder.project.slug}: {', '.join(parts)}"
