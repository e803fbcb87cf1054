"""Which work there is, what it pays and how long it takes; and the first question of what she chose."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.amounts import amount_text
from handlers.buttons import TakeProject
from handlers.labels import LABEL_MAX, shorten
from handlers.menu import earnings_button, menu_button, work_button
from handlers.screens import Choice, Reply, Screen, Slot
from handlers.use_cases import UseCases
from handlers.words import Words, words_in
from handlers.worker.cards import Cards
from handlers.worker.pausing import pause_screen
from tasks.assigning import Offer
from tasks.model.identifiers import ProjectId
from tasks.model.standing import Sanction, SanctionKind
from tasks.model.worker import Worker
from tasks.outcomes import Following, NothingToDo, Paused

OFFERS_MAX = 20
"""So many fit on one screen."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """From the menu to the first card."""

    use_cases: UseCases
    cards: Cards

    async def offers(self, worker: Worker) -> Reply:
        words = words_in(worker.language)
        offers = await self.use_cases.list_offers(worker)
        listed = [offer for offer in offers if not offer.is_old_news]
        if listed:
            return Reply((offers_screen(words, listed[:OFFERS_MAX]),))
        return Reply((no_work_screen(words, is_taken_out=bool(offers)),))

    async def take(self, worker: Worker, project_id: ProjectId) -> Reply:
        """Her question there; what else there is, if that project is gone."""
        taken = await self.use_cases.take_task(worker, project_id)
        if taken is None:
            return await self.offers(worker)
        return Reply((following_screen(self.cards, worker, taken),))


def following_screen(cards: Cards, worker: Worker, following: Following) -> Screen:
    """What comes next for her in a project: a question, nothing, or why she gets none."""
    words = words_in(worker.language)
    if isinstance(following, NothingToDo):
        return done_screen(words, following)
    if isinstance(following, Paused):
        return pause_screen(words, following, worker.time_zone)
    return cards.draw(following, worker)


def offers_screen(words: Words, offers: Sequence[Offer]) -> Screen:
    parts = [_offer_text(words, offer) for offer in offers]
    if all(offer.sanction for offer in offers):
        parts.append(words("There is no other work right now. We will write to you when there is."))
    else:
        parts.insert(0, words("Here is work for you. Press the one you want to do."))
    rows = tuple((Choice(_title(words, offer), TakeProject(offer.project.id).pack()),) for offer in offers)
    return Screen("\n\n".join(parts), (*rows, (menu_button(words),)))


def no_work_screen(words: Words, *, is_taken_out: bool) -> Screen:
    """There may be work in a project that she was taken out of: then it is because of her."""
    if is_taken_out:
        text = words(
            "There is no work for you right now.\n"
            "We will write to you when there is work again, at most once a day."
        )
    else:
        text = words(
            "There is no work right now. It is not because of you.\n"
            "We will write to you when there is work again, at most once a day."
        )
    return Screen(text, ((earnings_button(words),), (menu_button(words),)))


def done_screen(words: Words, nothing: NothingToDo) -> Screen:
    """Takes the place of the card when a project has no question left for her."""
    if nothing.kept_for_others and nothing.more_elsewhere:
        text = words(
            "You have done your part here for now. Thank you!\n"
            "The pictures that are left are hard: people who were right most often look at them first.\n"
            "There is other work: press “Work”."
        )
    elif nothing.kept_for_others:
        text = words(
            "You have done your part here for now. Thank you!\n"
            "The pictures that are left are hard: people who were right most often look at them first.\n"
            "We will write to you when there is work again, at most once a day."
        )
    elif nothing.more_elsewhere:
        text = words("You have done everything here. Thank you! There is other work: press “Work”.")
    else:
        text = words(
            "You have done everything here for now. Thank you!\n"
            "We will write to you when there is work again, at most once a day."
        )
    return Screen(text, ((work_button(words),), (earnings_button(words),)), slot=Slot.WORK)


def _title(words: Words, offer: Offer) -> str:
    return shorten(offer.project.say(offer.project.titles, words.language), LABEL_MAX)


def _offer_text(words: Words, offer: Offer) -> str:
    if offer.sanction is not None:
        return f"{_title(words, offer)}\n{_kept_out(words, offer.sanction)}"
    seconds = max(round(offer.seconds), 1)
    if offer.measured:
        time = words.plural(
            "about {count} second each (measured)", "about {count} seconds each (measured)", seconds
        )
    else:
        time = words.plural(
            "about {count} second each (estimate)", "about {count} seconds each (estimate)", seconds
        )
    price = words("{price} a question", price=amount_text(offer.project.price, words.language))
    hourly = words("about {amount} an hour", amount=amount_text(offer.hourly, words.language))
    return "\n".join((_title(words, offer), f"• {price}", f"• {time}", f"• {hourly}"))


def _kept_out(words: Words, sanction: Sanction) -> str:
    if sanction.kind is not SanctionKind.REMOVAL:
        return words("⏸ paused for you; press it to see why")
    if sanction.may_be_appealed:
        return words(
            "⛔ A supervisor has ended your work here; press the button to see why "
            "and to ask a person to look"
        )
    return words("⛔ A supervisor has ended your work here; press the button to see why")
