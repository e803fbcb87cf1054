"""A supervisor invites another one, and whoever brings the invitation becomes one."""

from dataclasses import dataclass
from typing import assert_never

from handlers.days import day_text, zone_of
from handlers.identity import Actor
from handlers.people_buttons import InviteFor, LookToInvite
from handlers.screens import Reply, Screen
from handlers.supervisor.places_menu import (
    Spot,
    choose_row,
    find_spot,
    look_around,
    name_places,
    place_rows,
)
from handlers.use_cases import UseCases
from handlers.words import Words, words_in
from tasks.model.place import PROGRAMME
from tasks.model.supervisor import Supervisor
from tasks.outcomes import InvitationOver, NothingGained
from tasks.supervising import INVITATION_PREFIX


def is_invitation(code: str) -> bool:
    """Whether it makes supervisors, not workers."""
    return code.startswith(INVITATION_PREFIX)


@dataclass(frozen=True, slots=True)
class Inviting:
    """All but ``accept`` raise NotSupervisor and OutsideScope."""

    use_cases: UseCases

    async def show(self, actor: Actor) -> Reply:
        """The places for which she may invite somebody."""
        return await self.look(actor, LookToInvite(0))

    async def look(self, actor: Actor, button: LookToInvite) -> Reply:
        spot = await look_around(self.use_cases, actor, button.place_id)
        return Reply((places_screen(actor.words, spot, button.portion),))

    async def invite(self, actor: Actor, button: InviteFor) -> Reply:
        """The link in a message of its own, so that it can be forwarded as it is."""
        words = actor.words
        spot = await find_spot(self.use_cases, actor, button.place_id)
        invitation = await self.use_cases.invite_supervisor(actor.account, spot.path)
        link = await self.use_cases.start_link(invitation.code)
        until = day_text(invitation.ends_at, words, zone_of(actor))
        told = words(
            "Here is an invitation. Forward the message below to the new supervisor and to nobody else: "
            "whoever opens the link first becomes a supervisor for {place}.",
            place=spot.name,
        )
        forwarded = words(
            "You are invited to look after people at Tapwork: {place}.\n"
            "Open this link and press “Start”. It works once, until {day}.\n"
            "{link}",
            place=spot.name,
            day=until,
            link=link,
        )
        return Reply((Screen(told), Screen(forwarded)))

    async def accept(self, actor: Actor, code: str) -> Reply:
        """Makes her a supervisor. She need not be a worker for it."""
        welcomed = await self.use_cases.welcome(actor.account, language=actor.words.language, join_code=None)
        words = words_in(welcomed.worker.language)
        outcome = await self.use_cases.accept_invitation(actor.account, code)
        match outcome:
            case Supervisor(scope=scope):
                names = await name_places(self.use_cases, words, [scope])
                text = words(
                    "You are now a supervisor for {place}. /help shows what you can do.", place=names[scope]
                )
            case NothingGained():
                text = words(
                    "You look after these people already, so the invitation was not used. "
                    "Forward it to somebody else."
                )
            case InvitationOver():
                text = words("This invitation has been used or has ended. Ask for a new one.")
            case _:
                assert_never(outcome)
        return Reply((Screen(text),))


def places_screen(words: Words, spot: Spot, portion: int) -> Screen:
    rows = place_rows(words, spot, portion, lambda place_id, number: LookToInvite(place_id, number).pack())
    if not spot.surroundings.is_top or spot.path == PROGRAMME:
        rows = (choose_row(words, spot, InviteFor(spot.id).pack()), *rows)
    if not rows:
        return Screen(words("There is no place within yours, so there is nobody whom you can invite."))
    text = words("For which place shall the new supervisor be?\nYou are here: {place}", place=spot.name)
    return Screen(text, rows)
