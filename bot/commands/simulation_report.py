"""What a simulation found, for people and for programs."""

from collections.abc import Iterator, Mapping

from tasks.model.project import Project
from tasks.plural import plural
from tasks.simulating import Recording, SimulationReport, SimulationRules


def report_values(report: SimulationReport) -> Mapping[str, int | float | None]:
    """The figures by their names; shares are fractions, and the cost is in the currency's unit."""
    return {
        "tasks": report.tasks,
        "answers": report.answers,
        "answers_per_task": report.answers_per_task,
        "gold_answers": report.gold_answers,
        "accuracy": report.accuracy,
        "promised_accuracy": report.promised_accuracy,
        "disputed": report.disputed,
        "paused_workers": report.paused_workers,
        "cost": float(report.cost.to_decimal()),
    }


def report_lines(
    project: Project, recording: Recording, rules: SimulationRules, report: SimulationReport
) -> Iterator[str]:
    """A page to read."""
    labelled = plural("{count:,} task labelled", "{count:,} tasks labelled", report.tasks)
    answers = plural(
        "{count} answer a task",
        "{least} to {count} answers a task",
        rules.max_answers,
        least=rules.min_answers,
    )
    target = f"target {1 - rules.target_risk:.1%}"
    yield f"{project.slug}: {labelled}, {_workers(len(recording.workers))}, {target}, {answers}"
    rows = {
        "answers": f"{report.answers_per_task:.2f} a task, gold counted; {report.answers:,} in all, "
        f"{report.gold_answers:,} of them to gold",
        "accuracy": f"{_percent(report.accuracy)} measured, {_percent(report.promised_accuracy)} promised; "
        f"of the {sum(row.tasks for row in report.calibration):,} whose truth is known",
        "disputed": plural(
            "{count:,} task with its last answer, where more would have helped",
            "{count:,} tasks with their last answer, where more would have helped",
            report.disputed,
        ),
        "cost": f"{report.cost} at {rules.price} an answer, gold counted",
        "paused": _workers(report.paused_workers),
    }
    yield from (f"  {name:<9} {text}" for name, text in rows.items())
    yield from _calibration(report)
    yield from _paused(report)


def _calibration(report: SimulationReport) -> Iterator[str]:
    if report.calibration:
        yield "Of labels as sure as that, so many are right:"
    for row in report.calibration:
        tasks = plural("{count:>8,} task", "{count:>8,} tasks", row.tasks)
        yield f"  {row.promised:>6.1%} promised  {row.measured:>6.1%} right  {tasks}"


def _paused(report: SimulationReport) -> Iterator[str]:
    if report.paused:
        yield "Paused:"
    for worker in report.paused:
        golds = plural("{count} gold", "{count} golds", worker.golds)
        yield f"  {worker.worker}: {worker.reason} ({worker.right} of {golds} right)"


def _workers(count: int) -> str:
    return plural("{count:,} worker", "{count:,} workers", count)


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"
