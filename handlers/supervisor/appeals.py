"""A supervisor looks at the pauses within her places, and decides how it goes on."""

from dataclasses import dataclass

from handlers.checks import check_text, title_of
from handlers.days import day_text, zone_of
from handlers.identity import Actor
from handlers.labels import CAPTION_MAX, shorten
from handlers.pause_buttons import PauseDeskButton, SeePause, SeePauses, SettlePause
from handlers.screens import Choice, Reply, Screen
from handlers.supervisor.places_menu import name_places
from handlers.use_cases import UseCases
from handlers.words import Words
from tasks.appealing import Decision, Evidence
from tasks.model.standing import KEPT, Appeal, Sanction, SanctionKind


@dataclass(frozen=True, slots=True)
class Appeals:
    """All raise NotSupervisor and OutsideScope."""

    use_cases: UseCases

    async def show(self, actor: Actor) -> Reply:
        """The pause that has waited longest, those with an appeal first."""
        return await self._list(actor, SeePauses())

    async def pressed(self, actor: Actor, button: PauseDeskButton) -> Reply:
        if isinstance(button, SeePauses):
            return await self._list(actor, button)
        if isinstance(button, SeePause):
            return await self._look(actor, button)
        return await self._settle(actor, button)

    async def _list(self, actor: Actor, button: SeePauses) -> Reply:
        found = await self.use_cases.list_pauses(actor.account, after=button.after, limit=2)
        if not found and button.after:
            found = await self.use_cases.list_pauses(actor.account, after=0, limit=2)
        if not found:
            return Reply((Screen(actor.words("Nobody is paused within your places. Thank you!")),))
        more = SeePauses(button.after + 1) if len(found) > 1 else None
        return Reply((await self._screen(actor, found[0], 0, more),))

    async def _look(self, actor: Actor, button: SeePause) -> Reply:
        evidence = await self.use_cases.look_at_pause(actor.account, button.sanction_id)
        if evidence is None:
            return Reply(toast=actor.words("There is nothing left to decide here."), alert=True)
        number = button.number % max(len(evidence.wrong), 1)
        # Two are enough to find another one, wherever this one stands.
        first = await self.use_cases.list_pauses(actor.account, after=0, limit=2)
        others = (place for place, one in enumerate(first) if one.sanction.id != button.sanction_id)
        following = next((SeePauses(place) for place in others), None)
        return Reply((await self._screen(actor, evidence, number, following),))

    async def _settle(self, actor: Actor, button: SettlePause) -> Reply:
        words = actor.words
        if button.decision is Decision.REMOVE and not button.sure:
            return await self._ask_again(actor, button)
        decided = await self.use_cases.decide_on_pause(actor.account, button.sanction_id, button.decision)
        following = await self.show(actor)
        toast = words("There is nothing left to decide here.") if decided is None else words("Done.")
        return Reply(following.screens, toast)

    async def _ask_again(self, actor: Actor, button: SettlePause) -> Reply:
        words = actor.words
        evidence = await self.use_cases.look_at_pause(actor.account, button.sanction_id)
        if evidence is None:
            return Reply(toast=words("There is nothing left to decide here."), alert=True)
        text = words(
            "Take worker no. {number} out of “{title}”? She gets no questions there any more. "
            "What she has earned stays hers. She is told, and may ask a person to look.",
            number=evidence.worker.id,
            title=title_of(evidence.project, words),
        )
        sure = SettlePause(button.sanction_id, Decision.REMOVE, sure=True)
        rows = (
            (Choice(words("⛔ Yes, take her out"), sure.pack()),),
            (Choice(words("⬅️ Back"), SeePause(button.sanction_id).pack()),),
        )
        return Reply((Screen(text, rows),))

    async def _screen(self, actor: Actor, evidence: Evidence, number: int, more: SeePauses | None) -> Screen:
        place = evidence.worker.place
        names = await name_places(self.use_cases, actor.words, [place]) if place else {}
        return pause_desk_screen(actor, evidence, number, place=names.get(place, ""), more=more)


def pause_desk_screen(
    actor: Actor, evidence: Evidence, number: int, *, place: str, more: SeePauses | None
) -> Screen:
    """Who it is, what it rests on with one of its questions, and what may be decided."""
    words, sanction = actor.words, evidence.sanction
    lines, title = [_who(words, evidence, place)], title_of(evidence.project, words)
    since = day_text(evidence.since, words, zone_of(actor))
    lines.append(
        words.plural(
            "“{title}”, since {day}: {wrong} of {count} check question answered differently.",
            "“{title}”, since {day}: {wrong} of {count} check questions answered differently.",
            evidence.asked,
            title=title,
            day=since,
            wrong=len(evidence.wrong),
        )
    )
    if evidence.wrong:
        lines.append(check_text(words, evidence, number, hers=False))
    rows = [_turning(evidence, number)] if len(evidence.wrong) > 1 else []
    go_on = SettlePause(sanction.id, Decision.LET_GO_ON)
    rows.append((Choice(words("✅ Let her go on"), go_on.pack()),))
    if sanction.appeal not in KEPT:
        rows.append((_keep(words, sanction),))
    if sanction.kind is SanctionKind.PAUSE:
        out = SettlePause(sanction.id, Decision.REMOVE, sure=False)
        rows.append((Choice(words("⛔ Take her out of this project"), out.pack()),))
    if more is not None:
        rows.append((Choice(words("Next worker ➡️"), more.pack()),))
    picture = evidence.wrong[number].image_id if evidence.wrong else None
    text = shorten("\n\n".join(lines), CAPTION_MAX)
    return Screen(text, tuple(rows), picture, fresh_picture=picture is not None)


def _keep(words: Words, sanction: Sanction) -> Choice:
    removed = sanction.kind is SanctionKind.REMOVAL
    label = words("⛔ Leave it as it is") if removed else words("⏸ Keep the pause")
    return Choice(label, SettlePause(sanction.id, Decision.KEEP).pack())


def _who(words: Words, evidence: Evidence, place: str) -> str:
    """We keep no names, so each worker has a number."""
    sanction, who = evidence.sanction, words("Worker no. {number}", number=evidence.worker.id)
    lines = [f"{who} · {place}" if place else who]
    if sanction.appeal is Appeal.DOUBTED:
        lines.append(words("⚠️ She was taken out, but known answers on which that rests turned out wrong."))
    elif sanction.kind is SanctionKind.REMOVAL:
        lines.append(words("🙋 She was taken out, and asks you to look once more."))
    elif sanction.appeal is Appeal.MADE:
        lines.append(words("🙋 She asks you to look."))
    elif sanction.appeal in KEPT:
        lines.append(words("A supervisor has looked and kept the pause."))
    return "\n".join(lines)


def _turning(evidence: Evidence, number: int) -> tuple[Choice, ...]:
    sanction_id, count = evidence.sanction.id, len(evidence.wrong)
    before, after = ((number + step) % count for step in (-1, 1))
    return (
        Choice("◀️", SeePause(sanction_id, before).pack()),
        Choice("▶️", SeePause(sanction_id, after).pack()),
    )
