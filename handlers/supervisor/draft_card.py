"""The draft of a notice at a glance: how many it reaches, what it says, and what is still wrong with it."""

import re
from collections.abc import Mapping, Sequence

from handlers.labels import TEXT_MAX, shorten
from handlers.notice_buttons import Deed, DoWithDraft, OpenPart, Part
from handlers.screens import Choice, Rows, Screen
from handlers.supervisor.notice_words import (
    between_text,
    fault_text,
    kind_name,
    language_name,
    when_text,
)
from handlers.words import Words, words_in
from tasks.model.identifiers import ProjectId
from tasks.model.notice import Audience, Notice, Reach, Receipt
from tasks.noticing.checking import FaultKind
from tasks.noticing.drafting import Draft

NUMBERS_MAX = 20
"""So many unknown numbers of a list are named."""
TEXT_SHOWN_MAX = 60
NAMES_MAX = 8
NAME_MAX = 80
"""So many places or projects are named, each in so many characters: the card must hold the rest too."""
_UNSHOWABLE = frozenset({FaultKind.EMPTY_TEXT, FaultKind.TEXT_TOO_LONG, FaultKind.CAPTION_TOO_LONG})
_MARKUP = re.compile(r"</?[a-z][^<>]*>|\*\*?\S[^*]*\*|__\S[^_]*__|\[[^\]]+\]\([^)]+\)", re.IGNORECASE)


def draft_screen(
    words: Words, draft: Draft, places: Mapping[str, str], projects: Mapping[ProjectId, str]
) -> Screen:
    """The card of a draft; ``places`` and ``projects`` say what those of its audience are called."""
    notice = draft.notice
    lines = [
        words("📢 New notice"),
        "",
        *reach_lines(words, draft.reach),
        people_line(words, notice, places, projects),
        words("Kind: {kind}", kind=kind_name(words, notice.kind)),
        *_text_lines(words, notice),
        words("Buttons: {buttons}", buttons=_receipt_text(words, notice)),
        words("When: {when}", when=when_text(words, notice)),
    ]
    if draft.faults:
        lines.append("")
        lines += [f"⚠️ {fault_text(words, fault)}" for fault in draft.faults]
    return Screen(shorten("\n".join(lines), TEXT_MAX), _rows(words, draft))


def can_be_shown(draft: Draft) -> bool:
    """Whether a messenger would take it as it is: something is written, and nothing of it is too long."""
    return bool(draft.notice.texts) and not any(fault.kind in _UNSHOWABLE for fault in draft.faults)


def reach_lines(words: Words, reach: Reach) -> list[str]:
    """How many people it reaches, and why not more."""
    lines = [
        words.plural(
            "👥 This notice reaches {count} person.", "👥 This notice reaches {count} people.", reach.people
        )
    ]
    if reach.unreachable:
        lines.append(
            words.plural(
                "{count} more cannot be reached.", "{count} more cannot be reached.", reach.unreachable
            )
        )
    if reach.silenced:
        lines.append(
            words.plural(
                "{count} more does not want this kind of notice.",
                "{count} more do not want this kind of notice.",
                reach.silenced,
            )
        )
    if reach.unknown_ids:
        numbers = ", ".join(reach.unknown_ids[:NUMBERS_MAX])
        lines.append(
            words.plural(
                "{count} number belongs to nobody in your care: {numbers}",
                "{count} numbers belong to nobody in your care: {numbers}",
                len(reach.unknown_ids),
                numbers=numbers + ("…" if len(reach.unknown_ids) > NUMBERS_MAX else ""),
            )
        )
    return lines


def people_line(
    words: Words, notice: Notice, places: Mapping[str, str], projects: Mapping[ProjectId, str]
) -> str:
    """Who is meant, in one line; what is below it must still fit into the message."""
    parts = _audience_parts(words, notice, places, projects)
    return words("To whom: {people}", people="; ".join(parts))


