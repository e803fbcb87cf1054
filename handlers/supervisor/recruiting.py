"""A supervisor makes the codes with which workers come in, step by step: place, recruiter, number, end.

What she chose travels in the buttons. Only the recruiter's name does not fit there: it is kept as what her
next text is for, so that she may also correct it by writing once more.
"""

from dataclasses import dataclass

from handlers.identity import Actor
from handlers.packing import base36, read_number
from handlers.people_buttons import CodeDays, CodeFor, CodeQuota, CodeRecruiter, LookForCode
from handlers.screens import Event, Reply, Screen
from handlers.supervisor.code_screens import (
    codes_screen,
    days_screen,
    places_screen,
    quota_screen,
    ready_screens,
    recruiter_screen,
)
from handlers.supervisor.places_menu import find_spot, look_around, name_places
from handlers.use_cases import UseCases
from tasks.errors import OutsideScope
from tasks.model.place import PROGRAMME

AWAITED = "code."
"""Begins what a text is awaited for here."""
RECRUITER, MADE = "recruiter", "made"
AWAITED_MAX = 64
QUOTA_MAX, DAYS_MAX = 100_000, 3650
"""No button of ours says more."""


@dataclass(frozen=True, slots=True)
class Recruiting:
    """All raise NotSupervisor and OutsideScope."""

    use_cases: UseCases

    async def show(self, actor: Actor) -> Reply:
        """Her codes, newest first."""
        codes = await self.use_cases.list_join_codes(actor.account)
        names = await name_places(self.use_cases, actor.words, [code.place for code, _ in codes])
        return Reply((codes_screen(actor, codes, names),))

    async def look(self, actor: Actor, button: LookForCode) -> Reply:
        """Where the new code shall bring people."""
        spot = await look_around(self.use_cases, actor, button.place_id)
        return Reply((places_screen(actor.words, spot, button.portion),))

    async def choose_place(self, actor: Actor, button: CodeFor) -> Reply:
        name = await self._find_place(actor, button.place_id)
        await self.use_cases.await_input(actor.account, _awaited(RECRUITER, button.place_id))
        return Reply((recruiter_screen(actor, button.place_id, name),))

    async def name_recruiter(self, actor: Actor, event: Event, awaited: str) -> Reply | None:
        """Takes what she wrote for the recruiter's name. None if it is none."""
        name = " ".join(event.text.split())
        _, place_id, _ = _parts(awaited)
        if not name:
            return None
        try:
            return await self._go_on(actor, place_id, name)
        except OutsideScope:
            await self.use_cases.await_input(actor.account, None)
            return Reply((Screen(actor.words("This is not yours to do.")),))

    async def choose_recruiter(self, actor: Actor, button: CodeRecruiter) -> Reply:
        herself = f"#{actor.worker.id}" if button.herself and actor.worker is not None else ""
        return await self._go_on(actor, button.place_id, herself)

    async def choose_quota(self, actor: Actor, button: CodeQuota) -> Reply | None:
        if button.quota > QUOTA_MAX:
            return None
        name = await self._find_place(actor, button.place_id)
        return Reply((days_screen(actor.words, button, name),))

    async def make(self, actor: Actor, button: CodeDays) -> Reply | None:
        """The code as a picture with its link below, in a message of its own, to be printed or forwarded."""
        if button.quota > QUOTA_MAX or button.days > DAYS_MAX:
            return None
        step, place_id, recruiter = _parts(await self.use_cases.find_awaited(actor.account) or "")
        if (step, place_id) != (MADE, button.place_id):
            # She pressed twice, or did something else meanwhile.
            return Reply(toast=actor.words("Please begin again: write /codes."), alert=True)
        spot = await find_spot(self.use_cases, actor, place_id)
        code = await self.use_cases.make_join_code(
            actor.account,
            place=spot.path,
            recruiter=recruiter,
            quota=button.quota or None,
            days=button.days or None,
        )
        await self.use_cases.await_input(actor.account, None)
        link = await self.use_cases.start_link(code.code)
        picture = await self.use_cases.draw_link(link)
        return Reply(ready_screens(actor, code, spot.name, link=link, picture=picture))

    async def leave_off(self, actor: Actor) -> Reply:
        """Back to her codes; whatever was begun is forgotten."""
        await self.use_cases.await_input(actor.account, None)
        return await self.show(actor)

    async def _go_on(self, actor: Actor, place_id: int, recruiter: str) -> Reply:
        name = await self._find_place(actor, place_id)
        awaited = _awaited(MADE, place_id, recruiter)
        await self.use_cases.await_input(actor.account, awaited)
        _, _, kept = _parts(awaited)
        return Reply((quota_screen(actor.words, place_id, name, kept),))

    async def _find_place(self, actor: Actor, place_id: int) -> str:
        """Its name; raises OutsideScope. A code brings people to a place, not to the programme as a whole."""
        spot = await find_spot(self.use_cases, actor, place_id)
        if spot.path == PROGRAMME:
            raise OutsideScope
        return spot.name


def _awaited(step: str, place_id: int, recruiter: str = "") -> str:
    return f"{AWAITED}{step}.{base36(place_id)}.{recruiter}"[:AWAITED_MAX]


def _parts(awaited: str) -> tuple[str, int, str]:
    """Step, place and recruiter; of what is awaited for something else: an empty step."""
    parts = awaited.removeprefix(AWAITED).split(".", maxsplit=2)
    if not awaited.startswith(AWAITED) or len(parts) != 3:  # noqa: PLR2004 - as they were joined
        return "", 0, ""
    step, place, recruiter = parts
    return step, read_number(place), recruiter
