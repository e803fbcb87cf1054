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
    local_time_text,
)
from handlers.words import Words, words_in
from tasks.model.identifiers import ProjectId
from tasks.model.notice import Audience, Notice, Reach, Receipt
from tasks.noticing.drafting import Draft

NUMBERS_MAX = 20
"""So many unknown numbers of a list are named."""
PEOPLE_MAX = 1000
"""Characters about who is meant."""
_MARKUP = re.compile(
    r"</?[a-z][a-z0-9-]*[^<>]*>|\*\*?\S[^*]*\*|__\S[^_]*__|\[[^\]]+\]\([^)]+\)", re.IGNORECASE
)


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
        words("When: {when}", when=_when_text(words, notice)),
    ]
    if draft.faults:
        lines.append("")
        lines += [f"⚠️ {fault_text(words, fault)}" for fault in draft.faults]
    return Screen(shorten("\n".join(lines), TEXT_MAX), _rows(words, draft))


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
                "{count} more does not wish to get this kind.",
                "{count} more do not wish to get this kind.",
                reach.silenced,
            )
        )
    if reach.unknown_ids:
        numbers = ", ".join(reach.unknown_ids[:NUMBERS_MAX])
        lines.append(
            words.plural(
                "{count} number is nobody in your scope: {numbers}",
                "{count} numbers are nobody in your scope: {numbers}",
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
    return words("To whom: {people}", people=shorten("; ".join(parts), PEOPLE_MAX))


def _audience_parts(
    words: Words, notice: Notice, places: Mapping[str, str], projects: Mapping[ProjectId, str]
) -> Sequence[str]:
    audience = notice.audience
    parts = [places.get(path, path) for path in audience.places or (notice.scope,)]
    parts += [words_in(language).name for language in audience.languages]
    parts += [projects.get(project_id, str(project_id)) for project_id in audience.project_ids]
    if audience.active_days is not None:
        parts.append(
            words.plural("worked within {count} day", "worked within {count} days", audience.active_days)
        )
    if audience.earned_min is not None or audience.earned_max is not None:
        parts.append(between_text(words, audience.earned_min, audience.earned_max))
    parts += _standing_parts(words, audience)
    if audience.worker_ids is not None:
        parts.append(
            words.plural("a list of {count} number", "a list of {count} numbers", len(audience.worker_ids))
        )
    return parts


def _standing_parts(words: Words, audience: Audience) -> list[str]:
    parts = []
    if audience.standing_min is not None:
        parts.append(words("{percent} % or more right", percent=audience.standing_min))
    if audience.standing_max is not None:
        parts.append(words("{percent} % or less right", percent=audience.standing_max))
    return parts


def _text_lines(words: Words, notice: Notice) -> list[str]:
    lines = [
        words(
            "Text ({language}, {length}): {text}",
            language=language_name(words, language),
            length=len(text),
            text=shorten(" ".join(text.split()), 60),
        )
        for language, text in notice.texts.items()
    ]
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


def _when_text(words: Words, notice: Notice) -> str:
    when = words("now")
    if notice.local_time is not None:
        at = local_time_text(words, notice.local_time)
        when = words("{time}, where each worker lives", time=at)
    if notice.urgent:
        return when + " · " + words("🚨 urgent: at night too, once a second supervisor agrees")
    return when + " · " + words("not in anybody's quiet hours")


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
    if draft.notice.texts:
        rows.append((deed(words("👁 Preview"), Deed.PREVIEW), deed(words("🧪 Test to me"), Deed.TEST)))
    if not draft.faults:
        label = words.plural("✅ Send to {count} person", "✅ Send to {count} people", draft.reach.people)
        rows.append((deed(label, Deed.SEND),))
    rows.append((deed(words("🗑 Throw away"), Deed.DROP),))
    return tuple(rows)
