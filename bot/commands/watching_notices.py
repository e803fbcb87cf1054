"""tapwork notices."""

import json
import shutil
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.commands.database import open_store
from bot.settings import Settings
from handlers.labels import shorten
from storage.exchange.delivery_report import write_delivery_report
from storage.unit_of_work import SqlStore
from tasks.errors import InputError
from tasks.model.identifiers import NoticeId
from tasks.model.notice import DeliveryState, Notice
from tasks.noticing.steering import Steer, SteerNotice
from tasks.noticing.watching import ListNotices, ListUnknown, ShowNotice
from tasks.outcomes import NoticeGone, NoticeReport
from tasks.plural import plural
from tasks.supervising import Scopes

FIRST_WORDS = 40


async def show_notices(settings: Settings, *, as_json: bool) -> None:
    """Prints the last notices."""
    async with open_store(settings.database) as store:
        reports = await ListNotices(store, Scopes())(None)
    if as_json:
        click.echo(json.dumps([_facts(report) for report in reports], ensure_ascii=False))
        return
    for report in reports:
        click.echo(_line(report))
    if not reports:
        click.echo("There are no notices yet; `tapwork notice` or /broadcast in the chat writes one.")


async def show_notice(
    settings: Settings, number: int, *, steer: Steer | None, csv: Path | None, as_json: bool
) -> None:
    """Steers one notice if asked to, and prints how far it is. Raises InputError."""
    async with open_store(settings.database) as store:
        report = await _report(store, NoticeId(number), steer)
        count = report.tally.states[DeliveryState.UNKNOWN]
        unknown = await ListUnknown(store, Scopes())(None, report.notice.id, count)
        if csv is not None:
            path = await write_delivery_report(store, report.notice.id)
            shutil.move(path, csv)
    numbers = [delivery.worker_id for delivery in unknown]
    if as_json:
        facts = _facts(report) | {"unknown_workers": numbers}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(_line(report))
    for state, count in report.tally.states.items():
        if count:
            click.echo(f"  {state.value:<10} {count}")
    click.echo(f"  {'read':<10} {report.tally.read}")
    for answer, count in zip(report.notice.answers_in("en"), report.tally.answers, strict=False):
        click.echo(f"  {answer:<10} {count}")
    if numbers:
        who = plural("worker", "workers", len(numbers))
        click.echo(f"  of unknown fate: {who} {', '.join(map(str, numbers))}")


async def _report(store: SqlStore, notice_id: NoticeId, steer: Steer | None) -> NoticeReport:
    if steer is None:
        shown = await ShowNotice(store, Scopes())(None, notice_id)
        if shown is None:
            raise InputError(f"There is no notice {notice_id}; `tapwork notices` lists the last ones.")
        return shown
    outcome = await SteerNotice(store, SystemClock(), Scopes())(None, notice_id, steer)
    if isinstance(outcome, NoticeGone):
        raise InputError(f"There is no notice {notice_id}; `tapwork notices` lists the last ones.")
    if not outcome.done:
        raise InputError(f"Notice {notice_id} is {outcome.notice.status}; it cannot {steer} now.")
    return outcome


def _line(report: NoticeReport) -> str:
    notice, tally = report.notice, report.tally
    reason = f" ({notice.reason})" if notice.reason else ""
    sent = tally.states[DeliveryState.SENT]
    return f"{notice.id}: {notice.status}{reason}, {sent} of {tally.total} sent: {_first_words(notice)}"


def _first_words(notice: Notice) -> str:
    return shorten(" ".join(notice.text("en").split()), FIRST_WORDS)


def _facts(report: NoticeReport) -> dict[str, object]:
    notice, tally = report.notice, report.tally
    states = {state.value: count for state, count in tally.states.items()}
    return {
        "notice": notice.id,
        "status": notice.status.value,
        "reason": notice.reason,
        "total": tally.total,
        **states,
        "read": tally.read,
        "answers": list(tally.answers),
    }
