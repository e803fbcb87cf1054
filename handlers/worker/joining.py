"""How a person begins, agrees, chooses her language, and leaves."""

from dataclasses import dataclass, replace

from handlers.buttons import Agree, Speak
from handlers.identity import Actor
from handlers.menu import languages_screen, menu_rows, menu_screen
from handlers.screens import Event, Reply, Screen
from handlers.use_cases import UseCases
from handlers.words import LANGUAGES, Words, words_in
from handlers.worker.promise import CONSENT_VERSION, promise_screen
from tasks.enrolling import Welcomed, require_active
from tasks.errors import NotEnrolled
from tasks.model.worker import Worker


@dataclass(frozen=True, slots=True)
class Joining:
    """The way in, and the way out."""

    use_cases: UseCases

    async def start(self, actor: Actor, event: Event) -> Reply:
        """The promise to whoever has not agreed to it, the menu to everybody else."""
        code = event.text.split(maxsplit=1)[0] if event.text.strip() else None
        welcomed = await self._welcome(actor, code)
        worker = welcomed.worker
        words = words_in(worker.language)
        if may_work(worker):
            reply = Reply((menu_screen(words),))
        else:
            # As she was before she came: to be welcomed back is to be new, and would hide why she reads it.
            reply = await self.promise(replace(actor, words=words))
        return reply if welcomed.code_is_good else _below(_code_over(words, worker), reply)

    async def promise(self, actor: Actor) -> Reply:
        """The promise, below what she has on her screen: a card that she pressed stays there for later."""
        prices = await self.use_cases.list_prices()
        return Reply((promise_screen(actor.words, actor.worker, prices),), fresh=True)

    async def agree(self, actor: Actor, button: Agree) -> Reply:
        """Takes her in, if what she agreed to is the promise as it stands now. It stays in the chat."""
        if button.version != CONSENT_VERSION:
            return await self.promise(actor)
        worker = actor.worker or (await self._welcome(actor, None)).worker
        words = words_in(worker.language)
        if may_work(worker):
            return Reply((menu_screen(words),), fresh=True)
        await self.use_cases.give_consent(worker, CONSENT_VERSION)
        text = words("Welcome! It is good that you are here. Press “Work” to begin.")
        return Reply((Screen(text, menu_rows(words)),), fresh=True)

    async def speak(self, actor: Actor, button: Speak) -> Reply | None:
        """What she pressed at, in the language she chose. None if we do not speak it."""
        if button.language not in LANGUAGES:
            return None
        actor = replace(actor, words=words_in(button.language))
        worker = actor.worker or (await self._welcome(actor, None)).worker
        await self.use_cases.change_language(worker, button.language)
        if may_work(worker):
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

    async def _welcome(self, actor: Actor, code: str | None) -> Welcomed:
        return await self.use_cases.welcome(actor.account, language=actor.words.language, join_code=code)


def may_work(worker: Worker | None) -> bool:
    """Whether she has agreed to the promise as it stands now, and has not left."""
    try:
        require_active(worker, CONSENT_VERSION)
    except NotEnrolled:
        return False
    return True


def _code_over(words: Words, worker: Worker) -> str:
    if worker.place:
        return words("This invitation has ended. You stay in the place where you are.")
    return words(
        "Your invitation has ended, so we do not know where you live. "
        "You can begin all the same; ask for a new one."
    )


def _below(sentence: str, reply: Reply) -> Reply:
    """The reply with the sentence above its first screen."""
    first, *others = reply.screens
    return replace(reply, screens=(replace(first, text=f"{sentence}\n\n{first.text}"), *others))
