"""Anna chooses work, answers, takes back, reports, stops and looks at her money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.buttons import (
    CantTell,
    ChooseAnswer,
    OpenPage,
    Page,
    PictureBroken,
    StopWorking,
    TakeProject,
    Undo,
    unpack,
)
from handlers.screens import EventKind, Reply, Slot
from tasks.answering import Press
from tasks.model.project import Choice
from tasks.outcomes import (
    NOT_YOURS,
    AlreadyAnswered,
    AlreadyUndone,
    AnswerAccepted,
    AnswerNotNeeded,
    AnswerUndone,
    NothingToDo,
    PictureReported,
    UndoTooLate,
    WorkStopped,
)
from tests.unit.handlers.gallery import statement
from tests.unit.handlers.scene import Scene, animals, anna, question, yuan
from tests.unit.handlers.test_joining import MENU, labels

DONE = NothingToDo(animals())
CARD = ["🐱 Cat", "🐶 Dog", "Truck", "🤷 Can't tell", "🖼 Picture broken", "↩️ Undo", "⏹ Stop"]
ACCEPTED = AnswerAccepted(yuan("0.05"), yuan("3.2"), question())


async def test_work_shows_title_price_and_time_before_she_accepts():
    reply = await Scene(anna()).writes("/work")
    assert labels(reply) == ["Animals and vehicles", "⬅️ Menu"]
    for words in ("Animals and vehicles", "¥0.05 a question", "4 seconds", "measured", "¥42.85 an hour"):
        assert words in reply.screens[0].text


async def test_no_work_is_said_honestly():
    reply = await Scene(anna(language="zh"), list_offers=[]).presses(OpenPage(Page.WORK))
    assert "一天最多一次" in reply.screens[0].text


async def test_a_project_opens_its_card():
    scene = Scene(anna(), take_task=question())
    (screen,) = (await scene.presses(TakeProject(3))).screens
    assert scene.asked("take_task") == [(anna(), 3)]
    assert screen.text == "What is in the picture?\n\n¥0.05"
    assert screen.picture == question().image_id
    assert screen.slot is Slot.WORK
    assert [[choice.label for choice in row] for row in screen.rows] == [CARD[:3], CARD[3:5], CARD[5:]]


async def test_the_buttons_of_a_card_name_what_they_mean():
    (screen,) = (await Scene(anna(), take_task=question(41, previous=40)).presses(TakeProject(3))).screens
    assert [unpack(choice.data) for row in screen.rows for choice in row] == [
        ChooseAnswer(41, 1),
        ChooseAnswer(41, 2),
        ChooseAnswer(41, 4),
        CantTell(41),
        PictureBroken(41),
        Undo(40),
        StopWorking(41),
    ]


async def test_a_card_in_chinese_with_nothing_to_undo():
    reply = await Scene(anna(language="zh"), take_task=question(previous=None)).presses(TakeProject(3))
    assert labels(reply) == ["🐱 猫", "🐶 狗", "卡车", "🤷 看不出来", "🖼 图片坏了", "⏹ 停止"]


async def test_a_project_that_is_gone_shows_what_else_there_is():
    reply = await Scene(anna(), take_task=None).presses(TakeProject(99))
    assert labels(reply) == ["Animals and vehicles", "⬅️ Menu"]


async def test_a_project_imported_anew_changes_the_next_card():
    scene = Scene(anna(), take_task=question())
    await scene.presses(TakeProject(3))
    renamed = animals(choices=(Choice(1, "cat", "", {"en": "A cat"}),))
    scene.answers["take_task"] = question(project=renamed)
    assert labels(await scene.presses(TakeProject(3)))[0] == "A cat"


@pytest.mark.parametrize(("language", "word"), [("en", "today"), ("zh", "今天")])
async def test_an_answer_brings_money_and_the_next_card(language, word):
    scene = Scene(anna(language=language), submit_answer=ACCEPTED)
    reply = await scene.presses(ChooseAnswer(41, 2))
    assert reply.toast == f"+¥0.05 · {word} ¥3.20"
    assert reply.screens[0].picture == question().image_id
    assert scene.asked("submit_answer") == [(Press(anna(language=language), 41, 2),)]


async def test_a_late_answer_that_counts_says_so():
    late = AnswerAccepted(yuan("0.05"), yuan("3.2"), question(), late=True)
    reply = await Scene(anna(), submit_answer=late).presses(ChooseAnswer(41, 1))
    assert reply.toast == "+¥0.05 · today ¥3.20 · late, but it counts"


async def test_cant_tell_is_never_held_against_her():
    scene = Scene(anna(), submit_answer=AnswerAccepted(yuan("0"), yuan("3.2"), question()))
    reply = await scene.presses(CantTell(41))
    assert reply.toast == "Not paid, and not a mistake. Here is the next one."
    assert scene.asked("submit_answer") == [(Press(anna(), 41, None),)]


async def test_an_answer_too_late_to_be_paid_is_explained():
    reply = await Scene(anna(), submit_answer=AnswerNotNeeded(question())).presses(ChooseAnswer(41, 1))
    assert "went to somebody else" in reply.toast
    assert labels(reply) == CARD


@pytest.mark.parametrize(
    ("case", "button"), [("submit_answer", ChooseAnswer(41, 1)), ("report_broken", PictureBroken(41))]
)
async def test_a_second_press_shows_the_same_card_again(case, button):
    reply = await Scene(anna(), **{case: AlreadyAnswered(animals(), question())}).presses(button)
    assert (labels(reply), reply.toast) == (CARD, "Already answered.")
    reply = await Scene(anna(), **{case: AlreadyAnswered(animals(), None)}).presses(button)
    assert (labels(reply), reply.toast) == (["▶️ Work"], "Already answered.")


@pytest.mark.parametrize(
    ("case", "button"),
    [
        ("submit_answer", ChooseAnswer(41, 1)),
        ("report_broken", PictureBroken(41)),
        ("undo_answer", Undo(40)),
        ("stop_work", StopWorking(41)),
    ],
)
async def test_somebody_elses_card_does_nothing(case, button):
    reply = await Scene(anna(), **{case: NOT_YOURS}).presses(button)
    assert reply == Reply(toast="This question is not yours, so nothing was changed.", alert=True)


@pytest.mark.parametrize(
    ("case", "outcome", "button"),
    [
        ("submit_answer", AnswerAccepted(yuan("0.05"), yuan("3.2"), DONE), ChooseAnswer(41, 1)),
        ("submit_answer", AnswerNotNeeded(DONE), ChooseAnswer(41, 1)),
        ("report_broken", PictureReported(DONE), PictureBroken(41)),
        ("take_task", DONE, TakeProject(3)),
    ],
)
async def test_the_last_question_ends_with_a_promise_to_write(case, outcome, button):
    reply = await Scene(anna(), **{case: outcome}).presses(button)
    assert "at most once a day" in reply.screens[0].text
    assert labels(reply) == ["▶️ Work", "💰 Earnings"]
    assert reply.screens[0].slot is Slot.WORK


async def test_taking_back_says_what_it_costs():
    undone = AnswerUndone(yuan("0.05"), yuan("3.15"), question(42))
    scene = Scene(anna(), undo_answer=undone)
    reply = await scene.presses(Undo(40))
    assert reply.toast == "Taken back: −¥0.05 · today ¥3.15"
    assert labels(reply) == CARD
    assert scene.asked("undo_answer") == [(anna(), 40)]


@pytest.mark.parametrize(("current", "card"), [(question(), CARD), (None, [])])
async def test_too_late_to_take_back(current, card):
    reply = await Scene(anna(), undo_answer=UndoTooLate(animals(), current)).presses(Undo(40))
    assert reply.alert
    assert "too late" in reply.toast
    assert labels(reply) == card


async def test_taken_back_twice_is_no_bad_news():
    reply = await Scene(anna(), undo_answer=AlreadyUndone(animals(), question())).presses(Undo(40))
    assert not reply.alert
    assert reply.toast == "Already taken back."
    assert labels(reply) == CARD


async def test_a_broken_picture_is_thanked_for():
    scene = Scene(anna(), report_broken=PictureReported(question()))
    reply = await scene.presses(PictureBroken(41))
    assert reply.toast.startswith("Thank you")
    assert labels(reply) == CARD
    assert scene.asked("report_broken") == [(anna(), 41)]


async def test_stopping_tells_what_she_earned_today():
    reply = await Scene(anna(), stop_work=WorkStopped(animals(), yuan("3.2"))).presses(StopWorking(41))
    assert reply.screens[0].text == "Stopped. Today you earned ¥3.20.\nGo on whenever you like."
    assert labels(reply) == ["▶️ Work", "💰 Earnings"]


async def test_earnings_show_every_bucket_every_day_and_every_outcome():
    text = (await Scene(anna(), show_earnings=statement()).writes("/earnings")).screens[0].text
    for line in (
        "Waiting for review: ¥9.6625",
        "Paid: ¥80.00",
        "Last 30 days: ¥101.6625",
        "Mon ▇ ¥0.05",
        "Wed ▇▇▇▇▇▇▇▇ ¥3.20",
        "🐱 Cat: waiting for review, ¥0.05",
        "🤷 Can't tell: not paid",
        "🚢 Ship: ✓ +¥0.05",
        "🐶 Dog: taken back",
    ):
        assert line in text.splitlines()


async def test_no_earnings_yet_is_said_kindly():
    reply = await Scene(anna(language="zh")).presses(OpenPage(Page.EARNINGS))
    assert reply.screens[0].text.startswith("你还没有收入")


@pytest.mark.parametrize("kind", [EventKind.TEXT, EventKind.OTHER, EventKind.COMMAND])
async def test_what_we_do_not_understand_leads_to_the_menu(kind):
    scene = Scene(anna())
    assert labels(await scene.happens(kind, text="?", command="nonsense")) == MENU["en"]
    assert scene.calls == []


@pytest.mark.parametrize("page", Page)
async def test_every_page_of_the_menu_has_an_answer(page):
    assert (await Scene(anna()).presses(OpenPage(page))).screens


async def test_commands_may_be_written_in_capitals():
    assert labels(await Scene(anna()).writes("/WORK")) == ["Animals and vehicles", "⬅️ Menu"]


@given(st.text().filter(lambda data: unpack(data) is None))
async def test_garbage_on_a_button_only_fades_by(data):
    for worker in (anna(), None):
        scene = Scene(worker)
        assert await scene.presses(data) == Reply(
            toast="This button does not work any more. Write /start to see the menu."
        )
        assert scene.calls == []
