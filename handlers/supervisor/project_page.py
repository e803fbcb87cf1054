"""How a project is doing, on one page."""

from collections.abc import Iterator
from datetime import datetime

from babel.numbers import format_decimal, format_percent

from handlers.amounts import amount_text
from handlers.labels import LABEL_MAX, TEXT_MAX, shorten
from handlers.project_buttons import SeeContradicted, SeeDoubtful, SeeProject, SeeProjects, SeeTheirWorkers
from handlers.screens import Choice, Rows, Screen
from handlers.words import Words
from tasks.model.project import Project
from tasks.model.report import Confusion, Measured, Report
from tasks.model.standing import Step
from tasks.model.work import TaskStatus
from tasks.quality.interval import wilson
from tasks.watching_projects import ProjectView

MINUTE_SECONDS, HOUR_MINUTES = 60, 60
MANY = 2
"""It takes the form of every number but 1."""


def project_screen(words: Words, view: ProjectView, now: datetime) -> Screen:
    """The page, with buttons that lead deeper."""
    lines = [title_of(words, view.project), "", *_live_lines(words, view), ""]
    if view.report is None:
        lines.append(words("The other figures have not been counted yet; look again in some minutes."))
    else:
        lines += [_age(words, view.report, now), *_report_lines(words, view, view.report)]
    return Screen(shorten("\n".join(lines), TEXT_MAX), _rows(words, view))


def title_of(words: Words, project: Project) -> str:
    return shorten(project.say(project.titles, words.language), LABEL_MAX)


def choice_name(words: Words, project: Project, choice_id: str) -> str:
    """What its button says."""
    return shorten(project.name_of(choice_id, words.language), LABEL_MAX)


def percent_text(words: Words, share: float) -> str:
    """With one decimal, as her language writes it."""
    return format_percent(share, format="#,##0.#%", locale=words.locale)


def step_name(words: Words, step: Step) -> str:
    match step:
        case Step.WORKING:
            return words("working")
        case Step.WATCHED:
            return words("looked at more closely")
        case Step.REFRESHING:
            return words("being taught again")
        case Step.PAUSED:
            return words("paused")
        case Step.REMOVED:
            return words("removed")


def _live_lines(words: Words, view: ProjectView) -> Iterator[str]:
    live, report = view.live, view.report
    cost = amount_text(live.cost, words.language)
    expected = None if report is None else report.expected_cost(live.cost, view.project.price)
    if expected is None:
        yield words("💰 {cost} so far", cost=cost)
    else:
        in_the_end = amount_text(expected, words.language)
        yield words("💰 {cost} so far, about {expected} in the end", cost=cost, expected=in_the_end)
    yield words.plural(
        "⏱ {count} answer in the last hour", "⏱ {count} answers in the last hour", live.answers_last_hour
    )
    if live.median_seconds is not None:
        seconds = _number(words, live.median_seconds)
        yield words.plural(
            "⏱ {seconds} second for one answer (the middle one of the last 200)",
            "⏱ {seconds} seconds for one answer (the middle one of the last 200)",
            _form(live.median_seconds),
            seconds=seconds,
        )
    steps = [f"{step_name(words, step)} {live.steps[step]}" for step in Step if live.steps.get(step)]
    if steps:
        yield words("👥 Workers: {steps}", steps=" · ".join(steps))
    if live.suspended:
        yield words.plural(
            "⚠️ {count} known picture is contradicted by able workers; it counts for nothing until the client "
            "has looked at it.",
            "⚠️ {count} known pictures are contradicted by able workers; they count for nothing until the "
            "client has looked at them.",
            len(live.suspended),
        )
    if live.set_aside and view.is_whole_programme:
        yield words("🖼 Pictures were set aside as broken or unclear: /broken")


