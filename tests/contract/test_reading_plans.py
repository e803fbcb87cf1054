"""However much there is, a tap or a job reads along indexes only what it needs."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial

from sqlalchemy import text

from storage.engine import PostgresDatabase
from storage.unit_of_work import SqlStore
from tasks.halting import find_pause
from tasks.model.gold import GoldState, Purpose
from tasks.model.identifiers import LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.standing import SanctionKind
from tasks.model.verdict import Belief, Verdict, VerdictReason
from tasks.model.work import TaskStatus
from tasks.ports import (
    Asker,
    Bucket,
    GoldChange,
    Learnt,
    NewSanction,
    Place,
    Recount,
    Settled,
    TallyChange,
    UnitOfWork,
)
from tasks.quality.selection import Reach
from tests.builders import NOON, a_new_lease, a_new_task, some_terms
from tests.contract.crowded_house import fill
from tests.contract.readings import Plan, effort_of, plans_of

Question = Callable[[UnitOfWork, Project], Awaitable[object]]

ANNA = WorkerId(77)
SOME = [TaskId(number) for number in range(27_001, 27_201, 10)]
"""Tasks of the project that is asked about."""
LEASES = [LeaseId(number) for number in range(30_003, 30_203, 10)]
PEOPLE = [WorkerId(number) for number in range(70, 90)]

ABOUT_GOLD: Mapping[str, Question] = {
    "golds of tasks": lambda work, _: work.golds.list_of(SOME),
    "unseen golds": lambda work, project: work.golds.list_unseen(
        project.id, ANNA, role=Purpose.SILENT, limit=200
    ),
    "golds left over": lambda work, project: work.golds.find_left_over(project, ANNA),
    "golds asked": lambda work, project: work.golds.count_asked(project.id, ANNA, 100),
    "live golds of a choice": lambda work, project: work.golds.count_live(project.id, "cat", Purpose.SILENT),
    "live golds": lambda work, project: work.golds.count_all_live(project.id),
    "the last place of a gold": lambda work, _: work.golds.hold_place(SOME[0], below=5),
    "last silent golds": lambda work, project: work.golds.list_answers_of(
        project.id, ANNA, since=NOON, limit=500
    ),
    "answers on a gold": lambda work, _: work.golds.list_answers_on(SOME[0], 1000),
    "all her silent golds": lambda work, project: work.golds.count_tested(project.id, ANNA),
    "whom some golds measured": lambda work, _: work.recounts.list_workers(Recount([1, 2], ANNA), 20),
    "the first recount": lambda work, project: work.recounts.find_first(project.id, 1000),
    "where a recount is due": lambda work, _: work.recounts.list_projects(),
    "evidence of a sanction": lambda work, _: work.golds.list_evidence(LEASES),
    "contradicted golds": lambda work, _: work.golds.list_contradicted(3, 20, after=TaskId(100)),
    "golds to be told of": lambda work, _: work.golds.list_untold(20),
    "golds told of": lambda work, _: work.golds.mark_told(SOME),
    "a gold retires": lambda work, _: work.golds.change({SOME[0]: GoldChange(1, 1, GoldState.RETIRED)}),
    "a gold is suspended": lambda work, _: work.golds.change(
        {SOME[0]: GoldChange(state=GoldState.SUSPENDED)}
    ),
    "a gold is earned": lambda work, project: work.golds.add_earned(project.id, SOME[0], "cat", shown=4),
    "an import of golds": lambda work, project: work.golds.renew(project.id, ["t27002", "t27003"]),
    "shares of golds": lambda work, project: work.golds.list_shares(project.id),
}
ABOUT_PEOPLE: Mapping[str, Question] = {
    "standings, locked": lambda work, project: work.standings.lock([(project.id, one) for one in PEOPLE]),
    "a standing": lambda work, project: work.standings.find(project.id, ANNA),
    "what was learnt": lambda work, project: work.standings.list_rows(project.id, PEOPLE),
    "what is learnt": lambda work, project: work.standings.save_learnt(
        project.id, {one: Learnt([1.0], 0.9, 0.8) for one in PEOPLE}, NOON
    ),
    "who is out": lambda work, project: work.standings.find_out(project.id, ANNA),
    "records": lambda work, project: work.standings.list_records(project.id, 300),
    "how many work": lambda work, project: work.standings.count(project.id),
    "what was said lately": lambda work, project: work.standings.count_said(project.id, 200),
    "are others at work": lambda work, project: work.standings.list_at_work(
        project.id, NOON - timedelta(days=1), 200
    ),
    "why she is paused": lambda work, project: _find_pause(work, project.id),
    "a sanction": lambda work, _: work.sanctions.find(5),
    "her last sanction": lambda work, project: work.sanctions.find_last(project.id, ANNA, list(SanctionKind)),
    "what she is forgiven": lambda work, project: work.sanctions.find_forgiven(project.id, ANNA),
    "a new sanction": lambda work, project: work.sanctions.add(
        NewSanction(project.id, ANNA, SanctionKind.PAUSE, "gold", LEASES, NOON)
    ),
    "pauses": lambda work, _: work.sanctions.list_holding("", after=0, limit=2),
    "pauses in a county": lambda work, _: work.sanctions.list_holding("tongren", after=0, limit=2),
    "what she earned": lambda work, _: work.ledger.earned_on({one: NOON.date() for one in PEOPLE}, "CNY"),
    "her balances": lambda work, _: work.ledger.balances(ANNA),
    "her days": lambda work, _: work.ledger.days(ANNA, NOON.date()),
    "her last answers": lambda work, _: work.leases.list_recent(ANNA, 10),
}
ABOUT_TASKS: Mapping[str, Question] = {
    "a draw": lambda work, project: work.frontier.draw(
        project, some_terms(project), [Asker(ANNA, None)], Reach.USUAL.buckets, start=9, rows=64
    ),
    "a draw for many": lambda work, project: work.frontier.draw(
        project,
        some_terms(project),
        [Asker(one, None) for one in PEOPLE],
        Reach.USUAL.buckets,
        start=9,
        rows=256,
    ),
    "taking tasks": lambda work, project: work.frontier.take(
        project, [a_new_lease(ANNA, one, project) for one in SOME]
    ),
    "a stretch": lambda work, project: work.frontier.list_unseen(project, ANNA, rows=500),
    "is there work": lambda work, project: work.frontier.has_work(
        project, ANNA, Reach.USUAL.buckets, start=9, rows=500
    ),
    "is it crowded": lambda work, project: work.frontier.is_crowded(project, start=9, rows=100_000),
    "feeding": lambda work, project: work.frontier.feed(project, need=3, rows=1000),
    "mending": lambda work, project: work.frontier.mend(project, need=3, rows=1000),
    "places": lambda work, _: work.frontier.set_places(
        {SOME[0]: Place(Bucket.DOUBTFUL, 1), SOME[1]: Place(Bucket.FRESH, 0)}
    ),
    "votes": lambda work, _: work.leases.list_votes(SOME),
    "presses": lambda work, _: work.leases.lock_pressed(LEASES),
    "her open lease": lambda work, project: work.leases.find_open(ANNA, project.id),
    "her ended lease": lambda work, project: work.leases.find_ended(ANNA, project),
    "what she has left": lambda work, project: work.leases.has_left(ANNA, project),
    "her last settled": lambda work, project: work.leases.find_last_settled(ANNA, project.id),
    "how soon hers were decided": lambda work, project: work.leases.list_decided_after(ANNA, project.id, 20),
    "overdue": lambda work, _: work.leases.list_overdue(NOON, 200),
    "tallies": lambda work, _: work.tasks.add_to_tallies(
        {SOME[0]: TallyChange(taken=-1), SOME[1]: TallyChange(answers=1), SOME[2]: TallyChange(taken=1)}
    ),
    "tasks, locked": lambda work, _: work.tasks.lock_all(SOME),
    "guesses": lambda work, _: work.tasks.list_guesses(SOME),
    "set aside": lambda work, _: work.tasks.list_set_aside(10),
    "settling": lambda work, _: work.tasks.settle(
        {SOME[0]: Settled(TaskStatus.CLOSED, Belief("cat", 0.9, {}), 2, None)}
    ),
    "a new verdict": lambda work, _: work.verdicts.add(
        [Verdict(SOME[0], 2, Belief("cat", 0.9, {}), 3, VerdictReason.SURE, NOON)]
    ),
    "median seconds": lambda work, project: work.projects.median_seconds(project.id),
}
ABOUT_LEARNING: Mapping[str, Question] = {
    "evidence": lambda work, project: work.models.list_evidence(project.id, 500),
    "new answers": lambda work, project: work.models.count_answers_since(
        project.id, NOON + timedelta(seconds=1), 100
    ),
    "answers at all": lambda work, project: work.models.count_answers_since(project.id, None, 100),
    "whether it is upset": lambda work, project: work.models.is_upset_since(project.id, NOON),
}
REPORTS: Mapping[str, Question] = {
    "live figures": lambda work, project: work.reports.read_live(project, NOON),
    "all counts": lambda work, project: work.reports.count(project, NOON),
    "is it small": lambda work, project: work.reports.is_small(project.id, 2000),
    "its workers": lambda work, project: work.reports.list_workers(
        project, scope="tongren", first=0, limit=8
    ),
    "how many workers": lambda work, project: work.reports.count_workers(project.id, "tongren"),
    "progress": lambda work, project: work.projects.progress(project.id),
}
QUESTIONS = {**ABOUT_GOLD, **ABOUT_PEOPLE, **ABOUT_TASKS, **ABOUT_LEARNING, **REPORTS}

GROWING = {
    *("tasks", "leases", "golds", "standings", "sanctions", "verdicts", "frontier"),
    *("entries", "postings", "balances"),
    *("pressed", "other"),
}
"""Tables that grow with the work, and the names by which statements call them."""
SMALL_INDEXES = {"ix_tasks_set_aside", "ix_sanctions_holding", "ix_golds_contradicted", "ix_golds_suspended"}
"""They hold only what waits for somebody, and may be read from their beginning."""
MAY_READ = {
    "overdue": {"ix_leases_overdue"},
    # How many tasks are held now, by people who are at work.
    "progress": {"ix_leases_overdue", "ix_leases_open"},
}
MUST_READ = {
    "contradicted golds": "ix_golds_contradicted",
    "unseen golds": "ix_golds_live",
    "golds asked": "ix_leases_gold",
    "last silent golds": "ix_leases_gold",
    "all her silent golds": "ix_leases_gold",
    "records": "ix_standings_golds",
    "her last sanction": "ix_sanctions_worker",
    "pauses": "ix_sanctions_holding",
    "what was said lately": "ix_leases_answered",
    "median seconds": "ix_leases_answered",
    "new answers": "ix_leases_answered",
    "answers at all": "ix_leases_answered",
}
"""The index that was made for the question."""


EVERYBODY_ANSWERS_A_GOLD = """
    INSERT INTO leases (task_id, project_id, worker_id, state, currency, price_micros, shown_at, ends_at,
        purpose, settled_at, choice, answered_at, seconds, answer_status)
    SELECT golds.task_id, project_id, workers.id, 'answered', 'CNY', 1, 1, 1,
        'silent', 1, 'cat', 1, 1, 'approved'
    FROM golds JOIN workers ON workers.id > 77
    WHERE golds.task_id = (SELECT max(task_id) FROM golds WHERE project_id = 5 AND state = 'live')
    ON CONFLICT DO NOTHING
