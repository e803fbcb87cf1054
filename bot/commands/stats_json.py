"""The figures of one project as JSON, under keys that stay."""

from typing import Any

from bot.commands.stats_figures import Stats
from storage.exchange.written_rows import moment_text
from tasks.model.gold import GoldState
from tasks.model.money import Money
from tasks.model.report import Measured, Report
from tasks.model.standing import Step
from tasks.model.work import TaskStatus
from tasks.quality.interval import wilson


def stats_body(stats: Stats) -> dict[str, Any]:
    """What ``tapwork stats --json`` prints; what is not known yet is null."""
    report, live = stats.report, stats.live
    return {
        "project": stats.project.slug,
        "counted_at": moment_text(report.made_at),
        **_progress(stats),
        "accuracy": {"answers": _measured(report.on_gold), "verdicts": _audits(report)},
        "alpha": report.alpha,
        **_doubts(report),
        "pace": {
            "last_hour": live.answers_last_hour,
            "last_day": report.answers_last_day,
            "median_seconds": live.median_seconds,
        },
        "workers": {
            "answered": report.workers,
            "open_questions": stats.progress.open_leases,
            **_steps(stats),
            "same_mistakes": [
                {"ids": list(one.pair), "same": one.same, "by_chance": one.expected} for one in stats.copied
            ],
        },
        "golds": {
            **{state.value: live.golds.get(state, 0) for state in GoldState},
            "asked": stats.golds_asked,
            "suspended_tasks": [one.key for one in live.suspended],
        },
        "set_aside": [
            {"task": one.key, "status": one.status, "say_broken": one.reports, "cant_tell": one.cant_tells}
            for one in live.set_aside
        ],
    }


def _progress(stats: Stats) -> dict[str, Any]:
    project, report, live = stats.project, stats.report, stats.live
    return {
        "tasks": {
            **{status.value: report.tasks.get(status, 0) for status in TaskStatus},
            "total": sum(report.tasks.values()),
            "gold": sum(report.golds.values()),
        },
        "answers": {
            "accepted": report.answers,
            "on_gold": report.gold_answers,
            "per_task": report.answers_per_task,
            "cant_tell": stats.progress.cant_tells,
            "unpaid_late": stats.progress.unpaid_late,
            "to_come": report.answers_to_come,
        },
        "cost": {
            "so_far": _amount(live.cost),
            "expected": _amount(report.expected_cost(live.cost, project.price)),
            "price": _amount(project.price),
            "currency": project.price.currency,
        },
    }


def _doubts(report: Report) -> dict[str, Any]:
    return {
        "confused": [
            {"right": one.right, "said": one.said, "answers": one.answers, "of": one.of}
            for one in report.confused
        ],
        "doubtful": [
            {"task": one.key, "choice": one.choice, "confidence": one.confidence, "status": one.status}
            for one in report.doubtful
        ],
    }


def _steps(stats: Stats) -> dict[str, Any]:
    return {
        "steps": {step.value: stats.live.steps.get(step, 0) for step in Step},
        "ids": {
            step.value: [one.worker_id for one in stats.noted if one.step is step]
            for step in Step
            if step is not Step.WORKING
        },
    }


def _audits(report: Report) -> dict[str, Any] | None:
    # Programs know these keys: "right" and "measured" say how many stayed the same.
    audits = report.audits
    return None if audits is None else {"promised": audits.promised, **(_measured(audits.held) or {})}


def _measured(measured: Measured) -> dict[str, Any] | None:
    if not measured.of:
        return None
    sure = wilson(measured.right, measured.of)
    share = measured.right / measured.of
    return {
        "right": measured.right,
        "of": measured.of,
        "measured": share,
        "low": sure.low,
        "high": sure.high,
    }


def _amount(money: Money | None) -> str | None:
    return None if money is None else f"{money.to_decimal():f}"
