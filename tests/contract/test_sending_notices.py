"""The outbox's sender on a real store: what becomes of each notice."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.metrics import Metrics
from bot.outbox import ATTEMPTS_MAX, OutboxSender
from bot.quarantine import StoreQuarantine
from handlers.screens import Refused, RefusedWhy, Screen, Slot
from storage.tables import outbox, quarantine
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import AccountKey
from tasks.ports import Notice
from tests.builders import NOON
from tests.contract.programme import Programme, a_programme
from tests.runtime_parts import ChannelInMemory


@dataclass
class HandClock:
    """Implements ``Clock``."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment


@dataclass
class Office:
    """A sender and its surroundings."""

    programme: Programme
    channel: ChannelInMemory = field(default_factory=ChannelInMemory)
    clock: HandClock = field(default_factory=HandClock)
    unreachable: list[AccountKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = self.programme.store
        self.sender = OutboxSender(
            store=self.store,
            channels={"telegram": self.channel},
            word=_word,
            mark_unreachable=self._mark_unreachable,
            clock=self.clock,
            metrics=Metrics(),
        )

    async def _mark_unreachable(self, account: AccountKey) -> None:
        self.unreachable.append(account)

    async def ask(self, key: str, *, worker: int = 0, kind: str = "work_again") -> None:
        async with self.store.write() as work:
            await work.outbox.add(
                self.programme.workers[worker].id, kind=kind, facts={}, key=key, due_at=NOON
            )
            await work.commit()

    async def states(self) -> list[tuple[str, str]]:
        async with self.store.database.read() as transaction:
            rows = await transaction.execute(select(outbox.c.key, outbox.c.state).order_by(outbox.c.id))
            return [(row.key, row.state) for row in rows]

    def refuse(self, refused: Refused, *, worker: int = 0) -> None:
        self.channel.refusing[self.programme.workers[worker].account.external_id] = refused

    async def pass_time(self, seconds: float) -> None:
        self.clock.moment += timedelta(seconds=seconds)


def _word(notice: Notice) -> Screen:
    if notice.kind == "nonsense":
        raise KeyError(notice.kind)
    return Screen(f"There is work again ({notice.language}).", slot=Slot.NOTE)


@pytest.fixture
async def office(store: SqlStore) -> Office:
    return Office(await a_programme(store))


async def test_due_notices_are_sent_once(office: Office) -> None:
    for worker in range(3):
        await office.ask(f"n{worker}", worker=worker)
    assert not await office.sender.send_due()
    assert not await office.sender.send_due()
    assert [text for _, text, _ in office.channel.shown] == ["There is work again (zh)."] * 3
    assert {state for _, state in await office.states()} == {"sent"}


async def test_a_full_portion_asks_for_more(office: Office) -> None:
    for number in range(25):
        await office.ask(f"n{number}")
    assert await office.sender.send_due()
    assert not await office.sender.send_due()
    assert len(office.channel.shown) == 25


async def test_too_many_puts_it_off_for_as_long_as_asked(office: Office) -> None:
    await office.ask("n")
    office.refuse(Refused(RefusedWhy.RATE, 35.0))
    await office.sender.send_due()
    office.channel.refusing.clear()
    await office.pass_time(30)
    await office.sender.send_due()
    assert office.channel.shown == []
    await office.pass_time(6)
    await office.sender.send_due()
    assert await office.states() == [("n", "sent")]


@pytest.mark.parametrize("why", [RefusedWhy.BLOCKED, RefusedWhy.GONE])
async def test_who_blocked_the_bot_is_marked(office: Office, why: RefusedWhy) -> None:
    await office.ask("n")
    office.refuse(Refused(why))
    await office.sender.send_due()
    assert await office.states() == [("n", "failed")]
    assert office.unreachable == [office.programme.workers[0].account]


@pytest.mark.parametrize("why", [RefusedWhy.UNKNOWN, RefusedWhy.BAD])
async def test_what_may_have_arrived_or_never_can_is_not_sent_again(office: Office, why: RefusedWhy) -> None:
    await office.ask("n")
    await office.ask("other", worker=1)
    office.refuse(Refused(why))
    await office.sender.send_due()
    office.channel.refusing.clear()
    await office.pass_time(3600)
    await office.sender.send_due()
    assert await office.states() == [("n", "failed"), ("other", "sent")]
    assert office.unreachable == []


async def test_a_notice_without_words_is_tried_again_but_not_for_ever(office: Office) -> None:
    await office.ask("n", kind="nonsense")
    await office.ask("other", worker=1)
    await office.sender.send_due()
    assert await office.states() == [("n", "waiting"), ("other", "sent")]
    for _ in range(ATTEMPTS_MAX):
        await office.pass_time(61)
        await office.sender.send_due()
    assert await office.states() == [("n", "failed"), ("other", "sent")]


async def test_the_quarantine_keeps_what_it_is_given(store: SqlStore) -> None:
    keeping = StoreQuarantine(store)
    for _ in range(2):
        await keeping.add(
            channel="telegram", event_id="7", received_at=NOON, reason="unreadable", payload='"\ud800"'
        )
    async with store.database.read() as transaction:
        rows = list(await transaction.execute(select(quarantine)))
    assert [(row.event_id, row.reason) for row in rows] == [("7", "unreadable")]
