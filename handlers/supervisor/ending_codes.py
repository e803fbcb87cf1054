"""A supervisor ends a code, so that nobody comes in with it any more."""

from dataclasses import dataclass

from handlers.identity import Actor
from handlers.people_buttons import EndCode, SeeCodes
from handlers.screens import Choice, Reply, Screen
from handlers.supervisor.places_menu import name_places
from handlers.supervisor.recruiting import Recruiting
from handlers.use_cases import UseCases
from tasks.errors import OutsideScope


@dataclass(frozen=True, slots=True)
class EndingCodes:
    """Raises NotSupervisor and OutsideScope."""

    use_cases: UseCases
    recruiting: Recruiting

    async def end(self, actor: Actor, button: EndCode) -> Reply:
        """Asks once more, or does it."""
        words = actor.words
        if button.sure:
            if not await self.use_cases.end_join_code(actor.account, button.code):
                raise OutsideScope
            return Reply((await self.recruiting.show(actor)).screens, words("Done."))
        for code, _ in await self.use_cases.list_join_codes(actor.account):
            if code.code == button.code:
                break
        else:
            raise OutsideScope
        names = await name_places(self.use_cases, words, [code.place])
        text = words(
            "End code {code} ({place})? Nobody comes in with it any more. Those who came with it stay.",
            code=code.code,
            place=names[code.place],
        )
        sure = Choice(words("⏹ Yes, end it"), EndCode(code.code, sure=True).pack())
        return Reply((Screen(text, ((sure,), (Choice(words("⬅️ Back"), SeeCodes().pack()),))),))
