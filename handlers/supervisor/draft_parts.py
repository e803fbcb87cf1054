"""The parts of a draft, each a screen with a way back: text, picture or voice, kind, buttons, time."""

from handlers.notice_buttons import OpenPart, Part, SetPart, Setting
from handlers.screens import Choice, Rows, Screen
from handlers.supervisor.notice_words import kind_name, language_name, local_time_text
from handlers.words import LANGUAGES, Words, words_in
from tasks.model.identifiers import NoticeId
from tasks.model.notice import ALL_LANGUAGES, SILENCEABLE, Notice, NoticeKind, Receipt

FOR_ALL = "all"
"""Stands in a button for the text for all languages."""


def back_row(words: Words, notice_id: NoticeId, part: Part = Part.CARD) -> tuple[Choice, ...]:
    return (Choice(words("⬅️ Back"), OpenPart(notice_id, part).pack()),)


def set_button(
    label: str, notice_id: NoticeId, setting: Setting, value: str, *, chosen: bool = False
) -> Choice:
    """A button that sets something, with a tick if it is set so."""
    return Choice(f"☑️ {label}" if chosen else label, SetPart(notice_id, setting, value).pack())


def text_screen(words: Words, notice: Notice) -> Screen:
    text = words(
        "For whom do you want to write? One text for all, or one for each language; each worker gets the one "
        "in her language."
    )
    rows: list[tuple[Choice, ...]] = [
        (
            set_button(
                words("For all"), notice.id, Setting.TEXT, FOR_ALL, chosen=ALL_LANGUAGES in notice.texts
            ),
        )
    ]
    rows += [
        (
            set_button(
                words_in(language).name, notice.id, Setting.TEXT, language, chosen=language in notice.texts
            ),
        )
        for language in LANGUAGES
    ]
    return Screen(text, (*rows, back_row(words, notice.id)))


def write_text_screen(words: Words, notice: Notice, language: str) -> Screen:
    """Asks for the text; what she writes next is it."""
    text = words(
        "Write the text ({language}) and send it. A picture with words below it will do as well.",
        language=language_name(words, language),
    )
    if language == ALL_LANGUAGES and any(key != ALL_LANGUAGES for key in notice.texts):
        text += "\n\n" + words("It replaces the texts for single languages.")
    if language != ALL_LANGUAGES and ALL_LANGUAGES in notice.texts:
        text += "\n\n" + words("It replaces the text for all.")
    return Screen(text, (back_row(words, notice.id, Part.TEXT),))


def media_screen(words: Words, notice: Notice) -> Screen:
    text = words("Send a picture or a voice note now. It stands above the text.")
    rows: list[tuple[Choice, ...]] = []
    if notice.picture is not None or notice.voice is not None:
        rows.append((set_button(words("Leave it out"), notice.id, Setting.MEDIA, "none"),))
    return Screen(text, (*rows, back_row(words, notice.id)))


def kind_screen(words: Words, notice: Notice) -> Screen:
    text = words(
        "What is it about? Workers can silence work, lessons and news. Pay and account matters always come."
    )
    silenceable = [kind for kind in NoticeKind if kind in SILENCEABLE]
    others = [kind for kind in NoticeKind if kind not in SILENCEABLE]
    rows = tuple(
        tuple(
            set_button(
                kind_name(words, kind), notice.id, Setting.KIND, kind.value, chosen=kind is notice.kind
            )
            for kind in kinds
        )
        for kinds in (silenceable, others)
    )
    return Screen(text, (*rows, back_row(words, notice.id)))


def receipt_screen(words: Words, notice: Notice) -> Screen:
    text = words("Which buttons shall stand below the notice?")
    labels = {
        Receipt.NONE: words("None"),
        Receipt.READ: words("“I have read it”"),
        Receipt.POLL: words("A choice of up to four answers"),
    }
    rows = tuple(
        (set_button(label, notice.id, Setting.RECEIPT, receipt.value, chosen=receipt is notice.receipt),)
        for receipt, label in labels.items()
    )
    return Screen(text, (*rows, back_row(words, notice.id)))


def write_answers_screen(words: Words, notice: Notice, language: str) -> Screen:
    """Asks for the answers of the choice."""
    text = words(
        "Write the answers ({language}), one a line, 2 to 4 of them, each of at most 40 characters. For "
        "example:\nYes\nNo",
        language=language_name(words, language),
    )
    return Screen(text, (back_row(words, notice.id, Part.RECEIPT),))


def when_screen(words: Words, notice: Notice) -> Screen:
    text = words(
        "When shall it go out? A time counts where each worker lives. What is not urgent never comes in "
        "anybody's quiet hours (21 to 7, unless she chose others). Urgent comes at night too, and needs the "
        "word of a second supervisor of the same or a wider scope."
    )
    if notice.local_time is not None:
        at = local_time_text(words, notice.local_time)
        text += "\n\n☑️ " + words("{time}, where each worker lives", time=at)
    times = (
        ("now", words("Now")),
        ("t18", words("Today, 18:00")),
        ("m08", words("Tomorrow, 8:00")),
        ("m18", words("Tomorrow, 18:00")),
        ("write", words("Another time")),
    )
    rows: list[tuple[Choice, ...]] = [
        (
            set_button(
                label, notice.id, Setting.WHEN, value, chosen=value == "now" and notice.local_time is None
            ),
        )
        for value, label in times
    ]
    urgent = set_button(
        words("🚨 Urgent"), notice.id, Setting.URGENT, "n" if notice.urgent else "y", chosen=notice.urgent
    )
    return Screen(text, (*rows, (urgent,), back_row(words, notice.id)))


def write_time_screen(words: Words, notice: Notice) -> Screen:
    """Asks for the time."""
    text = words("Write the time, such as 18:30 or 2026-12-24 18:30.")
    return Screen(text, (back_row(words, notice.id, Part.WHEN),))


def rows_of_two(choices: list[Choice]) -> Rows:
    return tuple(tuple(choices[start : start + 2]) for start in range(0, len(choices), 2))
