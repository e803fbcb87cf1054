"""Anna is asked whether a machine is right."""

import pytest

from handlers.buttons import (
    CantTell,
    ChooseAnswer,
    PictureBroken,
    RefuseGuess,
    StopWorking,
    TakeProject,
    unpack,
)
from handlers.pause_buttons import AskPerson
from handlers.screens import Reply, Slot
from tasks.answering import Press
from tasks.model.project import ProjectKind
from tasks.outcomes import NOT_YOURS, AlreadyAnswered, AnswerAccepted, GuessRefused
from tests.unit.handlers.gallery_of_pauses import paused
from tests.unit.handlers.scene import Scene, animals, anna, question, yuan

VERIFYING = animals(kind=ProjectKind.VERIFY)
LAST = [CantTell(41), PictureBroken(41), StopWorking(41)]


def guess(machine: str | None = "dog", **facts):
    return question(**({"previous": None, "project": VERIFYING, "machine": machine} | facts))


def buttons(reply: Reply) -> list:
    return [unpack(choice.data) for row in reply.screens[0].rows for choice in row]


@pytest.mark.parametrize(
    ("language", "asks", "yes", "no"),
    [("en", "Is this: 🐶 Dog?", "✅ Yes", "❌ No"), ("zh", "这是：🐶 狗，对吗？", "✅ 对", "❌ 不对")],
)
async def test_the_card_asks_about_the_guess(language, asks, yes, no):
    reply = await Scene(anna(language=language), take_task=guess()).presses(TakeProject(3))
    (screen,) = reply.screens
    assert screen.text.splitlines()[2:] == [asks, "", "¥0.05"]
    assert [choice.label for choice in screen.rows[0]] == [yes, no]
    assert buttons(reply) == [ChooseAnswer(41, 2), RefuseGuess(41, 2), *LAST]


async def test_yes_is_the_answer_that_stood_on_the_card():
    scene = Scene(anna(), submit_answer=AnswerAccepted(yuan("0.05"), yuan("3.2"), guess("cat")))
    reply = await scene.presses(ChooseAnswer(41, 2))
    assert scene.asked("submit_answer") == [(Press(anna(), 41, 2),)]
    assert "Is this: 🐱 Cat?" in reply.screens[0].text


async def test_no_brings_the_other_choices_on_the_same_lease():
    scene = Scene(anna(), refuse_guess=GuessRefused(guess()))
    reply = await scene.presses(RefuseGuess(41, 2))
    (screen,) = reply.screens
    assert scene.asked("refuse_guess") == [(anna(), 41)]
    assert scene.asked("submit_answer") == []
    assert (screen.text, screen.slot) == ("What is in the picture?\n\n¥0.05", Slot.WORK)
    assert buttons(reply) == [ChooseAnswer(41, 1), ChooseAnswer(41, 4), *LAST]


async def test_no_means_the_guess_that_stood_on_the_card_and_not_a_newer_one():
    scene = Scene(anna(), refuse_guess=GuessRefused(guess("cat")))
    assert buttons(await scene.presses(RefuseGuess(41, 2)))[:2] == [ChooseAnswer(41, 1), ChooseAnswer(41, 4)]


@pytest.mark.parametrize("machine", [None, "ship", "horse"])
async def test_without_a_guess_among_the_choices_all_are_asked_at_once(machine):
    reply = await Scene(anna(), take_task=guess(machine)).presses(TakeProject(3))
    assert buttons(reply)[:3] == [ChooseAnswer(41, 1), ChooseAnswer(41, 2), ChooseAnswer(41, 4)]


async def test_a_project_that_does_not_verify_keeps_the_guess_to_itself():
    reply = await Scene(anna(), take_task=guess(project=animals())).presses(TakeProject(3))
    assert len(buttons(reply)) == 6


async def test_a_no_that_comes_too_late_changes_nothing():
    reply = await Scene(anna(), refuse_guess=AlreadyAnswered(VERIFYING, guess("cat"))).presses(
        RefuseGuess(41, 2)
    )
    assert reply.toast == "Already answered."
    assert "Is this: 🐱 Cat?" in reply.screens[0].text
    reply = await Scene(anna(), refuse_guess=NOT_YOURS).presses(RefuseGuess(41, 2))
    assert reply.alert
    assert reply.screens == ()


async def test_no_from_a_paused_worker_shows_her_pause():
    reply = await Scene(anna(), refuse_guess=paused()).presses(RefuseGuess(41, 2))
    assert any(isinstance(button, AskPerson) for button in buttons(reply))
