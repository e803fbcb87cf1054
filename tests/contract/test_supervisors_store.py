"""Supervisors, their invitations, and what the next thing that somebody writes is for."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage.tables import supervisors
from storage.unit_of_work import SqlStore
from tasks.model.supervisor import Invitation, Supervisor
from tests.builders import NOON, an_account

SUN, LI = an_account("sun"), an_account("li")


async def add(store: SqlStore, name: str, scope: str) -> Supervisor:
    async with store.write() as work:
        supervisor = await work.supervisors.add(an_account(name), scope, NOON)
        await work.commit()
    return supervisor


async def test_a_supervisor_is_found_until_she_is_withdrawn(store: SqlStore) -> None:
    sun = await add(store, "sun", "guizhou")
    assert (sun.account, sun.scope, sun.since) == (SUN, "guizhou", NOON)
    async with store.write() as work:
        assert await work.supervisors.find(SUN) == await work.supervisors.get(sun.id) == sun
        assert await work.supervisors.find(LI) is None
        assert await work.supervisors.withdraw(sun.id, NOON)
        assert not await work.supervisors.withdraw(sun.id, NOON)
        assert await work.supervisors.find(SUN) is None
        with pytest.raises(LookupError):
            await work.supervisors.get(sun.id)


async def test_a_new_scope_takes_the_place_of_the_old_one(store: SqlStore) -> None:
    old = await add(store, "sun", "guizhou")
    new = await add(store, "sun", "hunan")
    async with store.read() as work:
        assert await work.supervisors.find(SUN) == new
        assert await work.supervisors.list_within("") == [new]
        with pytest.raises(LookupError):
            await work.supervisors.get(old.id)


async def test_of_several_at_once_one_counts_and_all_are_remembered(store: SqlStore) -> None:
    made = await asyncio.gather(*(add(store, "sun", f"place{number}") for number in range(6)))
    async with store.read() as work:
        (left,) = await work.supervisors.list_within("")
    assert left in made
    async with store.database.read() as transaction:
        number = await transaction.execute(select(func.count()).select_from(supervisors))
        assert number.scalar_one() == 6


async def test_scopes_within_and_around(store: SqlStore) -> None:
    for scope in ("", "a_b", "a_b/c", "a_b/c/d", "axb/c", "A_b/c"):
        await add(store, f"of {scope}", scope)
    async with store.read() as work:
        within = [supervisor.scope for supervisor in await work.supervisors.list_within("a_b")]
        around = [supervisor.scope for supervisor in await work.supervisors.list_around("a_b/c")]
        everybody = await work.supervisors.list_within("")
        nearby = [supervisor.scope for supervisor in await work.supervisors.list_around("a_b/new")]
    assert within == ["a_b", "a_b/c", "a_b/c/d"]
    assert around == ["", "a_b", "a_b/c"]
    assert nearby == ["", "a_b"]
    assert len(everybody) == 6


async def test_two_who_come_with_one_invitation_use_it_once(store: SqlStore) -> None:
    invitation = Invitation("c0de", "guizhou", made_by=LI, ends_at=NOON + timedelta(days=1), used_at=None)
    async with store.write() as work:
        await work.supervisors.add_invitation(invitation, NOON)
        await work.commit()
        assert await work.supervisors.lock_invitation("unknown") is None

    async def come(name: str) -> bool:
        async with store.write() as work:
            found = await work.supervisors.lock_invitation("c0de")
            assert found is not None
            if found.used_at:
                return False
            assert found == invitation
            await work.supervisors.add(an_account(name), found.scope, NOON)
            await work.supervisors.set_invitation_used(found.code, NOON)
            await work.commit()
            return True

    assert sorted(await asyncio.gather(*(come(f"guest{number}") for number in range(5)))) == [False] * 4 + [
        True
    ]
    async with store.read() as work:
        assert len(await work.supervisors.list_within("guizhou")) == 1


async def test_the_latest_input_is_awaited_and_only_hers(store: SqlStore) -> None:
    async with store.write() as work:
        await work.awaited.set(SUN, "notice text", NOON)
        await work.awaited.set(SUN, "notice picture", NOON)
        await work.awaited.set(LI, "notice voice", NOON)
        assert await work.awaited.find(SUN) == "notice picture"
        await work.awaited.clear(SUN)
        await work.awaited.clear(SUN)
        assert await work.awaited.find(SUN) is None
        assert await work.awaited.find(LI) == "notice voice"
