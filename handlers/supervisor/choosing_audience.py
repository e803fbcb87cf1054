"""A supervisor chooses whom a notice is for."""

from dataclasses import dataclass, replace
from typing import TypeVar

from handlers.identity import Actor
from handlers.notice_buttons import LookForAudience, SetPart, Setting, TogglePlace
from handlers.screens import Reply, Screen
from handlers.supervisor.audience_menu import (
    ABLE,
    UNABLE,
    VERY_ABLE,
    audience_places_screen,
    people_screen,
    projects_screen,
    write_earned_screen,
    write_list_screen,
)
from handlers.supervisor.drafts import Drafts, stale
from handlers.supervisor.notice_words import SOMETHING_MICROS
from handlers.supervisor.places_menu import Spot, find_spot, look_around, name_places
from handlers.use_cases import UseCases
from handlers.words import LANGUAGES
from tasks.model.identifiers import ProjectId
from tasks.model.money import Money
from tasks.model.notice import Audience
from tasks.noticing.drafting import Draft

T = TypeVar("T")

DEFAULT_CURRENCY = "CNY"
DAYS_MAX = 3650


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of an audience; None leaves a part as it is."""

    language: str | None = None
    project_id: ProjectId | None = None
    facts: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ChoosingAudience:
    """All raise NotSupervisor and OutsideScope."""

    use_cases: UseCases
    drafts: Drafts

    async def screen(self, actor: Actor, draft: Draft) -> Screen:
        audience = draft.notice.audience
        places = await name_places(self.use_cases, actor.words, audience.places or (draft.notice.scope,))
        projects = {
            project.id: project.say(project.titles, actor.words.language)
            for project in await self.use_cases.list_projects()
        }
        return people_screen(actor.words, draft, places, projects)

    async def projects(self, actor: Actor, draft: Draft) -> Screen:
        return projects_screen(actor.words, draft, await self.use_cases.list_projects())

    async def look(self, actor: Actor, button: LookForAudience) -> Reply:
        """The tree of places, within her scope."""
        draft = await self.use_cases.show_draft(actor.account, button.notice_id)
        if draft is None:
            return stale(actor)
        spot = await look_around(self.use_cases, actor, button.place_id)
        return Reply((await self._places_screen(actor, draft, spot, portion=button.portion),))

    async def toggle_place(self, actor: Actor, button: TogglePlace) -> Reply:
        spot = await find_spot(self.use_cases, actor, button.place_id)

        def toggle(audience: Audience) -> Audience:
            if spot.surroundings.is_top:
                return replace(audience, places=())
            places = tuple(path for path in audience.places if path != spot.path)
            if len(places) == len(audience.places):
                places = (*places, spot.path)
            return replace(audience, places=places)

        draft = await self.drafts.edit_audience(actor, button.notice_id, toggle)
        if draft is None:
            return stale(actor)
        return Reply((await self._places_screen(actor, draft, spot, portion=0),))

    async def set(self, actor: Actor, button: SetPart) -> Reply | None:
        """What a button of the menu sets; None if no button of ours says that."""
        if (button.setting, button.value) in ((Setting.PEOPLE, "list"), (Setting.EARNED, "write")):
            return await self._ask(actor, button)
        change = await self._change(button)
        if change is None:
            return None
        draft = await self.drafts.edit_audience(actor, button.notice_id, lambda old: _changed(old, change))
        if draft is None:
            return stale(actor)
        if button.setting is Setting.PROJECT:
            return Reply((await self.projects(actor, draft),))
        return Reply((await self.screen(actor, draft),))

    async def currency(self) -> str:
        """The currency of the newest project."""
        projects = await self.use_cases.list_projects()
        return projects[-1].price.currency if projects else DEFAULT_CURRENCY

    async def _change(self, button: SetPart) -> _Change | None:
        setting, value = button.setting, button.value
        if setting is Setting.LANGUAGE and value in LANGUAGES:
            return _Change(language=value)
        if setting is Setting.PROJECT and value.isdecimal():
            known = {project.id for project in await self.use_cases.list_projects()}
            return _Change(project_id=ProjectId(int(value))) if int(value) in known else None
        if setting is Setting.DAYS and value.isdecimal() and int(value) <= DAYS_MAX:
            return _Change(facts={"active_days": int(value) or None})
        if (setting, value) == (Setting.EARNED, "some"):
            something = Money(SOMETHING_MICROS, await self.currency())
            return _Change(facts={"earned_min": something, "earned_max": None})
        facts = _FACTS.get((setting, value))
        return None if facts is None else _Change(facts=facts)

    async def _ask(self, actor: Actor, button: SetPart) -> Reply:
        if await self.use_cases.show_draft(actor.account, button.notice_id) is None:
            return stale(actor)
        if button.setting is Setting.PEOPLE:
            await self.drafts.await_for(actor, button.notice_id, "list")
            return Reply((write_list_screen(actor.words, button.notice_id),))
        await self.drafts.await_for(actor, button.notice_id, "earned")
        return Reply((write_earned_screen(actor.words, button.notice_id, await self.currency()),))

    async def _places_screen(self, actor: Actor, draft: Draft, spot: Spot, *, portion: int) -> Screen:
        chosen = draft.notice.audience.places
        names = await name_places(self.use_cases, actor.words, chosen)
        return audience_places_screen(
            actor.words, draft, spot, portion=portion, chosen=[names[path] for path in chosen]
        )


def _changed(audience: Audience, change: _Change) -> Audience:
    if change.language is not None:
        return replace(audience, languages=_toggled(audience.languages, change.language))
    if change.project_id is not None:
        return replace(audience, project_ids=_toggled(audience.project_ids, change.project_id))
    return replace(audience, **(change.facts or {}))  # type: ignore[arg-type]


_FACTS: dict[tuple[Setting, str], dict[str, object]] = {
    (Setting.EARNED, "any"): {"earned_min": None, "earned_max": None},
    (Setting.STANDING, "any"): {"standing_min": None, "standing_max": None},
    (Setting.STANDING, "80"): {"standing_min": ABLE, "standing_max": None},
    (Setting.STANDING, "90"): {"standing_min": VERY_ABLE, "standing_max": None},
    (Setting.STANDING, "low"): {"standing_min": None, "standing_max": UNABLE},
    (Setting.PEOPLE, "all"): {
        "places": (),
        "languages": (),
        "project_ids": (),
        "active_days": None,
        "earned_min": None,
        "earned_max": None,
        "standing_min": None,
        "standing_max": None,
        "worker_ids": None,
    },
}


def _toggled(values: tuple[T, ...], value: T) -> tuple[T, ...]:
    kept = tuple(each for each in values if each != value)
    return kept if len(kept) < len(values) else (*kept, value)
