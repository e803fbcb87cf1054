"""Whom a notice is for: what people are and did, and the places within her scope."""

import pytest

from handlers.labels import LABEL_MAX
from handlers.notice_buttons import LookForAudience, OpenPart, Part, SetPart, Setting, TogglePlace
from handlers.screens import Reply
from handlers.words import LANGUAGES
from tasks.errors import NotSupervisor
from tasks.model.identifiers import ProjectId
from tasks.model.money import Money
from tasks.model.notice import Audience
from tasks.model.place import Place
from tests.unit.handlers.desk import DRAFT_ID, Desk, blank
from tests.unit.handlers.gallery_of_notices import FULL
from tests.unit.handlers.scene import COUNTY, OTHER_COUNTY, animals
from tests.unit.handlers.test_gallery import check
from tests.unit.handlers.test_inviting import NOT_YOURS, buttons
from tests.unit.handlers.test_joining import labels

LONG = dict.fromkeys(LANGUAGES, "长" * 300)


@pytest.mark.parametrize(
    ("setting", "value", "facts"),
    [
        (Setting.LANGUAGE, "zh", {"languages": ("zh",)}),
        (Setting.PROJECT, "3", {"project_ids": (ProjectId(3),)}),
        (Setting.DAYS, "30", {"active_days": 30}),
        (Setting.EARNED, "some", {"earned_min": Money(1, "CNY")}),
        (Setting.STANDING, "80", {"standing_min": 80}),
        (Setting.STANDING, "90", {"standing_min": 90}),
        (Setting.STANDING, "low", {"standing_max": 79}),
    ],
)
async def test_a_press_chooses_and_the_next_one_takes_it_back(setting, value, facts):
    desk = Desk()
    chosen = await desk.sets(setting, value)
    assert desk.draft.audience == Audience(**facts)
    ticked = [label.startswith("☑️") for label in labels(chosen)]
    assert ticked.count(True) == 1
    await desk.presses(buttons(chosen)[ticked.index(True)])
    assert desk.draft.audience == Audience()


async def test_what_they_earned_is_in_the_currency_of_the_newest_project():
    desk = Desk(list_projects=[animals(), animals(price=Money(50_000, "KES"))])
    await desk.sets(Setting.EARNED, "some")
    assert desk.draft.audience.earned_min == Money(1, "KES")
    assert "KES" in (await desk.sets(Setting.EARNED, "write")).screens[0].text
    await desk.writes("10 200")
    assert desk.draft.audience.earned_max == Money(200_000_000, "KES")


async def test_the_newest_projects_come_first():
    many = [animals(id=ProjectId(number)) for number in range(1, 41)]
    shown = buttons(await Desk(list_projects=many).opens(Part.PROJECTS))
    assert shown[0] == SetPart(DRAFT_ID, Setting.PROJECT, "40")
    assert len(shown) == 31


@pytest.mark.parametrize("value", ["99", "9999999999999999"])
async def test_a_forged_project_changes_nothing(value):
    desk = Desk()
    assert (await desk.sets(Setting.PROJECT, value)).toast.startswith("This button does not work")
    assert desk.draft == blank()


async def test_a_list_and_amounts_are_asked_for_only_below_a_draft_of_hers():
    for setting, value in ((Setting.PEOPLE, "list"), (Setting.EARNED, "write")):
        assert await Desk(show_draft=NotSupervisor()).sets(setting, value) == NOT_YOURS
        stale = Desk(blank(id=DRAFT_ID + 1))
        assert (await stale.sets(setting, value)).alert
        assert stale.awaited is None


async def test_for_a_supervisor_of_one_village_there_is_nothing_to_choose():
    reply = await Desk(scope="zunyi").presses(LookForAudience(DRAFT_ID, 0))
    assert "There are no smaller places here" in reply.screens[0].text
    assert buttons(reply) == [OpenPart(DRAFT_ID, Part.PEOPLE)]


@pytest.mark.parametrize(("scope", "place_id"), [("", 0), ("tongren", COUNTY)])
async def test_the_whole_of_her_scope_is_the_same_as_no_choice(scope, place_id):
    desk = Desk(FULL, scope=scope)
    await desk.presses(TogglePlace(DRAFT_ID, place_id))
    assert desk.draft.audience.places == ()


@pytest.mark.parametrize("place_id", [0, OTHER_COUNTY, 999, 2**63 - 1])
async def test_a_forged_place_is_not_hers(place_id):
    desk = Desk(scope="tongren")
    assert await desk.presses(TogglePlace(DRAFT_ID, place_id)) == NOT_YOURS
    assert desk.draft.audience.places == ()
    looked = await desk.presses(LookForAudience(DRAFT_ID, place_id))
    assert "You are at: Tongren" in looked.screens[0].text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_long_names_and_many_of_them_fit(language):
    projects = [animals(id=ProjectId(number), titles=LONG) for number in range(1, 61)]
    places = [Place(number, f"p{number}", LONG, None) for number in range(1, 200)]
    everywhere = Audience(
        places=tuple(place.path for place in places), project_ids=tuple(project.id for project in projects)
    )
    desk = Desk(blank(audience=everywhere), language=language, list_projects=projects)
    desk.places = places
    shown: list[Reply] = [await desk.opens(part) for part in (Part.CARD, Part.PEOPLE, Part.PROJECTS)]
    for reply in (*shown, await desk.presses(LookForAudience(DRAFT_ID, 7))):
        check(reply)
    assert max(map(len, labels(shown[-1]))) == LABEL_MAX
    assert "191" in shown[0].screens[0].text
