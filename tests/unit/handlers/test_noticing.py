"""A supervisor lets a notice go; a second one says her word about an urgent one."""

from dataclasses import replace

import pytest

from handlers.conversation import delivery_screen, taken_back_text
from handlers.labels import TEXT_MAX
from handlers.notice_buttons import Deed, DoWithDraft, SecondWord, SeeNotice, SteerIt
from handlers.screens import EventKind, Reply, Slot
from handlers.words import LANGUAGES
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.notice import NoticeStatus
from tasks.model.worker import WorkerStatus
from tasks.noticing.own_messages import MANNERS, NOTICE, NOTICE_PAUSED, SECOND_WORD
from tasks.noticing.steering import Steer
from tasks.outcomes import (
    Confirmed,
    NobodyToAsk,
    NotConfirmed,
    NothingToConfirm,
    SecondAsked,
    SecondRefused,
)
from tests.unit.handlers.desk import ID, WRITTEN, Desk, report
from tests.unit.handlers.gallery_of_notices import LONG, TOLD
from tests.unit.handlers.gallery_of_people import CARD
from tests.unit.handlers.scene import ANNA, Scene, anna, delivery, notice
from tests.unit.handlers.test_inviting import NOT_YOURS, buttons
from tests.unit.handlers.test_joining import MENU, labels

FROM_A_SCRIPT = notice(author=None, status=NoticeStatus.CANCELLED)
SEND = DoWithDraft(ID, Deed.SEND)


@pytest.mark.parametrize(
    ("outcome", "status", "toast"),
    [
        (Confirmed(CARD), NoticeStatus.CONFIRMED, "It goes out."),
        (SecondAsked(CARD), NoticeStatus.ASKED, "A second supervisor is asked."),
    ],
)
async def test_the_card_becomes_the_message_that_shows_how_far_it_is(outcome, status, toast):
    desk = Desk(WRITTEN, confirm_notice=outcome, show_notice=report(status))
    reply = await desk.presses(SEND)
    assert (reply.toast, reply.fresh, reply.alert) == (toast, False, False)
    assert SeeNotice(ID) in buttons(reply)
    assert SEND not in buttons(reply)
    assert desk.asked("confirm_notice") == [(ANNA, ID)]
    assert desk.asked("note_progress") == [(ID, ("7001", "12"))]


async def test_a_second_tap_shows_how_far_it_is_and_moves_nothing():
    sending = report(NoticeStatus.SENDING)
    desk = Desk(WRITTEN, confirm_notice=Confirmed(CARD, again=True), show_notice=sending)
    reply = await desk.presses(SEND)
    assert reply.toast == "You confirmed it already."
    assert SteerIt(ID, Steer.CANCEL, sure=False) in buttons(reply)
    assert desk.asked("note_progress") == []


async def test_a_press_whose_message_the_messenger_does_not_tell():
    desk = Desk(WRITTEN, confirm_notice=Confirmed(CARD), show_notice=report(NoticeStatus.CONFIRMED))
    reply = await desk.happens(EventKind.PRESS, data=SEND.pack(), press_id="p")
    assert SeeNotice(ID) in buttons(reply)
    assert desk.asked("note_progress") == []


async def test_nobody_can_be_asked_so_it_stays_a_draft():
    desk = Desk(replace(WRITTEN, urgent=True), confirm_notice=NobodyToAsk(CARD))
    reply = await desk.presses(SEND)
    assert reply.alert
    assert "nobody can be asked" in reply.toast
    assert SEND in buttons(reply)


async def test_what_is_wrong_stands_in_the_card():
    reply = await Desk(LONG, confirm_notice=NotConfirmed(LONG, ())).presses(SEND)
    assert reply.alert
    assert "1100 characters" in reply.screens[0].text
    assert SEND not in buttons(reply)


async def test_nothing_to_confirm():
    reply = await Desk(WRITTEN, confirm_notice=NothingToConfirm()).presses(SEND)
    assert (reply.alert, reply.screens) == (True, ())
    assert reply.toast.startswith("This notice was sent or thrown away already.")


