"""A project is paused for a worker: she is told why, sees the questions, and may ask a person."""

from dataclasses import dataclass

from handlers.buttons import TakeProject
from handlers.checks import check_text, title_of
from handlers.days import day_text
from handlers.menu import earnings_button, work_button
from handlers.pause_buttons import AskPerson, PausedButton, SeeEvidence
from handlers.screens import Choice, Reply, Rows, Screen, Slot
from handlers.use_cases import UseCases
from handlers.words import Words, words_in
from tasks.appealing import Evidence
from tasks.model.standing import DECLINED, Appeal, Sanction, SanctionKind
from tasks.model.worker import Worker
from tasks.outcomes import Paused


@dataclass(frozen=True, slots=True)
class Pausing:
    """What the buttons of a pause do."""

    use_cases: UseCases

    async def pressed(self, worker: Worker, button: PausedButton) -> Reply:
        if isinstance(button, AskPerson):
            return await self._ask(worker, button)
        return await self._show(worker, button)

    async def _ask(self, worker: Worker, button: AskPerson) -> Reply:
        """One tap; the words on the buttons say that it is done."""
        words = words_in(worker.language)
        sanction = await self.use_cases.make_appeal(worker, button.sanction_id)
        if sanction is None:
            return _over(words)
        text = words(
            "🙋 A person will look at it, and you will be told. "
            "Until then this work waits for you. All that you have earned stays yours."
        )
        if sanction.kind is SanctionKind.REMOVAL:
            text = words(
                "🙋 A person will look at it once more, and you will be told. "
                "All that you have earned stays yours."
            )
        if sanction.appeal in DECLINED:
            text = words("A person has looked at it already. It stays as it is.")
        return Reply((Screen(text, _rows(words, sanction), slot=Slot.WORK),))

    async def _show(self, worker: Worker, button: SeeEvidence) -> Reply:
        """One question after the other, in the same message."""
        words = words_in(worker.language)
        evidence = await self.use_cases.show_evidence(worker, button.sanction_id)
        if evidence is None:
            return _over(words)
        if not evidence.wrong:
            return Reply(toast=words("There is no such question any more."), alert=True)
        return Reply((evidence_screen(words, evidence, button.number % len(evidence.wrong)),))


def pause_screen(words: Words, paused: Paused, time_zone: str) -> Screen:
    """Takes the place of the card while she gets no questions there."""
    sanction, title = paused.sanction, title_of(paused.project, words)
    removed = sanction.kind is SanctionKind.REMOVAL
    if removed:
        parts = [words("⛔ A supervisor has ended your work in “{title}”.", title=title)]
    else:
        parts = [words("⏸ “{title}” is paused for you.", title=title)]
    if paused.wrong and paused.since is not None:
        day = day_text(paused.since, words, time_zone)
        told = words.plural(
            "Some questions are there to check: their answer is known. "
            "Since {day} you answered {wrong} of {count} such question differently.",
            "Some questions are there to check: their answer is known. "
            "Since {day} you answered {wrong} of {count} such questions differently.",
            paused.asked,
            day=day,
            wrong=paused.wrong,
        )
        parts.append(told)
    parts.append(words("All that you have earned stays yours."))
    parts.append(_how_it_goes_on(words, sanction))
    if paused.more_elsewhere:
        parts.append(words("There is other work: press “Work”."))
    return Screen("\n\n".join(parts), _rows(words, sanction), slot=Slot.WORK)


def evidence_screen(words: Words, evidence: Evidence, number: int) -> Screen:
    """One question that she answered differently, with ways to the others."""
    sanction, count = evidence.sanction, len(evidence.wrong)
    rows: list[tuple[Choice, ...]] = []
    if count > 1:
        before, after = ((number + step) % count for step in (-1, 1))
        rows.append(
            (
                Choice("◀️", SeeEvidence(sanction.id, before).pack()),
                Choice("▶️", SeeEvidence(sanction.id, after).pack()),
            )
        )
    if sanction.may_be_appealed and sanction.ended_at is None:
        rows.append((ask_button(words, sanction.id),))
    why = Choice(words("⬅️ Back"), TakeProject(sanction.project_id).pack())
    return Screen(
        check_text(words, evidence, number, hers=True),
        (*rows, (why,)),
        evidence.wrong[number].image_id,
        fresh_picture=True,
    )


def _how_it_goes_on(words: Words, sanction: Sanction) -> str:
    if sanction.appeal is Appeal.MADE:
        return words("🙋 You have asked a person to look. You will be told.")
    if sanction.appeal in DECLINED:
        return words("A person has looked at it already. It stays as it is.")
    return words("You think this is not right? Ask a person to look: one tap is enough.")


def _rows(words: Words, sanction: Sanction) -> Rows:
    rows: list[tuple[Choice, ...]] = []
    if sanction.may_be_appealed:
        rows.append((ask_button(words, sanction.id),))
    if sanction.evidence:
        rows.append((see_button(words, sanction.id),))
    return (*rows, (work_button(words),), (earnings_button(words),))


def ask_button(words: Words, sanction_id: int) -> Choice:
    return Choice(words("🙋 Ask a person to look"), AskPerson(sanction_id).pack())


def see_button(words: Words, sanction_id: int) -> Choice:
    return Choice(words("🖼 Show me the questions"), SeeEvidence(sanction_id).pack())


def _over(words: Words) -> Reply:
    return Reply(toast=words("This is over: nothing is held against you there."), alert=True)
