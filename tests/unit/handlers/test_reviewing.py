"""A supervisor looks at pictures that were set aside; nobody else does."""

import pytest

from handlers.buttons import Settle, unpack
from handlers.conversation import delivery_screen
from handlers.screens import Reply, Slot
from tasks.errors import NotSupervisor
from tasks.model.identifiers import TaskId
from tasks.promising import WORK_AGAIN
from tests.unit.handlers.gallery import set_aside
from tests.unit.handlers.scene import ANNA, Scene, anna, delivery
from tests.unit.handlers.test_joining import MENU, labels

WAITING = [set_aside(reports=2, cant_tells=1), set_aside(reports=0, cant_tells=5)]


@pytest.mark.parametrize("worker", [anna(), None], ids=["worker too", "not a worker"])
async def test_a_supervisor_sees_the_picture_and_what_people_said(worker):
    reply = await Scene(worker, supervisor=True, list_set_aside=WAITING).writes("/broken")
    (screen,) = reply.screens
    assert screen.picture == WAITING[0].task.image_id
    assert screen.text.splitlines() == [
        "Animals and vehicles",
        "2 people say: the picture is broken.",
        "1 person can't tell.",
    ]
    assert labels(reply) == ["Ask again", "Take it out"]
    assert [unpack(choice.data) for choice in screen.rows[0]] == [Settle(9, True), Settle(9, False)]


@pytest.mark.parametrize("ask_again", [True, False])
async def test_her_decision_is_done_and_the_next_one_shown(ask_again):
    scene = Scene(anna(), supervisor=True, list_set_aside=WAITING[1:], settle_set_aside=True)
    reply = await scene.presses(Settle(TaskId(9), ask_again))
    assert scene.asked("settle_set_aside") == [(ANNA, 9, ask_again)]
    assert reply.toast == "Done."
    assert "5 people can't tell." in reply.screens[0].text


async def test_a_decision_that_somebody_else_took_is_told():
    scene = Scene(anna(), supervisor=True, list_set_aside=[], settle_set_aside=False)
    reply = await scene.presses(Settle(TaskId(9), ask_again=True))
    assert reply.toast == "Somebody has already decided this one."
    assert reply.screens[0].text == "There are no pictures for you to look at now. Thank you!"


async def test_for_others_the_command_does_not_exist():
    scene = Scene(anna())
    assert labels(await scene.writes("/broken")) == MENU["en"]
    assert scene.calls == []


async def test_for_others_the_button_does_nothing():
    scene = Scene(anna(), settle_set_aside=NotSupervisor())
    reply = await scene.presses(Settle(TaskId(9), ask_again=True))
    assert reply == Reply(toast="This is not yours to do.", alert=True)


@pytest.mark.parametrize("supervisor", [True, False])
async def test_help_tells_only_supervisors_about_their_command(supervisor):
    text = (await Scene(anna(), supervisor=supervisor).writes("/help")).screens[0].text
    assert ("/broken" in text) is supervisor


@pytest.mark.parametrize(
    ("language", "text", "label"),
    [("en", "There is work again.", "▶️ Work"), ("zh", "又有新题可以做了。", "▶️ 开始做题")],
)
def test_the_notice_about_work_is_a_message_of_its_own(language, text, label):
    screen = delivery_screen(delivery(language=language, kind=WORK_AGAIN), None)
    assert (screen.text, screen.rows[0][0].label, screen.slot) == (text, label, Slot.NOTE)


def test_a_notice_without_words_is_a_bug_and_says_so():
    with pytest.raises(LookupError, match="birthday"):
        delivery_screen(delivery(kind="birthday"), None)
