"""When it is a good time to say something to somebody."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.ports import Clockwork

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Due before any clock of ours can say: a clock that is set back holds nothing up."""


def quiet_until(clockwork: Clockwork, now: datetime) -> datetime | None:
    """The end of the quiet hours that it is in now; None if it is in none."""
    start, end = clockwork.quiet_from, clockwork.quiet_until
    if start == end:
        return None
    local = now.astimezone(_zone(clockwork))
    if not _is_between(local.hour, start, end):
        return None
    day = local.date() + timedelta(days=local.hour >= end)
    return datetime.combine(day, time(end), tzinfo=local.tzinfo).astimezone(UTC)


def due_at(clockwork: Clockwork, now: datetime, *, local_time: datetime | None, urgent: bool) -> datetime:
    """When something is due that was asked for now: at that naive time of her own day, or at once.

    A time that is past where she lives means at once; quiet hours hold up all that is not urgent.
    """
    wished = AT_ONCE
    if local_time is not None:
        moment = local_time.replace(tzinfo=_zone(clockwork)).astimezone(UTC)
        wished = moment if moment > now else AT_ONCE
    if urgent:
        return wished
    return quiet_until(clockwork, max(wished, now)) or wished


def _is_between(hour: int, start: int, end: int) -> bool:
    return start <= hour < end if start < end else hour >= start or hour < end


def _zone(clockwork: Clockwork) -> ZoneInfo:
    return ZoneInfo(clockwork.time_zone)
