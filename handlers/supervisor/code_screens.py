"""What a supervisor sees of the codes with which workers come in."""

from collections.abc import Mapping, Sequence

from handlers.days import day_text, zone_of
from handlers.identity import Actor
from handlers.labels import CAPTION_MAX, TEXT_MAX, shorten
from handlers.people_buttons import (
    CodeDays,
    CodeFor,
    CodeQuota,
    CodeRecruiter,
    EndCode,
    LookForCode,
    SeeCodes,
)
from handlers.screens import Choice, Screen
from handlers.supervisor.places_menu import Spot, choose_row, place_rows
from handlers.words import Words
from tasks.model.identifiers import ImageId
from tasks.model.place import PROGRAMME
from tasks.model.supervisor import JoinCode

QUOTAS = ((10, 30), (100, 500))


def codes_screen(actor: Actor, codes: Sequence[tuple[JoinCode, bool]], names: Mapping[str, str]) -> Screen:
    """The codes, each with whether one more may come."""
    words = actor.words
    parts = [words("Codes with which workers come in:") if codes else words("There are no codes yet.")]
    rows = [(Choice(words("➕ New code"), LookForCode(0).pack()),)]
    for code, is_open in codes:
        mark = "🟢" if is_open else "⏹"
        parts.append(f"{mark} {code.code}\n{_facts(actor, code, names[code.place])}")
        if is_open:
            rows.append(
                (Choice(words("⏹ End {code}", code=code.code), EndCode(code.code, sure=False).pack()),)
            )
    return Screen(shorten("\n\n".join(parts), TEXT_MAX), tuple(rows))


def places_screen(words: Words, spot: Spot, portion: int) -> Screen:
    rows = place_rows(words, spot, portion, lambda place_id, number: LookForCode(place_id, number).pack())
    if spot.path != PROGRAMME:
        rows = (choose_row(words, spot, CodeFor(spot.id).pack()), *rows)
    elif not rows:
        text = words("There are no places yet. Ask those who run the program to add them.")
        return Screen(text, (_leave_off(words),))
    text = words(
        "Where do the people live who shall come with the code?\nYou are here: {place}", place=spot.name
    )
    return Screen(text, (*rows, _leave_off(words)))


def recruiter_screen(actor: Actor, place_id: int, place: str) -> Screen:
    words = actor.words
    text = words(
        "A code for {place}.\nWho brings the people? Write the name, or press a button.", place=place
    )
    choices = [Choice(words("No name"), CodeRecruiter(place_id, herself=False).pack())]
    if actor.worker is not None:
        choices.insert(0, Choice(words("Me"), CodeRecruiter(place_id, herself=True).pack()))
    return Screen(text, (tuple(choices), _leave_off(words)))


def quota_screen(words: Words, place_id: int, place: str, recruiter: str) -> Screen:
    lines = [words("A code for {place}.", place=place)]
    if recruiter:
        lines.append(words("Recruiter: {name}", name=recruiter))
    lines.append(words("How many people may come with it?"))
    rows = [tuple(Choice(str(quota), CodeQuota(place_id, quota).pack()) for quota in row) for row in QUOTAS]
    any_number = (Choice(words("Any number"), CodeQuota(place_id, 0).pack()),)
    return Screen("\n".join(lines), (*rows, any_number, _leave_off(words)))


def days_screen(words: Words, chosen: CodeQuota, place: str) -> Screen:
    def choice(label: str, days: int) -> Choice:
        return Choice(label, CodeDays(chosen.place_id, chosen.quota, days).pack())

    lines = (
        words("A code for {place}.", place=place),
        _quota(words, chosen.quota or None),
        words("How long shall it be good?"),
    )
    rows = (
        (choice(words("1 week"), 7), choice(words("1 month"), 30)),
        (choice(words("3 months"), 90), choice(words("Without end"), 0)),
    )
    return Screen("\n".join(lines), (*rows, _leave_off(words)))


def ready_screens(
    actor: Actor, code: JoinCode, place: str, *, link: str, picture: ImageId
) -> tuple[Screen, Screen]:
    """What is said to her, and what she prints or forwards."""
    words = actor.words
    told = words("The code is ready. Print the picture below, or forward it to people you know.")
    see_codes = Choice(words("All codes"), SeeCodes().pack())
    facts = f"{_quota(words, code.quota)} · {_end(actor, code)}"
    caption = "\n".join((link, *_whose(words, code.recruiter, place), facts))
    return Screen(told, ((see_codes,),)), Screen(shorten(caption, CAPTION_MAX), picture=picture)


def _facts(actor: Actor, code: JoinCode, place: str) -> str:
    words = actor.words
    if code.quota is None:
        came = words("{used} came, any number may come", used=code.used)
    else:
        came = words("{used} of {quota} came", used=code.used, quota=code.quota)
    return "\n".join((*_whose(words, code.recruiter, place), f"{came} · {_end(actor, code)}"))


def _whose(words: Words, recruiter: str, place: str) -> list[str]:
    return [place, words("Recruiter: {name}", name=recruiter)] if recruiter else [place]


def _quota(words: Words, quota: int | None) -> str:
    if quota is None:
        return words("Any number of people may come.")
    return words.plural("{count} person may come.", "{count} people may come.", quota)


def _end(actor: Actor, code: JoinCode) -> str:
    if code.ends_at is None:
        return actor.words("without end")
    return actor.words("until {day}", day=day_text(code.ends_at, actor.words, zone_of(actor)))


def _leave_off(words: Words) -> tuple[Choice, ...]:
    return (Choice(words("⬅️ Back"), SeeCodes().pack()),)
