"""What a machine guessed about questions that are about to be shown."""

from collections.abc import Mapping
from dataclasses import replace

from tasks.model.identifiers import WorkerId
from tasks.model.project import Project, ProjectKind
from tasks.model.work import Question
from tasks.ports import UnitOfWork


async def with_guesses(
    uow: UnitOfWork, project: Project, questions: Mapping[WorkerId, Question]
) -> Mapping[WorkerId, Question]:
    """The questions with the machine's guesses, where the project asks about them; one look for all."""
    if project.kind is not ProjectKind.VERIFY or not questions:
        return questions
    guesses = await uow.tasks.list_guesses([question.task_id for question in questions.values()])
    return {
        worker_id: replace(question, machine=guesses.get(question.task_id))
        for worker_id, question in questions.items()
    }
