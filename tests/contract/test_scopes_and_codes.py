"""Who looks after whom, and how people come in, on a real store."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from storage.unit_of_work import SqlStore
from tasks.enrolling import Welcome
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import AccountKey
from tasks.model.place import NewPlace
from tasks.model.supervisor import Supervisor
from tasks.outcomes import InvitationOver
from tasks.placing import ImportPlaces, LookAround, NamePlaces
from tasks.recruiting import EndJoinCode, ListJoinCodes, MakeJoinCode
from tasks.supervising import (
    AcceptInvitation,
    FindScope,
    InviteSupervisor,
    ListSupervisors,
    Scopes,
    WithdrawSupervisor,
)
from tests.builders import NOON, an_account
from tests.clocks import FrozenClock

TOP, LIN, MEI, ANNA = map(an_account, ("top", "lin", "mei", "anna"))
TONGREN, WANSHAN = "guizhou/tongren", "guizhou/tongren/wanshan"


@dataclass
class Office:
    store: SqlStore
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))

    def __post_init__(self) -> None:
        scopes = Scopes(frozenset({TOP}))
        parts = self.store, self.clock
        self.find_scope = FindScope(self.store, scopes)
        self.invite = InviteSupervisor(*parts, scopes)
        self.accept = AcceptInvitation(*parts, scopes)
        self.list_supervisors = ListSupervisors(self.store, scopes)
        self.withdraw = WithdrawSupervisor(*parts, scopes)
        self.look_around = LookAround(self.store, scopes)
        self.name_places = NamePlaces(self.store)
        self.make_code = MakeJoinCode(*parts, scopes)
        self.list_codes = ListJoinCodes(*parts, scopes)
        self.end_code = EndJoinCode(*parts, scopes)
        self.welcome = Welcome(*parts, "UTC")

    async def supervisor(self, who: AccountKey, scope: str, by: AccountKey = TOP) -> Supervisor:
        invitation = await self.invite(by, scope)
        accepted = await self.accept(who, invitation.code)
        assert isinstance(accepted, Supervisor)
        return accepted

    async def comes(self, who: AccountKey, code: str) -> tuple[str, str, bool]:
        """Her place, her time zone, and whether the code was good."""
        welcomed = await self.welcome(who, language="en", join_code=code)
        return welcomed.worker.place, welcomed.worker.time_zone, welcomed.code_is_good


@pytest.fixture
async def office(store: SqlStore) -> Office:
    places = [
        NewPlace(TONGREN, {"en": "Tongren", "zh": "铜仁"}, "Asia/Shanghai"),
        NewPlace(WANSHAN, {"zh": "万山"}, None),
        NewPlace("guizhou/bijie", {}, None),
    ]
    assert await ImportPlaces(store)(places) == 4
    assert await ImportPlaces(store)(places) == 0
    return Office(store)


async def test_a_one_time_link_makes_one_supervisor(office: Office) -> None:
    invitation = await office.invite(TOP, TONGREN)
    assert isinstance(await office.accept(LIN, invitation.code), Supervisor)
    assert isinstance(await office.accept(LIN, invitation.code), Supervisor)
    assert isinstance(await office.accept(ANNA, invitation.code), InvitationOver)
    assert (await office.find_scope(LIN), await office.find_scope(ANNA)) == (TONGREN, None)


async def test_two_who_use_one_link_at_once(office: Office) -> None:
    invitation = await office.invite(TOP, TONGREN)
    outcomes = await asyncio.gather(*(office.accept(who, invitation.code) for who in (LIN, MEI, ANNA)))
    assert sorted(type(each).__name__ for each in outcomes).count("Supervisor") == 1


async def test_a_link_ends_after_a_week_and_when_she_who_made_it_is_none_any_more(office: Office) -> None:
    late = await office.invite(TOP, TONGREN)
    lin = await office.supervisor(LIN, TONGREN)
    orphan = await office.invite(LIN, WANSHAN)
    assert await office.withdraw(TOP, lin.id)
    assert isinstance(await office.accept(MEI, orphan.code), InvitationOver)
    office.clock.advance(days=7)
    assert isinstance(await office.accept(MEI, late.code), InvitationOver)
    assert isinstance(await office.accept(MEI, "s-forged"), InvitationOver)


async def test_nobody_invites_into_her_own_or_a_wider_scope(office: Office) -> None:
    await office.supervisor(LIN, TONGREN)
    for scope in ("", "guizhou", TONGREN, "guizhou/bijie", "guizhou/tongren2"):
        with pytest.raises(OutsideScope):
            await office.invite(LIN, scope)
    assert (await office.invite(LIN, WANSHAN)).scope == WANSHAN
    with pytest.raises(NotSupervisor):
        await office.invite(ANNA, WANSHAN)


async def test_supervisors_are_shown_and_withdrawn_within_the_scope(office: Office) -> None:
    lin = await office.supervisor(LIN, TONGREN)
    mei = await office.supervisor(MEI, WANSHAN, by=LIN)
    assert [each.account for each in await office.list_supervisors(TOP)] == [LIN, MEI]
    assert [each.account for each in await office.list_supervisors(LIN)] == [MEI]
    assert await office.list_supervisors(MEI) == []
    for who, whom in ((MEI, lin), (LIN, lin)):
        with pytest.raises(OutsideScope):
            await office.withdraw(who, whom.id)
    assert await office.withdraw(LIN, mei.id)
    assert not await office.withdraw(LIN, 999)
    assert await office.find_scope(MEI) is None


async def test_the_tree_is_browsed_from_ones_own_scope_down(office: Office) -> None:
    await office.supervisor(LIN, TONGREN)
    top = await office.look_around(TOP)
    assert (top.path, [place.path for place in top.below]) == ("", ["guizhou"])
    own = await office.look_around(LIN)
    assert (own.path, own.is_top, [place.path for place in own.below]) == (TONGREN, True, [WANSHAN])
    (bijie,) = await office.name_places(["guizhou/bijie"])
    assert (await office.look_around(LIN, bijie.id)).path == TONGREN
    with pytest.raises(NotSupervisor):
        await office.look_around(ANNA)


async def test_a_code_gives_a_place_and_the_time_zone_around_it(office: Office) -> None:
    code = await office.make_code(TOP, place=WANSHAN, recruiter="Li", quota=2, days=7)
    assert await office.comes(ANNA, code.code) == (WANSHAN, "Asia/Shanghai", True)
    assert await office.comes(ANNA, code.code) == (WANSHAN, "Asia/Shanghai", True)
    ((kept, is_open),) = await office.list_codes(TOP)
    assert (kept.used, kept.recruiter, is_open) == (1, "Li", True)


async def test_a_quota_is_kept_and_who_comes_too_late_may_work_all_the_same(office: Office) -> None:
    code = await office.make_code(TOP, place=WANSHAN, recruiter="", quota=2, days=None)
    people = [an_account(f"person{number}") for number in range(6)]
    places = await asyncio.gather(*(office.comes(who, code.code) for who in people))
    assert sorted(place for place, _, _ in places) == ["", "", "", "", WANSHAN, WANSHAN]
    assert [good for _, _, good in places].count(True) == 2


async def test_a_code_that_has_ended_lets_nobody_in(office: Office) -> None:
    ended = await office.make_code(TOP, place=WANSHAN, recruiter="", quota=None, days=1)
    stopped = await office.make_code(TOP, place=WANSHAN, recruiter="", quota=None, days=None)
    assert await office.end_code(TOP, stopped.code)
    office.clock.at += timedelta(days=1)
    assert await office.comes(ANNA, ended.code) == ("", "UTC", False)
    assert await office.comes(ANNA, stopped.code) == ("", "UTC", False)
    assert await office.comes(ANNA, "a-paper-from-elsewhere") == ("", "UTC", True)


async def test_who_comes_with_the_code_of_another_place_has_moved(office: Office) -> None:
    first = await office.make_code(TOP, place=WANSHAN, recruiter="", quota=None, days=None)
    second = await office.make_code(TOP, place="guizhou/bijie", recruiter="", quota=None, days=None)
    await office.comes(ANNA, first.code)
    assert (await office.comes(ANNA, second.code))[0] == "guizhou/bijie"


async def test_codes_are_made_shown_and_ended_within_the_scope(office: Office) -> None:
    await office.supervisor(LIN, TONGREN)
    beyond = await office.make_code(TOP, place="guizhou/bijie", recruiter="", quota=None, days=None)
    with pytest.raises(OutsideScope):
        await office.make_code(LIN, place="guizhou/bijie", recruiter="", quota=None, days=None)
    with pytest.raises(OutsideScope):
        await office.end_code(LIN, beyond.code)
    assert await office.list_codes(LIN) == []
    assert not await office.end_code(LIN, "nothing")
    with pytest.raises(NotSupervisor):
        await office.list_codes(ANNA)
