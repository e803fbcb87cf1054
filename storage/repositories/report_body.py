"""A report as JSON, for the section ``report`` of ``quality_models.body``."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tasks.model.identifiers import ImageId, TaskId
from tasks.model.report import Audits, Confusion, Doubtful, Measured, Report
from tasks.model.work import TaskStatus


def report_body(report: Report) -> dict[str, Any]:
    """What ``report_from`` reads."""
    return {**asdict(report), "made_at": report.made_at.isoformat()}


def report_from(body: Mapping[str, Any]) -> Report:
    """The report that was written so."""
    audits = body["audits"]
    values = {
        **body,
        "made_at": datetime.fromisoformat(body["made_at"]),
        "tasks": _by_status(body["tasks"]),
        "golds": _by_status(body["golds"]),
        "on_gold": Measured(**body["on_gold"]),
        "audits": audits and Audits(Measured(**audits["held"]), audits["promised"]),
        "confused": [Confusion(**each) for each in body["confused"]],
        "doubtful": [_doubtful_from(each) for each in body["doubtful"]],
    }
    return Report(**values)


def _by_status(numbers: Mapping[str, int]) -> Mapping[TaskStatus, int]:
    return {TaskStatus(status): number for status, number in numbers.items()}


def _doubtful_from(body: Mapping[str, Any]) -> Doubtful:
    known = {
        "task_id": TaskId(body["task_id"]),
        "image_id": ImageId(body["image_id"]),
        "status": TaskStatus(body["status"]),
    }
    return Doubtful(**{**body, **known})