@pytest.mark.parametrize("error", [NotSupervisor(), OutsideScope()], ids=str)
@pytest.mark.parametrize("button", [SEND, SecondWord(ID, agrees=True), SecondWord(ID, agrees=False)], ids=str)
async def test_whoever_looks_after_less_neither_sends_nor_agrees(button, error):
    assert await Desk(WRITTEN, confirm_notice=error, answer_for_notice=error).presses(button) == NOT_YOURS


@pytest.mark.parametrize(
    ("agrees", "outcome", "toast"),
    [
        (True, Confirmed(CARD), "Thank you. It goes out now."),
        (False, SecondRefused(CARD), "Refused. It does not go out."),
        (
            False,
            SecondRefused(FROM_A_SCRIPT),
            "Refused. It does not go out.",
        ),
    ],
)
async def test_a_second_word_is_said_once(agrees, outcome, toast):
    desk = Desk(answer_for_notice=outcome)
    assert await desk.presses(SecondWord(ID, agrees=agrees)) == Reply(toast=toast, buttons=())
    assert desk.asked("answer_for_notice") == [(ANNA, ID, agrees)]


@pytest.mark.parametrize("agrees", [True, False])
@pytest.mark.parametrize("status", [None, NoticeStatus.DRAFT, NoticeStatus.SENDING, NoticeStatus.CANCELLED])
async def test_a_word_that_comes_too_late(agrees, status):
    found = None if status is None else notice(status=status)
    reply = await Desk(answer_for_notice=NothingToConfirm(found)).presses(SecondWord(ID, agrees=agrees))
    assert reply == Reply(toast="It does not wait for your word any more.", alert=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_program_has_words_for_everything_that_it_says_by_itself(language):
    said = set()
    for kind in MANNERS:
        told = delivery(kind=kind, notice_id=None, language=language, facts=TOLD.get(kind, {}))
        screen = delivery_screen(told, None)
        assert screen.slot is Slot.NOTE
        said.add(screen.text)
    assert len(said) == len(MANNERS)
    with pytest.raises(LookupError):
        delivery_screen(delivery(kind=NOTICE, notice_id=None), None)


def test_the_request_for_a_second_word_says_what_it_is_about_and_fits():
    told = delivery(kind=SECOND_WORD, notice_id=None, facts={"notice": "8", "text": "x" * 4096})
    screen = delivery_screen(told, None)
    assert len(screen.text) == TEXT_MAX
    assert buttons(Reply((screen,))) == [SecondWord(ID, agrees=True), SecondWord(ID, agrees=False)]


def test_what_was_paused_leads_to_itself():
    facts = {"notice": "8", "text": "A lesson", "reason": "refused: " + "x" * 5000}
    screen = delivery_screen(delivery(kind=NOTICE_PAUSED, notice_id=None, facts=facts), None)
    assert screen.text.startswith("📢 A lesson\n\n⏸ Paused by the program")
    assert len(screen.text) < 400
    assert buttons(Reply((screen,))) == [SeeNotice(ID)]


def test_what_was_taken_back_says_so_in_her_language():
    texts = {taken_back_text(CARD, language) for language in LANGUAGES}
    assert len(texts) == len(LANGUAGES)


async def test_notices_are_a_list_to_watch_for_supervisors_and_to_read_for_workers():
    for worker, read_too in ((anna(), True), (anna(status=WorkerStatus.LEFT), False), (None, False)):
        desk = Desk(list_notices=[report(NoticeStatus.SENDING)])
        desk.worker = worker
        reply = await desk.writes("/notices")
        assert buttons(reply)[0] == SeeNotice(ID)
        assert ("📥 What I got myself" in labels(reply)) is read_too
    read = await Scene(anna(), list_my_notices=[]).writes("/notices")
    assert "🔕 What I get" in labels(read)


async def test_broadcast_is_nothing_that_a_worker_can_say():
    assert labels(await Scene(anna()).writes("/broadcast")) == MENU["en"]
