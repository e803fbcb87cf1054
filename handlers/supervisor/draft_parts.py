"""The parts of a draft, each a screen with a way back: text, picture or voice, kind, buttons, time."""

from datetime import datetime, timedelta

from handlers.labels import LABEL_MAX, shorten
from handlers.notice_buttons import OpenPart, Part, SetPart, Setting
from handlers.screens import Choice, Rows, Screen
from handlers.supervisor.notice_words import kind_name, language_name, when_text
from handlers.words import LANGUAGES, Words, words_in
from tasks.model.identifiers import NoticeId
from tasks.model.notice import ALL_LANGUAGES, SILENCEABLE, Notice, NoticeKind, Receipt

FOR_ALL = "all"
"""Stands in a button for the text for all languages."""
EVENING, MORNING = 18, 8
HOUR = "%Y-%m-%d-%H"
"""How a button says an hour of each worker's own day."""


def back_row(words: Words, notice_id: NoticeId, part: Part = Part.CARD) -> tuple[Choice, ...]:
    return (Choice(words("⬅️ Back"), OpenPart(notice_id, part).pack()),)


def set_button(
    label: str, notice_id: NoticeId, setting: Setting, value: str, *, chosen: bool = False
) -> Choice:
    """A button that sets something, with a tick if it is set so."""
    shown = shorten(f"☑️ {label}" if chosen else label, LABEL_MAX)
    return Choice(shown, SetPart(notice_id, setting, value).pack())


def text_screen(words: Words, notice: Notice) -> Screen:
    text = words(
        "Whom is the text for? Press a button, then write: one for all, or one for each language. Then each "
        "worker gets the one in her language."
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
    if notice.texts:
        text += "\n\n" + words("The text stays as it is; words that come with the picture are left out.")
    rows: list[tuple[Choice, ...]] = []
    if notice.picture is not None or notice.voice is not None:
        rows.append((set_button(words("Leave it out"), notice.id, Setting.MEDIA, "none"),))
    return Screen(text, (*rows, back_row(words, notice.id)))


def kind_screen(words: Words, notice: Notice) -> Screen:
    text = words(
        "What is it about? Workers can switch off work, lessons and news. Pay and account "
        "matters always come."
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


def when_screen(words: Words, notice: Notice, now: datetime) -> Screen:
    """``now`` is naive, where she who writes lives."""
    text = words("When: {when}", when=when_text(words, notice)) + "\n\n"
    text += words(
        "When shall it go out? A time counts where each worker lives. What is not urgent never comes in "
        "anybody's quiet hours (21 to 7, unless she chose others). An urgent notice comes at night too, but "
        "only after a second supervisor who looks after the same people has agreed."
    )
    chosen = "now" if notice.local_time is None else hour_value(notice.local_time)
    times = {
        "now": words("Now"),
        hour_value(now, hour=EVENING): words("Today, 18:00"),
        hour_value(now, days=1, hour=MORNING): words("Tomorrow, 8:00"),
        hour_value(now, days=1, hour=EVENING): words("Tomorrow, 18:00"),
        "write": words("Another time"),
    }
    rows: list[tuple[Choice, ...]] = [
        (set_button(label, notice.id, Setting.WHEN, value, chosen=value == chosen),)
        for value, label in times.items()
    ]
    urgent = set_button(
        words("🚨 Urgent"), notice.id, Setting.URGENT, "n" if notice.urgent else "y", chosen=notice.urgent
    )
    return Screen(text, (*rows, (urgent,), back_row(words, notice.id)))


def hour_value(moment: datetime, *, days: int = 0, hour: int | None = None) -> str:
    """How a button says that hour, or the moment itself, which no button says if it is no full hour."""
    moment += timedelta(days=days)
    if hour is not None:
        moment = moment.replace(hour=hour, minute=0)
    return moment.strftime(HOUR) if moment.minute == 0 else ""


def read_hour(value: str) -> datetime | None:
    """The naive hour that a button says."""
    try:
        return datetime.strptime(value, HOUR)  # noqa: DTZ007 - of each worker's own day
    except ValueError:
        return None


def write_time_screen(words: Words, notice: Notice) -> Screen:
    """Asks for the time."""
    text = words("Write the time, such as 18:30 or 2026-12-24 18:30.")
    return Screen(text, (back_row(words, notice.id, Part.WHEN),))


def rows_of_two(choices: list[Choice]) -> Rows:
    return tuple(tuple(choices[start : start + 2]) for start in range(0, len(choices), 2))
