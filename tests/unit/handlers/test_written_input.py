"""What a supervisor writes for a notice, read or refused with one sentence."""

from datetime import datetime

import pytest

from handlers.supervisor.written_input import (
    Unreadable,
    read_answers,
    read_bounds,
    read_time,
    read_worker_ids,
)
from handlers.words import words_in
from tests.unit.handlers.scene import yuan

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
    with pytest.raises(Unreadable, match="no number"):
        read_worker_ids(WORDS, "all of them " + "9" * 19)
