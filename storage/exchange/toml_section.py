"""Reading a table of a TOML file key by key, with a sentence for everything that is wrong."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from tasks.errors import InputError


def suggest(word: str, known: Collection[str]) -> str:
    """`` (did you mean "x"?)`` for a word close to a known one; else which ones there are."""
    close = get_close_matches(word.lower(), known, n=1)
    return f'did you mean "{close[0]}"?' if close else f"known are {', '.join(known)}"


def has_control(text: str) -> bool:
    """Whether there is a line break, a NUL or another character that nobody can see on a phone."""
    return any(ord(sign) < ord(" ") or sign in "\x7f\x85\u2028\u2029" for sign in text)


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file."""

    name: str
    """How it stands in a sentence: ``[project]``."""
    values: Mapping[str, Any]

    def wrong(self, key: str, fault: str) -> InputError:
        """The error to raise about one key."""
        return InputError(f"project.toml: {key} in {self.name} {fault}.")

    def check_keys(self, known: Collection[str]) -> None:
        """Refuses keys that nobody would read, with a line for each."""
        faults = [
            f'project.toml: "{key}" in {self.name} is unknown ({suggest(key, known)}).'
            for key in self.values
            if key not in known
        ]
        if faults:
            raise InputError("\n".join(faults))

    def section(self, key: str, example: str) -> "Section":
        """A table inside, which must be there."""
        value = self._get(key, f"like {example}")
        if not isinstance(value, dict):
            raise self.wrong(key, f"must be a table like {example}")
        return Section(f"[{key}]", value)

    def text(self, key: str, example: str, *, max_length: int) -> str:
        """A non-empty text on one line."""
        value = self._get(key, f'such as {key} = "{example}"')
        if not isinstance(value, str):
            raise self.wrong(key, f'must be a text in quotes, such as {key} = "{example}"')
        if not value.strip():
            raise self.wrong(key, f'is empty; write for example {key} = "{example}"')
        if has_control(value):
            raise self.wrong(key, "has a line break or an invisible character; write it on one line")
        if len(value) > max_length:
            raise self.wrong(key, f"has {len(value)} characters; at most {max_length} fit")
        return value.strip()

    def whole(self, key: str, *, default: int | None = None, least: int, most: int) -> int:
        """A whole number between two bounds, both included."""
        value = (
            self._get(key, f"such as {key} = {least}") if default is None else self.values.get(key, default)
        )
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(key, f"must be a whole number from {least} to {most}, but is {value!r}")
        return value

    def share(self, key: str, *, default: float) -> float:
        """A number from 0 to 1."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.wrong(key, f"must be a number from 0 to 1 such as {default}, but is {value!r}")
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, f"must be true or false, without quotes, but is {value!r}")
        return value

    def _get(self, key: str, example: str) -> Any:
        if key not in self.values:
            raise self.wrong(key, f"is missing; write it {example}")
        return self.values[key]
