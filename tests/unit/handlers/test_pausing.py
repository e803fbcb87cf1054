"""Lessons, pauses and appeals in the conversation."""

from dataclasses import replace

import pytest

from handlers.buttons import ChooseAnswer, TakeProject
from handlers.conversation import delivery_screen
from handlers.pause_buttons import AskPerson, SeeEvidence, SeePause, SeePauses, SettlePause
from handlers.screens import Reply, Slot
from tasks.appealing import Decision
from tasks.assigning import Offer
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import ProjectId, WorkerId
from tasks.model.standing import Appeal, SanctionKind
from tasks.noticing.own_messages import APPEAL_MADE, PAUSE_KEPT, PAUSE_OVER, WhyOver
from tasks.outcomes import AlreadyAnswered, AnswerAccepted, NothingToDo
from tests.unit.handlers.gallery_of_pauses import evidence, lesson, paused, sanction
from tests.unit.handlers.scene import ANNA, Scene, animals, anna, delivery, question, yuan

EARNED, TODAY = yuan("0.05"), yuan("3.2")


def labels(reply: Reply) -> list[str]:
    return [choice.label for screen in reply.screens for row in screen.rows for choice in row]


def data(reply: Reply) -> list[str]:
    return [choice.data for screen in reply.screens for row in screen.rows for choice in row]


async def tap(outcome, **facts) -> Reply:
    return await Scene(anna(), submit_answer=outcome, **facts).presses(ChooseAnswer(41, 2))


async def test_a_lesson_shows_the_same_picture_and_one_way_on():
    reply = await tap(AnswerAccepted(EARNED, TODAY, question(), lesson=lesson()))
    (screen,) = reply.screens
    assert (screen.picture, screen.slot) == (lesson().image_id, Slot.WORK)
    assert screen.fresh_picture
    assert labels(reply) == ["➡️ Next"]
    assert data(reply) == [TakeProject(ProjectId(3)).pack()]
    assert "🐱 Cat" in screen.text
    assert "A cat has pointed ears." in screen.text
    assert reply.toast == "+¥0.05 · today ¥3.20"


async def test_a_lesson_learnt_goes_on_at_once():
    reply = await tap(AnswerAccepted(EARNED, TODAY, question(), lesson=lesson(said=0)))
    assert reply.toast == "+¥0.05 · today ¥3.20 · ✅ Right!"
    assert "🤷 Can't tell" in labels(reply)


async def test_a_lesson_is_there_again_for_a_second_press():
    reply = await tap(AlreadyAnswered(animals(), question(), lesson=lesson()))
    assert labels(reply) == ["➡️ Next"]


async def test_a_long_explanation_still_fits():
    reply = await tap(AnswerAccepted(EARNED, TODAY, question(), lesson=lesson(why={"en": "ears " * 900})))
    assert len(reply.screens[0].text) <= 1024


async def test_gold_looks_like_any_other_question():
    """Where there is gold every picture comes anew, and nothing else tells one question from another."""
    cards = []
    for has_gold in (True, False):
        project = animals(has_gold=has_gold)
        reply = await tap(AnswerAccepted(EARNED, TODAY, question(project=project)))
        cards.append(reply.screens[0])
    assert [card.fresh_picture for card in cards] == [True, False]
    assert cards[0].rows == cards[1].rows
    assert cards[0].text == cards[1].text


async def test_a_pause_says_why_and_what_she_can_do():
    reply = await tap(AnswerAccepted(EARNED, TODAY, paused()))
    (screen,) = reply.screens
    assert "you answered 7 of 10 such questions differently" in screen.text
    assert "Mar 3, 2025" in screen.text
    assert "All that you have earned stays yours." in screen.text
    assert labels(reply)[:2] == ["🙋 Ask a person to look", "🖼 Show me the questions"]
    assert screen.slot is Slot.WORK


