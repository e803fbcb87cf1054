"""Notices and their deliveries."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tasks.model.identifiers import AccountKey, DeliveryId, NoticeId, WorkerId
from tasks.model.notice import Delivery, DeliveryState, Notice, Reach, Recipient, Tally


class Notices(Protocol):
    """Notices. Whoever changes one has locked it before."""

    async def add(self, notice: Notice) -> Notice:
        """Keeps it under a new id (its own is ignored), with an empty tally; returns it with its id."""

    async def find(self, notice_id: NoticeId) -> Notice | None: ...

    async def find_draft(self, author: AccountKey) -> Notice | None:
        """The author's newest draft."""

    async def lock(self, notice_id: NoticeId) -> Notice:
        """The notice, locked until the transaction ends; raises LookupError."""

    async def save(self, notice: Notice) -> None:
        """Replaces what is kept of it."""

    async def delete_draft(self, notice_id: NoticeId) -> None: ...

    async def list_recent(self, scope: str, limit: int) -> Sequence[Notice]:
        """Those written within the scope that are no drafts, newest first."""

    async def list_active(self) -> Sequence[Notice]:
        """Those that need work: *confirmed*, *sending*, *retracting*; urgent ones first, then by id."""

    async def list_watched(self, now: datetime, *, every_seconds: float) -> Sequence[Notice]:
        """Those with an author whose progress was not shown for so long, and that are not yet reported; those
        that are done and ask for receipts for a day more, ten times less often. They are marked as watched
        now, so that no other process shows them as well.
        """

    async def reach(self, notice: Notice, now: datetime) -> Reach:
        """How many people its audience is now."""

    async def list_clocks(self, notice: Notice, now: datetime) -> Sequence["Clockwork"]:
        """The different clocks that its audience lives by."""

    async def plan(self, notice: Notice, now: datetime, due_at: Mapping["Clockwork", datetime]) -> int:
        """Writes one delivery for each person of its audience in one statement, in no order that favours
        anybody, and counts them; returns how many. Who has one already gets no second one; whose clock is
        not among the given ones is due now.
        """

    async def tally(self, notice_id: NoticeId) -> Tally:
        """What became of its deliveries, however many; raises LookupError if there is no such notice."""

    async def list_mine(self, worker_id: WorkerId, limit: int) -> Sequence[tuple[Delivery, Notice]]:
        """The notices that were sent to her and not taken back, newest first."""


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What decides when it is a good time for a person."""

    time_zone: str
    quiet_from: int
    quiet_until: int


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a delivery."""

    delivery_id: DeliveryId
    state: DeliveryState
    reason: str | None = None
    due_at: datetime | None = None
    """When to try again, with the state *planned*; None leaves it."""
    at: datetime | None = None
    """When it began to be sent, with *sending*; when it was, with *sent*."""
    chat: str | None = None
    message: str | None = None


class Deliveries(Protocol):
    """Deliveries. Each change of a state is counted in the tally of its notice, in the same transaction."""

    async def add(
        self, worker_id: WorkerId, *, kind: str, facts: Mapping[str, str], key: str, due_at: datetime
    ) -> bool:
        """Asks to say something of the program itself; False if that key was asked for before."""

    async def has_due(self, notice_id: NoticeId | None, now: datetime, state: DeliveryState) -> bool:
        """Whether ``lock_due`` would find something; locks nothing."""

    async def lock_due(
        self,
        notice_id: NoticeId | None,
        now: datetime,
        limit: int,
        *,
        state: DeliveryState = DeliveryState.PLANNED,
    ) -> Sequence[Recipient]:
        """Deliveries in that state of that notice (None: of the program itself) whose time has come, locked;
        those that another process holds are passed over.
        """

    async def lock(self, delivery_ids: Collection[DeliveryId]) -> Sequence[Delivery]:
        """Those deliveries, locked in the order of their ids; unknown ids are left out."""

    async def change(self, changes: Sequence[Change]) -> None:
        """Changes deliveries that the caller has locked; a later change of the same one counts."""

    async def lock_stale(self, before: datetime, after: datetime, limit: int) -> Sequence[Delivery]:
        """Deliveries that have been *sending* since before the one moment, or since a moment after the other
        (a clock was set back): whoever sent them is gone. Locked; those held elsewhere are passed over.
        """

    async def list_in(self, notice_id: NoticeId, state: DeliveryState, limit: int) -> Sequence[Delivery]:
        """Some deliveries of that notice in that state, in the order in which they were due."""

    async def change_all(
        self, notice_id: NoticeId, old: DeliveryState, new: DeliveryState, *, due_at: datetime | None = None
    ) -> int:
        """Changes all deliveries of that notice from one state to another; returns how many. It passes over
        those that another process holds, which is about to find out that the notice has changed.
        """

    async def hasten(self, account: AccountKey, now: datetime, *, until: datetime) -> None:
        """What the program itself has to say to whoever has that account, and would be due until then, is due
        now; an unknown account is no error.
        """

    async def set_read(self, delivery_id: DeliveryId, at: datetime, answer: int | None) -> None:
        """Notes, on a locked delivery, that she has read it, and what she answered; a later answer replaces
        the earlier one, and None leaves it. Whoever notes several in one transaction does so in the order of
        their notices' ids.
        """

    def stream(self, notice_id: NoticeId) -> AsyncIterator["DeliveryRow"]:
        """All deliveries of a notice, by id, in bounded memory, as they are when it begins."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One line of the report on a notice."""

    delivery_id: DeliveryId
    worker_id: WorkerId
    state: DeliveryState
    sent_at: datetime | None
    read_at: datetime | None
    answer: int | None
    reason: str


class AwaitedInputs(Protocol):
    """What the next thing that a person writes is for."""

    async def set(self, who: AccountKey, what: str, at: datetime) -> None:
        """Her next text, picture or voice is for that; replaces what was awaited before."""

    async def find(self, who: AccountKey) -> str | None: ...

    async def clear(self, who: AccountKey) -> None: ...
