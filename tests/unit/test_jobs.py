"""How long a job rests."""

from bot.jobs import Job


async def nothing() -> None:
    """A portion."""


def test_a_job_rests_for_its_interval() -> None:
    assert Job("any", 5.0, nothing).pause_seconds(60.0) == 5.0


def test_what_takes_long_rests_in_proportion_and_not_for_ever() -> None:
    job = Job("learn", 1.0, nothing, rests_times=3.0, rest_seconds_max=20.0)
    assert [job.pause_seconds(took) for took in (0.01, 0.5, 2.0, 60.0)] == [1.0, 1.5, 6.0, 20.0]
