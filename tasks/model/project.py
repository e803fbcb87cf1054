"""A project: a question, its choices, its price and its quality rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tasks.model.identifiers import ProjectId
from tasks.model.money import Money

CANT_TELL = "cant_tell"
"""The choice id of *Can't tell*: never punished, never paid, and never a client's own choice id."""


class ProjectKind(StrEnum):
    """What a question of the project asks for."""

    CHOICE = "choice"
    """One of a few choices."""
    VERIFY = "verify"
    """The machine's guess as a yes-or-no question first, and one of a few choices only after a *no*."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer to the project's question."""

    number: int
    """Stays the same for ever: an old button keeps its meaning after the project was imported anew."""
    id: str
    """The client's own name of the choice; what the export says."""
    emoji: str
    """Stands before the words on the button; may be empty."""
    words: Mapping[str, str]
    """What the button says, by language."""
    retired: bool = False
    """No longer offered; buttons drawn before still count."""


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """How many answers a task gets."""

    min: int
    """At least so many, from different workers."""
    max: int
    """The quota: never more accepted answers than this."""
    confidence: float
    """The certainty at which a task may close before its quota is full; 1 minus the target risk."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project as workers meet it."""

    id: ProjectId
    slug: str
    """The client's name for it; short, in lower case, the same for ever."""
    kind: ProjectKind
    price: Money
    """For one accepted answer."""
    rules: AnswerRules
    gold_share: float
    """The share of gold among the questions of a worker."""
    lease_minutes: int
    """How long one task is lent to one worker."""
    seconds_estimate: int
    """The client's own estimate for one question, shown until it can be measured."""
    languages: tuple[str, ...]
    """The languages that every text of the project has; the first stands in for a missing one."""
    titles: Mapping[str, str]
    questions: Mapping[str, str]
    choices: tuple[Choice, ...]
    """In the order of the project folder, retired ones last."""
    has_gold: bool = False
    """Some of its tasks have an answer that is known; kept up to date by the program."""
    shuffle_choices: bool = False
    """Whether each worker has the buttons in an order of her own."""

    def offered(self) -> tuple[Choice, ...]:
        """The choices that a new question shows."""
        return tuple(choice for choice in self.choices if not choice.retired)

    def find_choice(self, number: int) -> Choice | None:
        """The choice with that number, retired or not."""
        return next((choice for choice in self.choices if choice.number == number), None)

    def find_offered(self, choice_id: str | None) -> Choice | None:
        """The choice with that id, if new questions show it."""
        return next((choice for choice in self.offered() if choice.id == choice_id), None)

    def name_of(self, choice_id: str, language: str) -> str:
        """The words of the choice with that id, retired or not; its id if there is none."""
        found = next((choice for choice in self.choices if choice.id == choice_id), None)
        return choice_id if found is None else self.say(found.words, language)

    def say(self, words: Mapping[str, str], language: str) -> str:
        """The words in that language, or in the project's first language."""
        return words.get(language) or words[self.languages[0]]
