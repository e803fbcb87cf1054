"""Supervisors make supervisors within their scope, and withdraw them; nobody else does."""

import pytest

from handlers.buttons import unpack
from handlers.people_buttons import InviteFor, LookToInvite, SeeSupervisors, WithdrawSupervisor
from handlers.screens import Reply
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.place import Place
from tasks.model.worker import WorkerStatus
from tasks.outcomes import InvitationOver, NothingGained
from tests.unit.handlers.gallery_of_people import INVITATION, LINK, SUPERVISORS
from tests.unit.handlers.scene import ANNA, COUNTY, OTHER_COUNTY, VILLAGE, Scene, anna, welcomed
from tests.unit.handlers.test_joining import MENU, labels

NOT_YOURS = Reply(toast="This is not yours to do.", alert=True)
NEW = anna(status=WorkerStatus.NEW, consent_version=None)


def buttons(reply: Reply) -> list:
    return [unpack(choice.data) for screen in reply.screens for row in screen.rows for choice in row]


async def test_she_walks_down_the_tree_and_up_again():
    scene = Scene(anna(), scope="")
    top = await scene.writes("/invite")
    assert buttons(top) == [InviteFor(0), LookToInvite(COUNTY), LookToInvite(OTHER_COUNTY)]
    county = await scene.presses(LookToInvite(COUNTY))
    assert buttons(county) == [InviteFor(COUNTY), LookToInvite(VILLAGE), LookToInvite(6), LookToInvite(0)]
    village = await scene.presses(LookToInvite(VILLAGE))
    assert "Tongren › Wanshan" in village.screens[0].text
    assert buttons(village) == [InviteFor(VILLAGE), LookToInvite(COUNTY)]
    assert not village.fresh


async def test_she_sees_names_in_her_language_and_the_path_of_a_place_without():
    reply = await Scene(anna(language="zh"), scope="tongren").writes("/invite")
    assert "铜仁" in reply.screens[0].text
    assert labels(reply) == ["万山", "wuling"]


async def test_a_supervisor_of_a_county_neither_leaves_it_nor_invites_her_equal():
    scene = Scene(anna(), scope="tongren")
    for reply in (await scene.writes("/invite"), await scene.presses(LookToInvite(OTHER_COUNTY))):
        assert buttons(reply) == [LookToInvite(VILLAGE), LookToInvite(6)]


async def test_many_places_come_in_portions():
    scene = Scene(anna(), scope="zunyi")
    scene.places = [*scene.places, *(Place(n, f"zunyi/v{n}", {}, None) for n in range(10, 55))]
    seen = set()
    for portion in range(3):
        seen |= set(labels(await scene.presses(LookToInvite(OTHER_COUNTY, portion))))
    assert {f"v{n}" for n in range(10, 55)} <= seen
    assert LookToInvite(OTHER_COUNTY, 2) in buttons(await scene.presses(LookToInvite(OTHER_COUNTY, 1)))


async def test_the_link_comes_in_a_message_of_its_own():
    scene = Scene(anna(), scope="tongren", invite_supervisor=INVITATION, start_link=LINK + INVITATION.code)
    told, link = (await scene.presses(InviteFor(VILLAGE))).screens
    assert "nobody else" in told.text
    assert link.text.endswith(LINK + INVITATION.code)
    assert "Mar 12, 2025" in link.text
    assert scene.asked("invite_supervisor") == [(ANNA, "tongren/wanshan")]
    assert scene.asked("start_link") == [(INVITATION.code,)]


@pytest.mark.parametrize("place_id", [0, OTHER_COUNTY, 999])
async def test_a_forged_place_invites_nobody(place_id):
    scene = Scene(anna(), scope="tongren")
    assert await scene.presses(InviteFor(place_id)) == NOT_YOURS
    assert scene.calls == []


async def test_her_own_place_is_refused_by_the_rules():
    scene = Scene(anna(), scope="tongren", invite_supervisor=OutsideScope())
    assert await scene.presses(InviteFor(COUNTY)) == NOT_YOURS


