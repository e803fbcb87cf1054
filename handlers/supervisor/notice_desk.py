"""Everything that supervisors do with notices."""

from handlers.identity import Actor
from handlers.notice_buttons import DraftButton, NoticingButton
from handlers.screens import Event, Reply
from handlers.supervisor.noticing import noticing
from handlers.supervisor.steering import Steering
from handlers.use_cases import UseCases


class NoticeDesk:
    """Writing and steering; raises NotSupervisor and OutsideScope."""

    def __init__(self, use_cases: UseCases) -> None:
        self.noticing = noticing(use_cases)
        self.steering = Steering(use_cases)

    async def pressed(self, actor: Actor, event: Event, button: NoticingButton) -> Reply | None:
        """None if there is no such notice for her."""
        if isinstance(button, DraftButton):
            return await self.noticing.pressed(actor, event, button)
        return await self.steering.pressed(actor, button)
