"""When the messenger is taken for gone, and for how long."""

from bot.hearing import SILENT_IN_ROW_MAX, Hearing


class Told:
    """A clock that somebody moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.hearing = Hearing(now=lambda: self.now)

    def silence(self, begun_at: float) -> None:
        self.hearing.note(begun_at, heard=False)


def test_silence_in_a_row_lets_all_wait_and_longer_each_time():
    told = Told()
    for _ in range(SILENT_IN_ROW_MAX):
        assert not told.hearing.is_broken
        told.silence(begun_at=told.now)
    assert told.hearing.is_broken
    told.now += 2.0
    assert told.hearing.is_doubtful
    assert not told.hearing.is_broken
    told.silence(begun_at=told.now)
    told.now += 3.9
    assert told.hearing.is_broken
    told.now += 0.1
    assert not told.hearing.is_broken


def test_whatever_was_heard_since_a_call_began_says_that_the_line_works():
    """One call in ten gets no answer, and the last of them are all that is left on their way."""
    told = Told()
    began = told.now
    told.now += 1.0
    told.hearing.note(told.now, heard=True)
    told.now += 9.0
    for _ in range(20):
        told.silence(begun_at=began)
    assert not told.hearing.is_doubtful


def test_what_was_on_its_way_side_by_side_makes_one_pause():
    told = Told()
    began = told.now
    told.now += 10.0
    for _ in range(60):
        told.silence(begun_at=began)
    told.now += 2.0
    assert not told.hearing.is_broken


def test_one_answer_ends_the_doubt():
    told = Told()
    for _ in range(SILENT_IN_ROW_MAX + 3):
        told.silence(begun_at=told.now)
    told.hearing.note(told.now, heard=True)
    assert not told.hearing.is_doubtful
    assert not told.hearing.is_broken