@pytest.mark.parametrize("worker", [None, NEW, anna()], ids=["stranger", "new", "worker"])
async def test_an_invitation_makes_a_supervisor_who_need_not_be_a_worker(worker):
    scene = Scene(worker, welcome=welcomed(worker or NEW), accept_invitation=SUPERVISORS[1])
    reply = await scene.writes(f"/start {INVITATION.code}")
    assert reply.screens[0].text == (
        "You are now a supervisor for Tongren › Wanshan. /help shows what you can do."
    )
    assert scene.calls == [("welcome", ANNA, "en", None), ("accept_invitation", ANNA, INVITATION.code)]


@pytest.mark.parametrize(
    ("outcome", "text"), [(InvitationOver(), "has been used or has ended"), (NothingGained(), "not used")]
)
async def test_an_invitation_that_makes_nobody_a_supervisor(outcome, text):
    scene = Scene(NEW, welcome=welcomed(NEW), accept_invitation=outcome)
    assert text in (await scene.writes(f"/start {INVITATION.code}")).screens[0].text


async def test_a_new_supervisor_who_is_no_worker_finds_help():
    reply = await Scene(NEW, scope="tongren").writes("/help")
    assert "/broadcast" in reply.screens[0].text
    assert "/broken" not in reply.screens[0].text
    assert labels(reply) == []


async def test_supervisors_have_numbers_and_no_names():
    reply = await Scene(anna(), scope="", list_supervisors=SUPERVISORS).writes("/supervisors")
    assert reply.screens[0].text.splitlines()[1:] == [
        "No. 3: Tongren, since Mar 5, 2025",
        "No. 9: Tongren › Wanshan, since Mar 5, 2025",
    ]
    assert buttons(reply) == [WithdrawSupervisor(3, sure=False), WithdrawSupervisor(9, sure=False)]


async def test_withdrawing_asks_once_more():
    scene = Scene(anna(), scope="tongren", list_supervisors=SUPERVISORS, withdraw_supervisor=True)
    asked = await scene.presses(WithdrawSupervisor(9, sure=False))
    assert buttons(asked) == [WithdrawSupervisor(9, sure=True), SeeSupervisors()]
    assert scene.asked("withdraw_supervisor") == []
    done = await scene.presses(WithdrawSupervisor(9, sure=True))
    assert done.toast == "Done."
    assert scene.asked("withdraw_supervisor") == [(ANNA, 9)]


@pytest.mark.parametrize(
    "answers",
    [
        {"withdraw_supervisor": OutsideScope()},
        {"withdraw_supervisor": NotSupervisor()},
        {"withdraw_supervisor": False},
    ],
    ids=["outside", "no supervisor", "gone"],
)
async def test_whom_she_may_not_withdraw_stays(answers):
    scene = Scene(anna(), scope="tongren", list_supervisors=SUPERVISORS, **answers)
    assert await scene.presses(WithdrawSupervisor(9, sure=True)) == NOT_YOURS
    assert await scene.presses(WithdrawSupervisor(10, sure=False)) == NOT_YOURS


@pytest.mark.parametrize("command", ["/invite", "/supervisors", "/codes"])
async def test_for_others_the_commands_do_not_exist(command):
    scene = Scene(anna())
    assert labels(await scene.writes(command)) == MENU["en"]
    assert scene.calls == []


@pytest.mark.parametrize("worker", [anna(), NEW, None], ids=["worker", "new", "stranger"])
@pytest.mark.parametrize(
    "button",
    [LookToInvite(0), InviteFor(0), InviteFor(COUNTY), SeeSupervisors(), WithdrawSupervisor(9, sure=True)],
)
async def test_for_others_the_buttons_do_nothing(worker, button):
    refused = {"list_supervisors": NotSupervisor(), "withdraw_supervisor": NotSupervisor()}
    assert await Scene(worker, **refused).presses(button) == NOT_YOURS
