"""The card of a question: picture, question, price, and a button for everything she may say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.amounts import amount_text
from handlers.buttons import CantTell, ChooseAnswer, PictureBroken, RefuseGuess, StopWorking, Undo
from handlers.labels import CAPTION_MAX, LABEL_MAX, row_lengths, shorten
from handlers.screens import Choice, Screen, Slot
from handlers.words import words_in
from tasks.model.money import Money
from tasks.model.project import Choice as Answer
from tasks.model.project import Project, ProjectKind
from tasks.model.work import Question

LAYOUTS_MAX = 1024


@dataclass(frozen=True, slots=True)
class _Key:
    """A button that answers, before it is known on which lease."""

    label: str
    means: type[ChooseAnswer] | type[RefuseGuess]
    number: int
    """The choice that it names."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a card of a project asks."""

    guess: Answer | None
    """Asked about alone, with *Yes* and *No*; None asks for one of the choices."""
    refused: int | None
    """The number of the choice that she has said no to, and that is not offered again."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """What is the same on every card of a project that asks the same, in one language."""

    project: Project
    caption: str
    rows: tuple[tuple[_Key, ...], ...]
    cant_tell: str
    broken: str
    undo: str
    stop: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Draws cards. A tap costs little: only the data in the buttons differs from question to question."""

    _layouts: dict[tuple[int, Money, str, int | None, int | None], _Layout] = field(default_factory=dict)

    def draw(self, question: Question, language: str, *, refused: int | None = None) -> Screen:
        """The card; ``refused`` is the number of the machine's guess if she has said no to it."""
        layout = self._layout(question.project, question.price, language, _asked(question, refused))
        lease = question.lease_id
        answers = tuple(
            tuple(Choice(key.label, key.means(lease, key.number).pack()) for key in row)
            for row in layout.rows
        )
        unsure = (
            Choice(layout.cant_tell, CantTell(lease).pack()),
            Choice(layout.broken, PictureBroken(lease).pack()),
        )
        last: tuple[Choice, ...] = (Choice(layout.stop, StopWorking(lease).pack()),)
        if question.previous_id is not None:
            last = (Choice(layout.undo, Undo(question.previous_id).pack()), *last)
        return Screen(layout.caption, (*answers, unsure, last), question.image_id, Slot.WORK)

    def _layout(self, project: Project, price: Money, language: str, asked: _Asked) -> _Layout:
        """The layout kept from the last such card, as long as the project is still the same."""
        guess = None if asked.guess is None else asked.guess.number
        place = (project.id, price, language, guess, asked.refused)
        kept = self._layouts.get(place)
        if kept is not None and (kept.project is project or kept.project == project):
            return kept
        if len(self._layouts) >= LAYOUTS_MAX:
            self._layouts.clear()
        layout = self._layouts[place] = _lay_out(project, price, language, asked)
        return layout


def choice_label(project: Project, choice: Answer, language: str) -> str:
    """The choice in her words, with its emoji before them if it has one."""
    said = project.say(choice.words, language)
    return shorten(f"{choice.emoji} {said}" if choice.emoji else said, LABEL_MAX)


def _asked(question: Question, refused: int | None) -> _Asked:
    """A guess that is no longer among the choices is not asked about."""
    project = question.project
    if refused is not None or project.kind is not ProjectKind.VERIFY:
        return _Asked(None, refused)
    return _Asked(project.find_offered(question.machine), None)


def _lay_out(project: Project, earns: Money, language: str, asked: _Asked) -> _Layout:
    words = words_in(language)
    below = amount_text(earns, language)
    if asked.guess is None:
        keys = [
            _Key(choice_label(project, choice, language), ChooseAnswer, choice.number)
            for choice in project.offered()
            if choice.number != asked.refused
        ]
    else:
        number = asked.guess.number
        keys = [_Key(words("✅ Yes"), ChooseAnswer, number), _Key(words("❌ No"), RefuseGuess, number)]
        about = words("Is this: {choice}?", choice=choice_label(project, asked.guess, language))
        below = f"{about}\n\n{below}"
    question = shorten(project.say(project.questions, language), CAPTION_MAX - len(below) - 2)
    return _Layout(
        project=project,
        caption=f"{question}\n\n{below}",
        rows=_rows(keys),
        cant_tell=words("🤷 Can't tell"),
        broken=words("🖼 Picture broken"),
        undo=words("↩️ Undo"),
        stop=words("⏹ Stop"),
    )


def _rows(keys: Sequence[_Key]) -> tuple[tuple[_Key, ...], ...]:
    waiting = iter(keys)
    lengths = row_lengths([key.label for key in keys])
    return tuple(tuple(next(waiting) for _ in range(length)) for length in lengths)