@pytest.mark.parametrize(
    ("language", "hers", "theirs"),
    [
        ("en", "1 of 1 such question differently", "1 of 1 check question answered differently"),
        ("zh", "这样的题有 1 道，你有 1 道答得不一样", "1 道检查题中有 1 道答得不一样"),
    ],
)
async def test_a_pause_of_which_one_question_is_left(language, hers, theirs):
    left = replace(paused(), wrong=1, asked=1)
    reply = await Scene(anna(language=language), take_task=left).presses(TakeProject(3))
    assert hers in reply.screens[0].text
    seen = replace(evidence(wrong=1), asked=1)
    desk = Scene(anna(language=language), supervisor=True, list_pauses=[seen])
    assert theirs in (await desk.writes("/appeals")).screens[0].text


@pytest.mark.parametrize("appeal", [Appeal.MADE, Appeal.REFUSED, Appeal.UPHELD])
async def test_whoever_has_asked_need_not_ask_again(appeal):
    reply = await tap(AnswerAccepted(EARNED, TODAY, paused(appeal=appeal)))
    assert "🙋 Ask a person to look" not in labels(reply)


async def test_one_tap_is_an_appeal():
    scene = Scene(anna(), make_appeal=sanction(appeal=Appeal.MADE))
    reply = await scene.presses(AskPerson(6))
    assert scene.asked("make_appeal") == [(anna(), 6)]
    assert "A person will look at it" in reply.screens[0].text


async def test_nothing_waits_for_somebody_taken_out_who_asks():
    scene = Scene(anna(), make_appeal=sanction(kind=SanctionKind.REMOVAL, appeal=Appeal.MADE))
    (screen,) = (await scene.presses(AskPerson(6))).screens
    assert "A person will look at it" in screen.text
    assert "waits" not in screen.text


async def test_the_questions_are_turned_in_one_message():
    scene = Scene(anna(), show_evidence=evidence())
    reply = await scene.presses(SeeEvidence(6))
    (screen,) = reply.screens
    assert screen.text == "Question 1 of 2\nYou said: 🐶 Dog\nRight is: 🐱 Cat"
    assert screen.fresh_picture
    assert data(reply)[:2] == [SeeEvidence(6, 1).pack(), SeeEvidence(6, 1).pack()]
    beyond = await scene.presses(SeeEvidence(6, 10**15))
    assert len(beyond.screens) == 1, "a number that nobody drew is no trouble"


async def test_a_choice_that_is_gone_is_named_by_its_id():
    reply = await Scene(anna(), show_evidence=evidence(wrong=3)).presses(SeeEvidence(6, 2))
    assert "You said: old" in reply.screens[0].text


@pytest.mark.parametrize("button", [AskPerson(6), SeeEvidence(6)])
async def test_somebody_elses_pause_does_nothing(button):
    reply = await Scene(anna()).presses(button)
    assert reply.screens == ()
    assert reply.alert


async def test_a_supervisor_sees_who_where_and_what():
    scene = Scene(anna(), supervisor=True, list_pauses=[evidence(appeal=Appeal.MADE), evidence()])
    reply = await scene.writes("/appeals")
    (screen,) = reply.screens
    assert screen.text.startswith("Worker no. 5 · Tongren › Wanshan\n🙋 She asks you to look.") or (
        "Worker no. 5 · Wanshan" in screen.text
    )
    assert "2 of 10 check questions" in screen.text
    assert "She said: 🐶 Dog" in screen.text
    assert labels(reply)[2:] == [
        "✅ Let her go on",
        "⏸ Keep the pause",
        "⛔ Take her out of this project",
        "Next worker ➡️",
    ]


@pytest.mark.parametrize("appeal", [Appeal.REFUSED, Appeal.CONFIRMED, Appeal.UPHELD])
async def test_what_was_kept_says_so_and_is_not_kept_again(appeal):
    scene = Scene(anna(), supervisor=True, list_pauses=[evidence(appeal=appeal)])
    reply = await scene.writes("/appeals")
    (screen,) = reply.screens
    assert "A supervisor has looked and kept the pause." in screen.text
    assert labels(reply)[2:] == ["✅ Let her go on", "⛔ Take her out of this project"]


