"""A supervisor watches her notices and steers them."""

import pytest

from handlers.labels import CAPTION_MAX
from handlers.notice_buttons import GetFile, SeeNotice, SeeNotices, SeeUnknown, SteerIt
from handlers.screens import Slot
from handlers.words import LANGUAGES
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import WorkerId
from tasks.model.notice import NoticeStatus, Receipt
from tasks.noticing.steering import Steer
from tasks.outcomes import NoticeGone
from tests.unit.handlers.desk import ID, Desk, report, tally
from tests.unit.handlers.gallery_of_notices import FULL, SENT
from tests.unit.handlers.gallery_of_people import POLL
from tests.unit.handlers.scene import ANNA, delivery
from tests.unit.handlers.test_inviting import NOT_YOURS, buttons
from tests.unit.handlers.test_joining import labels

PAUSE, RESUME = SteerIt(ID, Steer.PAUSE, sure=True), SteerIt(ID, Steer.RESUME, sure=True)
CANCEL, TAKE_BACK = SteerIt(ID, Steer.CANCEL, sure=False), SteerIt(ID, Steer.TAKE_BACK, sure=False)
SEND_AGAIN = SteerIt(ID, Steer.SEND_AGAIN, sure=True)
SEE, UNKNOWN, FILE, ALL = SeeNotice(ID), SeeUnknown(ID), GetFile(ID), SeeNotices()
MISSED = [delivery(worker_id=WorkerId(number)) for number in (12, 15, 30)]
GOING, DONE = report(NoticeStatus.SENDING, SENT), report(NoticeStatus.DONE, SENT)
OLD = "This button does not work any more."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("status", "counts", "steers"),
    [
        (NoticeStatus.ASKED, tally(), [CANCEL]),
        (NoticeStatus.CONFIRMED, tally(), [PAUSE, CANCEL]),
        (NoticeStatus.SENDING, SENT, [PAUSE, CANCEL, TAKE_BACK, UNKNOWN]),
        (NoticeStatus.PAUSED, SENT, [RESUME, CANCEL, TAKE_BACK, UNKNOWN]),
        (NoticeStatus.DONE, SENT, [TAKE_BACK, UNKNOWN]),
        (NoticeStatus.DONE, tally(blocked=2), []),
        (NoticeStatus.CANCELLED, SENT, [TAKE_BACK, UNKNOWN]),
        (NoticeStatus.RETRACTING, SENT, [UNKNOWN]),
        (NoticeStatus.RETRACTED, tally(retracted=3), []),
    ],
)
async def test_each_state_has_its_words_and_buttons(language, status, counts, steers):
    shown = report(status, counts)
    reply = await Desk(language=language, show_notice=shown).presses(SEE)
    file = [FILE] if counts.total else []
    assert buttons(reply) == [*steers, SEE, *file, ALL]
    assert reply.screens[0].text.splitlines()[2]


async def test_the_counts_add_up():
    text = (await Desk(show_notice=GOING).presses(SEE)).screens[0].text
    assert "▓▓▓▓▓▓▓▓▓▓▓▓▓░░░ 85 %" in text
    assert "Sent: 90 of 120\nRead: 41\nStill to be sent: 18\n" in text
    cancelled = (await Desk(show_notice=report(NoticeStatus.CANCELLED, SENT)).presses(SEE)).screens[0].text
    assert "Not sent any more: 18" in cancelled


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (1, "Less than a minute"),
        (25 * 60, "About 1 minute to"),
        (25 * 60 * 119, "About 119 minutes to"),
        (25 * 3600 * 5, "About 5 hours to"),
    ],
)
async def test_how_long_it_takes(left, said):
    sending = report(NoticeStatus.SENDING, tally(planned=left))
    assert said in (await Desk(show_notice=sending).presses(SEE)).screens[0].text


async def test_at_a_time_nobody_guesses_how_long():
    later = report(NoticeStatus.SENDING, SENT, local_time=FULL.local_time)
    text = (await Desk(show_notice=later).presses(SEE)).screens[0].text
    assert "At Mar 6, 2025 18:30 where each worker lives." in text
    assert "to go" not in text


async def test_what_workers_answered():
    asked = report(
        NoticeStatus.DONE,
        tally(sent=9, answers=(3, 2)),
        receipt=Receipt.POLL,
        texts=POLL.texts,
        answers=POLL.answers,
    )
    assert "• Yes: 3\n• No: 2" in (await Desk(show_notice=asked).presses(SEE)).screens[0].text


