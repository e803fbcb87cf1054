"""What the messenger shows in its own list of commands."""

from collections.abc import Mapping

from handlers.words import LANGUAGES, Words, words_in

CommandList = tuple[tuple[str, str], ...]


def command_list(words: Words) -> CommandList:
    """The commands of a worker, each with a few words."""
    return (
        ("work", words("See the work and begin")),
        ("earnings", words("See your money")),
        ("notices", words("Notices, and which you get")),
        ("help", words("How it works")),
        ("language", words("Change the language")),
        ("stop", words("Leave; your money stays yours")),
    )


COMMANDS: Mapping[str, CommandList] = {language: command_list(words_in(language)) for language in LANGUAGES}
"""By language, for the messenger's own menu."""
