"""What each button does with which a supervisor looks after people."""

from typing import assert_never

from handlers.identity import Actor
from handlers.people_buttons import (
    CodeDays,
    CodeFor,
    CodeQuota,
    CodeRecruiter,
    EndCode,
    InviteFor,
    LookForCode,
    LookToInvite,
    PeopleButton,
    SeeCodes,
    SeeSupervisors,
    WithdrawSupervisor,
)
from handlers.screens import Reply
from handlers.supervisor.ending_codes import EndingCodes
from handlers.supervisor.inviting import Inviting
from handlers.supervisor.recruiting import Recruiting
from handlers.supervisor.withdrawing import Withdrawing
from handlers.use_cases import UseCases


class People:
    """Inviting, withdrawing and recruiting; raises NotSupervisor and OutsideScope."""

    def __init__(self, use_cases: UseCases) -> None:
        self.inviting = Inviting(use_cases)
        self.withdrawing = Withdrawing(use_cases)
        self.recruiting = Recruiting(use_cases)
        self._ending = EndingCodes(use_cases, self.recruiting)

    async def pressed(self, actor: Actor, button: PeopleButton) -> Reply | None:
        """None if no button of ours says that."""
        match button:
            case LookToInvite():
                return await self.inviting.look(actor, button)
            case InviteFor():
                return await self.inviting.invite(actor, button)
            case SeeSupervisors():
                return await self.withdrawing.list(actor, button)
            case WithdrawSupervisor():
                return await self.withdrawing.withdraw(actor, button)
            case _:
                return await self._on_codes(actor, button)

    async def _on_codes(
        self,
        actor: Actor,
        button: SeeCodes | LookForCode | CodeFor | CodeRecruiter | CodeQuota | CodeDays | EndCode,
    ) -> Reply | None:
        reply: Reply | None
        match button:
            case SeeCodes():
                reply = await self.recruiting.leave_off(actor)
            case LookForCode():
                reply = await self.recruiting.look(actor, button)
            case CodeFor():
                reply = await self.recruiting.choose_place(actor, button)
            case CodeRecruiter():
                reply = await self.recruiting.choose_recruiter(actor, button)
            case CodeQuota():
                reply = await self.recruiting.choose_quota(actor, button)
            case CodeDays():
                reply = await self.recruiting.make(actor, button)
            case EndCode():
                reply = await self._ending.end(actor, button)
            case _:
                assert_never(button)
        return reply
