"""Who is meant by a notice: places, languages, projects, and what people did."""

from collections.abc import Mapping, Sequence

from handlers.labels import LABEL_MAX, shorten
from handlers.notice_buttons import LookForAudience, OpenPart, Part, Setting, TogglePlace
from handlers.screens import Choice, Screen
from handlers.supervisor.draft_card import PEOPLE_MAX, people_line, reach_lines
from handlers.supervisor.draft_parts import back_row, rows_of_two, set_button
from handlers.supervisor.notice_words import is_something
from handlers.supervisor.places_menu import Spot, place_rows
from handlers.words import LANGUAGES, Words, words_in
from tasks.model.identifiers import NoticeId, ProjectId
from tasks.model.notice import Audience
from tasks.model.project import Project
from tasks.noticing.drafting import Draft

DAYS = (7, 30, 90)
ABLE, VERY_ABLE, UNABLE = 80, 90, 79
PROJECTS_MAX = 30


def people_screen(
    words: Words, draft: Draft, places: Mapping[str, str], projects: Mapping[ProjectId, str]
) -> Screen:
    """Everything by which people can be chosen."""
    notice = draft.notice
    lines = [
        *reach_lines(words, draft.reach),
        people_line(words, notice, places, projects),
        "",
        words("Everything that you choose must hold. Of several places or projects one is enough."),
    ]
    rows = [
        (
            Choice(words("📍 Places"), LookForAudience(notice.id, 0).pack()),
            Choice(words("🗂 Projects"), OpenPart(notice.id, Part.PROJECTS).pack()),
        ),
        _language_row(notice.id, notice.audience),
        _days_row(words, notice.id, notice.audience),
        _earned_row(words, notice.id, notice.audience),
        *_standing_rows(words, notice.id, notice.audience),
        (
            set_button(words("📋 A list"), notice.id, Setting.PEOPLE, "list"),
            set_button(words("👥 Everybody again"), notice.id, Setting.PEOPLE, "all"),
        ),
        back_row(words, notice.id),
    ]
    return Screen("\n".join(lines), tuple(rows))


def _language_row(notice_id: NoticeId, audience: Audience) -> tuple[Choice, ...]:
    return tuple(
        set_button(
            words_in(language).name,
            notice_id,
            Setting.LANGUAGE,
            language,
            chosen=language in audience.languages,
        )
        for language in LANGUAGES
    )


def _days_row(words: Words, notice_id: NoticeId, audience: Audience) -> tuple[Choice, ...]:
    return tuple(
        set_button(
            words.plural("{count} day", "{count} days", days),
            notice_id,
            Setting.DAYS,
            str(0 if audience.active_days == days else days),
            chosen=audience.active_days == days,
        )
        for days in DAYS
    )


def _earned_row(words: Words, notice_id: NoticeId, audience: Audience) -> tuple[Choice, ...]:
    some = is_something(audience.earned_min, audience.earned_max)
    bounds = not some and (audience.earned_min is not None or audience.earned_max is not None)
    return (
        set_button(
            words("💰 Earned something"), notice_id, Setting.EARNED, "any" if some else "some", chosen=some
        ),
        set_button(
            words("💰 From … to …"), notice_id, Setting.EARNED, "any" if bounds else "write", chosen=bounds
        ),
    )


def _standing_rows(words: Words, notice_id: NoticeId, audience: Audience) -> list[tuple[Choice, ...]]:
    low = audience.standing_max is not None
    choices = [
        set_button(
            words("🎯 {percent} % right", percent=percent),
            notice_id,
            Setting.STANDING,
            "any" if audience.standing_min == percent else str(percent),
            chosen=audience.standing_min == percent,
        )
        for percent in (ABLE, VERY_ABLE)
    ]
    choices.append(
        set_button(
            words("🎯 Less than {percent} %", percent=ABLE),
            notice_id,
            Setting.STANDING,
            "any" if low else "low",
            chosen=low,
        )
    )
    return [tuple(choices[:2]), tuple(choices[2:])]


def audience_places_screen(
    words: Words, draft: Draft, spot: Spot, *, portion: int, chosen: Sequence[str]
) -> Screen:
    """The tree of places; several may be chosen."""
    notice_id = draft.notice.id
    lines = [*reach_lines(words, draft.reach), words("You are at: {place}", place=spot.name)]
    if chosen:
        lines.append(words("Chosen: {places}", places=shorten("; ".join(chosen), PEOPLE_MAX)))
    rows = [*place_rows(words, spot, portion, lambda id_, part: LookForAudience(notice_id, id_, part).pack())]
    if spot.surroundings.place is not None and not spot.surroundings.is_top:
        is_chosen = spot.path in draft.notice.audience.places
        name = spot.surroundings.place.name(words.language)
        label = words("❌ Not {place}", place=name) if is_chosen else words("✅ For {place}", place=name)
        rows.insert(0, (Choice(shorten(label, LABEL_MAX), TogglePlace(notice_id, spot.id).pack()),))
    rows.append(back_row(words, notice_id, Part.PEOPLE))
    return Screen("\n".join(lines), tuple(rows))


def projects_screen(words: Words, draft: Draft, projects: Sequence[Project]) -> Screen:
    """The projects; who answered in one of those chosen is meant."""
    notice = draft.notice
    text = words("In which projects must they have worked?")
    if not projects:
        text = words("There are no projects yet.")
    choices = [
        set_button(
            shorten(project.say(project.titles, words.language), LABEL_MAX - 2),
            notice.id,
            Setting.PROJECT,
            str(project.id),
            chosen=project.id in notice.audience.project_ids,
        )
        for project in projects[:PROJECTS_MAX]
    ]
    return Screen(text, (*rows_of_two(choices), back_row(words, notice.id, Part.PEOPLE)))


def write_list_screen(words: Words, notice_id: NoticeId) -> Screen:
    """Asks for a list of workers."""
    text = words("Send the numbers of the workers, such as 12, 15, 30. They stand in exports and files.")
    return Screen(text, (back_row(words, notice_id, Part.PEOPLE),))


def write_earned_screen(words: Words, notice_id: NoticeId, currency: str) -> Screen:
    """Asks for the two amounts."""
    text = words(
        "Write how much they earned in all, the least and the most, in {currency}. For example: 10 200",
        currency=currency,
    )
    return Screen(text, (back_row(words, notice_id, Part.PEOPLE),))
