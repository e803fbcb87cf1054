"""How far a notice is: a bar, what became of its messages, and what can be done now."""

from pathlib import Path

from handlers.labels import TEXT_MAX, shorten
from handlers.notice_buttons import GetFile, SeeNotice, SeeNotices, SeeUnknown, SteerIt
from handlers.screens import Choice, Document, Rows, Screen, Slot
from handlers.supervisor.notice_words import local_time_text, status_text
from handlers.words import Words
from tasks.model.notice import DeliveryState, Notice, NoticeStatus, Receipt, Tally
from tasks.noticing.steering import Steer, can
from tasks.outcomes import NoticeReport

BAR_LENGTH = 16
FIRST_WORDS = 120
MINUTE_SECONDS, HOUR_MINUTES = 60, 60
GIVEN_UP = frozenset({NoticeStatus.CANCELLED, NoticeStatus.RETRACTING, NoticeStatus.RETRACTED})
"""What has not left yet never does."""
ASKED_FOR = frozenset({Steer.CANCEL, Steer.TAKE_BACK})
"""What cannot be undone is asked once more."""


def progress_screen(words: Words, report: NoticeReport, messages_per_second: float) -> Screen:
    """The message that a supervisor watches."""
    lines = [report_text(words, report)]
    # What waits for a time of each worker's own day takes as long as that.
    if _is_under_way(report) and report.notice.local_time is None:
        lines.append(_time_text(words, report.tally.left / messages_per_second))
    return Screen(shorten("\n".join(lines), TEXT_MAX), _rows(words, report))


def _is_under_way(report: NoticeReport) -> bool:
    return report.notice.status is NoticeStatus.SENDING and report.tally.left > 0


def report_screen(words: Words, report: NoticeReport, path: Path) -> Screen:
    """The final report with that file of all deliveries, in a message of its own."""
    name = f"notice-{report.notice.id}{''.join(path.suffixes)}"
    return Screen(report_text(words, report), slot=Slot.NOTE, document=Document(path, name))


def report_text(words: Words, report: NoticeReport) -> str:
    """The same without what changes by the second: the final report."""
    notice, tally = report.notice, report.tally
    lines = [
        f"📢 {first_words(notice, words.language)}",
        "",
        _status(words, report),
    ]
    if notice.local_time is not None:
        at = local_time_text(words, notice.local_time)
        lines.append(words("At {time} where each worker lives.", time=at))
    if tally.total:
        lines += [_bar(tally), *_counts(words, notice, tally), *_answers(words, notice, tally)]
    return "\n".join(lines)


def _status(words: Words, report: NoticeReport) -> str:
    notice = report.notice
    is_planned = _is_under_way(report) and report.tally.left == report.tally.total
    if notice.local_time is not None and is_planned:
        return words("🕒 It is planned.")
    return status_text(words, notice.status, notice.reason)


def first_words(notice: Notice, language: str, length_max: int = FIRST_WORDS) -> str:
    return shorten(" ".join(notice.text(language).split()), length_max)


def _bar(tally: Tally) -> str:
    done = tally.total - tally.left
    full = BAR_LENGTH * done // tally.total
    return f"{'▓' * full}{'░' * (BAR_LENGTH - full)} {100 * done // tally.total} %"


def _counts(words: Words, notice: Notice, tally: Tally) -> list[str]:
    states = tally.states
    sent = words("Sent: {count} of {total}", count=states[DeliveryState.SENT], total=tally.total)
    left = (
        words("Not sent any more: {count}")
        if notice.status in GIVEN_UP
        else words("Still to be sent: {count}")
    )
    named = (
        (words("Read: {count}"), tally.read),
        (left, tally.left),
        (words("Blocked the bot: {count}"), states[DeliveryState.BLOCKED]),
        (words("Account deleted: {count}"), states[DeliveryState.GONE]),
        (words("Refused by the messenger: {count}"), states[DeliveryState.REFUSED]),
        (words("Not known whether it arrived: {count}"), states[DeliveryState.UNKNOWN]),
        (
            words("Not sent, because they left, moved or do not want it: {count}"),
            states[DeliveryState.SKIPPED],
        ),
        (words("Taken back: {count}"), states[DeliveryState.RETRACTED]),
    )
    return [sent, *(sentence.format(count=count) for sentence, count in named if count)]


def _answers(words: Words, notice: Notice, tally: Tally) -> list[str]:
    if notice.receipt is not Receipt.POLL:
        return []
    answers = notice.answers_in(words.language)
    return [f"• {answer}: {count}" for answer, count in zip(answers, tally.answers, strict=False)]


def _time_text(words: Words, seconds: float) -> str:
    minutes = round(seconds / MINUTE_SECONDS)
    if minutes < 1:
        return words("Less than a minute to go, quiet hours not counted.")
    if minutes < 2 * HOUR_MINUTES:
        return words.plural(
            "About {count} minute to go, quiet hours not counted.",
            "About {count} minutes to go, quiet hours not counted.",
            minutes,
        )
    hours = round(minutes / HOUR_MINUTES)
    return words.plural(
        "About {count} hour to go, quiet hours not counted.",
        "About {count} hours to go, quiet hours not counted.",
        hours,
    )


def steer_label(words: Words, steer: Steer) -> str:
    match steer:
        case Steer.PAUSE:
            return words("⏸ Pause")
        case Steer.RESUME:
            return words("▶️ Go on")
        case Steer.CANCEL:
            return words("🛑 Cancel")
        case Steer.TAKE_BACK:
            return words("↩️ Take back")
        case Steer.SEND_AGAIN:
            return words("🔁 Send again")


def _rows(words: Words, report: NoticeReport) -> Rows:
    notice, tally = report.notice, report.tally
    steers = [steer for steer in (Steer.PAUSE, Steer.RESUME, Steer.CANCEL) if can(notice, steer)]
    if can(notice, Steer.TAKE_BACK) and tally.states[DeliveryState.SENT]:
        steers.append(Steer.TAKE_BACK)
    buttons = [
        Choice(steer_label(words, steer), SteerIt(notice.id, steer, sure=steer not in ASKED_FOR).pack())
        for steer in steers
    ]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    if unknown := tally.states[DeliveryState.UNKNOWN]:
        label = words("❔ Who may have missed it? ({count})", count=unknown)
        rows.append((Choice(label, SeeUnknown(notice.id).pack()),))
    last = [Choice(words("🔄 Look again"), SeeNotice(notice.id).pack())]
    if tally.total:
        last.append(Choice(words("📄 File"), GetFile(notice.id).pack()))
    return (*rows, tuple(last), (Choice(words("📢 All notices"), SeeNotices().pack()),))
