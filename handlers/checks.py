"""A check question that was answered differently, as the worker and her supervisor see it."""

from handlers.labels import CAPTION_MAX, LABEL_MAX, shorten
from handlers.words import Words
from tasks.appealing import Evidence
from tasks.model.project import Choice, Project


def choice_label(project: Project, choice: Choice, language: str) -> str:
    """The choice in somebody's words, with its emoji before them if it has one."""
    said = project.say(choice.words, language)
    return shorten(f"{choice.emoji} {said}" if choice.emoji else said, LABEL_MAX)


def said_text(project: Project, choice_id: str, language: str) -> str:
    """The same for the choice with that id; its id if there is none any more."""
    found = next((choice for choice in project.choices if choice.id == choice_id), None)
    return choice_id if found is None else choice_label(project, found, language)


def title_of(project: Project, words: Words) -> str:
    return shorten(project.say(project.titles, words.language), LABEL_MAX)


def check_text(words: Words, evidence: Evidence, number: int, *, hers: bool) -> str:
    """What stands below the picture; ``hers``: she reads it who answered."""
    answer, language = evidence.wrong[number], words.language
    said = said_text(evidence.project, answer.said, language)
    right = said_text(evidence.project, answer.right, language)
    lines = [
        words("Question {number} of {count}", number=number + 1, count=len(evidence.wrong)),
        words("You said: {choice}", choice=said) if hers else words("She said: {choice}", choice=said),
        words("Right is: {choice}", choice=right),
    ]
    return shorten("\n".join(lines), CAPTION_MAX)
