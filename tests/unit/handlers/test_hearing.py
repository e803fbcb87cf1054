"""A worker reads notices, answers them, and chooses what she gets and when."""

import pytest

from handlers.buttons import (
    AnswerNotice,
    FewerNotices,
    NoticeAgain,
    OpenPage,
    Page,
    QuietHours,
    ReadNotice,
    Silence,
)
from handlers.screens import EventKind, Reply, Slot
from tasks.model.notice import NoticeKind
from tasks.model.worker import WorkerStatus
from tasks.noticing.reading import Where
from tasks.outcomes import NOT_YOURS, NoticeRead
from tests.unit.handlers.gallery_of_people import CARD, POLL
from tests.unit.handlers.scene import NOON, Scene, anna, delivery, notice
from tests.unit.handlers.test_inviting import NEW, buttons
from tests.unit.handlers.test_joining import AGREE, labels

HERE = Where("7001", "12")
LEFT = anna(status=WorkerStatus.LEFT)


def below(reply: Reply) -> list[str]:
    assert reply.buttons is not None
    return [choice.label for row in reply.buttons for choice in row]


async def test_her_notices_each_with_its_day_and_first_words():
    mine = [(delivery(), CARD), (delivery(id=76, sent_at=None), POLL)]
    scene = Scene(anna(), list_my_notices=mine)
    for reply in (await scene.writes("/notices"), await scene.presses(OpenPage(Page.NOTICES))):
        assert labels(reply)[:2] == ["Mar 5 · A lesson on Saturday at 10, in…", "Can you come on Saturday?"]
        assert buttons(reply)[:4] == [
            NoticeAgain(77),
            NoticeAgain(76),
            OpenPage(Page.KINDS),
            OpenPage(Page.QUIET),
        ]


async def test_a_notice_again_is_a_message_of_its_own_with_what_she_said():
    mine = [(delivery(read_at=NOON), CARD), (delivery(id=76, read_at=NOON, answer=2), POLL)]
    scene = Scene(anna(), list_my_notices=mine)
    read = await scene.presses(NoticeAgain(77))
    assert read.fresh
    assert read.screens[0].slot is Slot.NOTE
    assert labels(read) == ["✅ Read", "🔕 Fewer of these"]
    poll = await scene.presses(NoticeAgain(76))
    assert labels(poll) == ["Yes", "✅ No", "🔕 Fewer of these"]
    assert buttons(poll)[0] == AnswerNotice(76, 1)
    assert (await scene.presses(NoticeAgain(75))).toast == "This notice cannot be shown any more."


@pytest.mark.parametrize("worker", [anna(), NEW, LEFT], ids=["worker", "new", "left"])
async def test_whoever_we_know_may_say_that_she_has_read_it(worker):
    scene = Scene(worker, acknowledge_notice=NoticeRead(CARD, delivery(), None))
    reply = await scene.presses(ReadNotice(77))
    assert (reply.toast, reply.screens) == ("Thank you.", ())
    assert below(reply) == ["✅ Read", "🔕 Fewer of these"]
    assert scene.asked("acknowledge_notice") == [(worker, 77, HERE)]


async def test_a_press_whose_message_the_messenger_does_not_tell():
    scene = Scene(anna(), acknowledge_notice=NoticeRead(CARD, delivery(), None))
    await scene.happens(EventKind.PRESS, data=ReadNotice(77).pack(), press_id="p")
    assert scene.asked("acknowledge_notice") == [(anna(), 77, None)]


async def test_she_answers_and_changes_her_answer():
    scene = Scene(anna(language="zh"), acknowledge_notice=NoticeRead(POLL, delivery(), None))
    first = await scene.presses(AnswerNotice(77, 1))
    assert first.toast == "谢谢你。你的回答：能来"
    assert below(first)[:2] == ["✅ 能来", "不能来"]
    second = await scene.presses(AnswerNotice(77, 2))
    assert below(second)[:2] == ["能来", "✅ 不能来"]
    assert second.screens == ()
    assert [answer for *_, answer in scene.asked("acknowledge_notice")] == [1, 2]


