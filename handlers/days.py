"""Days and hours as people write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location

from handlers.identity import Actor
from handlers.words import Words

WITHOUT_PLACE = "UTC"
"""The zone of whoever has told us of none."""


def day_text(moment: datetime, words: Words, time_zone: str) -> str:
    """The day that it is then in that time zone."""
    return format_date(moment.astimezone(ZoneInfo(time_zone)), format="medium", locale=words.locale)


def zone_of(actor: Actor) -> str:
    """The time zone of the person."""
    return WITHOUT_PLACE if actor.worker is None else actor.worker.time_zone


def zone_text(words: Words, time_zone: str) -> str:
    """The town whose clocks are meant: *Shanghai*."""
    return get_timezone_location(time_zone, locale=words.locale, return_city=True)
