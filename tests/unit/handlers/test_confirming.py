"""A draft is looked at, tried, thrown away or let go; an urgent one by a second supervisor as well."""

import pytest

from handlers.buttons import AnswerNotice, FewerNotices, ReadNotice, unpack
from handlers.conversation import delivery_screen, taken_back_text
from handlers.notice_buttons import Deed, DoWithDraft, SecondWord, SeeNotice
from handlers.screens import EventKind, Reply, Slot
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import ImageId, VoiceId
from tasks.model.notice import ALL_LANGUAGES, NoticeStatus, Receipt
from tasks.noticing.checking import Fault, FaultKind
from tasks.noticing.own_messages import NOTICE_PAUSED, NOTICE_REFUSED, SECOND_WORD
from tasks.outcomes import Confirmed, NobodyToAsk, NotConfirmed, NothingToConfirm, SecondAsked, SecondRefused
from tests.unit.handlers.desk import DRAFT_ID, TEXTS, Desk, blank, report, tally
from tests.unit.handlers.scene import anna, delivery
from tests.unit.handlers.test_joining import labels

READY = blank(texts=TEXTS)
SENDING = report(tally(planned=1240))
STALE = Reply(toast="This notice was sent or thrown away already. /broadcast begins a new one.", alert=True)
NOT_YOURS = Reply(toast="This is not yours to do.", alert=True)


async def test_the_preview_shows_each_text_as_workers_see_it_and_the_card_again():
    draft = blank(texts=TEXTS, receipt=Receipt.READ, picture=ImageId("photo"))
    reply = await Desk(draft).does(Deed.PREVIEW)
    assert reply.fresh
    english, first, chinese, second, card = reply.screens
    assert (english.text, chinese.text) == ("👁 Preview, English:", "👁 Preview, 中文:")
    assert (first.text, second.text) == (TEXTS["en"], TEXTS["zh"])
    assert (first.picture, first.slot) == ("photo", Slot.NOTE)
    assert [row[0].label for row in second.rows] == ["✅ 我看过了", "🔕 少收这类通知"]
    assert "📢 New notice" in card.text


async def test_one_text_for_all_has_one_preview():
    reply = await Desk(blank(texts={ALL_LANGUAGES: "Hello"})).does(Deed.PREVIEW)
    assert [screen.text for screen in reply.screens[:2]] == ["👁 Preview, for all languages:", "Hello"]
    assert len(reply.screens) == 3


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_test_comes_to_herself_in_her_language(language):
    draft = blank(texts=TEXTS, receipt=Receipt.POLL, answers={"en": ("Yes", "No"), "zh": ("能", "不能")})
    reply = await Desk(draft, language=language).does(Deed.TEST)
    test, _card = reply.screens
    assert test.text == TEXTS[language]
    buttons = [unpack(choice.data) for row in test.rows for choice in row]
    assert buttons == [AnswerNotice(0, 1), AnswerNotice(0, 2), FewerNotices(0)]


@pytest.mark.parametrize("button", [ReadNotice(0), AnswerNotice(0, 2), FewerNotices(0)])
async def test_the_buttons_of_a_test_do_nothing(button):
    desk = Desk()
    assert await desk.presses(button) == Reply(toast="This was a test.")
    assert desk.calls == []


async def test_a_voice_note_stands_on_the_card_of_a_worker():
    draft = blank(texts=TEXTS, voice=VoiceId("note"))
    assert (await Desk(draft).does(Deed.TEST)).screens[0].voice == "note"


async def test_to_throw_away_is_asked_once_more():
    desk = Desk(READY)
    reply = await desk.does(Deed.DROP)
    assert (reply.screens[0].text, desk.draft) == ("Throw this notice away?", READY)
    reply = await desk.does(Deed.DROP_SURE)
    assert (reply.screens[0].text, desk.draft) == ("Thrown away. /broadcast begins a new one.", None)
    assert await desk.does(Deed.DROP_SURE) == STALE


async def test_confirmed_the_card_becomes_the_message_that_shows_how_far_it_is():
    desk = Desk(READY, confirm_notice=Confirmed(SENDING.notice), show_notice=SENDING)
    reply = await desk.does(Deed.SEND)
    assert desk.asked("note_progress") == [(DRAFT_ID, ("7001", "12"))]
    assert (reply.toast, reply.fresh) == ("It goes out.", False)
    assert "📤 It is being sent." in reply.screens[0].text


async def test_a_press_whose_message_the_messenger_forgot_is_confirmed_as_well():
    desk = Desk(READY, confirm_notice=Confirmed(SENDING.notice), show_notice=SENDING)
    reply = await desk.happens(EventKind.PRESS, data=DoWithDraft(DRAFT_ID, Deed.SEND).pack())
    assert (desk.asked("note_progress"), reply.toast) == ([], "It goes out.")