def _age(words: Words, report: Report, now: datetime) -> str:
    minutes = int((now - report.made_at).total_seconds() // MINUTE_SECONDS)
    if minutes < 1:
        return words("Counted just now:")
    if minutes < 2 * HOUR_MINUTES:
        return words.plural("Counted {count} minute ago:", "Counted {count} minutes ago:", minutes)
    hours = minutes // HOUR_MINUTES
    return words.plural("Counted {count} hour ago:", "Counted {count} hours ago:", hours)


def _report_lines(words: Words, view: ProjectView, report: Report) -> Iterator[str]:
    yield from _progress_lines(words, report)
    if report.on_gold.of:
        yield words(
            "✅ Single answers right on known pictures: {measured}", measured=_sure(words, report.on_gold)
        )
    if report.audits is not None:
        promised = percent_text(words, report.audits.promised)
        yield words.plural(
            "🎯 Labels asked about again: {same} of {count} stayed the same (it was {promised} sure)",
            "🎯 Labels asked about again: {same} of {count} stayed the same (they were {promised} sure)",
            report.audits.held.of,
            same=report.audits.held.right,
            promised=promised,
        )
    if report.alpha is not None:
        alpha = _number(words, report.alpha, digits=2)
        yield words("🤝 Agreement: {alpha} (Krippendorff's alpha: 1 is perfect, 0 is chance)", alpha=alpha)
    if report.confused:
        yield words("🔀 Most often confused:")
        yield from (_confused(words, view.project, one) for one in report.confused)


def _progress_lines(words: Words, report: Report) -> Iterator[str]:
    decided, disputed = report.tasks.get(TaskStatus.CLOSED, 0), report.tasks.get(TaskStatus.DISPUTED, 0)
    aside = sum(report.tasks.get(status, 0) for status in (TaskStatus.BROKEN, TaskStatus.UNCLEAR))
    total = sum(report.tasks.values())
    yield words("📦 Pictures decided: {decided} of {total}", decided=decided, total=total)
    named = (
        (words("Disputed: {count}"), disputed),
        (words("Open: {count}"), report.tasks.get(TaskStatus.OPEN, 0)),
        (words("Set aside: {count}"), aside),
        (words("Taken out: {count}"), report.tasks.get(TaskStatus.WITHDRAWN, 0)),
        (words("Known pictures beside them: {count}"), sum(report.golds.values())),
    )
    yield from (f"• {sentence.format(count=count)}" for sentence, count in named if count)
    yield words.plural(
        "✍️ {count} answer in the last day", "✍️ {count} answers in the last day", report.answers_last_day
    )
    if report.answers_per_task is not None:
        each = _number(words, report.answers_per_task)
        yield words.plural(
            "✍️ {answers} answer for each picture that has its label",
            "✍️ {answers} answers for each picture that has its label",
            _form(report.answers_per_task),
            answers=each,
        )


def _sure(words: Words, measured: Measured) -> str:
    """*93% (of 120; in truth 87% to 96.4%)*: near all or nothing the truth lies more to one side, so no ±."""
    within = wilson(measured.right, measured.of)
    return words(
        "{share} (of {count}; in truth {low} to {high})",
        share=percent_text(words, measured.right / measured.of),
        count=measured.of,
        low=percent_text(words, within.low),
        high=percent_text(words, within.high),
    )


def _confused(words: Words, project: Project, one: Confusion) -> str:
    right, said = (choice_name(words, project, choice) for choice in (one.right, one.said))
    return words.plural(
        "• {right} is taken for {said}: {some} of {count} answer",
        "• {right} is taken for {said}: {some} of {count} answers",
        one.of,
        right=right,
        said=said,
        some=one.answers,
    )


def _number(words: Words, number: float, *, digits: int = 1) -> str:
    return format_decimal(round(number, digits), locale=words.locale)


def _form(number: float) -> int:
    """A whole number whose form of a sentence goes with this one as it is shown: only a plain 1 is one."""
    return 1 if round(number, 1) == 1 else MANY


def _rows(words: Words, view: ProjectView) -> Rows:
    project_id = view.project.id
    rows: list[tuple[Choice, ...]] = []
    if view.report is not None and view.report.doubtful:
        rows.append((Choice(words("🤔 The most doubtful pictures"), SeeDoubtful(project_id).pack()),))
    if view.live.suspended:
        label = words("⚠️ Known pictures that are contradicted")
        rows.append((Choice(label, SeeContradicted(project_id).pack()),))
    rows.append((Choice(words("👥 Your workers"), SeeTheirWorkers(project_id).pack()),))
    again = Choice(words("🔄 Look again"), SeeProject(project_id).pack())
    return (*rows, (again, Choice(words("📋 All projects"), SeeProjects().pack())))
