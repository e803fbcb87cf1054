"""How it works, and what to do next when we did not understand."""

from dataclasses import dataclass

from handlers.menu import menu_rows
from handlers.screens import Reply, Screen
from handlers.use_cases import UseCases
from handlers.words import Words, words_in
from tasks.model.place import PROGRAMME
from tasks.model.worker import Worker


@dataclass(frozen=True, slots=True)
class Helping:
    """Answers to those who ask, and to those who are lost."""

    use_cases: UseCases

    async def explain(self, worker: Worker) -> Reply:
        words = words_in(worker.language)
        text = words(
            "How it works:\n"
            "1. Press “Work” and choose what you want to do.\n"
            "2. Look at the picture and tap your answer. The next picture comes at once.\n"
            "3. Not sure? Tap “Can't tell”. It is not paid, and it never counts as a mistake.\n"
            "4. No picture, or nothing to see? Tap “Picture broken”.\n"
            "5. Wrong tap? Tap “Undo”.\n"
            "6. You can put the phone away at any time. Your question waits for you for some hours.\n"
            "\n"
            "You never pay, and nobody of us ever asks for money or a password.\n"
            "\n"
            "/work – see the work\n"
            "/earnings – see your money\n"
            "/notices – read notices again, choose what you get\n"
            "/language – change the language\n"
            "/stop – leave; your money stays yours"
        )
        scope = await self.use_cases.find_scope(worker.account)
        if scope is not None:
            text += "\n\n" + for_supervisors(words, scope)
        return Reply((Screen(text, menu_rows(words)),))

    async def explain_to_supervisor(self, words: Words, scope: str) -> Reply:
        """For a supervisor who is no worker."""
        return Reply((Screen(for_supervisors(words, scope)),))

    async def not_understood(self, worker: Worker) -> Reply:
        words = words_in(worker.language)
        text = words("Sorry, I did not understand that. Please press one of these buttons.")
        return Reply((Screen(text, menu_rows(words)),))


def for_supervisors(words: Words, scope: str) -> str:
    """What only supervisors can do, and the last of it only those of the whole programme."""
    text = words(
        "For supervisors:\n"
        "/broadcast – write a notice to your workers\n"
        "/notices – see how far your notices are\n"
        "/codes – codes with which workers come in\n"
        "/invite – bring in another supervisor\n"
        "/supervisors – see the others\n"
        "/appeals – look at pauses of your workers"
    )
    text += "\n" + words("/project – see how a project is doing")
    if scope == PROGRAMME:
        text += "\n" + words("/broken – look at pictures that were set aside")
    return text
