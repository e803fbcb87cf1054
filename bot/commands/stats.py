"""tapwork stats [SLUG]."""

import click

from bot.commands.database import open_store
from bot.commands.exporting import find_project
from bot.settings import Settings
from tasks.model.progress import ProjectProgress
from tasks.model.project import Project
from tasks.model.work import TaskStatus


async def show_stats(settings: Settings, slug: str | None) -> None:
    """Prints how far one project, or each, is."""
    async with open_store(settings.database) as store:
        if slug is not None:
            projects = [await find_project(store, slug)]
        else:
            async with store.read() as unit:
                projects = list(await unit.projects.list_all())
        for project in projects:
            async with store.read() as unit:
                progress = await unit.projects.progress(project.id)
            click.echo("\n".join(_lines(project, progress)) + "\n")
    if not projects:
        click.echo("There are no projects yet; tapwork import FOLDER brings one.")


def _lines(project: Project, progress: ProjectProgress) -> list[str]:
    total = sum(progress.tasks.values())
    closed = progress.tasks.get(TaskStatus.CLOSED, 0)
    others = [
        f"{count} {status}" for status, count in sorted(progress.tasks.items()) if status != TaskStatus.CLOSED
    ]
    pace = (
        "not known yet" if progress.median_seconds is None else f"{progress.median_seconds:.1f} s an answer"
    )
    rows = {
        "tasks": f"{closed} of {total} closed ({_percent(closed, total)})"
        + (f"; {', '.join(others)}" if others else ""),
        "answers": f"{progress.answers} accepted, {progress.cant_tells} can't tell, "
        f"{progress.unpaid_late} late and unpaid",
        "workers": f"{progress.workers} answered, {progress.open_leases} questions are with workers now",
        "cost": f"{progress.cost} at {project.price} an answer",
        "accuracy": f"{progress.gold_right} of {progress.gold_answered} right on gold "
        f"({_percent(progress.gold_right, progress.gold_answered)})",
        "pace": pace,
    }
    return [
        f"{project.slug}: {project.say(project.titles, project.languages[0])}",
        *(f"  {name:<9} {text}" for name, text in rows.items()),
    ]


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none yet"