async def test_who_asked_nobody_may_still_ask_after_a_pause_was_kept():
    kept = await Scene(anna(), take_task=paused(appeal=Appeal.CONFIRMED)).presses(TakeProject(3))
    assert "🙋 Ask a person to look" in labels(kept)


async def test_taking_her_out_is_asked_once_more():
    scene = Scene(anna(), supervisor=True, look_at_pause=evidence(), list_pauses=[])
    reply = await scene.presses(SettlePause(6, Decision.REMOVE, sure=False))
    assert scene.asked("decide_on_pause") == []
    assert labels(reply) == ["⛔ Yes, take her out", "⬅️ Back"]
    await scene.presses(data(reply)[0])
    assert scene.asked("decide_on_pause") == [(ANNA, 6, Decision.REMOVE)]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "There is nothing left to decide here."), ("zh", "这件事已经不需要处理了。")],
)
@pytest.mark.parametrize(
    "button",
    [SeePause(6), SettlePause(6, Decision.KEEP), SettlePause(6, Decision.REMOVE, sure=False)],
)
async def test_of_a_pause_that_is_over_it_is_not_said_that_somebody_decided(button, language, said):
    """It may have been lifted by itself."""
    scene = Scene(
        anna(language=language), supervisor=True, list_pauses=[], look_at_pause=None, decide_on_pause=None
    )
    assert (await scene.presses(button)).toast == said


async def test_somebody_taken_out_cannot_be_taken_out_again():
    removal = evidence(kind=SanctionKind.REMOVAL, appeal=Appeal.MADE)
    scene = Scene(anna(), supervisor=True, list_pauses=[removal])
    assert "⛔ Take her out of this project" not in labels(await scene.writes("/appeals"))


@pytest.mark.parametrize(("language", "pause"), [("en", "pause"), ("zh", "暂停")])
async def test_what_is_told_of_somebody_taken_out_speaks_of_no_pause(language, pause):
    facts = {"sanction": "6", "project": "3", "title": "Animals", "against": SanctionKind.REMOVAL.value}
    for kind in (APPEAL_MADE, PAUSE_KEPT):
        told = delivery(language=language, kind=kind, facts=facts, notice_id=None)
        assert pause not in delivery_screen(told, None).text


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_who_may_go_on_is_told_why(language):
    facts = {"sanction": "6", "project": "3", "title": "Animals"}

    def said(**more: str) -> str:
        told = delivery(language=language, kind=PAUSE_OVER, facts={**facts, **more}, notice_id=None)
        return delivery_screen(told, None).text

    unexplained = said()
    reasons = [said(why=why.value).removeprefix(f"{unexplained}\n\n") for why in WhyOver]
    assert len(set(reasons)) == len(WhyOver)
    assert all(reason and unexplained not in reason for reason in reasons)
    assert said(why="of another version") == unexplained


async def removed_from_animals(language: str, *, other: bool, **facts) -> Reply:
    """What she sees who was taken out of one project, and has another one or none."""
    removal = sanction(kind=SanctionKind.REMOVAL, **facts)
    signs = Offer(animals(titles={"en": "Shop signs", "zh": "店铺招牌"}), 6, measured=False)
    ended = Offer(animals(), 4.2, measured=True, sanction=removal)
    offers = [signs, ended] if other else [ended]
    return await Scene(anna(language=language), list_offers=offers).writes("/work")


@pytest.mark.parametrize(
    ("language", "ended", "ask", "later"),
    [
        (
            "en",
            "Animals and vehicles\n⛔ A supervisor has ended your work here",
            "ask a person to look",
            "We will write to you when there is.",
        ),
        ("zh", "动物和车辆\n⛔ 负责人不再让你做这个了", "请人看看", "有了会告诉你。"),
    ],
)
async def test_who_was_taken_out_and_has_no_other_work_reads_so_and_how_to_object(
    language, ended, ask, later
):
    reply = await removed_from_animals(language, other=False)
    text = reply.screens[0].text
    assert text.startswith(ended)
    assert ask in text
    assert text.endswith(later)
    assert data(reply)[0] == TakeProject(ProjectId(3)).pack()
    beside = await removed_from_animals(language, other=True)
    assert ended in beside.screens[0].text
    assert later not in beside.screens[0].text


