"""The interval of a measured share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.quality.interval import wilson


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (950, 1000, 0.9347, 0.9619)],
)
def test_known_intervals(right, of, low, high):
    interval = wilson(right, of)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.0001)


def test_nothing_measured_is_nothing_known():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


@given(st.integers(1, 10**6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_it_holds_the_share_and_stays_between_nothing_and_all(measured):
    right, of = measured
    interval = wilson(right, of)
    assert 0 <= interval.low <= right / of <= interval.high <= 1
    mirrored = wilson(of - right, of)
    assert mirrored.low == pytest.approx(1 - interval.high)
