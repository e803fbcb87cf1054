"""A half-answered database of the version before is upgraded, and people go on as if nothing had happened."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from storage.schema import downgrade, migrate
from storage.tables import entries, frontier, golds, leases, postings, tasks
from storage.unit_of_work import SqlStore, create_store
from tasks.golding import Golding
from tasks.learning_from_answers import LearnFromAnswers
from tasks.lending import Lending
from tasks.model.project import Project
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import AnswerAccepted, AnswerNotNeeded, AnswerUndone
from tasks.reporting import SettleSetAside
from tasks.supervising import Scopes
from tests.contract.old_house import (
    HELD,
    LEASE_MINUTES,
    LET_GO,
    PRICE_MICROS,
    QUOTA,
    REVISION,
    TASKS,
    UNDONE,
    WORKERS,
    account,
    build_old_house,
    truth,
)
from tests.contract.schoolroom import HEAD, Dice
from tests.contract.village import Village

DECIDED = {"closed", "disputed"}
WORK = {key for key, task in TASKS.items() if task.gold is None}
CLOSED = {key for key in WORK if TASKS[key].status in {"closed", "withdrawn"}}


@pytest.fixture
async def upgraded(empty_database_url: str) -> AsyncIterator[SqlStore]:
    await build_old_house(empty_database_url)
    await migrate(empty_database_url)
    store = create_store(empty_database_url, connections=16)
    yield store
    await store.close()


@dataclass
class House:
    """The house after the upgrade, with the people who were there before."""

    village: Village
    animals: Project
    signs: Project
    people: dict[str, Worker]
    keys: dict[int, str]
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Who was asked what after the upgrade, anew."""

    @classmethod
    async def enter(cls, store: SqlStore, chance: Random) -> "House":
        village = Village(store, golding=Golding(Lending(chance=Random(3)), chance=chance))
        async with store.read() as uow:
            animals, signs = await uow.projects.list_all()
            known = await uow.workers.list_by_account([account(name) for name in WORKERS])
        people = {name: known[account(name)] for name in WORKERS}
        house = cls(village, animals, signs, people, {})
        house.keys = {row.id: row.key for row in await house.rows(tasks)}
        return house

    async def rows(self, table: Any) -> list[Any]:
        async with self.village.store.database.read() as transaction:
            return list(await transaction.execute(select(table)))

    async def tasks(self) -> dict[str, Any]:
        return {row.key: row for row in await self.rows(tasks)}

    async def old_lease(self, name: str, key: str) -> Any:
        """What she had of that task when the house was upgraded."""
        found = [
            row
            for row in await self.rows(leases)
            if row.worker_id == self.people[name].id and self.keys[row.task_id] == key
        ]
        return min(found, key=lambda row: row.id)

    async def presses_old_button(self, name: str, key: str) -> object:
        lease = await self.old_lease(name, key)
        number = next(one.number for one in self.animals.choices if one.id == truth(key))
        card = Question(lease.id, self.animals, lease.task_id, "", self.animals.price, None)  # type: ignore[arg-type]
        return await self.village.says(self.people[name], card, number)

    def sees(self, name: str, outcome: object) -> Question | None:
        """The question that she is shown, if it is one that she may be asked."""
        card = outcome if isinstance(outcome, Question) else getattr(outcome, "next", None)
        if not isinstance(card, Question):
            return None
        key = self.keys[card.task_id]
        if key in TASKS and TASKS[key].deeds.get(name, UNDONE) != UNDONE:
            assert (name, key) in HELD or TASKS[key].deeds[name] == LET_GO, (name, key)
        self.asked.add((name, key))
        return card

    async def works(self, name: str, project: Project) -> None:
        """Until there is nothing left for her."""
        worker = self.people[name]
        card = self.sees(name, await self.village.take_task(worker, project.id))
        while card is not None:
            assert await self.no_gold_is_in_play()
            key = self.keys[card.task_id]
            said = truth(key) if key in TASKS else "cat"
            number = next(one.number for one in project.choices if one.id == said)
            self.village.clock.advance(seconds=5)
            outcome = await self.village.says(worker, card, number)
            assert isinstance(outcome, AnswerAccepted), outcome
            card = self.sees(name, outcome)

    async def no_gold_is_in_play(self) -> bool:
        in_play = {self.keys[row.task_id] for row in await self.rows(frontier)}
        return not in_play - WORK - {f"sign {number}" for number in range(1, 4)}

    async def everything_is_decided(self) -> None:
        """No quota was broken, the books are right, and what needed a label has one."""
        now, told = await self.tasks(), await self.rows(leases)
        known = {row.task_id for row in await self.rows(golds)}
        accepted = Counter(row.task_id for row in told if row.answer_status == "approved")
        held = Counter(row.task_id for row in told if row.state == "open")
        for key, task in now.items():
            assert task.answers == accepted[task.id], key
            assert not held[task.id], key
            if task.id not in known:
                assert task.taken == task.answers <= (1 if key.startswith("sign") else QUOTA), key
                if key != "taken out":
                    assert task.status in DECIDED, key
                    assert task.answers >= 1 if key.startswith("sign") else task.answers >= 2, key
        assert not {key for _, key in self.asked} & CLOSED, "nobody is asked what was decided before"
        legs, booked = await self.rows(postings), [row.key for row in await self.rows(entries)]
        assert sum(leg.micros for leg in legs) == 0
        paid = {f"answer:{row.id}" for row in told if row.answer_status == "approved"}
        undone = {key.replace("undo:", "answer:") for key in booked if key.startswith("undo:")}
        assert {key for key in booked if key.startswith("answer:")} == paid | undone
        for worker in self.people.values():
            hers = sum(row.worker_id == worker.id and row.answer_status == "approved" for row in told)
            assert await self.village.approved(worker) == PRICE_MICROS * hers


