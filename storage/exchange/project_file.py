"""project.toml: a client's project, with all its mistakes told at once, each in one sentence."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storage.exchange.toml_section import Section
from tasks.errors import InputError
from tasks.mistakes import Mistakes
from tasks.model.identifiers import ProjectId
from tasks.model.money import MICROS_PER_UNIT, Money
from tasks.model.project import CANT_TELL, AnswerRules, Choice, Project, ProjectKind

MAX_TITLE = 64
MAX_QUESTION = 300
"""The question stands with price and progress under the picture, where a messenger has about 1,000 signs."""
MAX_LABEL = 40
MAX_EMOJI = 12
"""Some emoji are made of many characters: a family is eleven."""
MIN_CHOICES = 2
MAX_CHOICES = 20
MAX_ANSWERS = 100
MAX_LEASE_MINUTES = 7 * 24 * 60
MAX_SECONDS = 3600
MAX_PRICE_UNITS = 1_000_000

_SLUG = re.compile(r"[a-z0-9-]{1,32}")
_CHOICE_ID = re.compile(r"[a-z0-9_-]{1,32}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_PRICE = re.compile(r"[0-9]+(\.[0-9]+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PROJECT_KEYS = (
    "slug", "kind", "currency", "price", "answers", "gold_share", "lease_minutes", "languages", "seconds",
    "shuffle_choices",
)  # fmt: skip


def read_project_file(path: Path) -> Project:
    """The project that the file describes. Raises InputError with all that is wrong; of each table but
    [project] only with the first thing, since others may follow from it.
    """
    top, mistakes = Section("the file", _parse(path)), Mistakes()
    read = mistakes.read
    read(top.check_keys, ("project", "title", "question", "choices"))
    section = read(top.section, "project", '[project] with slug = "animals"')
    read(Section.check_keys, section, _PROJECT_KEYS)
    read(_check_currency, section)
    languages = read(_languages, section)
    project = Project(
        id=ProjectId(0),
        slug=read(_slug, section),
        kind=read(_kind, section),
        price=read(_price, section),
        rules=read(_rules, section),
        gold_share=read(Section.share, section, "gold_share", default=0.1),
        lease_minutes=read(
            Section.whole, section, "lease_minutes", default=240, least=1, most=MAX_LEASE_MINUTES
        ),
        seconds_estimate=read(Section.whole, section, "seconds", default=10, least=1, most=MAX_SECONDS),
        languages=languages,
        titles=read(_words, top, "title", languages, max_length=MAX_TITLE),
        questions=read(_words, top, "question", languages, max_length=MAX_QUESTION),
        choices=read(_choices, top, languages, mistakes),
        shuffle_choices=read(Section.flag, section, "shuffle_choices", default=False),
    )
    mistakes.refuse()
    return project


def _parse(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except FileNotFoundError as error:
        raise InputError(f"There is no project.toml in {path.parent}; see README for an example.") from error
    except OSError as error:
        raise InputError(f"project.toml cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise InputError("project.toml is not UTF-8 text; save it as UTF-8 in your editor.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"project.toml is not valid TOML: {error}.") from error


def _slug(project: Section) -> str:
    slug = project.text("slug", "animals", max_length=32)
    if not _SLUG.fullmatch(slug):
        raise project.wrong("slug", f'may have a-z, 0-9 and "-" only, but is "{slug}"')
    return slug


def _kind(project: Section) -> ProjectKind:
    kind = project.text("kind", "choice", max_length=32)
    try:
        return ProjectKind(kind)
    except ValueError as error:
        raise project.wrong("kind", f'must be "choice" or "verify", but is "{kind}"') from error


def _check_currency(project: Section) -> None:
    currency = project.values.get("currency")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise project.wrong("currency", 'must be three capital letters of ISO 4217, such as currency = "CNY"')


def _price(project: Section) -> Money:
    """The price, whatever its currency: where both are wrong, both are told."""
    text = project.values.get("price")
    if not isinstance(text, str) or not _PRICE.fullmatch(text):
        raise project.wrong(
            "price", f'must be a decimal number in quotes such as price = "0.05", but is {text!r}'
        )
    try:
        price = Money.from_decimal(text, str(project.values.get("currency")))
    except ValueError as error:
        raise project.wrong("price", f'may have at most six decimal places, but is "{text}"') from error
    if not 0 < price.micros <= MAX_PRICE_UNITS * MICROS_PER_UNIT:
        raise project.wrong("price", f'must be above 0 and at most {MAX_PRICE_UNITS}, but is "{text}"')
    return price


def _rules(project: Section) -> AnswerRules:
    answers = project.section("answers", "answers = { min = 2, max = 5 }")
    answers.check_keys(("min", "max", "confidence"))
    least = answers.whole("min", least=1, most=MAX_ANSWERS)
    most = answers.whole("max", least=1, most=MAX_ANSWERS)
    if least > most:
        raise answers.wrong("min", f"is {least}, which is more than max, {most}")
    confidence = answers.share("confidence", default=0.95)
    if confidence == 0:
        raise answers.wrong("confidence", "must be above 0 and at most 1, such as 0.95")
    return AnswerRules(least, most, confidence)


def _languages(project: Section) -> tuple[str, ...]:
    languages = project.values.get("languages")
    if not isinstance(languages, list) or not languages:
        raise project.wrong("languages", 'must be a list such as languages = ["en", "zh"]')
    for language in languages:
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            raise project.wrong("languages", f'has {language!r}; a language is written like "en" or "zh"')
        if language == "id":
            raise project.wrong("languages", 'has "id", which names a choice; write Indonesian as "id-ID"')
        if languages.count(language) > 1:
            raise project.wrong("languages", f'names "{language}" twice')
    return tuple(languages)


def _words(top: Section, key: str, languages: tuple[str, ...], *, max_length: int) -> Mapping[str, str]:
    section = top.section(key, f'[{key}] with en = "…"')
    section.check_keys(languages)
    return {language: section.text(language, "…", max_length=max_length) for language in languages}


def _choices(top: Section, languages: tuple[str, ...], mistakes: Mistakes) -> tuple[Choice, ...]:
    tables = top.values.get("choices")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError("project.toml: the choices are missing; write a table [[choices]] for each.")
    if not MIN_CHOICES <= len(tables) <= MAX_CHOICES:
        raise InputError(
            f"project.toml: a question needs {MIN_CHOICES} to {MAX_CHOICES} choices, as many as fit on a "
            f"phone's keyboard (found: {len(tables)})."
        )
    read = [mistakes.read(_choice, number, table, languages) for number, table in enumerate(tables, start=1)]
    choices = tuple(choice for choice in read if isinstance(choice, Choice))
    mistakes.read(_refuse_twice, "id", [choice.id for choice in choices])
    for language in languages:
        mistakes.read(_refuse_twice, language, [choice.words[language] for choice in choices])
    return choices


def _refuse_twice(key: str, values: list[str]) -> None:
    """Nobody could tell two buttons with the same words apart."""
    for value in values:
        if values.count(value) > 1:
            raise InputError(f'project.toml: two choices have {key} = "{value}"; each needs its own.')


def _choice(number: int, table: Mapping[str, Any], languages: tuple[str, ...]) -> Choice:
    section = Section(f"choice {number}", table)
    choice_id = section.text("id", "cat", max_length=32)
    if not _CHOICE_ID.fullmatch(choice_id):
        raise section.wrong("id", f'may have a-z, 0-9, "_" and "-" only, but is "{choice_id}"')
    if choice_id == CANT_TELL:
        raise section.wrong("id", f'must not be "{CANT_TELL}", which every question has by itself')
    section = Section(f'choice "{choice_id}"', table)
    section.check_keys(("id", "emoji", *languages))
    emoji = "" if table.get("emoji", "") == "" else section.text("emoji", "🐱", max_length=MAX_EMOJI)
    words = {language: section.text(language, "…", max_length=MAX_LABEL) for language in languages}
    for language, word in words.items():
        if len(f"{emoji} {word}".strip()) > MAX_LABEL:
            raise section.wrong(language, f"is longer than a button: {MAX_LABEL} characters with the emoji")
    return Choice(number, choice_id, emoji, words)
