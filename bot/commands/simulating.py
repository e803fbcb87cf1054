"""tapwork simulate FOLDER."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from bot.commands.simulation_report import report_lines, report_values
from storage.exchange.simulation_folder import Recorded, read_recorded
from tasks.errors import InputError
from tasks.inventing import Group, read_groups, with_people, with_truth
from tasks.model.project import Project
from tasks.simulating import UNKNOWN, Recording, SimulationReport, SimulationRules
from tasks.simulating import simulate as replay


class Share(click.FloatRange):
    """From 0 to 1; a plain range would take "nan", which is neither below nor above anything."""

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; wrong usage if it is none."""
        number = float(super().convert(value, param, ctx))  # type: ignore[arg-type]
        return number if number >= 0 else self.fail(f"{value!r} is no number from 0 to 1.", param, ctx)


SHARE = Share(0, 1)


class People(click.ParamType[Sequence[Group]]):
    """Groups of invented people."""

    name = "people"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Sequence[Group]:
        """The groups; wrong usage if the text is none."""
        try:
            return read_groups(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


@click.command(
    epilog="Example: tapwork simulate my-project --answers answers.csv --truth truth.csv --target-risk 0.05"
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--answers", type=click.Path(path_type=Path), help="CSV: task,worker,label[,seconds].")
@click.option(
    "--truth", type=click.Path(path_type=Path), help="CSV: task,label. The folder's gold unless told."
)
@click.option(
    "--workers", type=People(), metavar="PEOPLE", help='Invents people: "80 careful, 10 sloppy, 10 random".'
)
@click.option("--gold-share", type=SHARE, help="The share of tasks that is gold; the folder's unless told.")
@click.option("--target-risk", type=SHARE, help="1 - confidence of the project unless told.")
@click.option("--max", "max_answers", type=click.IntRange(1, 100), help="The project's unless told.")
@click.option(
    "--seed",
    # Python's chance takes a number and its negative for the same seed.
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Another one, another order of events.",
)
@click.option("--json", "as_json", is_flag=True, help="Prints one JSON object, and nothing else.")
def simulate(
    *,
    folder: Path,
    answers: Path | None,
    truth: Path | None,
    workers: Sequence[Group] | None,
    gold_share: float | None,
    target_risk: float | None,
    max_answers: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Replay recorded answers on the tasks of FOLDER, before real people are asked.

    Reads project.toml and tasks.csv, but no pictures, and touches no database. Files may be packed with gzip.
    Manners of invented people are careful, sloppy, random, constant and adversarial; with --answers they
    answer beside those who were recorded.
    """
    if answers is None and workers is None:
        raise click.UsageError(
            "Name the recorded answers with --answers FILE, or invent people with --workers."
        )
    recorded = _read(folder, answers, truth)
    recording = _complete(recorded, workers, seed)
    rules = _rules(recorded.project, gold_share, target_risk, max_answers=max_answers, seed=seed)
    report = _replay(recording, rules)
    if as_json:
        click.echo(json.dumps(report_values(report)))
    else:
        click.echo("\n".join(report_lines(recorded.project, recording, rules, report)))


def _read(folder: Path, answers: Path | None, truth: Path | None) -> Recorded:
    """What the files say; what is wrong with some rows goes to standard error."""
    length = answers.stat().st_size if answers is not None and answers.is_file() else 0
    with click.progressbar(
        length=length, label="Reading", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        recorded = read_recorded(folder, answers, truth, bar.update)
    for finding in recorded.findings:
        click.echo(finding, err=True)
    return recorded


def _complete(recorded: Recorded, workers: Sequence[Group] | None, seed: int) -> Recording:
    """The recording, with invented people if there are any; it must know something that is right."""
    recording = recorded.recording
    tasks, known = len(recording.truth), sum(choice != UNKNOWN for choice in recording.truth)
    if not known:
        raise InputError(
            "No task has a known truth, so nothing could be measured; name a file with --truth, or fill the "
            "column gold of tasks.csv."
        )
    if workers is None:
        if known < tasks:
            click.echo(f"The truth of {known:,} of {tasks:,} tasks is known; accuracy is theirs.", err=True)
        return recording
    if known < tasks:
        click.echo(
            f"The truth of {known:,} of {tasks:,} tasks is known; for the others it is invented alike.",
            err=True,
        )
    return with_people(with_truth(recording, seed), workers, seed)


def _rules(
    project: Project,
    gold_share: float | None,
    target_risk: float | None,
    *,
    max_answers: int | None,
    seed: int,
) -> SimulationRules:
    most = project.rules.max if max_answers is None else max_answers
    return SimulationRules(
        gold_share=gold_share,
        target_risk=round(1 - project.rules.confidence, 9) if target_risk is None else target_risk,
        min_answers=min(project.rules.min, most),
        max_answers=most,
        seed=seed,
        price=project.price,
    )


def _replay(recording: Recording, rules: SimulationRules) -> SimulationReport:
    with click.progressbar(
        length=len(recording.task_keys),
        label="Simulating",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        return replay(recording, rules, bar.update)