async def settle_what_was_set_aside(house: House) -> None:
    """A supervisor has the pictures asked again that were set aside before the upgrade."""
    settle = SettleSetAside(house.village.store, Scopes(frozenset({HEAD})))
    for key, task in (await house.tasks()).items():
        if task.status in {"broken", "unclear"}:
            assert key in {"broken", "unclear", "gold broken"}
            assert await settle(HEAD, task.id, ask_again=True)


async def test_the_clients_golds_are_golds_and_nothing_else_has_changed(
    empty_database_url: str,
) -> None:
    await build_old_house(empty_database_url)
    await migrate(empty_database_url)
    store = create_store(empty_database_url)
    house = await House.enter(store, Random(1))
    kept = {house.keys[row.task_id]: row for row in await house.rows(golds)}
    assert {key: row.choice for key, row in kept.items()} == {
        key: task.gold for key, task in TASKS.items() if task.gold
    }
    assert {row.role for row in kept.values()} == {"teaching", "silent"}
    assert (house.animals.has_gold, house.signs.has_gold) == (True, False)
    assert {row.purpose for row in await house.rows(leases)} == {"work"}
    for key, task in TASKS.items():
        assert (await house.tasks())[key].status == task.status
    await store.close()
    await downgrade(empty_database_url, REVISION)
    await migrate(empty_database_url)
    store = create_store(empty_database_url)
    again = await House.enter(store, Random(1))
    assert {again.keys[row.task_id]: row for row in await again.rows(golds)} == kept
    await store.close()


@pytest.mark.parametrize("chance", [Dice(7), Random(7)], ids=["gold", "fair"])
async def test_people_go_on_where_they_were(upgraded: SqlStore, chance: Random) -> None:
    house = await House.enter(upgraded, chance)
    for name, key in sorted(HELD):
        outcome = await house.presses_old_button(name, key)
        assert isinstance(outcome, AnswerAccepted), (name, key)
        assert (outcome.earned.micros, outcome.late) == (PRICE_MICROS, False)
        house.sees(name, outcome)
    await settle_what_was_set_aside(house)
    for name in WORKERS:
        await house.works(name, house.animals)
        await house.works(name, house.signs)
    await house.everything_is_decided()
    purposes = Counter(row.purpose for row in await house.rows(leases))
    assert purposes["silent"] + purposes["teaching"] > 3


async def test_whoever_comes_back_too_late_takes_no_promised_place(upgraded: SqlStore) -> None:
    house = await House.enter(upgraded, Random(7))
    house.village.clock.advance(minutes=2 * LEASE_MINUTES)
    assert await house.village.end_overdue() == len(HELD)
    await settle_what_was_set_aside(house)
    others = [name for name in WORKERS if name not in {name for name, _ in HELD}]
    await asyncio.gather(*(house.works(name, house.animals) for name in others))
    for name, key in sorted(HELD):
        before = (await house.tasks())[key]
        outcome = await house.presses_old_button(name, key)
        has_room = before.status == "open" and before.taken < QUOTA
        assert isinstance(outcome, AnswerAccepted if has_room else AnswerNotNeeded), (name, key)
        house.sees(name, outcome)
    for name in WORKERS:
        await house.works(name, house.animals)
        await house.works(name, house.signs)
    await house.everything_is_decided()


async def test_what_was_said_before_may_be_taken_back(upgraded: SqlStore) -> None:
    house = await House.enter(upgraded, Random(7))
    mei, lease = house.people["mei"], await house.old_lease("mei", "gold held")
    undone = await house.village.undo(mei, lease.id)
    assert isinstance(undone, AnswerUndone)
    assert undone.returned.micros == PRICE_MICROS
    outcome = await house.village.says(mei, undone.next, 2)
    assert isinstance(outcome, AnswerAccepted)
    assert outcome.earned.micros == PRICE_MICROS


async def test_what_was_decided_before_gets_its_verdict(upgraded: SqlStore) -> None:
    house = await House.enter(upgraded, Random(7))
    learn = LearnFromAnswers(upgraded, house.village.clock)
    assert await learn.learn(house.animals)
    for key, task in (await house.tasks()).items():
        if key in WORK and TASKS[key].status == "closed":
            assert task.status in DECIDED, key
            assert task.verdict_version == 1, key
            assert task.choice == truth(key) or key == "split"
    assert await house.no_gold_is_in_play()
    for name in WORKERS:
        await house.works(name, house.signs)
        await house.works(name, house.animals)
    assert await learn.learn(house.animals)
    for key, task in (await house.tasks()).items():
        if key in WORK and task.status in DECIDED:
            assert task.choice == truth(key) or key == "split"
