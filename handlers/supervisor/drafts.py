"""What the handlers of a draft share: reading it, changing it, and showing its card."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.days import zone_of
from handlers.identity import Actor
from handlers.packing import base36, read_number
from handlers.screens import Reply, Screen
from handlers.supervisor.draft_card import draft_screen
from handlers.supervisor.places_menu import name_places
from handlers.use_cases import UseCases
from tasks.model.identifiers import NoticeId
from tasks.model.notice import Audience, Notice
from tasks.noticing.drafting import Draft

AWAITED = "notice."
"""Begins what a text, picture or voice note is awaited for here."""


def awaited(notice_id: NoticeId, what: str, detail: str = "") -> str:
    return f"{AWAITED}{base36(notice_id)}.{what}.{detail}"


def read_awaited(text: str) -> tuple[NoticeId, str, str] | None:
    """The draft, what is awaited for it, and in which language; None if another version has written it."""
    try:
        number, what, detail = text.removeprefix(AWAITED).split(".", maxsplit=2)
        return NoticeId(read_number(number)), what, detail
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Drafts:
    """All raise NotSupervisor and OutsideScope."""

    use_cases: UseCases

    async def card(self, actor: Actor, draft: Draft) -> Screen:
        """The draft at a glance."""
        audience = draft.notice.audience
        paths = audience.places or (draft.notice.scope,)
        places = await name_places(self.use_cases, actor.words, paths)
        projects = {}
        if audience.project_ids:
            projects = {
                project.id: project.say(project.titles, actor.words.language)
                for project in await self.use_cases.list_projects()
            }
        return draft_screen(actor.words, draft, places, projects)

    async def edit(
        self, actor: Actor, notice_id: NoticeId, change: Callable[[Notice], Notice]
    ) -> Draft | None:
        """The draft after the change; None if it is no draft of hers any more."""
        return await self.use_cases.edit_notice(actor.account, notice_id, change)

    async def edit_audience(
        self, actor: Actor, notice_id: NoticeId, change: Callable[[Audience], Audience]
    ) -> Draft | None:
        return await self.edit(
            actor, notice_id, lambda notice: replace(notice, audience=change(notice.audience))
        )

    async def await_for(self, actor: Actor, notice_id: NoticeId, what: str, detail: str = "") -> None:
        """Her next text, picture or voice note is for that."""
        await self.use_cases.await_input(actor.account, awaited(notice_id, what, detail))

    async def await_nothing(self, actor: Actor) -> None:
        await self.use_cases.await_input(actor.account, None)

    def now(self, actor: Actor) -> datetime:
        """Naive, where she lives."""
        return self.use_cases.now().astimezone(ZoneInfo(zone_of(actor))).replace(tzinfo=None)


def stale(actor: Actor) -> Reply:
    """To a press on the card of a draft that is none any more."""
    words = actor.words
    toast = words("This notice was sent or thrown away already. /broadcast begins a new one.")
    return Reply(toast=toast, alert=True)
