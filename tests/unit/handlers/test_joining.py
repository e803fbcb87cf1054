"""Anna comes, agrees, chooses her language, leaves and comes back."""

import pytest

from handlers.buttons import Agree, ChooseAnswer, OpenPage, Page, Speak
from handlers.conversation import CONSENT_VERSION
from handlers.screens import EventKind, Reply
from tasks.model.worker import WorkerStatus
from tests.unit.handlers.scene import ANNA, Scene, anna, welcomed, yuan

AGREE = {"en": "✅ I agree. I am 18 or older", "zh": "✅ 我同意，我已满18岁"}
MENU = {
    "en": ["▶️ Work", "💰 Earnings", "📢 Notices", "❓ Help", "🌐 Language"],
    "zh": ["▶️ 开始做题", "💰 我的收入", "📢 通知", "❓ 帮助", "🌐 语言"],
}
NEW = anna(status=WorkerStatus.NEW, consent_version=None)


def labels(reply: Reply) -> list[str]:
    return [choice.label for screen in reply.screens for row in screen.rows for choice in row]


@pytest.mark.parametrize(
    ("hint", "language", "other"), [("en-US", "en", "中文"), ("zh-hans", "zh", "English"), ("", "en", "中文")]
)
async def test_start_shows_the_promise_in_the_language_of_her_phone(hint, language, other):
    new = anna(status=WorkerStatus.NEW, consent_version=None, language=language)
    scene = Scene(hint=hint, welcome=welcomed(new))
    reply = await scene.writes("/start village-7 and more")
    assert labels(reply) == [AGREE[language], other]
    assert "¥0.05" in reply.screens[0].text
    assert "18" in reply.screens[0].text
    assert scene.asked("welcome") == [(ANNA, language, "village-7")]


async def test_start_without_a_code():
    scene = Scene()
    await scene.writes("/start")
    assert scene.asked("welcome") == [(ANNA, "en", None)]


async def test_the_promise_says_what_questions_pay():
    ranges = await Scene(list_prices=[yuan("0.1"), yuan("0.02"), yuan("0.05")]).writes("/start")
    assert "¥0.02 to ¥0.10 a question" in ranges.screens[0].text
    nothing = await Scene(list_prices=[]).writes("/start")
    assert "each question shows its price before you answer" in nothing.screens[0].text


async def test_whoever_agrees_is_welcome():
    scene = Scene(NEW)
    reply = await scene.presses(Agree(CONSENT_VERSION))
    assert reply.screens[0].text.startswith("Welcome")
    assert labels(reply) == MENU["en"]
    assert scene.asked("give_consent") == [(NEW, CONSENT_VERSION)]
    assert scene.asked("welcome") == []


async def test_whoever_agrees_before_we_met_is_made_a_worker_first():
    scene = Scene(welcome=welcomed(NEW))
    await scene.presses(Agree(CONSENT_VERSION))
    assert [call[0] for call in scene.calls] == ["welcome", "give_consent"]


async def test_agreeing_twice_is_agreeing_once():
    scene = Scene(anna())
    assert labels(await scene.presses(Agree(CONSENT_VERSION))) == MENU["en"]
    assert scene.asked("give_consent") == []


async def test_an_old_promise_cannot_be_agreed_to():
    scene = Scene(NEW)
    assert AGREE["en"] in labels(await scene.presses(Agree("0")))
    assert scene.asked("give_consent") == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_start_shows_a_worker_the_menu(language):
    worker = anna(language=language)
    scene = Scene(worker, welcome=welcomed(worker))
    assert labels(await scene.writes("/start")) == MENU[language]
    assert len(scene.asked("welcome")) == 1


async def test_the_promise_can_be_read_in_the_other_language_in_its_place():
    scene = Scene(NEW)
    reply = await scene.presses(Speak("zh"))
    assert labels(reply) == [AGREE["zh"], "English"]
    assert not reply.fresh
    assert scene.asked("change_language") == [(NEW, "zh")]


