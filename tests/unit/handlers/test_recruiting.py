"""Supervisors make and end the codes with which workers come in."""

import pytest

from handlers.people_buttons import (
    CodeDays,
    CodeFor,
    CodeQuota,
    CodeRecruiter,
    EndCode,
    LookForCode,
    SeeCodes,
)
from handlers.screens import EventKind, Reply
from tasks.errors import NotSupervisor, OutsideScope
from tests.unit.handlers.gallery_of_people import CODES, LINK, OPEN
from tests.unit.handlers.scene import ANNA, COUNTY, OTHER_COUNTY, VILLAGE, Scene, anna
from tests.unit.handlers.test_inviting import NEW, NOT_YOURS, buttons
from tests.unit.handlers.test_joining import MENU, labels

PICTURE = "ab" * 32


def supervisor(worker=None, scope="tongren", **answers) -> Scene:
    answers = {
        "list_join_codes": CODES,
        "make_join_code": OPEN,
        "start_link": LINK + OPEN.code,
        "draw_link": PICTURE,
        **answers,
    }
    return Scene(worker or anna(), scope=scope, **answers)


async def test_she_sees_her_codes_and_ends_only_those_that_are_open():
    reply = await supervisor().writes("/codes")
    assert "🟢 abcd2345\nTongren › Wanshan\nRecruiter: Li Hua\n3 of 30 came · until Apr 4, 2025" in (
        reply.screens[0].text
    )
    assert "⏹ wxyz6789\nTongren\n10 of 10 came · without end" in reply.screens[0].text
    assert buttons(reply) == [LookForCode(0), EndCode("abcd2345", sure=False)]


async def test_a_code_step_by_step():
    scene = supervisor()
    where = await scene.presses(LookForCode(0))
    assert buttons(where) == [CodeFor(COUNTY), LookForCode(VILLAGE), LookForCode(6), SeeCodes()]
    who = await scene.presses(CodeFor(VILLAGE))
    assert buttons(who) == [CodeRecruiter(VILLAGE, True), CodeRecruiter(VILLAGE, False), SeeCodes()]
    how_many = await scene.writes("  Li \n Hua ")
    assert "Recruiter: Li Hua" in how_many.screens[0].text
    assert buttons(how_many)[:2] == [CodeQuota(VILLAGE, 10), CodeQuota(VILLAGE, 30)]
    until = await scene.presses(CodeQuota(VILLAGE, 30))
    assert CodeDays(VILLAGE, 30, 7) in buttons(until)
    told, code = (await scene.presses(CodeDays(VILLAGE, 30, 7))).screens
    assert buttons(Reply((told,))) == [SeeCodes()]
    assert (code.picture, code.rows) == (PICTURE, ())
    assert code.text.splitlines() == [
        LINK + OPEN.code,
        "Tongren › Wanshan",
        "Recruiter: Li Hua",
        "30 people may come. · until Apr 4, 2025",
    ]
    assert scene.asked("make_join_code") == [(ANNA, "tongren/wanshan", "Li Hua", 30, 7)]
    assert scene.asked("draw_link") == [(LINK + OPEN.code,)]
    assert scene.awaited is None


async def test_a_second_tap_makes_no_second_code():
    scene = supervisor()
    await scene.presses(CodeRecruiter(VILLAGE, herself=True))
    await scene.presses(CodeDays(VILLAGE, 0, 0))
    again = await scene.presses(CodeDays(VILLAGE, 0, 0))
    assert again == Reply(toast="Please begin again: write /codes.", alert=True)
    assert scene.asked("make_join_code") == [(ANNA, "tongren/wanshan", "#5", None, None)]


async def test_a_button_of_another_place_takes_no_name_with_it():
    scene = supervisor()
    await scene.presses(CodeFor(VILLAGE))
    await scene.writes("Li Hua")
    assert (await scene.presses(CodeDays(6, 30, 7))).alert
    assert scene.asked("make_join_code") == []


async def test_a_stranger_among_supervisors_has_no_number_to_recruit_with():
    scene = Scene(None, scope="")
    assert labels(await scene.presses(CodeFor(VILLAGE))) == ["No name", "⬅️ Back"]
    await scene.presses(CodeRecruiter(VILLAGE, herself=True))
    assert scene.awaited == "code.made.5."


