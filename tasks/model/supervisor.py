"""Those who look after workers, and the codes with which people come in."""

from dataclasses import dataclass
from datetime import datetime

from tasks.model.identifiers import AccountKey


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Somebody who looks after the workers within a scope."""

    id: int
    account: AccountKey
    scope: str
    """Path of a place; empty for the whole programme."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """Makes whoever first comes with its code a supervisor of that scope."""

    code: str
    scope: str
    made_by: AccountKey
    ends_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class JoinCode:
    """Brings workers to a place."""

    code: str
    place: str
    recruiter: str
    """Who is to be thanked for those who come with it."""
    quota: int | None
    """So many workers may come with it; None: any number."""
    used: int
    ends_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether one more may come."""
        return (self.quota is None or self.used < self.quota) and (self.ends_at is None or now < self.ends_at)
