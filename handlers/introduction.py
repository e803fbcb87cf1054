"""What the messenger shows of the bot to somebody who has not written to it yet."""

from collections.abc import Mapping

from handlers.words import LANGUAGES, Words, words_in


def introduction(words: Words) -> str:
    """What the bot is for, and what to do next; the promise tells the rest."""
    return words(
        "You look at pictures on your phone, tap an answer, and earn money. You never pay.\n"
        "\n"
        "Press the button below to begin."
    )


INTRODUCTIONS: Mapping[str, str] = {language: introduction(words_in(language)) for language in LANGUAGES}
"""By language."""
