"""Who is acting, and in which language."""

from dataclasses import dataclass

from handlers.screens import Event
from handlers.use_cases import UseCases
from handlers.words import Words, language_for, words_in
from tasks.model.identifiers import AccountKey
from tasks.model.worker import Worker


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind an event."""

    account: AccountKey
    worker: Worker | None
    """None if we have not met before."""
    words: Words


async def identify(event: Event, use_cases: UseCases) -> Actor:
    """The person behind the event. Whoever writes to us can be reached again, so a worker is marked so."""
    worker = await use_cases.recognise(event.person)
    if worker is None:
        return Actor(event.person, None, words_in(language_for(event.language_hint)))
    if not worker.reachable:
        await use_cases.mark_reachable(event.person, reachable=True)
    return Actor(event.person, worker, words_in(worker.language))
