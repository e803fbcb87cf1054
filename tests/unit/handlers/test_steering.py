"""A supervisor watches her notices and steers them."""

from pathlib import Path

import pytest

from handlers.buttons import OpenPage, Page, unpack
from handlers.notice_buttons import GetFile, SeeNotice, SeeNotices, SeeUnknown, SteerIt
from handlers.screens import Reply, Slot
from handlers.supervisor.progress import progress_screen
from handlers.words import words_in
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import WorkerId
from tasks.model.notice import NoticeStatus, Receipt
from tasks.noticing.steering import Steer
from tasks.outcomes import NoticeGone
from tests.unit.handlers.desk import DRAFT_ID, TEXTS, Desk, report, tally
from tests.unit.handlers.scene import ANNA, NOON, Scene, anna, delivery
from tests.unit.handlers.test_joining import labels

WORDS = words_in("en")
HALF = tally(sent=600, blocked=10, gone=5, refused=2, unknown=3, skipped=4, planned=610, sending=6, read=212)
STALE = Reply(toast="This button does not work any more. Write /start to see the menu.")
NOT_YOURS = Reply(toast="This is not yours to do.", alert=True)


def shown(notice_report, messages_per_second: float = 25.0) -> tuple[str, list[str]]:
    screen = progress_screen(WORDS, notice_report, messages_per_second)
    return screen.text, [choice.label for row in screen.rows for choice in row]


def test_the_progress_tells_all_numbers():
    text, _ = shown(report(HALF), messages_per_second=5.0)
    assert text.splitlines() == [
        f"📢 {TEXTS['en']}",
        "",
        "📤 It is being sent.",
        "▓▓▓▓▓▓▓▓░░░░░░░░ 50 %",
        "Sent: 600 of 1240",
        "Read: 212",
        "To go: 616",
        "Blocked the bot: 10",
        "Account is gone: 5",
        "Refused by the messenger: 2",
        "Not known whether it arrived: 3",
        "Not sent, since she left, moved or does not wish it: 4",
        "About 2 minutes to go.",
    ]


@pytest.mark.parametrize(
    ("planned", "rate", "said"),
    [
        (20, 25.0, "Less than a minute to go."),
        (60, 1.0, "About 1 minute to go."),
        (10_000, 1.0, "About 3 hours to go."),
    ],
)
def test_how_long_it_takes(planned, rate, said):
    assert shown(report(tally(planned=planned)), rate)[0].endswith(said)


@pytest.mark.parametrize("sent", [0, 1, 617, 1240])
def test_the_bar_is_always_as_long(sent):
    line = shown(report(tally(sent=sent, planned=1240 - sent)))[0].splitlines()[3]
    assert line.count("▓") + line.count("░") == 16
    assert line.endswith(f" {100 * sent // 1240} %")


def test_what_waits_for_a_time_says_so_and_guesses_nothing():
    local = NOON.replace(tzinfo=None)
    text, _ = shown(report(tally(planned=5), local_time=local))
    assert "🕒 It is planned." in text
    assert "where each worker lives" in text
    assert "to go." not in text
    text, _ = shown(report(tally(planned=4, sent=1), local_time=local))
    assert "📤 It is being sent." in text


def test_a_poll_tells_how_often_each_answer_was_chosen():
    counts = tally(sent=30, answers=(20, 7))
    answers = {"en": ("Yes", "No"), "zh": ("能来", "不能来")}
    text, _ = shown(report(counts, receipt=Receipt.POLL, answers=answers))
    assert text.splitlines()[-2:] == ["• Yes: 20", "• No: 7"]


@pytest.mark.parametrize(
    ("status", "said", "steers"),
    [
        (NoticeStatus.ASKED, "⏳ It waits until a second supervisor agrees.", ["🛑 Cancel"]),
        (NoticeStatus.CONFIRMED, "⏳ It goes out in a moment.", ["⏸ Pause", "🛑 Cancel"]),
        (NoticeStatus.SENDING, "📤 It is being sent.", ["⏸ Pause", "🛑 Cancel", "↩️ Take back"]),
        (NoticeStatus.PAUSED, "⏸ Paused.", ["▶️ Go on", "🛑 Cancel", "↩️ Take back"]),
        (NoticeStatus.DONE, "✅ Done.", ["↩️ Take back"]),
        (NoticeStatus.CANCELLED, "🛑 Cancelled: what had not left never will.", ["↩️ Take back"]),
        (NoticeStatus.RETRACTING, "↩️ It is being taken back.", []),
        (NoticeStatus.RETRACTED, "↩️ It was taken back.", []),
    ],
)
def test_each_status_has_its_sentence_and_its_buttons(status, said, steers):
    text, buttons = shown(report(tally(sent=600, planned=640), status=status))
    assert said in text.splitlines()
    assert buttons == [*steers, "🔄 Look again", "📄 File", "📢 All notices"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("asked", "⏸ Paused."),
        ("failures", "⏸ Paused by the program: many of the first messages did not arrive."),
        ("refused: too big", "the messenger does not take this message (too big)."),
    ],
)
def test_a_pause_says_why(reason, said):
    assert said in shown(report(HALF, status=NoticeStatus.PAUSED, reason=reason))[0]


def test_before_anything_was_planned_there_is_no_bar_and_no_file():
    text, buttons = shown(report(status=NoticeStatus.ASKED))
    assert "%" not in text
    assert "📄 File" not in buttons


