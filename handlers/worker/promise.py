"""The promise that a person reads and agrees to before her first question."""

from collections.abc import Sequence

from handlers.amounts import amount_text
from handlers.buttons import Agree
from handlers.menu import language_button
from handlers.screens import Choice, Screen
from handlers.words import LANGUAGES, Words
from tasks.model.money import Money
from tasks.model.worker import Worker, WorkerStatus

CONSENT_VERSION = "2"
"""Names the promise below. Whoever changes its meaning counts on, and everybody is asked again."""


def promise_text(words: Words, pay: str) -> str:
    return words(
        "Hello! This is Tapwork. You look at pictures, tap an answer, and earn money.\n"
        "\n"
        "Our promise:\n"
        "• You never pay. Nobody of us ever asks you for money or a password. Whoever asks is a cheat.\n"
        "• Pay: {pay}.\n"
        "• You can stop at any time: write /stop. The money you earned stays yours.\n"
        "• We keep your answers, your earnings, your language, an account number, the notices that you got, "
        "and if you came with an invitation code, the code and its place. We do not keep your name or your "
        "phone number.\n"
        "• You must be 18 or older.",
        pay=pay,
    )


def promise_screen(words: Words, worker: Worker | None, prices: Sequence[Money]) -> Screen:
    """The promise, with the reason why somebody who was here before sees it again."""
    text = promise_text(words, _pay(words, prices))
    if worker is not None and worker.status is WorkerStatus.LEFT:
        text = words("You left. To come back, read this and press the first button.") + "\n\n" + text
    if worker is not None and worker.status is WorkerStatus.ACTIVE:
        text = words("Our promise has changed. Please read it again.") + "\n\n" + text
    agree = Choice(words("✅ I agree. I am 18 or older"), Agree(CONSENT_VERSION).pack())
    others = tuple(language_button(language) for language in LANGUAGES if language != words.language)
    return Screen(text, ((agree,), *((other,) for other in others)))


def _pay(words: Words, prices: Sequence[Money]) -> str:
    """What a question pays: from the lowest to the highest price of each currency."""
    if not prices:
        return words("each question shows its price before you answer")
    ranges = []
    for currency in sorted({price.currency for price in prices}):
        micros = [price.micros for price in prices if price.currency == currency]
        lowest = amount_text(Money(min(micros), currency), words.language)
        highest = amount_text(Money(max(micros), currency), words.language)
        ranges.append(lowest if lowest == highest else words("{low} to {high}", low=lowest, high=highest))
    return words("{price} a question. You see the price before you start", price=" / ".join(ranges))
