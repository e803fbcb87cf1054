"""What gold asks of the database goes along an index, however much gold and however many answers."""

from collections.abc import Awaitable, Callable

import pytest

from storage.unit_of_work import SqlStore
from tasks.model.gold import Purpose
from tasks.model.identifiers import LeaseId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.standing import SanctionKind
from tasks.ports import UnitOfWork
from tests.contract.programme import a_programme
from tests.contract.query_plans import plan_of

Question = Callable[[UnitOfWork, Project, WorkerId], Awaitable[object]]

QUESTIONS: dict[str, tuple[str, Question]] = {
    "her unseen golds": (
        "ix_golds_live",
        lambda work, project, anna: work.golds.list_unseen(project.id, anna, role=Purpose.SILENT, limit=200),
    ),
    "whether she had one": (
        "uq_leases_worker_id_task_id",
        lambda work, project, anna: work.golds.list_unseen(project.id, anna, role=Purpose.SILENT, limit=200),
    ),
    "what she was asked": (
        "ix_leases_gold",
        lambda work, project, anna: work.golds.count_asked(project.id, anna, 100),
    ),
    "her answers on gold": (
        "ix_leases_gold",
        lambda work, project, anna: work.golds.list_answers_of(project.id, anna, since=None, limit=500),
    ),
    "answers on one gold": ("leases", lambda work, *_: work.golds.list_answers_on(TaskId(1), 99)),
    "whether she is out": (
        "standings",
        lambda work, project, anna: work.standings.find_out(project.id, anna),
    ),
    "her last sanction": (
        "ix_sanctions_worker",
        lambda work, project, anna: work.sanctions.find_last(project.id, anna, list(SanctionKind)),
    ),
    "what was said lately": (
        "ix_leases_answered",
        lambda work, project, _: work.standings.count_said(project.id, 200),
    ),
    "pauses": (
        "ix_sanctions_holding",
        lambda work, *_: work.sanctions.list_holding("", after=0, limit=2),
    ),
    "evidence": ("leases", lambda work, *_: work.golds.list_evidence([LeaseId(1), LeaseId(2)])),
}


@pytest.mark.parametrize("asked", QUESTIONS)
async def test_a_question_goes_along_its_index(store: SqlStore, asked: str) -> None:
    programme = await a_programme(store, tasks=2000)
    index, question = QUESTIONS[asked]
    anna = programme.workers[0].id
    plan = await plan_of(store, lambda work: question(work, programme.project, anna))
    assert index in plan
    for table in ("leases", "tasks", "golds", "standings"):
        assert f"Seq Scan on {table}" not in plan
        assert f"SCAN {table}\n" not in plan + "\n", plan
