"""What belongs to a notice, in words."""

from datetime import datetime

from babel.dates import format_date

from handlers.amounts import amount_text
from handlers.words import Words, words_in
from tasks.model.money import Money
from tasks.model.notice import ALL_LANGUAGES, NoticeKind, NoticeStatus
from tasks.noticing.checking import Fault, FaultKind

SOMETHING_MICROS = 1
"""Whoever earned at least this has earned something."""


def kind_name(words: Words, kind: NoticeKind) -> str:
    match kind:
        case NoticeKind.WORK:
            return words("💼 Work")
        case NoticeKind.LESSON:
            return words("📚 Lesson")
        case NoticeKind.NEWS:
            return words("📰 News")
        case NoticeKind.PAY:
            return words("💰 Pay")
        case NoticeKind.ACCOUNT:
            return words("👤 Account matter")


def language_name(words: Words, language: str) -> str:
    """The language under its own name; the text for all under *for all*."""
    return words("for all languages") if language == ALL_LANGUAGES else words_in(language).name


def local_time_text(words: Words, moment: datetime) -> str:
    """Day and time, on a clock of 24 hours, as they are written on the buttons."""
    return f"{format_date(moment, 'medium', locale=words.locale)} {moment:%H:%M}"


def between_text(words: Words, low: Money | None, high: Money | None) -> str:
    """Earned between two amounts, of which one may be missing."""
    if is_something(low, high):
        return words("earned something")
    if low is not None and high is not None:
        low_text, high_text = amount_text(low, words.language), amount_text(high, words.language)
        return words("earned {low} to {high}", low=low_text, high=high_text)
    if low is not None:
        return words("earned {low} or more", low=amount_text(low, words.language))
    assert high is not None
    return words("earned {high} or less", high=amount_text(high, words.language))


def is_something(low: Money | None, high: Money | None) -> bool:
    """Whether the two amounts mean: earned something."""
    return high is None and low is not None and low.micros == SOMETHING_MICROS


def fault_text(words: Words, fault: Fault) -> str:
    """What is wrong, where, and what to do."""
    where = language_name(words, fault.language)
    facts = {"language": where, "length": fault.length, "limit": fault.limit}
    sentences = {
        FaultKind.NO_TEXT: words("There is no text yet. Press “Text”."),
        FaultKind.EMPTY_TEXT: words("The text ({language}) is empty. Press “Text” and write it.", **facts),
        FaultKind.TEXT_TOO_LONG: words(
            "The text ({language}) has {length} characters, {limit} are allowed. Write a shorter one.",
            **facts,
        ),
        FaultKind.CAPTION_TOO_LONG: words(
            "The text ({language}) has {length} characters; with a picture or voice note {limit} are "
            "allowed. Write a shorter one, or leave the picture out.",
            **facts,
        ),
        FaultKind.NO_ANSWERS: words("The answers to choose from are missing. Press “Buttons”."),
        FaultKind.ANSWERS_DIFFER: words(
            "There must be equally many answers in each language. Press “Buttons” and write them again."
        ),
        FaultKind.ANSWER_TOO_LONG: words(
            "An answer has {length} characters, {limit} are allowed. Press “Buttons” and write shorter ones.",
            **facts,
        ),
        FaultKind.NOBODY: words("Nobody would get it. Press “To whom” and choose more people."),
    }
    return sentences[fault.kind]


def status_text(words: Words, status: NoticeStatus, reason: str) -> str:
    if status is NoticeStatus.PAUSED:
        return pause_text(words, reason)
    sentences = {
        NoticeStatus.DRAFT: words("It is not sent yet."),
        NoticeStatus.ASKED: words("⏳ It waits until a second supervisor agrees."),
        NoticeStatus.CONFIRMED: words("⏳ It goes out in a moment."),
        NoticeStatus.SENDING: words("📤 It is being sent."),
        NoticeStatus.DONE: words("✅ Done."),
        NoticeStatus.CANCELLED: words("🛑 Cancelled: what had not left never will."),
        NoticeStatus.RETRACTING: words("↩️ It is being taken back."),
        NoticeStatus.RETRACTED: words("↩️ It was taken back."),
    }
    return sentences[status]


def pause_text(words: Words, reason: str) -> str:
    """Why it is paused."""
    if reason == "failures":
        return words("⏸ Paused by the program: many of the first messages did not arrive.")
    if reason.startswith("refused: "):
        said = reason.removeprefix("refused: ")
        return words(
            "⏸ Paused by the program: the messenger does not take this message ({reason}).", reason=said
        )
    return words("⏸ Paused.")
