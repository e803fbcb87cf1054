"""Deliveries: who takes them, what becomes of them, and that they are counted right."""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage.tables import deliveries
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import DeliveryId, NoticeId
from tasks.model.notice import Delivery, DeliveryState, Notice, Recipient
from tasks.model.worker import WorkerStatus
from tasks.noticing.saying_again import note_she_is_back, when_she_is_back
from tasks.ports import Change, DeliveryRow
from tests.builders import NOON, an_account
from tests.contract.county import a_person, a_planned_notice, a_written_notice, counted, plan, tallied

PLANNED, SENDING, SENT = DeliveryState.PLANNED, DeliveryState.SENDING, DeliveryState.SENT
UNKNOWN, RETRACTED, SKIPPED = DeliveryState.UNKNOWN, DeliveryState.RETRACTED, DeliveryState.SKIPPED


async def ask(store: SqlStore, worker_id: int, key: str, *, minutes: int = 0) -> bool:
    """Asks the program itself to say something to her."""
    async with store.write() as work:
        added = await work.deliveries.add(
            worker_id, kind="work_again", facts={"project": "animals"}, key=key, due_at=after(minutes)
        )
        await work.commit()
    return added


async def take(
    store: SqlStore, notice: Notice | None = None, *, minutes: float = 0, limit: int = 10
) -> Sequence[Recipient]:
    """Takes what is due, as a sender does: it is on its way from then on."""
    async with store.write() as work:
        notice_id = None if notice is None else notice.id
        due = await work.deliveries.lock_due(notice_id, after(minutes), limit)
        await work.deliveries.change([Change(one.delivery.id, SENDING, at=after(minutes)) for one in due])
        await work.commit()
    return due


async def change(store: SqlStore, *changes: Change) -> None:
    async with store.write() as work:
        await work.deliveries.lock([change.delivery_id for change in changes])
        await work.deliveries.change(changes)
        await work.commit()


async def list_in(store: SqlStore, notice_id: NoticeId, state: DeliveryState) -> Sequence[Delivery]:
    async with store.read() as work:
        return await work.deliveries.list_in(notice_id, state, 99)


async def columns(store: SqlStore, delivery_id: DeliveryId) -> dict[str, object]:
    """What stands in its row."""
    async with store.database.read() as transaction:
        rows = await transaction.execute(select(deliveries).where(deliveries.c.id == delivery_id))
        return dict(rows.mappings().one())


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def test_something_is_asked_for_once_and_taken_when_due(store: SqlStore) -> None:
    anna = await a_person(store)
    assert await ask(store, anna.id, "later", minutes=5)
    assert await ask(store, anna.id, "now")
    assert not await ask(store, anna.id, "now")
    (one,) = await take(store)
    delivery = one.delivery
    assert (delivery.worker_id, delivery.account, delivery.language) == (anna.id, anna.account, "zh")
    assert (delivery.kind, delivery.facts, delivery.notice_id) == (
        "work_again",
        {"project": "animals"},
        None,
    )
    assert (delivery.state, delivery.attempts) == (PLANNED, 0)
    assert await take(store, minutes=4) == []
    assert len(await take(store, minutes=5)) == 1


async def test_a_recipient_says_what_decides_whether_it_goes_out_now(store: SqlStore) -> None:
    await a_person(
        store,
        place="guizhou/wanshan",
        time_zone="Asia/Shanghai",
        quiet_from=20,
        quiet_until=6,
        silenced="lesson,news",
    )
    notice = await a_written_notice(store, kind="pay")
    await plan(store, notice)
    async with store.write() as work:
        (one,) = await work.deliveries.lock_due(notice.id, NOON, 1)
    assert (one.place, one.active, one.reachable) == ("guizhou/wanshan", True, True)
    assert (one.time_zone, one.quiet_from, one.quiet_until) == ("Asia/Shanghai", 20, 6)
    assert one.silenced == {"lesson", "news"}
    assert (one.delivery.kind, one.delivery.facts, one.delivery.notice_id) == ("notice", {}, notice.id)


