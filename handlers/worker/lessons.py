"""What a question that teaches has to say after it was answered."""

from handlers.buttons import TakeProject
from handlers.checks import choice_label
from handlers.labels import CAPTION_MAX, shorten
from handlers.screens import Choice, Screen, Slot
from handlers.words import Words
from tasks.outcomes import Lesson


def lesson_screen(words: Words, lesson: Lesson) -> Screen:
    """The same picture with what is right and why, and one way on: to the next question."""
    project, language = lesson.project, words.language
    parts = [
        words("You said: {choice}", choice=choice_label(project, lesson.said, language)),
        words("✅ Right is: {choice}", choice=choice_label(project, lesson.right, language)),
    ]
    why = lesson.explanations.get(language) or lesson.explanations.get(project.languages[0], "")
    text = "\n".join(parts) + (f"\n\n{why}" if why else "")
    text += "\n\n" + words("This question is here to show how it is done. It is paid like the others.")
    following = Choice(words("➡️ Next"), TakeProject(project.id).pack())
    return Screen(shorten(text, CAPTION_MAX), ((following,),), lesson.image_id, Slot.WORK, fresh_picture=True)
