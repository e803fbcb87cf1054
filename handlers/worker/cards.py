"""The card of a question: picture, question, price, and a button for everything she may say."""

from dataclasses import dataclass, field

from handlers.amounts import amount_text
from handlers.buttons import CantTell, ChooseAnswer, PictureBroken, StopWorking, Undo
from handlers.checks import choice_label
from handlers.labels import CAPTION_MAX, row_lengths, shorten
from handlers.screens import Choice, Screen, Slot
from handlers.words import words_in
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.work import Question

LAYOUTS_MAX = 256


@dataclass(frozen=True, slots=True)
class _Layout:
    """What is the same on every card of a project in one language."""

    project: Project
    caption: str
    rows: tuple[tuple[tuple[str, int], ...], ...]
    """Label and number of each choice."""
    cant_tell: str
    broken: str
    undo: str
    stop: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Draws cards. A tap costs little: only the data in the buttons differs from question to question."""

    _layouts: dict[tuple[int, Money, str], _Layout] = field(default_factory=dict)

    def draw(self, question: Question, language: str) -> Screen:
        layout = self._layout(question.project, question.price, language)
        lease = question.lease_id
        choices = tuple(
            tuple(Choice(label, ChooseAnswer(lease, number).pack()) for label, number in row)
            for row in layout.rows
        )
        unsure = (
            Choice(layout.cant_tell, CantTell(lease).pack()),
            Choice(layout.broken, PictureBroken(lease).pack()),
        )
        last: tuple[Choice, ...] = (Choice(layout.stop, StopWorking(lease).pack()),)
        if question.previous_id is not None:
            last = (Choice(layout.undo, Undo(question.previous_id).pack()), *last)
        # Gold looks like any other question: where there is some, no picture keeps a name.
        fresh = question.project.has_gold
        rows = (*choices, unsure, last)
        return Screen(layout.caption, rows, question.image_id, Slot.WORK, fresh_picture=fresh)

    def _layout(self, project: Project, price: Money, language: str) -> _Layout:
        """The layout kept from the last card, as long as the project is still the same."""
        kept = self._layouts.get((project.id, price, language))
        if kept is not None and (kept.project is project or kept.project == project):
            return kept
        if len(self._layouts) >= LAYOUTS_MAX:
            self._layouts.clear()
        layout = self._layouts[project.id, price, language] = _lay_out(project, price, language)
        return layout


def _lay_out(project: Project, earns: Money, language: str) -> _Layout:
    words = words_in(language)
    price = amount_text(earns, language)
    question = shorten(project.say(project.questions, language), CAPTION_MAX - len(price) - 2)
    choices = [(choice_label(project, choice, language), choice.number) for choice in project.offered()]
    waiting = iter(choices)
    rows = tuple(
        tuple(next(waiting) for _ in range(length)) for length in row_lengths([label for label, _ in choices])
    )
    return _Layout(
        project=project,
        caption=f"{question}\n\n{price}",
        rows=rows,
        cant_tell=words("🤷 Can't tell"),
        broken=words("🖼 Picture broken"),
        undo=words("↩️ Undo"),
        stop=words("⏹ Stop"),
    )
