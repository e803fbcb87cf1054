"""Whom a notice is for: places within her scope, and what people are and did."""

from dataclasses import replace

import pytest

from handlers.notice_buttons import LookForAudience, OpenPart, Part, SetPart, Setting, TogglePlace
from tasks.model.identifiers import ProjectId
from tasks.model.money import Money
from tasks.model.notice import Audience
from tests.unit.handlers.desk import ID, WRITTEN, Desk
from tests.unit.handlers.gallery_of_notices import PICKED
from tests.unit.handlers.scene import COUNTY, OTHER_COUNTY, VILLAGE, animals
from tests.unit.handlers.test_inviting import NOT_YOURS, buttons
from tests.unit.handlers.test_joining import labels

TOGGLES = [
    (Setting.LANGUAGE, "zh", {"languages": ("zh",)}),
    (Setting.PROJECT, "3", {"project_ids": (ProjectId(3),)}),
    (Setting.DAYS, "30", {"active_days": 30}),
    (Setting.EARNED, "some", {"earned_min": Money(1, "CNY")}),
    (Setting.STANDING, "80", {"standing_min": 80}),
    (Setting.STANDING, "90", {"standing_min": 90}),
    (Setting.STANDING, "low", {"standing_max": 79}),
]


@pytest.mark.parametrize(("setting", "value", "facts"), TOGGLES)
async def test_a_press_chooses_and_the_next_one_takes_it_back(setting, value, facts):
    desk = Desk(WRITTEN)
    chosen = await desk.sets(setting, value)
    assert desk.written.audience == Audience(**facts)
    ticked = [label.startswith("☑️") for label in labels(chosen)]
    assert ticked.count(True) == 1
    await desk.presses(buttons(chosen)[ticked.index(True)])
    assert desk.written.audience == Audience()


async def test_everybody_again():
    desk = Desk(replace(WRITTEN, audience=PICKED))
    assert "To whom: the whole programme\n" in (await desk.sets(Setting.PEOPLE, "all")).screens[0].text
    assert desk.written.audience == Audience()


async def test_what_they_earned_is_in_the_currency_of_the_projects():
    kenyan = animals(price=Money(50_000, "KES"))
    desk = Desk(WRITTEN, list_projects=[animals(), kenyan])
    card = await desk.sets(Setting.EARNED, "some")
    assert desk.written.audience.earned_min == Money(1, "KES")
    assert "earned something" in card.screens[0].text
    assert "KES" in (await desk.sets(Setting.EARNED, "write")).screens[0].text
    await desk.writes("10 200")
    assert desk.written.audience.earned_max == Money(200_000_000, "KES")


async def test_without_projects_it_is_the_yuan():
    desk = Desk(WRITTEN, list_projects=[])
    await desk.sets(Setting.EARNED, "some")
    assert desk.written.audience.earned_min == Money(1, "CNY")
    assert buttons(await desk.opens(Part.PROJECTS)) == [OpenPart(ID, Part.PEOPLE)]


async def test_the_newest_projects_come_first_and_lead_to_themselves():
    many = [animals(id=ProjectId(n)) for n in range(1, 41)]
    shown = buttons(await Desk(WRITTEN, list_projects=many).opens(Part.PROJECTS))
    assert shown[0] == SetPart(ID, Setting.PROJECT, "40")
    assert len(shown) == 31


async def test_she_walks_through_the_places_and_chooses_several():
    desk = Desk(WRITTEN)
    top = await desk.presses(LookForAudience(ID, 0))
    assert buttons(top) == [
        LookForAudience(ID, COUNTY),
        LookForAudience(ID, OTHER_COUNTY),
        OpenPart(ID, Part.PEOPLE),
    ]
    village = await desk.presses(LookForAudience(ID, VILLAGE))
    assert buttons(village)[:2] == [TogglePlace(ID, VILLAGE), LookForAudience(ID, COUNTY)]
    await desk.presses(TogglePlace(ID, VILLAGE))
    both = await desk.presses(TogglePlace(ID, OTHER_COUNTY))
    assert "Chosen: Tongren › Wanshan; Zunyi" in both.screens[0].text
    assert labels(both)[0] == "❌ Not Zunyi"
    await desk.presses(TogglePlace(ID, OTHER_COUNTY))
    assert desk.written.audience.places == ("tongren/wanshan",)


async def test_a_county_is_chosen_as_a_whole_only_by_who_looks_after_more():
    reply = await Desk(WRITTEN, scope="tongren").presses(LookForAudience(ID, 0))
    assert TogglePlace(ID, COUNTY) not in buttons(reply)
    assert TogglePlace(ID, COUNTY) in buttons(await Desk(WRITTEN).presses(LookForAudience(ID, COUNTY)))


async def test_for_a_supervisor_of_one_village_there_is_nothing_to_choose():
    reply = await Desk(WRITTEN, scope="zunyi").presses(LookForAudience(ID, 0))
    assert "There are no smaller places here" in reply.screens[0].text
    assert buttons(reply) == [OpenPart(ID, Part.PEOPLE)]


@pytest.mark.parametrize("place_id", [0, OTHER_COUNTY, 999, 2**63 - 1])
async def test_a_forged_place_is_not_hers(place_id):
    desk = Desk(WRITTEN, scope="tongren")
    assert await desk.presses(TogglePlace(ID, place_id)) == NOT_YOURS
    assert desk.written.audience.places == ()
    looked = await desk.presses(LookForAudience(ID, place_id))
    assert "You are at: Tongren" in looked.screens[0].text


@pytest.mark.parametrize("place_id", [0, COUNTY])
async def test_the_whole_of_her_scope_is_the_same_as_no_choice(place_id):
    desk = Desk(replace(WRITTEN, audience=PICKED), scope="tongren" if place_id else "")
    await desk.presses(TogglePlace(ID, place_id))
    assert desk.written.audience.places == ()


async def test_a_stale_menu_of_places():
    desk = Desk(WRITTEN)
    desk.written = None
    for button in (LookForAudience(ID, 0), TogglePlace(ID, VILLAGE)):
        reply = await desk.presses(button)
        assert reply.alert
        assert reply.screens == ()
