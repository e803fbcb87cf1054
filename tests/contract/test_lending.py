"""Lending: people who ask at once, who have seen everything, and who come when little is left."""

import asyncio
import random
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select, text

from storage.tables import entries, frontier, golds, leases, tasks
from storage.unit_of_work import SqlStore
from tasks import lending
from tasks.golding import Golding
from tasks.lending import Lending, Lent, Wish
from tasks.model.gold import Gold, GoldOrigin, GoldState, Purpose
from tasks.model.identifiers import ImageId, TaskId
from tasks.model.project import AnswerRules, Project
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import NothingToDo
from tasks.ports import Bucket, NewTask, Place
from tasks.quality.selection import Reach
from tests.builders import a_new_lease
from tests.contract.programme import list_task_ids
from tests.contract.village import CAT, Village, following, is_over


@pytest.fixture
def village(store: SqlStore) -> Village:
    return Village(store, golding=Golding(Lending(chance=random.Random(7))))


async def add_tasks(village: Village, project: Project, *names: str) -> None:
    async with village.store.write() as uow:
        await uow.tasks.upsert(project, [NewTask(name, ImageId("f" * 64), None, {}) for name in names])
        await uow.commit()


async def set_places(village: Village, project: Project, places: dict[int, Place]) -> list[TaskId]:
    """Puts some tasks, by number, at their places and feeds nothing else."""
    ids = await list_task_ids(village.store, project)
    async with village.store.write() as uow:
        await uow.frontier.set_places({ids[number]: place for number, place in places.items()})
        await uow.commit()
    return ids


async def lend(village: Village, project: Project, *wishes: Wish) -> Lent:
    async with village.store.write() as uow:
        lent = await village.golding.lending.lend(uow, project, wishes, village.clock.now())
        await uow.commit()
    return lent


async def assert_the_books_are_right(village: Village, quota: int) -> int:
    """No task beyond its quota, every tally true, every accepted answer booked once; returns how many."""
    async with village.store.database.read() as transaction:
        rows = (await transaction.execute(select(leases))).all()
        tallies = (await transaction.execute(select(tasks))).all()
        booked = (await transaction.execute(select(func.count()).select_from(entries))).scalar_one()
        needs = dict((await transaction.execute(select(frontier.c.task_id, frontier.c.need))).all())
    accepted = Counter(row.task_id for row in rows if row.answer_status == "approved")
    held = Counter(row.task_id for row in rows if row.state == "open")
    for task in tallies:
        assert task.answers == accepted[task.id]
        assert task.taken == accepted[task.id] + held[task.id] <= quota
        assert task.taken + needs.get(task.id, 0) <= quota
    assert sum(accepted.values()) == booked
    return booked


async def test_64_takers_with_leases_that_end_exceed_no_quota(village: Village) -> None:
    project = await village.project(tasks=30, quota=2)
    crowd = [await village.worker(f"w{number}") for number in range(64)]
    chance = random.Random(3)

    async def works(worker: Worker, *, leaves: float) -> None:
        card = await village.take_task(worker, project.id)
        while isinstance(card, Question):
            if chance.random() < 0.2:
                village.clock.advance(minutes=61)
                await village.end_overdue()
            if chance.random() < leaves:
                return
            card = getattr(await village.says(worker, card), "next", None)

    await asyncio.gather(*(works(worker, leaves=0.1) for worker in crowd))
    village.clock.advance(minutes=61)
    await village.end_overdue()
    for worker in crowd:
        await works(worker, leaves=0.0)
    assert await assert_the_books_are_right(village, 2) == 60


async def test_two_people_at_the_last_free_place(village: Village) -> None:
    project = await village.project(tasks=1)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    cards = await asyncio.gather(village.take_task(anna, project.id), village.take_task(mei, project.id))
    assert sorted(type(card).__name__ for card in cards) == ["NothingToDo", "Question"]


