"""When it is a good time to say something to somebody."""

from datetime import UTC, datetime

import pytest

from tasks.noticing.clocks import AT_ONCE, due_at, quiet_until
from tasks.ports import Clockwork

SHANGHAI = Clockwork("Asia/Shanghai", 21, 7)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clockwork", "now", "end"),
    [
        (SHANGHAI, utc(2, 4), None),
        (SHANGHAI, utc(2, 13), utc(2, 23)),  # 21:00 there, until 07:00
        (SHANGHAI, utc(2, 12, 59), None),
        (SHANGHAI, utc(2, 22, 59), utc(2, 23)),  # 06:59 there
        (SHANGHAI, utc(2, 23), None),
        (Clockwork("UTC", 1, 5), utc(2, 3), utc(2, 5)),
        (Clockwork("UTC", 1, 5), utc(2, 0), None),
        (Clockwork("UTC", 9, 9), utc(2, 9), None),
        (Clockwork("UTC", 23, 0), utc(2, 23, 30), utc(3, 0)),
    ],
)
def test_quiet_hours_end(clockwork: Clockwork, now: datetime, end: datetime | None) -> None:
    assert quiet_until(clockwork, now) == end


def test_a_night_in_which_the_clocks_change_still_ends_at_seven() -> None:
    # In Berlin the night to 29 March 2026 is an hour shorter.
    berlin = Clockwork("Europe/Berlin", 21, 7)
    assert quiet_until(berlin, utc(28, 21)) == utc(29, 5)


def test_what_is_asked_for_now_is_due_whatever_a_clock_says() -> None:
    assert due_at(SHANGHAI, utc(2, 4), local_time=None, urgent=False) == AT_ONCE


def test_normal_waits_for_the_end_of_the_night_and_urgent_does_not() -> None:
    night = utc(2, 15)
    assert due_at(SHANGHAI, night, local_time=None, urgent=False) == utc(2, 23)
    assert due_at(SHANGHAI, night, local_time=None, urgent=True) == AT_ONCE


def test_a_local_time_is_each_persons_own() -> None:
    wish = datetime(2026, 3, 3, 18, 30)  # noqa: DTZ001 - a time of her own day
    now = utc(2, 4)
    assert due_at(SHANGHAI, now, local_time=wish, urgent=False) == utc(3, 10, 30)
    assert due_at(Clockwork("UTC", 21, 7), now, local_time=wish, urgent=False) == utc(3, 18, 30)


def test_a_local_time_that_is_past_means_at_once_and_one_in_the_night_the_next_morning() -> None:
    past = datetime(2026, 3, 1, 8)  # noqa: DTZ001 - a time of her own day
    late = datetime(2026, 3, 2, 23)  # noqa: DTZ001 - a time of her own day
    assert due_at(SHANGHAI, utc(2, 4), local_time=past, urgent=False) == AT_ONCE
    assert due_at(SHANGHAI, utc(2, 4), local_time=late, urgent=False) == utc(2, 23)
