"""A press on a card: what became of it, and the next card."""

from dataclasses import dataclass
from typing import assert_never

from handlers.amounts import MINUS, amount_text
from handlers.menu import earnings_button, work_button
from handlers.screens import Reply, Screen, Slot
from handlers.use_cases import UseCases
from handlers.words import Words, words_in
from handlers.worker.cards import Cards
from handlers.worker.choosing import following_screen
from handlers.worker.lessons import lesson_screen
from tasks.answering import Press
from tasks.model.identifiers import LeaseId
from tasks.model.worker import Worker
from tasks.outcomes import (
    AlreadyAnswered,
    AlreadyUndone,
    AnswerAccepted,
    AnswerNotNeeded,
    AnswerUndone,
    Following,
    GuessRefused,
    NothingToDo,
    NotYours,
    Paused,
    PictureReported,
    UndoTooLate,
    WorkStopped,
)


@dataclass(frozen=True, slots=True)
class Answering:
    """Everything that the buttons of a card do."""

    use_cases: UseCases
    cards: Cards

    async def answer(self, worker: Worker, lease_id: LeaseId, choice_number: int | None) -> Reply:
        """Stores her answer (None is *Can't tell*) and shows what follows."""
        words = words_in(worker.language)
        outcome = await self.use_cases.submit_answer(Press(worker, lease_id, choice_number))
        match outcome:
            case AnswerAccepted():
                toast = _accepted_toast(words, outcome, cant_tell=choice_number is None)
                if outcome.lesson is not None and not outcome.lesson.was_right:
                    return Reply((lesson_screen(words, outcome.lesson),), toast)
                return Reply((self._next(worker, outcome.next),), toast)
            case AnswerNotNeeded():
                toast = words(
                    "This question had waited too long, so it went to somebody else. "
                    "We are sorry: this answer is not paid."
                )
                if isinstance(outcome.next, Paused):
                    toast = words("This work is paused for you, so this answer is not paid.")
                return Reply((self._next(worker, outcome.next),), toast)
            case AlreadyAnswered():
                return self._already_answered(worker, outcome)
            case NotYours():
                return _not_yours(words)
            case _:
                assert_never(outcome)

    async def refuse_guess(self, worker: Worker, lease_id: LeaseId, choice_number: int) -> Reply:
        """Turns the card that asked about that choice into the question with all the others."""
        words = words_in(worker.language)
        outcome = await self.use_cases.refuse_guess(worker, lease_id)
        match outcome:
            case GuessRefused(question):
                card = self.cards.draw(question, worker, refused=choice_number)
                return Reply((card,), words("Which one is it, then?"))
            case Paused():
                return Reply((self._next(worker, outcome),))
            case AlreadyAnswered():
                return self._already_answered(worker, outcome)
            case NotYours():
                return _not_yours(words)
            case _:
                assert_never(outcome)

    async def undo(self, worker: Worker, lease_id: LeaseId) -> Reply:
        words = words_in(worker.language)
        outcome = await self.use_cases.undo_answer(worker, lease_id)
        match outcome:
            case AnswerUndone():
                return Reply((self._next(worker, outcome.next),), _undone_toast(words, outcome))
            case AlreadyUndone() | UndoTooLate():
                current = () if outcome.current is None else (self._next(worker, outcome.current),)
                if isinstance(outcome, AlreadyUndone):
                    return Reply(current, words("Already taken back."))
                toast = words("It is too late to take this answer back. It stays as it is.")
                return Reply(current, toast, alert=True)
            case NotYours():
                return _not_yours(words)
            case _:
                assert_never(outcome)

    async def report(self, worker: Worker, lease_id: LeaseId) -> Reply:
        words = words_in(worker.language)
        outcome = await self.use_cases.report_broken(worker, lease_id)
        match outcome:
            case PictureReported():
                toast = words("Thank you for telling us. Here is the next one.")
                if isinstance(outcome.next, NothingToDo):
                    toast = words("Thank you for telling us.")
                return Reply((self._next(worker, outcome.next),), toast)
            case AlreadyAnswered():
                return self._already_answered(worker, outcome)
            case NotYours():
                return _not_yours(words)
            case _:
                assert_never(outcome)

    async def stop(self, worker: Worker, lease_id: LeaseId) -> Reply:
        words = words_in(worker.language)
        outcome = await self.use_cases.stop_work(worker, lease_id)
        match outcome:
            case WorkStopped():
                today = amount_text(outcome.today, words.language)
                text = words("Stopped. Today you earned {today}.\nGo on whenever you like.", today=today)
                rows = ((work_button(words),), (earnings_button(words),))
                return Reply((Screen(text, rows, slot=Slot.WORK),))
            case NotYours():
                return _not_yours(words)
            case _:
                assert_never(outcome)

    def _next(self, worker: Worker, following: Following) -> Screen:
        return following_screen(self.cards, worker, following)

    def _already_answered(self, worker: Worker, outcome: AlreadyAnswered) -> Reply:
        words = words_in(worker.language)
        toast = words("Already answered.")
        if outcome.lesson is not None:
            return Reply((lesson_screen(words, outcome.lesson),), toast)
        if outcome.current is not None:
            return Reply((self._next(worker, outcome.current),), toast)
        text = words("You have already answered this question. Press “Work” to go on.")
        return Reply((Screen(text, ((work_button(words),),), slot=Slot.WORK),), toast)


def _accepted_toast(words: Words, accepted: AnswerAccepted, *, cant_tell: bool) -> str:
    if cant_tell:
        if isinstance(accepted.next, NothingToDo):
            return words("Not paid, and not a mistake.")
        return words("Not paid, and not a mistake. Here is the next one.")
    earned = amount_text(accepted.earned, words.language)
    today = amount_text(accepted.today, words.language)
    if accepted.late:
        return words("+{earned} · today {today} · late, but it counts", earned=earned, today=today)
    told = words("+{earned} · today {today}", earned=earned, today=today)
    if accepted.refresher:
        return told + "\n" + words("The next questions show you once more what is right.")
    if accepted.lesson is not None and accepted.lesson.was_right:
        return told + " · " + words("✅ Right!")
    return told


def _undone_toast(words: Words, undone: AnswerUndone) -> str:
    if not undone.returned.micros:
        return words("Taken back. You can answer again.")
    returned = amount_text(undone.returned, words.language)
    today = amount_text(undone.today, words.language)
    return words("Taken back: {amount} · today {today}", amount=MINUS + returned, today=today)


def _not_yours(words: Words) -> Reply:
    return Reply(toast=words("This question is not yours, so nothing was changed."), alert=True)