async def test_who_has_seen_everything_hears_so_and_gets_what_comes_later(village: Village) -> None:
    project = await village.project(tasks=6, quota=3)
    anna = await village.worker("anna")
    card = await village.question(anna, project)
    for _ in range(5):
        card = following(await village.says(anna, card))
    assert isinstance((await village.says(anna, card)).next, NothingToDo)
    assert await village.offers(anna) == []
    await add_tasks(village, project, "late")
    assert [offer.project for offer in await village.offers(anna)] == [project]
    assert (await village.question(anna, project)).image_id == "f" * 64


def look_at_little(monkeypatch: pytest.MonkeyPatch, *, unseen: int) -> None:
    """Few tasks are many from here on."""
    monkeypatch.setattr(lending, "LOOK_ROWS", 2)
    monkeypatch.setattr(lending, "STRETCH_ROWS", 5)
    monkeypatch.setattr(lending, "UNSEEN_MAX", unseen)


async def test_the_only_unseen_of_many_is_found(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has had nearly everything is told to wait a moment in a batch, and then gets the last ones."""
    look_at_little(monkeypatch, unseen=3)
    project = await village.project(tasks=60, quota=3)
    anna = await village.worker("anna")
    cards = [await village.question(anna, project)]
    for _ in range(59):
        cards.append(following(await village.says(anna, cards[-1])))
    assert len({card.task_id for card in cards}) == 60
    assert isinstance((await village.says(anna, cards[-1])).next, NothingToDo)


async def test_whoever_reports_a_picture_gets_the_only_unseen_of_many(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at_little(monkeypatch, unseen=1)
    project = await village.project(tasks=30, quota=3)
    anna = await village.worker("anna")
    cards = [await village.question(anna, project)]
    for _ in range(29):
        cards.append(following(await village.report(anna, cards[-1].lease_id)))
    assert len({card.task_id for card in cards}) == 30
    assert is_over(await village.report(anna, cards[-1].lease_id))


@pytest.mark.postgresql
async def test_whoever_loses_all_that_was_found_is_searched_for_again(postgresql_store: SqlStore) -> None:
    """SQLite lets nobody else write meanwhile."""
    village = Village(postgresql_store)
    project = await village.project(tasks=2)
    anna, mei, li = [await village.worker(name) for name in ("anna", "mei", "li")]
    card = await village.question(li, project)
    (left,) = {*await list_task_ids(postgresql_store, project)} - {card.task_id}
    async with postgresql_store.write() as uow:
        await uow.tasks.lock(left)
        asking = asyncio.create_task(village.take_task(anna, project.id))
        await until_somebody_waits_for_a_lock(postgresql_store)
        await village.stop(li, card.lease_id)
        assert await uow.frontier.take(project, [a_new_lease(mei.id, left, project)])
        await uow.commit()
    found = await asking
    assert isinstance(found, Question)
    assert found.task_id == card.task_id


async def until_somebody_waits_for_a_lock(store: SqlStore) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(30), store.database.read() as transaction:
        while not (await transaction.execute(waiting)).scalar_one():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_an_answer_that_was_on_its_way_when_the_lease_ended(village: Village) -> None:
    project = await village.project(tasks=1, quota=2)
    anna, mei, li = [await village.worker(name) for name in ("anna", "mei", "li")]
    late = await village.question(anna, project)
    village.clock.advance(minutes=61)
    await village.end_overdue()
    await village.says(anna, late)
    card = await village.question(mei, project)
    assert isinstance(await village.take_task(li, project.id), NothingToDo)
    await village.says(mei, card)
    assert await assert_the_books_are_right(village, 2) == 2


async def test_a_frontier_that_was_lost_is_made_again(village: Village, store: SqlStore) -> None:
    project = await village.project(tasks=4, quota=2)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    held = await village.question(anna, project)
    async with store.database.write() as transaction:
        await transaction.execute(delete(frontier))
        await transaction.commit()
    cards = [await village.question(mei, project)]
    for _ in range(2):
        cards.append(following(await village.says(mei, cards[-1])))
    assert held.task_id not in {card.task_id for card in cards}
    await village.says(anna, held)
    await village.says(mei, cards[-1])
    assert (await village.question(mei, project)).task_id == held.task_id
    await assert_the_books_are_right(village, 2)


async def test_a_lower_quota_in_the_middle(village: Village) -> None:
    project = await village.project(tasks=3, quota=3)
    anna, mei, li = [await village.worker(name) for name in ("anna", "mei", "li")]
    for worker in (anna, mei):
        card = await village.question(worker, project)
        for _ in range(2):
            card = following(await village.says(worker, card))
        await village.says(worker, card)
    lower = replace(project, rules=AnswerRules(1, 2, 0.95))
    async with village.store.write() as uow:
        lower = await uow.projects.save(lower, village.clock.now())
        await uow.tasks.apply_quota(lower)
        await uow.commit()
    assert isinstance(await village.take_task(li, project.id), NothingToDo)
    assert await assert_the_books_are_right(village, 2) == 6


async def test_able_workers_get_the_doubtful_and_others_the_fresh(village: Village) -> None:
    project = await village.project(tasks=9, quota=5)
    ids = await set_places(village, project, {number: Place(Bucket(number // 3), 4) for number in range(9)})
    people = [await village.worker(f"w{number}") for number in range(6)]
    wishes = [
        Wish(worker.id, None, reach=Reach.ABLE if number % 2 == 0 else Reach.USUAL)
        for number, worker in enumerate(people)
    ]
    lent = await lend(village, project, *wishes)
    alone = await lend(village, project, Wish((await village.worker("able")).id, None, reach=Reach.ABLE))
    for wish in wishes:
        place = ids.index(lent.questions[wish.worker_id].task_id)
        assert place // 3 == (Bucket.DOUBTFUL if wish.reach is Reach.ABLE else Bucket.FRESH)
    assert [ids.index(card.task_id) // 3 for card in alone.questions.values()] == [Bucket.DOUBTFUL]


async def test_gold_is_lent_without_a_place(village: Village, store: SqlStore) -> None:
    project = await village.project(tasks=2, quota=1)
    (gold_id, other_id) = await list_task_ids(store, project)
    image, live, client = ImageId("0" * 64), GoldState.LIVE, GoldOrigin.CLIENT
    gold = Gold(gold_id, project.id, image, "cat", Purpose.TEACHING, live, client, 0, 0)
    async with store.database.write() as transaction:
        counted = {"shown": 0, "contradicted": 0, "state_seen": True}
        row = {"task_id": gold_id, "project_id": project.id, "choice": "cat", "role": "teaching"}
        await transaction.execute(golds.insert().values(**row, **counted, state="live", origin="client"))
        await transaction.commit()
    anna, mei, li = [await village.worker(name) for name in ("anna", "mei", "li")]
    wishes = [Wish(anna.id, None, gold=gold), Wish(mei.id, None, gold=gold), Wish(li.id, None)]
    lent = await lend(village, project, *wishes)
    asked = [lent.questions[wish.worker_id].task_id for wish in wishes]
    assert asked == [gold_id, gold_id, other_id]
    async with store.write() as uow:
        pressed = await uow.leases.lock_pressed(
            [lent.questions[anna.id].lease_id, lent.questions[li.id].lease_id]
        )
        purposes = [one.lease.purpose for one in pressed.values()]
        assert (await uow.tasks.lock(gold_id)).taken == 0
    assert purposes == [Purpose.TEACHING, Purpose.WORK]


async def test_more_than_one_helping_is_fed(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "FEED_ROWS", 3)
    project = await village.project(tasks=10)
    anna = await village.worker("anna")
    card, images = await village.question(anna, project), set()
    for _ in range(9):
        images.add(card.image_id)
        card = following(await village.says(anna, card, CAT))
    assert len(images | {card.image_id}) == 10


async def test_no_fresh_tasks_while_too_many_are_begun(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lending, "FEED_ROWS", 100)
    monkeypatch.setattr(lending, "STARTED_MAX", 80)
    project = await village.project(tasks=300, quota=5)
    first = await set_places(village, project, {number: Place(Bucket.STARTED, 4) for number in range(100)})
    anna = await village.worker("anna")
    async with village.store.write() as uow:
        await uow.frontier.feed(project, need=5, rows=100)
        await uow.commit()
    lent = await lend(village, project, Wish(anna.id, None))
    assert lent.questions[anna.id].task_id in first[:100]
    assert not lent.busy
