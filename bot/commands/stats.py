"""tapwork stats [SLUG]."""

import json

import click

from bot.clock import SystemClock
from bot.commands.database import open_store
from bot.commands.exporting import find_project
from bot.commands.stats_figures import LISTED_MAX, Stats
from bot.commands.stats_json import stats_body
from bot.commands.stats_lines import stats_lines
from bot.settings import Settings
from storage.unit_of_work import SqlStore
from tasks.model.place import PROGRAMME
from tasks.model.project import Project
from tasks.model.standing import Step
from tasks.watching_projects import make_report


async def show_stats(settings: Settings, slug: str | None, *, as_json: bool) -> None:
    """Prints how far one project, or each, is; goes through everything, and so is never old."""
    async with open_store(settings.database) as store:
        if slug is not None:
            projects = [await find_project(store, slug)]
        else:
            async with store.read() as unit:
                projects = list(await unit.projects.list_all())
        for project in projects:
            stats = await read_stats(store, project)
            if as_json:
                click.echo(json.dumps(stats_body(stats), ensure_ascii=False))
            else:
                click.echo("\n".join(stats_lines(stats)) + "\n")
    if not projects and not as_json:
        click.echo("There are no projects yet; tapwork import FOLDER brings one.")


async def read_stats(store: SqlStore, project: Project) -> Stats:
    """Counts everything, in one moment."""
    clock = SystemClock()
    async with store.read() as unit:
        workers = await unit.reports.list_workers(project, scope=PROGRAMME, first=0, limit=LISTED_MAX)
        model = await unit.models.find(project.id)
        return Stats(
            project,
            await unit.projects.progress(project.id),
            await make_report(unit, project, clock),
            await unit.reports.read_live(project, clock.now()),
            await unit.golds.count_all_live(project.id),
            [worker for worker in workers if worker.step is not Step.WORKING],
            () if model is None else model.copied,
        )
