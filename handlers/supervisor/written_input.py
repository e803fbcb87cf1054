"""What a supervisor writes for a notice, read; raises Unreadable with a sentence that says what to write."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.labels import shorten
from handlers.words import Words
from tasks.model.identifiers import WorkerId
from tasks.model.money import Money
from tasks.model.notice import ANSWERS_MAX
from tasks.noticing.checking import ANSWER_MAX

ANSWERS_MIN = 2
NUMBERS_MAX = 5000
NUMBER_DIGITS_MAX = 18
DAYS_AHEAD_MAX = 366

_TIME = re.compile(r"([0-9]{1,2})[:：.]([0-9]{2})")
_DATE_AND_TIME = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})[ T]+([0-9]{1,2})[:：]([0-9]{2})")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
"""The comma of 1,000; any other comma between digits stands before the cents."""
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
AMOUNT_DIGITS_MAX = 12
"""Before the point: a number of micros must still go into a database."""


class Unreadable(Exception):  # noqa: N818 - it is what the text is
    """It cannot be read as what was asked for; its text is one sentence for who wrote it."""


def read_answers(words: Words, text: str) -> tuple[str, ...]:
    """The answers of a choice, one a line."""
    answers = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    if len(answers) < ANSWERS_MIN:
        raise Unreadable(words("A choice needs at least two answers, one a line. Write them again."))
    if len(answers) > ANSWERS_MAX:
        raise Unreadable(
            words(
                "You wrote {count} answers; at most four are possible. Write them again.", count=len(answers)
            )
        )
    for answer in answers:
        if len(answer) > ANSWER_MAX:
            raise Unreadable(
                words(
                    "The answer “{answer}…” has {length} characters, {limit} are allowed. Write all again.",
                    answer=answer[:10],
                    length=len(answer),
                    limit=ANSWER_MAX,
                )
            )
    if len(set(answers)) < len(answers):
        raise Unreadable(words("Two of the answers are the same. Write them again."))
    return answers


def read_time(words: Words, text: str, now: datetime) -> datetime:
    """The naive time of each worker's own day; ``now`` is naive too, where she who writes lives."""
    moment = _moment(text.strip(), now)
    if moment is None:
        raise Unreadable(words("That is no time. Write it like 18:30 or 2026-12-24 18:30."))
    if moment <= now:
        raise Unreadable(words("That time is past. Write one that comes."))
    if moment > now + timedelta(days=DAYS_AHEAD_MAX):
        raise Unreadable(words("That is more than a year ahead. Write an earlier time."))
    return moment


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        if match := _DATE_AND_TIME.fullmatch(text):
            year, month, day, hour, minute = map(int, match.groups())
            return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - of each worker's own day
        if match := _TIME.fullmatch(text):
            hour, minute = map(int, match.groups())
            today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
            return today if today > now else today + timedelta(days=1)
    except ValueError:
        return None
    return None


def read_worker_ids(words: Words, text: str) -> tuple[WorkerId, ...]:
    """The numbers of workers, whatever stands between them."""
    numbers: list[str] = re.findall(r"[0-9]+", text)
    if not numbers:
        raise Unreadable(words("There is no number in it. Send numbers such as 12, 15, 30."))
    for number in numbers:
        if len(number) > NUMBER_DIGITS_MAX:
            raise Unreadable(
                words(
                    "{number} is no worker's number: it is too long. Send all again.",
                    number=shorten(number, NUMBER_DIGITS_MAX),
                )
            )
    ids = tuple(dict.fromkeys(WorkerId(int(number)) for number in numbers))
    if len(ids) > NUMBERS_MAX:
        raise Unreadable(
            words(
                "These are {count} numbers; at most {limit} are possible.", count=len(ids), limit=NUMBERS_MAX
            )
        )
    return ids


def read_bounds(words: Words, text: str, currency: str) -> tuple[Money, Money]:
    """The least and the most that somebody earned."""
    amounts: Sequence[str] = _AMOUNT.findall(_THOUSANDS.sub("", text).replace(",", "."))
    unreadable = Unreadable(words("Write two amounts, the least and the most. For example: 10 200"))
    if any(len(amount.partition(".")[0]) > AMOUNT_DIGITS_MAX for amount in amounts):
        raise Unreadable(words("That is too much. Write two smaller amounts. For example: 10 200"))
    try:
        low, high = (Money.from_decimal(amount, currency) for amount in amounts)
    except ValueError as error:
        raise unreadable from error
    if low.micros > high.micros:
        raise Unreadable(words("The first amount must not be larger than the second. For example: 10 200"))
    return low, high
