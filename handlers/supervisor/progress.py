"""How far a notice is."""

from handlers.screens import Screen
from handlers.words import Words
from tasks.model.notice import DeliveryState
from tasks.outcomes import NoticeReport


def progress_screen(words: Words, report: NoticeReport, messages_per_second: float) -> Screen:
    del messages_per_second
    return Screen(report_text(words, report))


def report_text(words: Words, report: NoticeReport) -> str:
    del words
    return f"{report.tally.states[DeliveryState.SENT]} / {report.tally.total}"