@pytest.mark.parametrize("kind", NoticeKind)
async def test_fewer_notices_shows_what_she_can_silence_that_kind_first(kind):
    shown = notice(kind=kind)
    scene = Scene(NEW, acknowledge_notice=NoticeRead(shown, delivery(), None))
    reply = await scene.presses(FewerNotices(77))
    assert scene.asked("acknowledge_notice") == [(NEW, 77, HERE, False)]
    assert reply.fresh
    assert reply.buttons is None
    first = kind if kind in {NoticeKind.WORK, NoticeKind.LESSON, NoticeKind.NEWS} else NoticeKind.WORK
    assert buttons(reply)[0] == Silence(first, silent=True, first=first)


@pytest.mark.parametrize("worker", [anna(), NEW, None], ids=["worker", "new", "stranger"])
@pytest.mark.parametrize("button", [ReadNotice(0), AnswerNotice(0, 1), FewerNotices(0)])
async def test_a_test_is_nothing_but_a_test(worker, button):
    scene = Scene(worker)
    assert await scene.presses(button) == Reply(toast="This was a test.")
    assert scene.calls == []


@pytest.mark.parametrize("worker", [anna(), None], ids=["worker", "stranger"])
@pytest.mark.parametrize("button", [ReadNotice(77), AnswerNotice(77, 1), FewerNotices(77)])
async def test_a_notice_of_somebody_else_stays_as_it_is(worker, button):
    reply = await Scene(worker, acknowledge_notice=NOT_YOURS).presses(button)
    assert reply == Reply(toast="This notice is not yours, so nothing was changed.", alert=True)


@pytest.mark.parametrize("kind", [NoticeKind.WORK, NoticeKind.LESSON, NoticeKind.NEWS])
async def test_she_silences_a_kind_and_hears_it_again_and_no_button_moves(kind):
    scene = Scene(anna(silenced=frozenset()), silence_kind=frozenset({kind.value}))
    before = buttons(await scene.presses(OpenPage(Page.KINDS)))
    silenced = await scene.presses(Silence(kind, silent=True))
    assert scene.asked("silence_kind") == [(anna(), kind, True)]
    after = buttons(silenced)
    assert [button.kind for button in after[:3]] == [button.kind for button in before[:3]]
    assert after[[button.kind for button in after[:3]].index(kind)] == Silence(kind, silent=False)
    assert sum(label.startswith("🔕") for label in labels(silenced)) == 1
    assert "pay and your account always come" in silenced.screens[0].text


async def test_she_chooses_her_quiet_hours():
    scene = Scene(anna())
    assert "✅ 21:00 – 7:00" in labels(await scene.presses(OpenPage(Page.QUIET)))
    changed = await scene.presses(QuietHours(22, 6))
    assert scene.asked("set_quiet_hours") == [(anna(), 22, 6)]
    assert changed.screens[0].text.startswith("Between 22:00 and 6:00 only urgent things.")
    assert [label for label in labels(changed) if label.startswith("✅")] == ["✅ 22:00 – 6:00"]


async def test_no_quiet_hours_and_hours_by_her_own_clock():
    worker = anna(quiet_from=5, quiet_until=5, time_zone="Africa/Nairobi")
    reply = await Scene(worker).presses(OpenPage(Page.QUIET))
    assert "✅ No quiet hours" in labels(reply)
    assert "Nairobi" in reply.screens[0].text


@pytest.mark.parametrize("button", [QuietHours(24, 6), QuietHours(6, 24), "ws.pay.y.work"])
async def test_forged_settings_change_nothing(button):
    scene = Scene(anna())
    assert (await scene.presses(button)).toast.startswith("This button does not work")
    assert scene.calls == []


@pytest.mark.parametrize("worker", [None, NEW, LEFT], ids=["stranger", "new", "left"])
async def test_the_page_of_notices_is_for_workers(worker):
    scene = Scene(worker)
    for reply in (await scene.writes("/notices"), await scene.presses(OpenPage(Page.KINDS))):
        assert labels(reply) == [AGREE["en"], "中文"]


async def test_a_stranger_has_no_settings():
    assert (await Scene(None).presses(QuietHours(22, 6))).toast.startswith("This button does not work")
