"""Every sentence exists in every language.

How to bring a catalogue up to date stands in handlers/words.py.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import handlers
from handlers.words import LANGUAGES, SOURCE_LANGUAGE, catalogue_of, language_for, words_in

FOLDER = Path(handlers.__file__).parent
TRANSLATED = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]


def in_the_code() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(
        FOLDER, method_map=[("**.py", "python")], keywords={"words": None, "plural": (1, 2)}
    )
    return {message for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with catalogue_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def messages(language: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    for message in catalogue(language):
        if message.id:
            yield forms(message.id), forms(message.string), message.fuzzy


def test_there_are_sentences_and_two_languages():
    assert len(in_the_code()) > 60
    assert LANGUAGES == ("en", "zh")


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_sentence_of_the_code_and_no_other(language):
    there, needed = {said for said, _, _ in messages(language)}, set(map(forms, in_the_code()))
    assert not needed - there, f"not yet in {language}"
    assert not there - needed, f"no longer said, but still in {language}"
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_keeps_its_facts(language):
    wanted = catalogue(language).num_plurals
    for said, translated, fuzzy in messages(language):
        assert not fuzzy, said
        assert len(translated) == (wanted if len(said) > 1 else 1), said
        assert all(translated), said
        names = {name for form in said for name in re.findall(r"{\w*}", form)}
        for form in translated:
            assert set(re.findall(r"{\w*}", form)) == names, said


@pytest.mark.parametrize(
    ("hint", "language"),
    [
        ("zh", "zh"),
        ("zh-hans", "zh"),
        ("zh_TW", "zh"),
        ("ZH-HANT", "zh"),
        ("en-GB", "en"),
        ("xx", "en"),
        ("", "en"),
    ],
)
def test_the_messengers_language_is_a_good_guess(hint, language):
    assert language_for(hint) == language


def test_plurals_follow_the_language():
    one, many = "about {count} second each (measured)", "about {count} seconds each (measured)"
    assert words_in("en").plural(one, many, 1) == "about 1 second each (measured)"
    assert words_in("en").plural(one, many, 2) == "about 2 seconds each (measured)"
    assert words_in("zh").plural(one, many, 2) == "每题大约 2 秒（大家实际用时）"


def test_a_language_that_we_do_not_speak_is_english():
    assert words_in("xx").language == "en"
    assert words_in("../..").language == "en"
