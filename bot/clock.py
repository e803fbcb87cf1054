"""The only file that reads the time of day."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock; implements the port ``Clock``."""

    def now(self) -> datetime:
        return datetime.now(UTC)