@pytest.mark.parametrize(("language", "ask"), [("en", "ask a person"), ("zh", "请人看看")])
@pytest.mark.parametrize("appeal", [Appeal.MADE, Appeal.REFUSED, Appeal.UPHELD])
async def test_who_was_taken_out_and_has_asked_is_not_told_to_ask(language, ask, appeal):
    reply = await removed_from_animals(language, other=False, appeal=appeal)
    assert "⛔" in reply.screens[0].text
    assert ask not in reply.screens[0].text


@pytest.mark.parametrize("error", [NotSupervisor(), OutsideScope()])
@pytest.mark.parametrize(
    ("button", "case"),
    [
        (SeePauses(), "list_pauses"),
        (SeePause(6), "look_at_pause"),
        (SettlePause(6, Decision.LET_GO_ON), "decide_on_pause"),
    ],
)
async def test_it_is_not_everybodys_to_decide(button, case, error):
    reply = await Scene(anna(), **{case: error}).presses(button)
    assert reply == Reply(toast="This is not yours to do.", alert=True)


async def test_behind_the_last_pause_the_first_comes_again():
    def pauses(_who, *, after, limit):
        return [evidence()][after : after + limit]

    reply = await Scene(anna(), supervisor=True, list_pauses=pauses).presses(SeePauses(9))
    assert "Next worker ➡️" not in labels(reply)
    assert reply.screens[0].picture is not None


@pytest.mark.parametrize(
    ("waiting", "next_one"),
    [([6], None), ([6, 7], SeePauses(1)), ([7, 6], SeePauses(0)), ([7, 8], SeePauses(0))],
)
async def test_whoever_looks_at_one_pause_is_led_on_only_to_another(waiting, next_one):
    listed = [evidence(id=number) for number in waiting]
    scene = Scene(anna(), supervisor=True, look_at_pause=evidence(), list_pauses=listed)
    reply = await scene.presses(SeePause(6))
    found = dict(zip(labels(reply), data(reply), strict=True))
    assert found.get("Next worker ➡️") == (next_one and next_one.pack())


async def test_a_lesson_as_the_last_question_leads_to_the_end():
    reply = await tap(AnswerAccepted(EARNED, TODAY, NothingToDo(animals()), lesson=lesson()))
    assert labels(reply) == ["➡️ Next"]


async def test_where_the_client_wants_it_the_buttons_stand_in_an_order_of_her_own():
    orders = set()
    for number in range(20):
        worker = anna(id=WorkerId(number + 1))
        project = animals(shuffle_choices=True)
        outcome = AnswerAccepted(EARNED, TODAY, question(project=project))
        reply = await Scene(worker, submit_answer=outcome).presses(ChooseAnswer(41, 2))
        orders.add(tuple(labels(reply)[:3]))
        assert sorted(labels(reply)[:3]) == ["Truck", "🐱 Cat", "🐶 Dog"]
    assert len(orders) > 3


@pytest.mark.parametrize(("language", "blameless"), [("en", "not because of you"), ("zh", "不是你的问题")])
async def test_a_removal_that_is_old_news_is_not_listed_and_not_denied(language, blameless):
    removal = sanction(kind=SanctionKind.REMOVAL)
    ended = Offer(animals(), 4.2, measured=True, sanction=removal, is_old_news=True)
    signs = Offer(animals(titles={"en": "Shop signs", "zh": "店铺招牌"}), 6, measured=False)
    alone = await Scene(anna(language=language), list_offers=[ended]).writes("/work")
    assert "⛔" not in alone.screens[0].text
    assert blameless not in alone.screens[0].text
    beside = await Scene(anna(language=language), list_offers=[signs, ended]).writes("/work")
    assert beside == await Scene(anna(language=language), list_offers=[signs]).writes("/work")
    nothing = await Scene(anna(language=language), list_offers=[]).writes("/work")
    assert blameless in nothing.screens[0].text
