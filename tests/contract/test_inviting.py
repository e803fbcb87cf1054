"""Who becomes a supervisor by an invitation, and which codes still let somebody in."""

import pytest

from storage.unit_of_work import SqlStore
from tasks.errors import OutsideScope
from tasks.model.identifiers import AccountKey
from tasks.model.supervisor import Supervisor
from tasks.outcomes import InvitationOver, NothingGained
from tasks.recruiting import EndJoinCode, ListJoinCodes, MakeJoinCode
from tasks.supervising import AcceptInvitation, FindScope, InviteSupervisor, Scopes
from tests.clocks import FrozenClock

MEI, SUN, LI = (AccountKey("telegram", name) for name in ("mei", "sun", "li"))
SCOPES = Scopes(frozenset({MEI}))


def scope_of(outcome: object) -> str | None:
    return outcome.scope if isinstance(outcome, Supervisor) else None


async def test_an_invitation_makes_one_supervisor_once(store: SqlStore) -> None:
    clock = FrozenClock()
    accept = AcceptInvitation(store, clock, SCOPES)
    code = (await InviteSupervisor(store, clock, SCOPES)(MEI, "guizhou")).code
    assert scope_of(await accept(SUN, code)) == "guizhou"
    assert scope_of(await accept(SUN, code)) == "guizhou"  # the same message delivered again
    assert await accept(LI, code) == InvitationOver()
    assert await accept(LI, "s-never-made") == InvitationOver()


async def test_nobody_loses_by_trying_out_her_own_invitation(store: SqlStore) -> None:
    clock = FrozenClock()
    invite, accept = InviteSupervisor(store, clock, SCOPES), AcceptInvitation(store, clock, SCOPES)
    county = (await invite(MEI, "guizhou")).code
    assert await accept(MEI, county) == NothingGained()
    await accept(SUN, county)
    village = (await invite(SUN, "guizhou/wanshan")).code
    assert await accept(SUN, village) == NothingGained()
    assert await FindScope(store, SCOPES)(SUN) == "guizhou"
    assert scope_of(await accept(LI, village)) == "guizhou/wanshan"
    with pytest.raises(OutsideScope):
        await invite(SUN, "guizhou")


async def test_a_list_of_codes_says_which_still_let_somebody_in(store: SqlStore) -> None:
    clock = FrozenClock()
    code = await MakeJoinCode(store, clock, SCOPES)(
        MEI, place="guizhou", recruiter="Li Hua", quota=None, days=7
    )
    codes = ListJoinCodes(store, clock, SCOPES)
    assert await codes(MEI) == [(code, True)]
    await EndJoinCode(store, clock, SCOPES)(MEI, code.code)
    assert [is_open for _, is_open in await codes(MEI)] == [False]