@pytest.mark.parametrize("of_notice", [True, False])
async def test_racing_takers_share_the_deliveries(store: SqlStore, *, of_notice: bool) -> None:
    notice = await a_planned_notice(store, people=20) if of_notice else None
    if notice is None:
        for number in range(20):
            await ask(store, (await a_person(store, f"w{number}")).id, f"key{number}")
    shares = await asyncio.gather(*(take(store, notice, limit=6) for _ in range(6)))
    ids = [one.delivery.id for share in shares for one in share]
    while rest := await take(store, notice):
        ids += [one.delivery.id for one in rest]
    assert len(ids) == len(set(ids)) == 20


async def test_the_oldest_goes_first_and_each_notice_by_itself(store: SqlStore) -> None:
    notice = await a_planned_notice(store, people=5)
    other = await a_written_notice(store)
    await plan(store, other)
    first, second, *_ = await list_in(store, notice.id, PLANNED)
    await change(
        store,
        Change(first.id, PLANNED, due_at=after(2)),
        Change(second.id, PLANNED, due_at=after(1), reason="rate"),
    )
    due = await take(store, notice, minutes=9)
    assert [one.delivery.id for one in due][-2:] == [second.id, first.id]
    assert len(due) == 5
    assert len(await take(store, other)) == 5


async def test_who_is_to_get_it_is_told_as_she_is_now(store: SqlStore) -> None:
    anna = await a_person(store)
    await ask(store, anna.id, "now")
    notice = await a_written_notice(store)
    await plan(store, notice)
    async with store.write() as work:
        await work.workers.set_reachable(anna.account, reachable=False, at=NOON)
        await work.workers.set_status(anna.id, WorkerStatus.LEFT, NOON)
        await work.workers.set_place(anna.id, "hunan", None)
        await work.commit()
    for which in (None, notice):
        (one,) = await take(store, which)
        assert (one.reachable, one.active, one.place) == (False, False, "hunan")


async def test_what_is_changed_is_kept(store: SqlStore) -> None:
    notice = await a_planned_notice(store, people=1)
    (one,) = await take(store, notice)
    delivery_id = one.delivery.id
    row = await columns(store, delivery_id)
    assert (row["state"], row["attempts"], row["sending_since"], row["sent_at"]) == (SENDING, 1, NOON, None)
    await change(store, Change(delivery_id, PLANNED, reason="rate", due_at=after(5)))
    row = await columns(store, delivery_id)
    assert (row["state"], row["attempts"], row["sending_since"]) == (PLANNED, 1, None)
    assert (row["reason"], row["due_at"]) == ("rate", after(5))
    await take(store, notice, minutes=5)
    await change(store, Change(delivery_id, SENT, at=after(6), chat="12", message="34"))
    await change(store, Change(delivery_id, RETRACTED, at=after(7)))
    row = await columns(store, delivery_id)
    assert (row["state"], row["attempts"], row["sending_since"]) == (RETRACTED, 2, None)
    assert (row["chat"], row["message"], row["sent_at"]) == ("12", "34", after(6))
    assert (row["reason"], row["due_at"]) == (None, after(5))


async def test_locked_ones_come_by_id_and_unknown_ids_are_left_out(store: SqlStore) -> None:
    notice = await a_planned_notice(store, people=4)
    ids = [delivery.id for delivery in await list_in(store, notice.id, PLANNED)]
    async with store.write() as work:
        found = await work.deliveries.lock([DeliveryId(10**6), *ids[::-1]])
        assert [delivery.id for delivery in found] == sorted(ids)
        assert list(await work.deliveries.lock([])) == []
        await work.deliveries.change([])


async def test_what_was_left_on_its_way_is_stale(store: SqlStore) -> None:
    notice = await a_planned_notice(store, people=3)
    for minutes in (0, 5, 10):
        await take(store, notice, minutes=minutes, limit=1)
    async with store.write() as work:
        late = await work.deliveries.lock_stale(after(5), after(60), 9)
        both = await work.deliveries.lock_stale(after(5), after(9), 9)
        assert len(await work.deliveries.lock_stale(after(99), after(99), 2)) == 2
    assert (len(late), len(both)) == (1, 2)
    assert all(delivery.state is SENDING for delivery in both)


