"""Every sentence a person may read, in her language; a new language is one new ``.po`` file.

The sentences stand in the code in English, inside ``words(...)`` and ``words.plural(...)``. The catalogues
are read once, as they are: nothing needs to be compiled. After a sentence was added or changed, this brings
them up to date, and a test says what is still missing::

    pybabel extract -k words -k plural:1,2 --no-wrap --add-location file -o tapwork.pot handlers
    pybabel update -i tapwork.pot -d handlers/locales -D tapwork --no-wrap

The facts of a plural are worked out before it: where ``words`` stands among them, its second form is lost.

A new language begins with ``pybabel init -i tapwork.pot -d handlers/locales -D tapwork -l sw``.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"
_LOCALES = files("handlers") / "locales"


class Words:
    """One language: says an English sentence of the code in it."""

    __slots__ = ("_translations", "language", "locale", "name")

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self.name = self.locale.get_display_name() or language
        """What people who speak it call it: *English*, *中文*."""
        self._translations = translations

    def __call__(self, sentence: str, /, **facts: object) -> str:
        """The sentence, with the facts in place of their names in braces."""
        said = self._translations.gettext(sentence)
        return said.format_map(facts) if facts else said

    def plural(self, one: str, many: str, count: int, /, **facts: object) -> str:
        """The sentence in the form that goes with that number, which stands in it as ``{count}``."""
        return self._translations.ngettext(one, many, count).format_map({"count": count, **facts})


def catalogue_of(language: str) -> Traversable:
    """Where the translations into that language are kept."""
    return _LOCALES / language / "LC_MESSAGES" / "tapwork.po"


def _languages() -> tuple[str, ...]:
    translated = (folder.name for folder in _LOCALES.iterdir() if catalogue_of(folder.name).is_file())
    return (SOURCE_LANGUAGE, *sorted(translated))


LANGUAGES = _languages()
"""The languages we speak, English first."""


@cache
def _load(language: str) -> Words:
    if language == SOURCE_LANGUAGE:
        return Words(language, NullTranslations())
    with catalogue_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(language, GNUTranslations(compiled))


def words_in(language: str) -> Words:
    """The words of that language, or the English ones if we do not speak it."""
    return _load(language if language in LANGUAGES else SOURCE_LANGUAGE)


def language_for(hint: str) -> str:
    """The language to begin with for a messenger set to ``hint``, such as ``zh-hans``."""
    spoken = hint.replace("_", "-").split("-", maxsplit=1)[0].lower()
    return spoken if spoken in LANGUAGES else SOURCE_LANGUAGE
