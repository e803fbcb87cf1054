"""Shows a worker what she has earned."""

from dataclasses import dataclass

from handlers.menu import menu_button, work_button
from handlers.screens import Reply, Screen
from handlers.use_cases import UseCases
from handlers.words import words_in
from handlers.worker.statement import statement_text
from tasks.model.worker import Worker


@dataclass(frozen=True, slots=True)
class Earning:
    """The page behind *Earnings*."""

    use_cases: UseCases

    async def show(self, worker: Worker) -> Reply:
        words = words_in(worker.language)
        text = statement_text(words, await self.use_cases.show_earnings(worker))
        return Reply((Screen(text, ((work_button(words),), (menu_button(words),))),))