@pytest.mark.postgresql
async def test_what_others_hold_is_passed_over(postgresql_store: SqlStore) -> None:
    store = postgresql_store
    notice = await a_planned_notice(store, people=5)
    sent, _ = await take(store, notice, limit=2)
    async with store.write() as holder:
        await holder.deliveries.lock([sent.delivery.id])
        held = await holder.deliveries.lock_due(notice.id, NOON, 2)
        async with store.write() as work:
            assert len(await work.deliveries.lock_stale(after(1), after(1), 9)) == 1
            free = [one.delivery for one in await work.deliveries.lock_due(notice.id, NOON, 9)]
            assert await work.deliveries.change_all(notice.id, PLANNED, SKIPPED) == 1
            await work.commit()
        assert {delivery.id for delivery in free}.isdisjoint(one.delivery.id for one in held)
        await holder.deliveries.change([Change(one.delivery.id, SENDING, at=NOON) for one in held])
        await holder.commit()
    tally = await tallied(store, notice.id)
    assert (tally["skipped"], tally["sending"], tally["planned"]) == (1, 4, 0)
    assert tally == await counted(store, notice.id)


async def test_all_are_changed_at_once(store: SqlStore) -> None:
    notice = await a_planned_notice(store, people=5)
    other = await a_written_notice(store)
    await plan(store, other)
    first, *_ = await take(store, notice, limit=2)
    await change(store, Change(first.delivery.id, UNKNOWN, reason="line"))
    async with store.write() as work:
        assert await work.deliveries.change_all(notice.id, PLANNED, SKIPPED) == 3
        assert await work.deliveries.change_all(notice.id, PLANNED, SKIPPED) == 0
        assert await work.deliveries.change_all(notice.id, UNKNOWN, PLANNED, due_at=after(7)) == 1
        assert await work.deliveries.change_all(notice.id, SENDING, UNKNOWN) == 1
        await work.commit()
    row = await columns(store, first.delivery.id)
    assert (row["state"], row["due_at"], row["reason"]) == (PLANNED, after(7), None)
    assert await tallied(store, notice.id) == await counted(store, notice.id)
    assert (await tallied(store, other.id))["planned"] == 5
    async with store.read() as work:
        tally = await work.notices.tally(notice.id)
    assert (tally.total, tally.left, tally.states[SKIPPED], tally.states[UNKNOWN]) == (5, 1, 3, 1)


async def test_what_is_hers_and_would_be_due_soon_is_due_now(store: SqlStore) -> None:
    anna, berta = await a_person(store, "anna"), await a_person(store, "berta")
    await plan(store, await a_written_notice(store), after(3))
    for key, minutes in {"soon": 5, "past": -5, "late": 6}.items():
        assert await ask(store, anna.id, key, minutes=minutes)
    assert await ask(store, berta.id, "other", minutes=5)
    async with store.write() as work:
        await work.deliveries.hasten(anna.account, NOON, until=after(5))
        await work.deliveries.hasten(an_account("nobody"), NOON, until=after(5))
        await work.commit()
    async with store.database.read() as transaction:
        rows = await transaction.execute(select(deliveries.c.key, deliveries.c.due_at))
        due_at = {row.key: row.due_at for row in rows}
    assert due_at == {"soon": NOON, "past": after(-5), "late": after(6), "other": after(5), None: after(3)}


async def test_what_is_put_off_in_the_moment_when_she_comes_back_goes_out_at_once(store: SqlStore) -> None:
    anna = await a_person(store, "anna")
    await ask(store, anna.id, "own")

    async def comes_back() -> None:
        async with store.write() as other:
            await note_she_is_back(other, anna.account, NOON)
            await other.commit()

    async with store.write() as work:
        # Who takes it has seen that she cannot be reached, on a clock that is a little ahead.
        (due,) = await work.deliveries.lock_due(None, NOON, 5)
        coming = asyncio.create_task(comes_back())
        await asyncio.wait([coming], timeout=0.3)
        await work.deliveries.change([when_she_is_back(due.delivery.id, after(0.1), reason=None)])
        await work.commit()
    await coming
    assert (await columns(store, due.delivery.id))["due_at"] == NOON