@pytest.mark.parametrize("steer", [Steer.PAUSE, Steer.RESUME])
async def test_pausing_and_going_on_are_done_at_once(steer):
    desk = Desk(steer_notice=report(HALF, status=NoticeStatus.PAUSED))
    reply = await desk.presses(SteerIt(DRAFT_ID, steer, sure=True))
    assert desk.asked("steer_notice") == [(ANNA, DRAFT_ID, steer)]
    assert (reply.toast, "⏸ Paused." in reply.screens[0].text) == ("Done.", True)


@pytest.mark.parametrize(
    ("steer", "said"),
    [
        (Steer.CANCEL, "Cancel it? What has not left yet never will. What was sent stays."),
        (Steer.TAKE_BACK, "Take back 600 messages? They are deleted, or emptied if older than 2 days."),
    ],
)
async def test_what_cannot_be_undone_is_asked_once_more(steer, said):
    desk = Desk(show_notice=report(HALF), steer_notice=report(HALF))
    reply = await desk.presses(SteerIt(DRAFT_ID, steer, sure=False))
    assert (reply.screens[0].text, desk.asked("steer_notice")) == (said, [])
    sure, back = (unpack(row[0].data) for row in reply.screens[0].rows)
    assert (sure, back) == (SteerIt(DRAFT_ID, steer, sure=True), SeeNotice(DRAFT_ID))
    await desk.presses(sure)
    assert desk.asked("steer_notice") == [(ANNA, DRAFT_ID, steer)]


async def test_what_can_no_longer_be_done_is_told():
    ended = report(HALF, status=NoticeStatus.DONE, done=False)
    reply = await Desk(steer_notice=ended).presses(SteerIt(DRAFT_ID, Steer.PAUSE, sure=True))
    assert (reply.toast, "✅ Done." in reply.screens[0].text) == ("This cannot be done now.", True)


async def test_those_of_unknown_fate_are_named_and_can_get_it_again():
    unknown = [delivery(worker_id=WorkerId(number)) for number in (7, 8, 9)]
    desk = Desk(show_notice=report(HALF), list_unknown=unknown)
    reply = await desk.presses(SeeUnknown(DRAFT_ID))
    assert "7, 8, 9." in reply.screens[0].text
    assert "some may get it twice" in reply.screens[0].text
    assert labels(reply) == ["🔁 Send again to these 3", "⬅️ Back"]
    assert unpack(reply.screens[0].rows[0][0].data) == SteerIt(DRAFT_ID, Steer.SEND_AGAIN, sure=True)


async def test_more_than_can_be_named_are_still_counted():
    unknown = [delivery(worker_id=WorkerId(number)) for number in range(50)]
    desk = Desk(show_notice=report(tally(unknown=70)), list_unknown=unknown)
    reply = await desk.presses(SeeUnknown(DRAFT_ID))
    assert "49, …" in reply.screens[0].text
    assert labels(reply)[0] == "🔁 Send again to these 70"


async def test_of_a_cancelled_notice_nothing_is_sent_again():
    cancelled = report(HALF, status=NoticeStatus.CANCELLED)
    reply = await Desk(show_notice=cancelled, list_unknown=[delivery()]).presses(SeeUnknown(DRAFT_ID))
    assert labels(reply) == ["⬅️ Back"]


async def test_the_file_comes_in_a_message_of_its_own():
    desk = Desk(show_notice=report(HALF), write_deliveries=Path("kept/x1.csv"))
    reply = await desk.presses(GetFile(DRAFT_ID))
    (screen,) = reply.screens
    assert reply.fresh
    assert (screen.slot, screen.document.name) == (Slot.NOTE, "notice-12.csv")
    assert "Sent: 600 of 1240" in screen.text


@pytest.mark.parametrize("button", [None, SeeNotices()])
async def test_the_list_leads_to_each_notice_and_to_her_own(button):
    reports = [report(HALF), report(tally(sent=9), id=DRAFT_ID - 1, status=NoticeStatus.DONE)]
    desk = Desk(list_notices=reports)
    reply = await (desk.writes("/notices") if button is None else desk.presses(button))
    assert labels(reply) == [
        "📤 600/1240 A lesson on Saturday at 10,…",
        "✅ 9/9 A lesson on Saturday at 10,…",
        "📥 What I got myself",
    ]
    buttons = [unpack(row[0].data) for row in reply.screens[0].rows]
    assert buttons == [SeeNotice(DRAFT_ID), SeeNotice(DRAFT_ID - 1), OpenPage(Page.NOTICES)]


async def test_without_notices_the_list_says_how_to_write_one():
    reply = await Desk(list_notices=[]).writes("/notices")
    assert "/broadcast" in reply.screens[0].text


async def test_for_workers_the_same_command_shows_what_they_got():
    scene = Scene(anna())
    assert "You have got no notices yet." in (await scene.writes("/notices")).screens[0].text
    assert scene.asked("list_notices") == []


@pytest.mark.parametrize(
    "button",
    [
        SeeNotice(DRAFT_ID),
        SeeUnknown(DRAFT_ID),
        GetFile(DRAFT_ID),
        SteerIt(DRAFT_ID, Steer.CANCEL, sure=False),
        SteerIt(DRAFT_ID, Steer.TAKE_BACK, sure=True),
    ],
    ids=str,
)
async def test_of_a_notice_that_is_not_hers_nothing_is_shown(button):
    assert await Desk(show_notice=None, steer_notice=NoticeGone()).presses(button) == STALE
    for error in (NotSupervisor(), OutsideScope()):
        desk = Desk(show_notice=error, steer_notice=error)
        assert await desk.presses(button) == NOT_YOURS
        assert desk.asked("write_deliveries") == []
