"""A supervisor sees the others within her scope, and withdraws one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.days import day_text, zone_of
from handlers.identity import Actor
from handlers.people_buttons import SeeSupervisors, WithdrawSupervisor
from handlers.screens import Choice, Reply, Screen
from handlers.supervisor.places_menu import PORTION, name_places, portion_rows
from handlers.use_cases import UseCases
from tasks.errors import OutsideScope
from tasks.model.place import PROGRAMME
from tasks.model.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """All raise NotSupervisor and OutsideScope."""

    use_cases: UseCases

    async def show(self, actor: Actor) -> Reply:
        return await self.list(actor, SeeSupervisors())

    async def list(self, actor: Actor, button: SeeSupervisors) -> Reply:
        """Those within her scope, by place. We keep no names, so each has a number."""
        found = await self.use_cases.list_supervisors(actor.account)
        own = await self.use_cases.find_scope(actor.account)
        shown = found[button.portion * PORTION : (button.portion + 1) * PORTION]
        names = await name_places(self.use_cases, actor.words, [each.scope for each in shown])
        return Reply((_list_screen(actor, shown, names, own=own, portion=button.portion, count=len(found)),))

    async def withdraw(self, actor: Actor, button: WithdrawSupervisor) -> Reply:
        """Asks once more, or does it."""
        words = actor.words
        if button.sure:
            if not await self.use_cases.withdraw_supervisor(actor.account, button.supervisor_id):
                raise OutsideScope
            return Reply((await self.show(actor)).screens, words("Done."))
        for each in await self.use_cases.list_supervisors(actor.account):
            if each.id == button.supervisor_id:
                break
        else:
            raise OutsideScope
        names = await name_places(self.use_cases, words, [each.scope])
        text = words(
            "Withdraw supervisor no. {number} ({place})? "
            "She can then no longer look after people there. She may stay a worker.",
            number=each.id,
            place=names[each.scope],
        )
        sure = Choice(words("✖️ Yes, withdraw"), WithdrawSupervisor(each.id, sure=True).pack())
        return Reply((Screen(text, ((sure,), (_back(actor),))),))


def _list_screen(
    actor: Actor,
    shown: Sequence[Supervisor],
    names: Mapping[str, str],
    *,
    own: str | None,
    portion: int,
    count: int,
) -> Screen:
    words = actor.words
    if not shown:
        return Screen(words("There are no other supervisors within your places. /invite invites one."))
    lines = [words("Supervisors within your places:")]
    rows: list[tuple[Choice, ...]] = []
    for each in shown:
        day = day_text(each.since, words, zone_of(actor))
        lines.append(
            words("No. {number}: {place}, since {day}", number=each.id, place=names[each.scope], day=day)
        )
        # Those of the very same scope are her equals.
        if own == PROGRAMME or each.scope != own:
            label = words("✖️ Withdraw no. {number}", number=each.id)
            rows.append((Choice(label, WithdrawSupervisor(each.id, sure=False).pack()),))
    rows += portion_rows(words, portion, count, lambda number: SeeSupervisors(number).pack())
    return Screen("\n".join(lines), tuple(rows))


def _back(actor: Actor) -> Choice:
    return Choice(actor.words("⬅️ Back"), SeeSupervisors().pack())