async def test_she_may_correct_the_name_and_a_long_one_is_cut():
    scene = supervisor()
    await scene.presses(CodeFor(VILLAGE))
    await scene.writes("Li Hau")
    await scene.writes("Li. Hua " + "长" * 100)
    assert scene.awaited is not None
    assert len(scene.awaited) == 64
    await scene.presses(CodeDays(VILLAGE, 30, 7))
    ((_, _, recruiter, _, _),) = scene.asked("make_join_code")
    assert recruiter.startswith("Li. Hua 长")


@pytest.mark.parametrize("command", ["/codes", "/work", "/start", "/nonsense"])
async def test_a_command_forgets_what_she_was_asked_for(command):
    scene = supervisor()
    await scene.presses(CodeFor(VILLAGE))
    await scene.writes(command)
    assert scene.awaited is None
    assert labels(await scene.writes("Li Hua")) == MENU["en"]


async def test_back_forgets_it_too():
    scene = supervisor()
    await scene.presses(CodeFor(VILLAGE))
    await scene.presses(SeeCodes())
    assert scene.awaited is None


@pytest.mark.parametrize("awaited", [None, "notice.text.8", "other"])
async def test_other_texts_are_not_taken_for_a_name(awaited):
    scene = supervisor()
    scene.awaited = awaited
    assert labels(await scene.writes("Li Hua")) == MENU["en"]
    assert scene.awaited == awaited


async def test_only_a_text_is_a_name_and_only_a_supervisors():
    scene = supervisor()
    await scene.presses(CodeFor(VILLAGE))
    await scene.happens(EventKind.OTHER)
    assert scene.awaited == "code.recruiter.5."
    scene.scope = None
    assert labels(await scene.writes("Li Hua")) == MENU["en"]
    assert scene.awaited == "code.recruiter.5."


async def test_a_supervisor_who_is_no_worker_writes_a_name_too():
    scene = supervisor(NEW)
    await scene.presses(CodeFor(VILLAGE))
    assert "Recruiter: Li Hua" in (await scene.writes("Li Hua")).screens[0].text


async def test_a_name_for_a_place_that_is_hers_no_more():
    scene = supervisor()
    await scene.presses(CodeFor(VILLAGE))
    scene.scope = "zunyi"
    assert (await scene.writes("Li Hua")).screens[0].text == "This is not yours to do."
    assert scene.awaited is None


@pytest.mark.parametrize("place_id", [0, OTHER_COUNTY, 999])
@pytest.mark.parametrize("scope", ["tongren", ""])
async def test_a_forged_place_gets_no_code(place_id, scope):
    if (place_id, scope) == (OTHER_COUNTY, ""):
        return
    scene = supervisor(scope=scope)
    for button in (CodeFor(place_id), CodeRecruiter(place_id, True), CodeQuota(place_id, 10)):
        assert await scene.presses(button) == NOT_YOURS
    assert scene.awaited is None


@pytest.mark.parametrize(
    "button", [CodeQuota(VILLAGE, 10**6), CodeDays(VILLAGE, 10**6, 7), CodeDays(VILLAGE, 1, 10**6)]
)
async def test_forged_numbers_do_not_work(button):
    scene = supervisor()
    await scene.presses(CodeRecruiter(VILLAGE, True))
    assert (await scene.presses(button)).toast.startswith("This button does not work")
    assert scene.asked("make_join_code") == []


async def test_ending_a_code_asks_once_more():
    scene = supervisor(end_join_code=True)
    asked = await scene.presses(EndCode("abcd2345", sure=False))
    assert buttons(asked) == [EndCode("abcd2345", sure=True), SeeCodes()]
    assert scene.asked("end_join_code") == []
    assert (await scene.presses(EndCode("abcd2345", sure=True))).toast == "Done."
    assert scene.asked("end_join_code") == [(ANNA, "abcd2345")]


@pytest.mark.parametrize("outcome", [OutsideScope(), NotSupervisor(), False], ids=str)
async def test_a_code_that_is_not_hers_goes_on(outcome):
    scene = supervisor(end_join_code=outcome)
    assert await scene.presses(EndCode("abcd2345", sure=True)) == NOT_YOURS
    assert await scene.presses(EndCode("forged", sure=False)) == NOT_YOURS


@pytest.mark.parametrize("worker", [anna(), NEW, None], ids=["worker", "new", "stranger"])
@pytest.mark.parametrize(
    "button",
    [SeeCodes(), LookForCode(0), CodeFor(VILLAGE), CodeRecruiter(VILLAGE, True), CodeQuota(VILLAGE, 10)],
)
async def test_for_others_the_buttons_do_nothing(worker, button):
    scene = Scene(worker, list_join_codes=NotSupervisor())
    assert await scene.presses(button) == NOT_YOURS
