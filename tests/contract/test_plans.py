"""What is asked for every answer goes along an index and sorts nothing, however many tasks there are."""

from collections.abc import Awaitable, Callable

import pytest

from storage.tables import LEASES_ONE_PER_WORKER_AND_TASK
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import WorkerId
from tasks.ports import Asker, UnitOfWork
from tasks.quality.selection import Reach
from tests.builders import NOON, some_terms
from tests.contract.programme import Programme, a_programme
from tests.contract.query_plans import plan_of

Question = Callable[[Programme, UnitOfWork, WorkerId], Awaitable[object]]

QUESTIONS: dict[str, Question] = {
    "ix_tasks_open": lambda p, work, anna: work.frontier.has_work(
        p.project, anna, Reach.USUAL.buckets, start=9, rows=1000
    ),
    "ix_frontier_draw": lambda p, work, anna: work.frontier.draw(
        p.project, some_terms(p.project), [Asker(anna, None)], Reach.USUAL.buckets, start=9, rows=64
    ),
    LEASES_ONE_PER_WORKER_AND_TASK: lambda p, work, anna: work.frontier.draw(
        p.project, some_terms(p.project), [Asker(anna, None)], Reach.USUAL.buckets, start=9, rows=64
    ),
    "ix_leases_settled": lambda p, work, anna: work.leases.find_last_settled(anna, p.project.id),
    "ix_leases_recent": lambda _, work, anna: work.leases.list_recent(anna, 10),
    "ix_leases_overdue": lambda _, work, __: work.leases.list_overdue(NOON, 10),
    "ix_leases_answered": lambda p, work, _: work.projects.median_seconds(p.project.id),
}


@pytest.mark.parametrize("index", QUESTIONS)
async def test_a_question_goes_along_its_index(store: SqlStore, index: str) -> None:
    programme = await a_programme(store, tasks=2000)
    anna = programme.workers[0].id
    plan = await plan_of(store, lambda work: QUESTIONS[index](programme, work, anna))
    assert index in plan
    assert "Seq Scan on" not in plan
    assert "SCAN tasks" not in plan
    assert "SCAN leases" not in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