def _audience_parts(
    words: Words, notice: Notice, places: Mapping[str, str], projects: Mapping[ProjectId, str]
) -> Sequence[str]:
    audience = notice.audience
    parts = some_names(words, [places.get(path, path) for path in audience.places or (notice.scope,)])
    parts += [words_in(language).name for language in audience.languages]
    parts += some_names(words, [projects.get(id_, str(id_)) for id_ in audience.project_ids])
    if audience.active_days is not None:
        parts.append(
            words.plural(
                "worked in the last {count} day", "worked in the last {count} days", audience.active_days
            )
        )
    if audience.earned_min is not None or audience.earned_max is not None:
        parts.append(between_text(words, audience.earned_min, audience.earned_max))
    parts += _standing_parts(words, audience)
    if audience.worker_ids is not None:
        parts.append(
            words.plural("a list of {count} number", "a list of {count} numbers", len(audience.worker_ids))
        )
    return parts


def some_names(words: Words, names: Sequence[str]) -> list[str]:
    """The first of the names, and how many more there are."""
    said = [shorten(name, NAME_MAX) for name in names[:NAMES_MAX]]
    if more := len(names) - len(said):
        said.append(words.plural("{count} more", "{count} more", more))
    return said


def _standing_parts(words: Words, audience: Audience) -> list[str]:
    parts = []
    if audience.standing_min is not None:
        parts.append(words("{percent} % or more right", percent=audience.standing_min))
    if audience.standing_max is not None:
        parts.append(words("{percent} % or less right", percent=audience.standing_max))
    return parts


def _text_line(words: Words, language: str, text: str) -> str:
    name = language_name(words, language)
    beginning = shorten(" ".join(text.split()), TEXT_SHOWN_MAX)
    return words.plural(
        "Text ({language}, {count} character): {text}",
        "Text ({language}, {count} characters): {text}",
        len(text),
        language=name,
        text=beginning,
    )


def _text_lines(words: Words, notice: Notice) -> list[str]:
    lines = [_text_line(words, language, text) for language, text in notice.texts.items()]
    if any(_MARKUP.search(text) for text in notice.texts.values()):
        lines.append(words("The text has signs such as < > or *. Workers see them as they stand."))
    if notice.picture is not None:
        lines.append(words("🖼 With a picture"))
    if notice.voice is not None:
        lines.append(words("🎤 With a voice note"))
    return lines


def _receipt_text(words: Words, notice: Notice) -> str:
    match notice.receipt:
        case Receipt.NONE:
            return words("none")
        case Receipt.READ:
            return words("✅ I have read it")
        case Receipt.POLL:
            answers = notice.answers_in(words.language)
            return words("a choice: {answers}", answers=" · ".join(answers) or "–")


def _rows(words: Words, draft: Draft) -> Rows:
    notice_id = draft.notice.id

    def part(label: str, to: Part) -> Choice:
        return Choice(label, OpenPart(notice_id, to).pack())

    def deed(label: str, what: Deed) -> Choice:
        return Choice(label, DoWithDraft(notice_id, what).pack())

    rows: list[tuple[Choice, ...]] = [
        (part(words("👥 To whom"), Part.PEOPLE), part(words("✏️ Text"), Part.TEXT)),
        (part(words("🖼 Picture or voice"), Part.MEDIA), part(words("🏷 Kind"), Part.KIND)),
        (part(words("🔘 Buttons"), Part.RECEIPT), part(words("🕒 When"), Part.WHEN)),
    ]
    if can_be_shown(draft):
        rows.append((deed(words("👁 Preview"), Deed.PREVIEW), deed(words("🧪 Send only to me"), Deed.TEST)))
    if not draft.faults:
        label = words.plural("✅ Send to {count} person", "✅ Send to {count} people", draft.reach.people)
        rows.append((deed(label, Deed.SEND),))
    rows.append((deed(words("🗑 Throw away"), Deed.DROP),))
    return tuple(rows)