async def test_a_stranger_may_choose_her_language_too():
    scene = Scene(welcome=welcomed(NEW))
    assert labels(await scene.presses(Speak("zh"))) == [AGREE["zh"], "English"]
    assert scene.asked("welcome") == [(ANNA, "zh", None)]


async def test_a_worker_changes_her_language_and_the_menu_follows():
    scene = Scene(anna())
    assert labels(await scene.writes("/language")) == ["English", "中文", "⬅️ Menu"]
    assert labels(await scene.presses(Speak("zh"))) == MENU["zh"]
    assert scene.asked("change_language") == [(anna(), "zh")]


async def test_a_language_that_we_do_not_speak_is_an_invalid_button():
    scene = Scene(anna())
    assert await scene.presses("l.xx") == Reply(
        toast="This button does not work any more. Write /start to see the menu."
    )
    assert scene.calls == []


async def test_stop_leaves_at_once():
    scene = Scene(anna())
    reply = await scene.writes("/stop")
    assert "/start" in reply.screens[0].text
    assert "stays yours" in reply.screens[0].text
    assert scene.asked("leave") == [(anna(),)]


OUTSIDE = [None, NEW, anna(status=WorkerStatus.LEFT), anna(consent_version="0")]


@pytest.mark.parametrize("worker", OUTSIDE, ids=["stranger", "new", "left", "old promise"])
@pytest.mark.parametrize("text", ["hello", "/work", "/stop", "/earnings", "/broken", "/nonsense"])
async def test_whoever_has_not_agreed_sees_the_promise(worker, text):
    scene = Scene(worker)
    assert labels(await scene.writes(text)) == [AGREE["en"], "中文"]
    assert {call[0] for call in scene.calls} == {"list_prices"}


@pytest.mark.parametrize("worker", OUTSIDE, ids=["stranger", "new", "left", "old promise"])
@pytest.mark.parametrize("button", [ChooseAnswer(41, 1), OpenPage(Page.WORK)])
async def test_a_card_stays_where_it_is_until_she_has_agreed(worker, button):
    scene = Scene(worker)
    reply = await scene.presses(button)
    assert labels(reply) == [AGREE["en"], "中文"]
    assert reply.fresh
    assert {call[0] for call in scene.calls} == {"list_prices"}


@pytest.mark.parametrize("text", ["/work", "/start", "/start village-7"])
async def test_who_left_is_told_how_to_come_back(text):
    reply = await Scene(anna(status=WorkerStatus.LEFT), welcome=welcomed(NEW)).writes(text)
    assert reply.screens[0].text.startswith("You left. To come back")


async def test_who_comes_with_a_code_that_is_over_may_begin_all_the_same():
    scene = Scene(welcome=welcomed(NEW, code_is_good=False))
    reply = await scene.writes("/start abcd2345")
    assert reply.screens[0].text.startswith("Your invitation has ended, so we do not know where you live.")
    assert labels(reply) == [AGREE["en"], "中文"]


async def test_a_worker_with_a_code_that_is_over_keeps_her_place():
    worker = anna(place="tongren/wanshan")
    reply = await Scene(worker, welcome=welcomed(worker, code_is_good=False)).writes("/start abcd2345")
    assert reply.screens[0].text.startswith("This invitation has ended. You stay")
    assert labels(reply) == MENU["en"]


@pytest.mark.parametrize(("kind", "reachable"), [(EventKind.BLOCKED, False), (EventKind.RETURNED, True)])
async def test_blocking_and_returning_are_noted_without_a_word(kind, reachable):
    scene = Scene(anna())
    assert await scene.happens(kind) == Reply()
    assert scene.calls == [("mark_reachable", ANNA, reachable)]


async def test_whoever_writes_can_be_reached():
    scene = Scene(anna(reachable=False))
    await scene.writes("hello")
    assert scene.asked("mark_reachable") == [(ANNA, True)]
