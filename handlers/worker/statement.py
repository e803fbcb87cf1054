"""Her money and her answers, in words and small bars."""

from datetime import date

from babel.dates import format_date

from handlers.amounts import amount_text
from handlers.checks import said_text
from handlers.labels import TEXT_MAX, shorten
from handlers.words import Words
from tasks.model.earnings import CurrencyStatement, DayEarnings, RecentAnswer, Statement
from tasks.model.ledger import Bucket
from tasks.model.money import Money
from tasks.model.project import CANT_TELL
from tasks.model.work import AnswerStatus

BLOCK = "▇"
BLOCKS_MAX = 8
"""The longest bar, beside a day and an amount on a narrow phone."""


def statement_text(words: Words, statement: Statement) -> str:
    parts = []
    if not statement.currencies:
        # Also of those whose answers so far were all "Can't tell".
        parts.append(
            words("You have not earned anything yet. Press “Work” to begin: even your first answer is paid.")
        )
    for money in statement.currencies:
        parts += [_buckets(words, money), _sums(words, money), _bars(words, money.days)]
    if statement.recent:
        parts.append(_answers(words, statement))
    return shorten("\n\n".join(parts), TEXT_MAX)


def _buckets(words: Words, money: CurrencyStatement) -> str:
    names = (
        (Bucket.PENDING, words("Waiting for review")),
        (Bucket.APPROVED, words("Approved")),
        (Bucket.IN_PAYOUT, words("Being paid")),
        (Bucket.PAID, words("Paid")),
    )
    lines = [_line(words, name, money.buckets[bucket]) for bucket, name in names]
    return "\n".join((words("💰 Your money"), *lines))


def _sums(words: Words, money: CurrencyStatement) -> str:
    return "\n".join(
        (
            words("What you earned"),
            _line(words, words("Today"), money.today),
            _line(words, words("Last 7 days"), money.last_7_days),
            _line(words, words("Last 30 days"), money.last_30_days),
        )
    )


def _line(words: Words, name: str, amount: Money) -> str:
    return words("{name}: {amount}", name=name, amount=amount_text(amount, words.language))


def _bars(words: Words, days: tuple[DayEarnings, ...]) -> str:
    """One line a day; the best day has the longest bar."""
    best = max((day.amount.micros for day in days), default=0)
    lines = []
    for day in days:
        bar = BLOCK * _blocks(day.amount.micros, best)
        parts = (_weekday(words, day.day), bar, amount_text(day.amount, words.language))
        lines.append(" ".join(part for part in parts if part))
    return "\n".join(lines)


def _blocks(micros: int, best: int) -> int:
    """The length of a bar; the smallest earning still has one block."""
    if micros <= 0:
        return 0
    return max((BLOCKS_MAX * micros + best // 2) // best, 1)


def _weekday(words: Words, day: date) -> str:
    return format_date(day, "EEE", locale=words.locale)


def _answers(words: Words, statement: Statement) -> str:
    lines = [
        words("{name}: {amount}", name=_said(words, answer), amount=_outcome(words, answer))
        for answer in statement.recent
    ]
    return "\n".join((words("Your last answers"), *lines))


def _said(words: Words, answer: RecentAnswer) -> str:
    """Her choice as the button said it."""
    if answer.choice == CANT_TELL:
        return words("🤷 Can't tell")
    return said_text(answer.project, answer.choice, words.language)


def _outcome(words: Words, answer: RecentAnswer) -> str:
    price = amount_text(answer.price, words.language)
    match answer.status:
        case AnswerStatus.APPROVED:
            return f"✓ +{price}"
        case AnswerStatus.PENDING:
            return words("waiting for review, {price}", price=price)
        case AnswerStatus.UNDONE:
            return words("taken back")
        case AnswerStatus.REJECTED | AnswerStatus.UNPAID:
            return words("not paid")