"""
SOME_MORE = 1000


async def _ask(question: Question, project: Project, work: UnitOfWork) -> object:
    return await question(work, project)


async def _find_pause(work: UnitOfWork, project_id: ProjectId) -> object:
    project = await work.projects.find(project_id)
    assert project is not None
    return await find_pause(work, project, await work.workers.get(WorkerId(9)), NOON)


def faults(asked: str, plan: Plan) -> Iterator[str]:
    allowed = SMALL_INDEXES | MAY_READ.get(asked, set())
    for reading in plan.readings:
        if reading.table in GROWING and not reading.is_narrow and reading.index not in allowed:
            yield f"{asked}: {reading}\n{plan.statement}\n{plan.drawn}"
    if {reading.table for reading in plan.readings} == {"projects"}:
        return  # Of which there are few, and every process remembers them.
    if asked in MUST_READ and MUST_READ[asked] not in {reading.index for reading in plan.readings}:
        yield f"{asked}: not by {MUST_READ[asked]}\n{plan.statement}\n{plan.drawn}"


async def test_whatever_is_asked_is_read_along_an_index(store: SqlStore) -> None:
    project = await fill(store)
    found: list[str] = []
    for asked, question in QUESTIONS.items():
        plans = await plans_of(store, partial(_ask, question, project))
        assert plans, asked
        for plan in plans:
            found += faults(asked, plan)
    assert not found, "\n\n".join(found)


async def test_an_import_looks_up_its_own_keys_and_not_all_tasks_of_the_project(store: SqlStore) -> None:
    project = await fill(store)
    rows = [a_new_task("t27002"), a_new_task("new")]
    plans = await plans_of(store, lambda work: work.tasks.upsert(project, rows))
    found = [reading for plan in plans for reading in plan.readings if reading.table == "tasks"]
    by_key = [one for one in found if one.index in {"uq_tasks_project_id_key", "sqlite_autoindex_tasks_1"}]
    assert by_key
    assert all("key" in one.condition for one in by_key), found
    # The project's last task is found from the end of all tasks.
    assert {one.index for one in found if one not in by_key} == {last_first(store)}


async def test_golds_are_left_over_or_not_however_many_have_answered_them(store: SqlStore) -> None:
    project = await fill(store)
    left_over = partial(_ask, ABOUT_GOLD["golds left over"], project)
    before = await effort_of(store, left_over)
    async with store.database.write() as transaction:
        await transaction.execute(text(EVERYBODY_ANSWERS_A_GOLD))
        await transaction.commit()
    assert await effort_of(store, left_over) < before + SOME_MORE


def last_first(store: SqlStore) -> str:
    """The index by the ids of tasks; on SQLite that is the table."""
    return "pk_tasks" if isinstance(store.database, PostgresDatabase) else ""
