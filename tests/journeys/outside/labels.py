"""How good the exported labels are, and how good they could have been."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from tests.journeys.outside.known import KnownProgramme
from tests.journeys.outside.process import Tapwork

DECIDED = {"closed", "disputed"}


@dataclass
class Labels:
    """What came out for the tasks that are no gold."""

    tasks: int
    decided: int
    closed: int
    accuracy: float
    """The share of right labels among the closed."""
    of_decided: float
    """The same of the disputed and the closed together."""
    confidence: float
    """How sure those said they were, on average."""
    majority: float
    """The share of right ones if the most frequent of the same answers were the label."""
    answers_per_task: float
    """Accepted answers for each task."""
    with_gold: float
    """The same, with those to golds counted."""

    def __str__(self) -> str:
        return (
            f"{self.tasks} tasks, {self.decided} decided, {self.closed} closed: right {self.accuracy:.3f} "
            f"({self.of_decided:.3f} of all), promised {self.confidence:.3f}, majority {self.majority:.3f}, "
            f"{self.answers_per_task:.2f} answers each, {self.with_gold:.2f} with gold"
        )


async def measure(tapwork: Tapwork, programme: KnownProgramme) -> Labels:
    """From the exports alone."""
    rows = await tapwork.export(programme.slug, "verdicts")
    answers = await tapwork.export(programme.slug, "answers")
    approved = [row for row in answers if row["status"] == "approved"]
    ordinary = [row for row in rows if row["task"] not in programme.golds]
    closed = [row for row in ordinary if row["status"] == "closed"]
    decided = [row for row in ordinary if row["status"] in DECIDED]
    most = _majorities(approved)
    truth = programme.truth
    return Labels(
        tasks=len(ordinary),
        decided=len(decided),
        closed=len(closed),
        accuracy=mean(row["choice"] == truth[row["task"]] for row in closed),
        of_decided=mean(row["choice"] == truth[row["task"]] for row in decided),
        confidence=mean(float(row["confidence"]) for row in closed),
        majority=mean(most[row["task"]].get(truth[row["task"]], 0.0) for row in closed),
        answers_per_task=sum(not row["gold"] for row in approved) / len(ordinary),
        with_gold=len(approved) / len(ordinary),
    )


def _majorities(approved: list[dict[str, str]]) -> dict[str, dict[str, float]]:
    """Of each task the most frequent choice; equals share it."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for row in approved:
        said[row["task"]][row["choice"]] += 1
    return {task: _winners(votes) for task, votes in said.items()}


def _winners(votes: Counter[str]) -> dict[str, float]:
    most = [choice for choice, count in votes.items() if count == max(votes.values())]
    return dict.fromkeys(most, 1 / len(most))


async def simulated(
    tapwork: Tapwork, programme: KnownProgramme, folder: Path, *, seeds: int
) -> dict[str, float]:
    """What `tapwork simulate` makes of the same people, on average over so many orders of events."""
    answers = programme.write_answers(folder / "answers.csv")
    truth = programme.write_truth(folder / "truth.csv")
    reports: list[dict[str, Any]] = []
    for seed in range(seeds):
        files = ("--answers", str(answers), "--truth", str(truth), "--seed", str(seed), "--json")
        reports.append(json.loads(await tapwork.command("simulate", str(programme.folder), *files)))
    names = ("answers_per_task", "accuracy", "promised_accuracy", "disputed", "paused_workers")
    return {name: mean(float(report[name]) for report in reports) for name in names}
