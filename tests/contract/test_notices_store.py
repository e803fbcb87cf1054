"""Notices: how they are kept, and whom they reach."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage.tables import deliveries, notices, workers
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import ImageId, NoticeId, ProjectId, VoiceId, WorkerId
from tasks.model.money import Money
from tasks.model.notice import (
    Audience,
    DeliveryState,
    Notice,
    NoticeKind,
    NoticeStatus,
    Reach,
    Receipt,
)
from tasks.model.project import Project
from tasks.model.work import AnswerStatus
from tasks.model.worker import WorkerStatus
from tasks.ports import Change, Clockwork, UnitOfWork
from tests.builders import NOON, a_new_task, a_notice, a_project, an_account, an_answer
from tests.contract.answered import answer
from tests.contract.county import a_person, a_planned_notice, a_written_notice, plan, tallied

WHOLE = Audience(
    places=("guizhou", "hunan/huayuan"),
    languages=("zh",),
    project_ids=(ProjectId(7),),
    active_days=30,
    earned_min=Money(1, "CNY"),
    earned_max=Money(2, "CNY"),
    standing_min=50,
    standing_max=90,
    worker_ids=(WorkerId(3), WorkerId(4)),
)


async def reach(store: SqlStore, notice: Notice, now: datetime = NOON) -> Reach:
    async with store.read() as work:
        return await work.notices.reach(notice, now)


async def reached(store: SqlStore, notice: Notice, now: datetime = NOON) -> set[str]:
    """The places (which stand for names here) of those for whom it is planned, and the same in numbers."""
    kept = await a_written_notice(store)
    meant = replace(notice, id=kept.id)
    async with store.write() as work:
        number = await work.notices.plan(meant, now, {})
        await work.commit()
    assert (await reach(store, notice, now)).people == number
    async with store.database.read() as transaction:
        rows = await transaction.execute(
            select(workers.c.place)
            .join(deliveries, deliveries.c.worker_id == workers.c.id)
            .where(deliveries.c.notice_id == kept.id)
        )
        found = list(rows.scalars())
    assert len(found) == number
    return set(found)


async def test_a_notice_is_kept_whole(store: SqlStore) -> None:
    notice = a_notice(
        scope="guizhou",
        status=NoticeStatus.PAUSED,
        reason="refused: too long",
        kind=NoticeKind.PAY,
        texts={"": "Hello", "zh": "你好"},
        receipt=Receipt.POLL,
        answers={"": ("Yes", "No"), "zh": ("是", "不")},
        picture=ImageId("p" * 64),
        voice=VoiceId("v" * 64),
        audience=WHOLE,
        urgent=True,
        local_time=datetime(2026, 3, 3, 18, 30),  # noqa: DTZ001 - where each worker lives
        confirmed_at=NOON,
        ended_at=NOON + timedelta(hours=1),
        progress_chat="12",
        progress_message="34",
        reported=True,
    )
    kept = await a_written_notice(store)
    whole = replace(notice, id=kept.id)
    async with store.write() as work:
        await work.notices.save(whole)
        assert await work.notices.lock(kept.id) == whole
        again = await work.notices.add(notice)
        assert again == replace(notice, id=again.id)
        assert again.id != kept.id
        await work.commit()
    async with store.read() as work:
        assert await work.notices.find(kept.id) == whole
        assert await work.notices.find(NoticeId(404)) is None
        assert (await work.notices.tally(kept.id)).total == 0


async def test_an_unknown_notice_is_a_lookup_error(store: SqlStore) -> None:
    async with store.write() as work:
        with pytest.raises(LookupError):
            await work.notices.lock(NoticeId(404))
        with pytest.raises(LookupError):
            await work.notices.tally(NoticeId(404))


async def test_the_newest_draft_is_found_and_only_drafts_are_deleted(store: SqlStore) -> None:
    sun = an_account("sun")
    await a_written_notice(store)
    newest = await a_written_notice(store)
    done = await a_written_notice(store, status=NoticeStatus.DONE)
    other = await a_written_notice(store, author="li")
    async with store.write() as work:
        assert await work.notices.find_draft(sun) == newest
        await work.notices.delete_draft(newest.id)
        await work.notices.delete_draft(done.id)
        assert await work.notices.find(newest.id) is None
        assert await work.notices.find(done.id) == done
        assert (await work.notices.tally(other.id)).total == 0
        assert await work.notices.find_draft(an_account("nobody")) is None


async def test_recent_ones_are_those_within_the_scope(store: SqlStore) -> None:
    scopes = ("", "a", "a/b", "ab", "a_b")
    ids = [(await a_written_notice(store, scope=scope, status=NoticeStatus.DONE)).id for scope in scopes]
    await a_written_notice(store, scope="a")
    async with store.read() as work:
        assert [notice.id for notice in await work.notices.list_recent("", 9)] == ids[::-1]
        assert [notice.id for notice in await work.notices.list_recent("", 2)] == ids[:2:-1]
        assert [notice.scope for notice in await work.notices.list_recent("a", 9)] == ["a/b", "a"]


async def test_active_ones_are_listed_urgent_first(store: SqlStore) -> None:
    for status in NoticeStatus:
        await a_written_notice(store, status=status)
    urgent = await a_written_notice(store, status=NoticeStatus.CONFIRMED, urgent=True)
    async with store.read() as work:
        active = await work.notices.list_active()
    assert active[0] == urgent
    assert [notice.status for notice in active[1:]] == ["confirmed", "sending", "retracting"]


async def watched(store: SqlStore, now: datetime) -> list[NoticeId]:
    async with store.write() as work:
        notices = await work.notices.list_watched(now, every_seconds=3)
        await work.commit()
    return [notice.id for notice in notices]


async def test_each_is_watched_by_one_process_and_again_after_a_while(store: SqlStore) -> None:
    ids = [(await a_written_notice(store, status=NoticeStatus.SENDING)).id for _ in range(3)]
    shares = await asyncio.gather(*(watched(store, NOON) for _ in range(4)))
    assert sorted(notice_id for share in shares for notice_id in share) == ids
    assert await watched(store, NOON + timedelta(seconds=2)) == []
    assert await watched(store, NOON + timedelta(seconds=3)) == ids
    assert await watched(store, NOON - timedelta(minutes=9)) == ids  # a clock was set back


async def test_who_has_no_author_or_is_reported_is_not_watched(store: SqlStore) -> None:
    await a_written_notice(store, status=NoticeStatus.SENDING, author=None)
    for status in NoticeStatus:
        for reported in (False, True):
            await a_written_notice(store, status=status, reported=reported)
    async with store.write() as work:
        notices = await work.notices.list_watched(NOON, every_seconds=3)
    moving = {"asked", "confirmed", "sending", "paused", "retracting"}
    assert {(notice.status, notice.reported) for notice in notices} == {
        *((status, reported) for status in moving for reported in (False, True)),
        *((status, False) for status in ("done", "cancelled", "retracted")),
    }
    assert all(notice.author for notice in notices)


async def test_only_active_workers_within_the_scope_are_reached(store: SqlStore) -> None:
    for number, place in enumerate(("a_b", "a_b/c", "axb", "axb/c", "a%", "a%/c", "azz/c", "A_b/c", "")):
        await a_person(store, f"w{number}", place=place)
    await a_person(store, "new", place="a_b", status=WorkerStatus.NEW)
    await a_person(store, "left", place="a_b", status=WorkerStatus.LEFT)
    assert await reached(store, a_notice(scope="a_b")) == {"a_b", "a_b/c"}
    assert await reached(store, a_notice(scope="a%")) == {"a%", "a%/c"}
    assert await reached(store, a_notice(scope="a_b/c")) == {"a_b/c"}
    assert (await reach(store, a_notice())).people == 9
    places = Audience(places=("a_b/c", "axb"))
    assert await reached(store, a_notice(audience=places)) == {"a_b/c", "axb", "axb/c"}
    assert await reached(store, a_notice(scope="axb", audience=places)) == {"axb", "axb/c"}


async def test_who_is_silent_or_unreachable_is_counted_apart(store: SqlStore) -> None:
    await a_person(store, "a", place="hears")
    await a_person(store, "b", place="no lessons", silenced="lesson")
    await a_person(store, "c", place="no news", silenced="lesson,news")
    await a_person(store, "d", place="gone", silenced="news", reachable=False)
    assert await reach(store, a_notice()) == Reach(people=2, unreachable=1, silenced=1)
    assert await reached(store, a_notice()) == {"hears", "no lessons"}
    assert await reached(store, a_notice(kind=NoticeKind.LESSON)) == {"hears"}
    assert await reached(store, a_notice(kind=NoticeKind.PAY)) == {"hears", "no lessons", "no news"}


async def test_an_audience_by_language_and_by_name(store: SqlStore) -> None:
    anna = await a_person(store, "anna", place="anna", language="en")
    berta = await a_person(store, "berta", place="berta/home")
    left = await a_person(store, "left", place="berta", status=WorkerStatus.LEFT)
    assert await reached(store, a_notice(audience=Audience(languages=("en", "bo")))) == {"anna"}
    assert await reached(store, a_notice(audience=Audience(worker_ids=()))) == set()
    pasted = (WorkerId(10**30), anna.id, berta.id, berta.id, left.id, WorkerId(0))
    notice = a_notice(scope="berta", audience=Audience(worker_ids=pasted))
    assert await reached(store, notice) == {"berta/home"}
    unknown = (str(10**30), str(anna.id), str(left.id), "0")
    assert (await reach(store, notice)).unknown_ids == unknown


async def test_more_names_than_a_statement_has_parameters(store: SqlStore) -> None:
    anna = await a_person(store, "anna")
    many = Audience(worker_ids=(anna.id, *map(WorkerId, range(10**6, 10**6 + 40_000))))
    found = await reach(store, a_notice(audience=many))
    assert (found.people, len(found.unknown_ids)) == (1, 40_000)


async def answered_county(store: SqlStore) -> ProjectId:
    """Anna is right on 2 of 3, and approved once; nobody else was measured; carla took her answer back."""
    async with store.write() as work:
        project = await work.projects.save(a_project("animals", quota=9), NOON)
        other = await work.projects.save(a_project("cars", quota=9), NOON)
        golden = [a_new_task(f"g{number}", gold="cat") for number in range(4)]
        await work.tasks.upsert(project, [*golden, a_new_task("plain")])
        await work.tasks.upsert(other, [a_new_task("plain")])
        await work.commit()
    for name in ("anna", "berta", "carla", "dora"):
        await a_person(store, name, place=name)

    async def say(name: str, key: str, choice: str = "cat", **changes: Any) -> None:
        where, undone = changes.pop("project", project), changes.pop("undone", False)
        await answer(store, where, key, an_account(name), an_answer(choice, **changes), undone=undone)

    await say("anna", "g0", status=AnswerStatus.APPROVED)
    await say("anna", "g1", at=NOON - timedelta(days=9))
    await say("anna", "g2", "dog")
    await say("anna", "g3", "cant_tell", status=AnswerStatus.UNPAID)
    await say("berta", "plain", project=other, at=NOON - timedelta(days=9))
    await say("carla", "g0", "dog", undone=True)
    async with store.write() as work:
        await measure(work, project, "anna", right=2, golds=2)
        await measure(work, other, "anna", right=0, golds=1)
        await measure(work, project, "berta", right=0, golds=0)
        await work.commit()
    return project.id


async def measure(work: UnitOfWork, project: Project, name: str, *, right: int, golds: int) -> None:
    [worker] = (await work.workers.list_by_account([an_account(name)])).values()
    [standing] = (await work.standings.lock([(project.id, worker.id)])).values()
    await work.standings.save([replace(standing, golds=golds, golds_right=right)])


CONDITIONS: dict[str, tuple[Callable[[ProjectId], Audience], set[str]]] = {
    "answered in it": (lambda project: Audience(project_ids=(project,)), {"anna"}),
    "in any": (lambda project: Audience(project_ids=(project, ProjectId(project + 1))), {"anna", "berta"}),
    "active": (lambda _: Audience(active_days=8), {"anna"}),
    "once active": (lambda _: Audience(active_days=9), {"anna", "berta"}),
    "earned": (lambda _: Audience(earned_min=Money(50_000, "CNY")), {"anna"}),
    "earned more": (lambda _: Audience(earned_min=Money(50_001, "CNY")), set()),
    "elsewhere": (lambda _: Audience(earned_min=Money(1, "EUR")), set()),
    "earned less": (lambda _: Audience(earned_max=Money(49_999, "CNY")), {"berta", "carla", "dora"}),
    "earned at most": (
        lambda _: Audience(earned_max=Money(50_000, "CNY")),
        {"anna", "berta", "carla", "dora"},
    ),
    "right": (lambda _: Audience(standing_min=66), {"anna"}),
    "more right": (lambda _: Audience(standing_min=67), set()),
    "wrong": (lambda _: Audience(standing_max=67), {"anna"}),
    "more wrong": (lambda _: Audience(standing_max=66), set()),
    "all at once": (
        lambda project: Audience(project_ids=(project,), standing_min=1, active_days=1),
        {"anna"},
    ),
}


async def test_an_audience_by_what_people_did(store: SqlStore) -> None:
    project_id = await answered_county(store)
    found = {
        name: await reached(store, a_notice(audience=audience(project_id)))
        for name, (audience, _) in CONDITIONS.items()
    }
    assert found == {name: people for name, (_, people) in CONDITIONS.items()}


async def test_planning_twice_adds_nobody_twice(store: SqlStore) -> None:
    notice = await a_planned_notice(store, people=4)
    assert await plan(store, notice) == 0
    await a_person(store, "late")
    assert sorted(await asyncio.gather(*(plan(store, notice) for _ in range(4)))) == [0, 0, 0, 1]
    assert (await tallied(store, notice.id))["planned"] == 5


async def test_each_is_due_by_her_own_clock_and_early_ids_favour_nobody(store: SqlStore) -> None:
    for number in range(30):
        await a_person(
            store, f"w{number}", quiet_from=20 + number % 3, time_zone=("UTC", "Asia/Tokyo")[number % 2]
        )
    await a_person(store, "unreachable", reachable=False, quiet_from=1)
    notice = await a_written_notice(store)
    async with store.write() as work:
        clocks = await work.notices.list_clocks(notice, NOON)
        assert len(set(clocks)) == len(clocks) == 6
        due_at = {clock: due_by(clock) for clock in clocks if clock.quiet_from != 22}
        assert await work.notices.plan(notice, NOON, due_at) == 30
        await work.commit()
    async with store.database.read() as transaction:
        rows = await transaction.execute(
            select(deliveries.c.due_at, workers)
            .join(workers, workers.c.id == deliveries.c.worker_id)
            .order_by(deliveries.c.id)
        )
        planned = rows.all()
    for row in planned:
        clock = Clockwork(row.time_zone, row.quiet_from, row.quiet_until)
        assert row.due_at == (NOON if row.quiet_from == 22 else due_by(clock))
    ids = [row.id for row in planned]
    assert ids not in (sorted(ids), sorted(ids, reverse=True))


def due_by(clock: Clockwork) -> datetime:
    return NOON + timedelta(hours=clock.quiet_from + len(clock.time_zone))


async def test_her_own_notices_are_those_that_were_sent_and_not_taken_back(store: SqlStore) -> None:
    anna = await a_person(store, "anna")
    notices = [await a_written_notice(store, text=f"n{number}") for number in range(5)]
    states = (
        DeliveryState.SENT,
        DeliveryState.SENT,
        DeliveryState.RETRACTED,
        DeliveryState.BLOCKED,
        DeliveryState.SENT,
    )
    for minutes, (notice, state) in enumerate(zip(notices, states, strict=True)):
        await plan(store, notice)
        async with store.write() as work:
            (due,) = await work.deliveries.lock_due(notice.id, NOON, 9)
            at = NOON + timedelta(minutes=minutes)
            await work.deliveries.change([Change(due.delivery.id, state, at=at, chat="1", message="2")])
            await work.commit()
    async with store.read() as work:
        mine = await work.notices.list_mine(anna.id, 2)
        everything = await work.notices.list_mine(anna.id, 9)
    assert [notice for _, notice in mine] == [notices[4], notices[1]]
    assert [notice for _, notice in everything] == [notices[4], notices[1], notices[0]]
    delivery = mine[0][0]
    assert (delivery.worker_id, delivery.account, delivery.language) == (anna.id, anna.account, "zh")
    assert (delivery.chat, delivery.message, delivery.sent_at) == ("1", "2", NOON + timedelta(minutes=4))


async def test_what_asks_for_receipts_is_watched_for_a_day_more(store: SqlStore) -> None:
    facts = {"status": NoticeStatus.DONE, "reported": True, "ended_at": NOON}
    asks = (await a_written_notice(store, receipt=Receipt.READ, **facts)).id
    await a_written_notice(store, receipt=Receipt.NONE, **facts)
    async with store.database.write() as transaction:
        await transaction.execute(notices.update().values(watched_at=NOON))
        await transaction.commit()
    assert await watched(store, NOON + timedelta(seconds=29)) == []
    assert await watched(store, NOON + timedelta(seconds=30)) == [asks]
    assert await watched(store, NOON + timedelta(days=1)) == []
