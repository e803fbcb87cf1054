"""What a supervisor writes for a notice, well and badly."""

from datetime import datetime

import pytest

from handlers.notice_buttons import OpenPart, Part, Setting
from handlers.supervisor.written_input import (
    Unreadable,
    read_answers,
    read_bounds,
    read_time,
    read_worker_ids,
)
from handlers.words import words_in
from tasks.model.notice import Receipt
from tests.unit.handlers.desk import BLANK, ID, WRITTEN, Desk, draft_of
from tests.unit.handlers.gallery_of_notices import FULL
from tests.unit.handlers.scene import yuan
from tests.unit.handlers.test_inviting import buttons

EN = words_in("en")
NOON = datetime(2025, 3, 5, 12)  # noqa: DTZ001 - of a worker's own day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("18:30", (5, 18, 30)),
        (" 18：30 ", (5, 18, 30)),
        ("18.30", (5, 18, 30)),
        ("11:59", (6, 11, 59)),
        ("12:00", (6, 12, 0)),
        ("2025-03-06 8:05", (6, 8, 5)),
        ("2025-3-6T08:05", (6, 8, 5)),
    ],
)
def test_a_time_is_read(text, moment):
    day, hour, minute = moment
    assert read_time(EN, text, NOON) == datetime(2025, 3, day, hour, minute)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow", "no time"),
        ("", "no time"),
        ("24:00", "no time"),
        ("2025-02-30 10:00", "no time"),
        ("0000-01-01 10:00", "no time"),
        ("2025-03-05 12:00", "past"),
        ("2024-12-24 18:30", "past"),
        ("2026-12-24 18:30", "more than a year"),
        ("9999-12-31 23:59", "more than a year"),
    ],
)
def test_a_bad_time_is_explained(text, said):
    with pytest.raises(Unreadable, match=said):
        read_time(EN, text, NOON)


def test_answers_one_a_line():
    assert read_answers(EN, " Yes \n\n No,  not  now\n") == ("Yes", "No, not now")
    assert read_answers(EN, "1\n2\n3\n" + "x" * 40)[3] == "x" * 40


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes", "at least two"),
        ("1\n2\n3\n4\n5", "You wrote 5"),
        ("Yes\n" + "x" * 41, "41 characters, 40"),
        ("Yes\n Yes", "the same"),
    ],
)
def test_bad_answers_are_explained(text, said):
    with pytest.raises(Unreadable, match=said):
        read_answers(EN, text)


def test_numbers_whatever_stands_between_them():
    assert read_worker_ids(EN, "12, 15;30\n12 no. 7") == (12, 15, 30, 7)
    assert len(read_worker_ids(EN, " ".join(map(str, range(5000))))) == 5000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nobody", "no number"),
        (" ".join(map(str, range(5001))), "5001 numbers; at most 5000"),
        ("12 " + "9" * 19, "too long"),
    ],
)
def test_a_bad_list_is_explained(text, said):
    with pytest.raises(Unreadable, match=said):
        read_worker_ids(EN, text)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 200", "10", "200"),
        ("10,5 - 200", "10.5", "200"),
        ("1,000 2,000,000", "1000", "2000000"),
        ("0 到 0.05", "0", "0.05"),
        ("10，200", "10", "200"),
    ],
)
def test_two_amounts(text, low, high):
    assert read_bounds(EN, text, "CNY") == (yuan(low), yuan(high))


@pytest.mark.parametrize("text", ["10", "1 2 3", "much", "1 " + "9" * 13, "0.0000001 1", "200 10"])
def test_bad_amounts_are_explained(text):
    with pytest.raises(Unreadable, match="10 200"):
        read_bounds(EN, text, "CNY")


async def test_the_answers_of_a_choice_in_one_language_after_the_other_and_all_anew():
    desk = Desk(FULL)
    for answers in (("1", "2"), ("Yes", "No", "Maybe")):
        asked = await desk.sets(Setting.RECEIPT, "poll")
        assert "(English)" in asked.screens[0].text
        asked = await desk.writes("\n".join(answers))
        assert "(中文)" in asked.screens[0].text
        assert desk.awaited == "notice.8.answers.zh"
        await desk.writes("\n".join(answers))
        assert desk.awaited is None
        assert desk.written.answers == {"en": answers, "zh": answers}


async def test_answers_for_all_and_no_choice_after_all():
    desk = Desk(WRITTEN)
    await desk.sets(Setting.RECEIPT, "poll")
    card = await desk.writes("Yes\nNo")
    assert "Buttons: a choice: Yes · No" in card.screens[0].text
    assert desk.written.answers == {"": ("Yes", "No")}
    await desk.sets(Setting.RECEIPT, "none")
    assert (desk.written.receipt, desk.written.answers) == (Receipt.NONE, {})


@pytest.mark.parametrize(
    ("setting", "value", "bad"),
    [
        (Setting.RECEIPT, "poll", "Yes"),
        (Setting.WHEN, "write", "soon"),
        (Setting.PEOPLE, "list", "all"),
        (Setting.EARNED, "write", "10"),
    ],
)
async def test_she_may_try_again(setting, value, bad):
    desk = Desk(WRITTEN)
    await desk.sets(setting, value)
    before, awaited = desk.written, desk.awaited
    told = await desk.writes(bad)
    assert buttons(told) == [OpenPart(ID, Part.CARD)]
    assert (desk.written, desk.awaited) == (before, awaited)
    await desk.sends_picture()
    assert (desk.written, desk.awaited) == (before, awaited)


async def test_a_time_by_button_and_by_hand():
    desk = Desk(WRITTEN)
    times = [button.value for button in buttons(await desk.opens(Part.WHEN)) if hasattr(button, "value")]
    assert times[:5] == ["now", "2025-03-05-18", "2025-03-06-08", "2025-03-06-18", "write"]
    ticked = await desk.sets(Setting.WHEN, times[2])
    assert "When: Mar 6, 2025 08:00, where each worker lives" in ticked.screens[0].text
    await desk.sets(Setting.WHEN, "write")
    card = await desk.writes("18:30")
    assert "When: Mar 5, 2025 18:30, where each worker lives" in card.screens[0].text
    await desk.sets(Setting.WHEN, "now")
    assert desk.written.local_time is None


@pytest.mark.parametrize("value", ["2025-03-04-18", "2025-03-05-12"])
async def test_today_on_an_old_button_is_past(value):
    desk = Desk(WRITTEN)
    reply = await desk.sets(Setting.WHEN, value)
    assert (reply.toast, reply.alert) == ("That time is past. Choose a later one.", True)
    assert desk.written.local_time is None


async def test_who_on_the_list_is_nobody_is_named():
    unknown = tuple(map(str, range(100, 130)))
    desk = Desk(WRITTEN, edit_notice=draft_of(BLANK, people=1, unknown_ids=unknown))
    await desk.sets(Setting.PEOPLE, "list")
    card = (await desk.writes("12, 100")).screens[0].text
    assert "30 numbers belong to nobody in your care: 100, 101" in card
    assert "119…" in card
