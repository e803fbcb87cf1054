"""The menu, and the buttons that lead from one page to another."""

from handlers.buttons import OpenPage, Page, Speak
from handlers.screens import Choice, Screen
from handlers.words import LANGUAGES, Words, words_in

Row = tuple[Choice, ...]


def work_button(words: Words) -> Choice:
    return Choice(words("▶️ Work"), OpenPage(Page.WORK).pack())


def earnings_button(words: Words) -> Choice:
    return Choice(words("💰 Earnings"), OpenPage(Page.EARNINGS).pack())


def notices_button(words: Words) -> Choice:
    return Choice(words("📢 Notices"), OpenPage(Page.NOTICES).pack())


def menu_button(words: Words) -> Choice:
    return Choice(words("⬅️ Menu"), OpenPage(Page.MENU).pack())


def language_button(language: str) -> Choice:
    """The language under its own name, so that whoever speaks it can read it."""
    return Choice(words_in(language).name, Speak(language).pack())


def menu_rows(words: Words) -> tuple[Row, ...]:
    return (
        (work_button(words),),
        (earnings_button(words),),
        (notices_button(words),),
        (Choice(words("❓ Help"), OpenPage(Page.HELP).pack()),),
        (Choice(words("🌐 Language"), OpenPage(Page.LANGUAGE).pack()),),
    )


def menu_screen(words: Words) -> Screen:
    return Screen(words("What would you like to do?"), menu_rows(words))


def languages_screen(words: Words) -> Screen:
    rows = tuple((language_button(language),) for language in LANGUAGES)
    return Screen(words("Which language do you want to read?"), (*rows, (menu_button(words),)))
