"""What a supervisor writes for a notice, read or refused with one sentence."""

from datetime import datetime

import pytest

from handlers.notice_buttons import OpenPart, Part, SetPart, Setting
from handlers.screens import EventKind
from handlers.supervisor.written_input import (
    Unreadable,
    read_answers,
    read_bounds,
    read_time,
    read_worker_ids,
)
from handlers.words import words_in
from tests.unit.handlers.desk import DRAFT_ID, Desk
from tests.unit.handlers.gallery_of_notices import FULL
from tests.unit.handlers.scene import yuan
from tests.unit.handlers.test_inviting import buttons

WORDS = words_in("en")
NOW = datetime.fromisoformat("2025-03-05 12:00")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes", "at least two answers"),
        ("1\n2\n3\n4\n5", "You wrote 5 answers; at most four"),
        ("Yes\n" + "n" * 41, "has 41 characters, 40 are allowed"),
        ("Yes\n Yes ", "Two of the answers are the same"),
    ],
)
def test_a_choice_has_rules(text, said):
    with pytest.raises(Unreadable, match=said):
        read_answers(WORDS, text)


def test_four_answers_of_forty_letters_are_a_choice():
    assert read_answers(WORDS, "\n\n".join(letter * 40 for letter in "abcd"))[3] == "d" * 40


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("18:30", "2025-03-05T18:30:00"),
        (" 18：30 ", "2025-03-05T18:30:00"),
        ("8.05", "2025-03-06T08:05:00"),
        ("2025-12-24 18:30", "2025-12-24T18:30:00"),
        ("2025-3-6  7:00", "2025-03-06T07:00:00"),
    ],
)
def test_times_are_read(text, moment):
    assert read_time(WORDS, text, NOW).isoformat() == moment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no time"),
        ("noon", "no time"),
        ("24:00", "no time"),
        ("2025-02-30 10:00", "no time"),
        ("0000-01-01 10:00", "no time"),
        ("2025-03-05 11:59", "past"),
        ("2027-03-05 12:00", "more than a year"),
    ],
)
def test_other_times_are_refused(text, said):
    with pytest.raises(Unreadable, match=said):
        read_time(WORDS, text, NOW)


@pytest.mark.parametrize("text", ["10 200", "10-200", "10～200", "10\n200", "10 , 200"])
def test_two_amounts_are_read(text):
    assert read_bounds(WORDS, text, "CNY") == (yuan("10"), yuan("200"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "two amounts"),
        ("10", "two amounts"),
        ("1 2 3", "two amounts"),
        ("0.0000001 2", "two amounts"),
        ("200 10", "must not be larger"),
        ("0 " + "9" * 13, "too much"),
        ("0 " + "9" * 4000, "too much"),
    ],
)
def test_other_amounts_are_refused(text, said):
    with pytest.raises(Unreadable, match=said):
        read_bounds(WORDS, text, "CNY")


def test_the_largest_amount_still_goes_into_a_database():
    assert read_bounds(WORDS, "0 999999999999.999999", "CNY")[1].micros < 2**63


def test_a_list_is_whatever_stands_between_no_digits():
    assert read_worker_ids(WORDS, "№5；6 号, 5 and 00007") == (5, 6, 7)


def test_a_list_has_limits():
    assert len(read_worker_ids(WORDS, " ".join(map(str, range(1, 5001))))) == 5000
    with pytest.raises(Unreadable, match="5001 numbers; at most 5000"):
        read_worker_ids(WORDS, " ".join(map(str, range(1, 5002))))
    with pytest.raises(Unreadable, match="too long"):
        read_worker_ids(WORDS, "all of them " + "9" * 19)


@pytest.mark.parametrize(
    ("text", "low", "high"), [("1,000 2,000,000", "1000", "2000000"), ("10,5 – 200", "10.5", "200"),
                              ("10，200", "10", "200")],
)  # fmt: skip
def test_a_comma_stands_before_cents_or_between_thousands(text, low, high):
    assert read_bounds(WORDS, text, "CNY") == (yuan(low), yuan(high))


async def test_all_answers_can_be_written_anew():
    desk = Desk(FULL)
    for answers in (("1", "2"), ("Yes", "No", "Maybe")):
        await desk.sets(Setting.RECEIPT, "poll")
        await desk.writes("\n".join(answers))
        await desk.writes("\n".join(answers))
        assert desk.draft.answers == {"en": answers, "zh": answers}
        assert desk.awaited is None


async def test_what_cannot_be_read_leads_back_to_the_card():
    desk = Desk()
    await desk.sets(Setting.WHEN, "write")
    assert buttons(await desk.writes("soon")) == [OpenPart(DRAFT_ID, Part.CARD)]


@pytest.mark.parametrize("value", ["2025-03-04-18", "2025-03-05-12"])
async def test_today_on_an_old_button_is_past(value):
    desk = Desk()
    reply = await desk.sets(Setting.WHEN, value)
    assert (reply.toast, reply.alert) == ("That time is past. Choose a later one.", True)
    assert desk.draft.local_time is None


async def test_the_hours_on_the_buttons_are_those_of_her_day_and_of_no_far_year():
    desk = Desk()
    shown = buttons(await desk.opens(Part.WHEN))
    hours = [button.value for button in shown if isinstance(button, SetPart)]
    assert hours[:5] == ["now", "2025-03-05-18", "2025-03-06-08", "2025-03-06-18", "write"]
    for forged in ("2999-01-01-18", "t18", "2025-13-01-18"):
        assert (await desk.sets(Setting.WHEN, forged)).toast.startswith("This button does not work")


async def test_after_a_picture_is_left_out_another_one_is_awaited():
    desk = Desk(FULL)
    await desk.sets(Setting.MEDIA, "none")
    await desk.sends(EventKind.PICTURE, "another", "words that are left out")
    assert (desk.draft.picture, desk.draft.texts) == ("another", FULL.texts)
