"""How a person begins, agrees, chooses her language, and leaves."""

from dataclasses import dataclass, replace

from handlers.buttons import Agree, Speak
from handlers.identity import Actor
from handlers.menu import languages_screen, menu_rows, menu_screen
from handlers.screens import Event, Reply, Screen
from handlers.use_cases import UseCases
from handlers.words import LANGUAGES, words_in
from handlers.worker.promise import CONSENT_VERSION, promise_screen
from tasks.enrolling import require_active
from tasks.errors import NotEnrolled
from tasks.model.worker import Worker


@dataclass(frozen=True, slots=True)
class Joining:
    """The way in, and the way out."""

    use_cases: UseCases

    async def start(self, actor: Actor, event: Event) -> Reply:
        """The promise to whoever has not agreed to it, the menu to everybody else."""
        code = event.text.split(maxsplit=1)[0] if event.text.strip() else None
        worker = await self._welcome(actor, code)
        if _may_work(worker):
            return Reply((menu_screen(words_in(worker.language)),))
        # As she was before she came: to be welcomed back is to be new, and would hide why she reads it again.
        return await self.promise(replace(actor, words=words_in(worker.language)))

    async def promise(self, actor: Actor) -> Reply:
        """The promise, below what she has on her screen: a card that she pressed stays there for later."""
        prices = await self.use_cases.list_prices()
        return Reply((promise_screen(actor.words, actor.worker, prices),), fresh=True)

    async def agree(self, actor: Actor, button: Agree) -> Reply:
        """Takes her in, if what she agreed to is the promise as it stands now. It stays in the chat."""
        if button.version != CONSENT_VERSION:
            return await self.promise(actor)
        worker = actor.worker or await self._welcome(actor, None)
        words = words_in(worker.language)
        if _may_work(worker):
            return Reply((menu_screen(words),), fresh=True)
        await self.use_cases.give_consent(worker, CONSENT_VERSION)
        text = words("Welcome! It is good that you are here. Press “Work” to begin.")
        return Reply((Screen(text, menu_rows(words)),), fresh=True)

    async def speak(self, actor: Actor, button: Speak) -> Reply | None:
        """What she pressed at, in the language she chose. None if we do not speak it."""
        if button.language not in LANGUAGES:
            return None
        actor = replace(actor, words=words_in(button.language))
        worker = actor.worker or await self._welcome(actor, None)
        await self.use_cases.change_language(worker, button.language)
        if _may_work(worker):
            return Reply((menu_screen(actor.words),))
        return replace(await self.promise(actor), fresh=False)

    async def menu(self, worker: Worker) -> Reply:
        return Reply((menu_screen(words_in(worker.language)),))

    async def languages(self, worker: Worker) -> Reply:
        return Reply((languages_screen(words_in(worker.language)),))

    async def leave(self, worker: Worker) -> Reply:
        await self.use_cases.leave(worker)
        words = words_in(worker.language)
        return Reply(
            (
                Screen(
                    words(
                        "You have left. We will not write to you any more.\n"
                        "The money you earned stays yours.\n"
                        "If you want to come back, write /start."
                    )
                ),
            )
        )

    async def _welcome(self, actor: Actor, code: str | None) -> Worker:
        return await self.use_cases.welcome(actor.account, language=actor.words.language, join_code=code)


def _may_work(worker: Worker) -> bool:
    try:
        require_active(worker, CONSENT_VERSION)
    except NotEnrolled:
        return False
    return True
