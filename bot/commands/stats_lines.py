"""The figures of one project as lines for people."""

from collections.abc import Iterable, Iterator, Mapping

from bot.commands.stats_figures import Stats
from tasks.model.gold import GoldState
from tasks.model.report import Audits, Confusion, Measured, ReportedPicture
from tasks.model.standing import Step
from tasks.model.work import TaskStatus
from tasks.plural import plural
from tasks.quality.copying import Copied
from tasks.quality.interval import wilson


def stats_lines(stats: Stats) -> list[str]:
    """The title, and one line for each thing that is known."""
    project = stats.project
    rows = {**_progress(stats), **dict(_quality(stats)), **dict(_people(stats))}
    return [
        f"{project.slug}: {project.say(project.titles, project.languages[0])}",
        *(f"  {name:<9} {text}" for name, text in rows.items()),
    ]


def _progress(stats: Stats) -> Mapping[str, str]:
    project, progress, report, live = stats.project, stats.progress, stats.report, stats.live
    total, gold = sum(report.tasks.values()), sum(report.golds.values())
    closed = report.tasks.get(TaskStatus.CLOSED, 0)
    others = {
        status: number for status, number in sorted(report.tasks.items()) if status != TaskStatus.CLOSED
    }
    expected = report.expected_cost(live.cost, project.price)
    seconds = live.median_seconds
    return {
        "tasks": f"{closed} of {total} closed ({_percent(closed, total)})"
        + (f"; {_numbers(others.items())}" if others else "")
        + (f"; {gold} gold beside them" if gold else ""),
        "answers": f"{report.answers} accepted, "
        + (f"{report.gold_answers} of them to gold, " if gold else "")
        + f"{progress.cant_tells} can't tell, "
        f"{progress.unpaid_late} late and unpaid",
        "workers": f"{report.workers} answered, "
        + plural(
            "{count} question is with a worker now",
            "{count} questions are with workers now",
            progress.open_leases,
        ),
        "cost": f"{live.cost}"
        + (", gold counted" if gold else "")
        # Another import may have changed it: what is spent already says nothing of it.
        + f"; an answer pays {project.price} now"
        + (f"; {expected} expected in the end" if expected else ""),
        "accuracy": _accuracy(report.on_gold),
        "pace": ("not known yet" if seconds is None else f"{seconds:.1f} s an answer")
        + plural(
            "; {count} answer in the last hour", "; {count} answers in the last hour", live.answers_last_hour
        )
        + f", {report.answers_last_day} in the last day",
    }


def _accuracy(on_gold: Measured) -> str:
    share = _percent(on_gold.right, on_gold.of)
    text = f"{on_gold.right} of {on_gold.of} right on gold, lessons aside ({share})"
    if not on_gold.of:
        return text
    sure = wilson(on_gold.right, on_gold.of)
    return f"{text}; in truth {sure.low:.1%} to {sure.high:.1%}, with 95 % certainty"


def _quality(stats: Stats) -> Iterator[tuple[str, str]]:
    report, live = stats.report, stats.live
    if report.answers_per_task is not None:
        yield "per task", f"{report.answers_per_task:.2f} answers on a decided task, gold not counted"
    if gold := sum(report.golds.values()):
        states = _numbers((state, live.golds[state]) for state in GoldState if live.golds.get(state))
        idle = live.golds.get(GoldState.LIVE, 0) - stats.golds_asked
        named = ", ".join(one.key for one in live.suspended)
        yield (
            "gold",
            f"{gold} from tasks.csv"
            + (f"; {states}" if states else "")
            + (_asked_of_nobody(idle) if idle else "")
            + (f"; contradicted by able workers: {named}" if named else ""),
        )
    if report.audits is not None:
        yield "verdicts", _asked_again(report.audits)
    if report.alpha is not None:
        yield "agreement", f"Krippendorff's alpha {report.alpha:.3f}"
    if report.confused:
        yield "confused", "; ".join(map(_confusion, report.confused))
    if report.doubtful:
        yield (
            "doubtful",
            ", ".join(f"{one.key} ({one.choice} {one.confidence:.2f})" for one in report.doubtful),
        )


def _asked_of_nobody(golds: int) -> str:
    return plural(
        "; {count} asked of nobody: its choice is not offered, or it was set aside or taken out",
        "; {count} asked of nobody: their choice is not offered, or they were set aside or taken out",
        golds,
    )


def _confusion(one: Confusion) -> str:
    return f"{one.right} taken for {one.said}: {one.answers} of {one.of}"


def _asked_again(audits: Audits) -> str:
    held = audits.held
    return plural(
        "{same} of {count} asked again stayed the same; it was {promised:.1%} sure",
        "{same} of {count} asked again stayed the same; they were {promised:.1%} sure",
        held.of,
        same=held.right,
        promised=audits.promised,
    )


def _people(stats: Stats) -> Iterator[tuple[str, str]]:
    steps = {step: stats.live.steps[step] for step in Step if stats.live.steps.get(step)}
    if steps:
        named = "".join(
            f"; {step}: " + ", ".join(str(one.worker_id) for one in stats.noted if one.step is step)
            for step in steps
            if any(one.step is step for one in stats.noted)
        )
        yield "standing", _numbers(steps.items()) + named
    if stats.copied:
        yield "copying", "; ".join(map(_copied, stats.copied))
    if stats.live.set_aside:
        yield "set aside", ", ".join(map(_reported, stats.live.set_aside))


def _copied(pair: Copied) -> str:
    one, other = pair.pair
    return f"{one} and {other} share {pair.same} wrong answers (by chance {pair.expected:.1f})"


def _reported(picture: ReportedPicture) -> str:
    broken = plural("{count} says broken", "{count} say broken", picture.reports)
    return f"{picture.key} ({broken}, {picture.cant_tells} can't tell)"


def _numbers(named: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{number} {name}" for name, number in named)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none yet"