@pytest.mark.parametrize("reason", ["", "asked", "failures", "refused: " + "x" * 5000])
async def test_the_report_fits_below_a_file(reason, tmp_path):
    paused = report(NoticeStatus.PAUSED, SENT, reason=reason, texts={"": "x" * 4096})
    reply = await Desk(show_notice=paused, write_deliveries=tmp_path / "random.csv.gz").presses(FILE)
    (screen,) = reply.screens
    assert len(screen.text) <= CAPTION_MAX
    assert screen.document is not None
    assert (reply.fresh, screen.slot, screen.document.name) == (True, Slot.NOTE, "notice-8.csv.gz")


@pytest.mark.parametrize("button", [PAUSE, RESUME, SEND_AGAIN], ids=str)
async def test_what_can_be_undone_is_done_at_once(button):
    desk = Desk(steer_notice=GOING)
    reply = await desk.presses(button)
    assert reply.toast == "Done."
    assert desk.asked("steer_notice") == [(ANNA, ID, button.steer)]


@pytest.mark.parametrize("button", [CANCEL, TAKE_BACK], ids=str)
async def test_what_cannot_be_undone_is_asked_once_more(button):
    desk = Desk(show_notice=GOING, steer_notice=report(NoticeStatus.CANCELLED, SENT))
    asked = await desk.presses(button)
    sure = SteerIt(ID, button.steer, sure=True)
    assert buttons(asked) == [sure, SEE]
    assert desk.asked("steer_notice") == []
    assert SEE in buttons(await desk.presses(sure))
    assert desk.asked("steer_notice") == [(ANNA, ID, button.steer)]


async def test_how_many_messages_are_taken_back():
    assert "90 messages" in (await Desk(show_notice=DONE).presses(TAKE_BACK)).screens[0].text


@pytest.mark.parametrize("button", [CANCEL, SteerIt(ID, Steer.CANCEL, sure=True)], ids=str)
async def test_too_late(button):
    late = report(NoticeStatus.DONE, SENT)
    desk = Desk(show_notice=late, steer_notice=type(late)(late.notice, late.tally, done=False))
    reply = await desk.presses(button)
    assert reply.toast == "This cannot be done now."
    assert TAKE_BACK in buttons(reply)


async def test_who_may_have_missed_it_and_sending_again():
    desk = Desk(show_notice=DONE, list_unknown=MISSED)
    for button in (UNKNOWN, SteerIt(ID, Steer.SEND_AGAIN, sure=False)):
        reply = await desk.presses(button)
        assert "may have got the notice or not: 12, 15, 30\n" in reply.screens[0].text
        assert buttons(reply) == [SEND_AGAIN, SEE]
    assert labels(reply)[0] == "🔁 Send again to 3 people"


async def test_of_many_the_first_are_named_and_all_are_counted():
    many = report(NoticeStatus.DONE, tally(unknown=70))
    reply = await Desk(show_notice=many, list_unknown=MISSED).presses(UNKNOWN)
    assert "12, 15, 30 …" in reply.screens[0].text
    assert labels(reply)[0] == "🔁 Send again to 70 people"


@pytest.mark.parametrize(
    "shown", [report(NoticeStatus.DONE, tally(sent=1)), report(NoticeStatus.CANCELLED, SENT)]
)
async def test_nothing_to_send_again(shown):
    assert buttons(await Desk(show_notice=shown, list_unknown=[]).presses(UNKNOWN)) == [SEE]


async def test_all_notices_each_with_its_counts_and_first_words():
    desk = Desk(list_notices=[GOING, report(NoticeStatus.ASKED)])
    reply = await desk.presses(ALL)
    assert labels(reply)[:2] == ["📤 90/120 A lesson on Saturday at 10,…", "⏳ A lesson on Saturday at 10,…"]
    assert buttons(reply)[0] == SEE
    assert "Write one with /broadcast." in (await Desk().presses(ALL)).screens[0].text


@pytest.mark.parametrize("button", [SEE, UNKNOWN, FILE, CANCEL, TAKE_BACK, PAUSE, SEND_AGAIN], ids=str)
async def test_a_notice_that_she_does_not_see(button):
    desk = Desk(show_notice=None, steer_notice=NoticeGone(), list_unknown=[])
    assert (await desk.presses(button)).toast.startswith(OLD)
    assert desk.asked("write_deliveries") == []


@pytest.mark.parametrize("error", [NotSupervisor(), OutsideScope()], ids=str)
@pytest.mark.parametrize("button", [SEE, UNKNOWN, FILE, CANCEL, PAUSE, SEND_AGAIN, ALL], ids=str)
async def test_whoever_is_no_supervisor_steers_nothing(button, error):
    desk = Desk(show_notice=error, steer_notice=error, list_unknown=error, list_notices=error)
    assert await desk.presses(button) == NOT_YOURS
    assert desk.asked("write_deliveries") == []