async def test_confirming_twice_is_confirming_once():
    desk = Desk(READY, confirm_notice=Confirmed(SENDING.notice, again=True), show_notice=SENDING)
    reply = await desk.does(Deed.SEND)
    assert (reply.toast, desk.asked("note_progress")) == ("You confirmed it already.", [])
    assert "📤 It is being sent." in reply.screens[0].text


async def test_an_urgent_one_waits_for_a_second_supervisor():
    asked = report(status=NoticeStatus.ASKED, urgent=True)
    desk = Desk(READY, confirm_notice=SecondAsked(asked.notice), show_notice=asked)
    reply = await desk.does(Deed.SEND)
    assert reply.toast == "A second supervisor is asked."
    assert "⏳ It waits until a second supervisor agrees." in reply.screens[0].text
    assert "🛑 Cancel" in labels(reply)


async def test_with_nobody_to_ask_it_stays_a_draft():
    reply = await Desk(READY, confirm_notice=NobodyToAsk(READY)).does(Deed.SEND)
    assert reply.alert
    assert "nobody can be asked" in reply.toast
    assert "📢 New notice" in reply.screens[0].text


async def test_what_is_wrong_by_now_is_told():
    faults = (Fault(FaultKind.NOBODY),)
    reply = await Desk(READY, confirm_notice=NotConfirmed(READY, faults)).does(Deed.SEND)
    assert reply.alert
    assert reply.toast == "It cannot be sent like this. Its card says what is missing."


@pytest.mark.parametrize(
    ("outcome", "reply"),
    [(NothingToConfirm(), STALE), (NotSupervisor(), NOT_YOURS), (OutsideScope(), NOT_YOURS)],
)
async def test_a_forged_button_sends_nothing(outcome, reply):
    desk = Desk(READY, confirm_notice=outcome)
    assert await desk.does(Deed.SEND) == reply
    assert desk.asked("note_progress") == []


async def test_the_second_supervisor_reads_it_and_decides():
    asked = delivery(
        kind=SECOND_WORD, notice_id=None, facts={"notice": "12", "asked": "1700", "text": "Flood!"}
    )
    screen = delivery_screen(asked, None)
    assert screen.slot is Slot.NOTE
    assert screen.text == (
        "🚨 Another supervisor wants to send an urgent notice. If you agree, it comes at night too:\n\nFlood!"
    )
    (row,) = screen.rows
    assert [unpack(choice.data) for choice in row] == [
        SecondWord(12, 1700, True),
        SecondWord(12, 1700, False),
    ]


@pytest.mark.parametrize(
    ("agrees", "outcome", "toast"),
    [
        (True, Confirmed(SENDING.notice), "Thank you. It goes out now."),
        (False, SecondRefused(READY), "Refused. It does not go out."),
    ],
)
async def test_her_word_is_taken_and_asked_for_no_more(agrees, outcome, toast):
    desk = Desk(answer_for_notice=outcome)
    reply = await desk.presses(SecondWord(DRAFT_ID, 1700, agrees))
    assert desk.asked("answer_for_notice") == [(anna().account, DRAFT_ID, 1700, agrees)]
    assert reply == Reply(toast=toast, buttons=())


@pytest.mark.parametrize("agrees", [True, False])
@pytest.mark.parametrize("outcome", [NothingToConfirm(), NothingToConfirm(SENDING.notice)])
async def test_a_word_that_comes_too_late_is_told_so(agrees, outcome):
    reply = await Desk(answer_for_notice=outcome).presses(SecondWord(DRAFT_ID, 1700, agrees))
    assert reply == Reply(toast="It does not wait for your word any more.", alert=True)


@pytest.mark.parametrize("error", [NotSupervisor(), OutsideScope()])
async def test_only_a_supervisor_of_as_wide_a_scope_has_a_word(error):
    assert await Desk(answer_for_notice=error).presses(SecondWord(DRAFT_ID, 1700, agrees=True)) == NOT_YOURS


@pytest.mark.parametrize(
    ("kind", "reason", "said"),
    [
        (NOTICE_REFUSED, "", "The second supervisor refused your urgent notice."),
        (NOTICE_PAUSED, "failures", "many of the first messages did not arrive"),
        (NOTICE_PAUSED, "refused: wrong file", "does not take this message (wrong file)"),
    ],
)
def test_the_author_is_told(kind, reason, said):
    told = delivery(kind=kind, notice_id=None, facts={"notice": "12", "text": "Hi", "reason": reason})
    screen = delivery_screen(told, None)
    assert said in screen.text
    if kind == NOTICE_PAUSED:
        assert unpack(screen.rows[0][0].data) == SeeNotice(12)


def test_what_stands_in_place_of_a_notice_is_said_in_her_language():
    assert taken_back_text(SENDING.notice, "en") == "This notice was taken back."
    assert taken_back_text(SENDING.notice, "zh") == "这条通知已经收回了。"