async def test_a_later_answer_replaces_the_earlier_one(store: SqlStore) -> None:
    notice = await a_planned_notice(store, people=2)
    await ask(store, (await a_person(store, "anna")).id, "now")
    (own,) = await take(store)
    first, second = [one.delivery.id for one in await take(store, notice)]
    says = [(first, 0, None), (first, 1, 2), (second, 2, 2), (first, 3, 1), (first, 4, 1), (first, 5, None)]
    for delivery_id, minutes, answer in [*says, (own.delivery.id, 1, None)]:
        async with store.write() as work:
            await work.deliveries.set_read(delivery_id, after(minutes), answer)
            await work.commit()
    row = await columns(store, first)
    assert (row["read_at"], row["answer"]) == (NOON, 1)
    assert (await columns(store, own.delivery.id))["read_at"] == after(1)
    async with store.read() as work:
        tally = await work.notices.tally(notice.id)
    assert (tally.read, tally.answers) == (2, (1, 1, 0, 0))
    assert await tallied(store, notice.id) == await counted(store, notice.id)


async def test_a_report_lists_all_by_id(store: SqlStore) -> None:
    notice = await a_planned_notice(store, people=12)
    await plan(store, await a_written_notice(store))
    first, second = await take(store, notice, limit=2)
    await change(
        store,
        Change(first.delivery.id, SENT, at=after(1), chat="1", message="2"),
        Change(second.delivery.id, DeliveryState.REFUSED, reason="bad: too long"),
    )
    async with store.write() as work:
        await work.deliveries.set_read(first.delivery.id, after(2), 3)
        await work.commit()
    async with store.read() as work:
        rows = [row async for row in work.deliveries.stream(notice.id)]
        assert [row async for row in work.deliveries.stream(NoticeId(404))] == []
    assert [row.delivery_id for row in rows] == sorted(row.delivery_id for row in rows)
    assert len(rows) == 12
    found = {row.delivery_id: row for row in rows}
    assert found[first.delivery.id] == DeliveryRow(
        delivery_id=first.delivery.id,
        worker_id=first.delivery.worker_id,
        state=SENT,
        sent_at=after(1),
        read_at=after(2),
        answer=3,
        reason="",
    )
    assert found[second.delivery.id].reason == "bad: too long"


@pytest.mark.parametrize("seed", range(3))
async def test_tallies_are_right_after_any_sequence_of_changes(store: SqlStore, seed: int) -> None:
    dice = random.Random(seed)
    first = await a_planned_notice(store, people=8)
    second = await a_written_notice(store)
    await plan(store, second)
    ids = [one.id for notice in (first, second) for one in await list_in(store, notice.id, PLANNED)]

    async def do_something() -> None:
        state = dice.choice(list(DeliveryState))
        chosen = sorted(dice.sample(ids, 5))
        action = dice.randrange(4)
        async with store.write() as work:
            if action == 0:
                old = dice.choice(list(DeliveryState))
                await work.deliveries.change_all(dice.choice((first, second)).id, old, state)
            elif action == 1:
                await work.deliveries.lock(chosen)
                for delivery_id in chosen:
                    await work.deliveries.set_read(delivery_id, NOON, dice.choice((None, 1, 2, 3, 4)))
            else:
                await work.deliveries.lock(chosen)
                # Some are named twice: the later change counts.
                changes = [Change(one, dice.choice((state, SENT)), at=NOON) for one in (*chosen, chosen[0])]
                await work.deliveries.change(changes)
            await work.commit()

    for _ in range(8):
        await asyncio.gather(*(do_something() for _ in range(4)))
        for notice in (first, second):
            assert await tallied(store, notice.id) == await counted(store, notice.id)
