"""What is counted and told about a project, on every engine."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from storage.tables import leases, quality_models
from tasks.errors import NotSupervisor
from tasks.model.gold import GoldState
from tasks.model.money import Money
from tasks.model.place import PROGRAMME
from tasks.model.project import CANT_TELL
from tasks.model.report import Audits, Confusion, Measured
from tasks.model.standing import Step
from tasks.model.work import AnswerStatus, TaskStatus
from tasks.ports import TallyChange
from tasks.supervising import Scopes
from tasks.watching_projects import PORTION, RESTS_TIMES, ListWatched, RefreshReport, ShowProject, ShowWorkers
from tests.builders import NOON, a_new_task, a_project, an_account, an_answer
from tests.clocks import FrozenClock
from tests.contract.answered import answer
from tests.contract.county import a_person
from tests.contract.judged import believe, find_task, keep_gold, keep_standing
from tests.contract.query_plans import plan_of
from tests.contract.readings import plans_of

CHIEF = an_account("chief")
PEOPLE = ("anna", "bella", "carla")


def said(choice, minute=0, status=AnswerStatus.APPROVED):
    return an_answer(choice, at=NOON + timedelta(minutes=minute), status=status)


@pytest.fixture
async def project(store):
    async with store.write() as unit:
        project = await unit.projects.save(a_project(), NOON)
        golds = {"g1": "cat", "g2": "dog"}
        keys = ("t1", "t2", "t3", "t4", "g1", "g2")
        await unit.tasks.upsert(project, [a_new_task(key, gold=golds.get(key)) for key in keys])
        await unit.commit()
    return project


async def three_say(store, project, key, *choices):
    for minute, (name, choice) in enumerate(zip(PEOPLE, choices, strict=False)):
        await answer(store, project, key, an_account(name), said(choice, minute))


async def counted(store, project, now=NOON):
    return await RefreshReport(store, FrozenClock(now))(project)


async def test_what_takes_long_to_count_is_counted_less_often(store, project):
    clock = SlowClock(NOON)
    refresh = RefreshReport(store, clock)
    made = await refresh(project)
    assert made is not None
    took = clock.at - (NOON + SlowClock.tick)
    clock.at += (RESTS_TIMES - 1) * took
    assert await refresh(project) is None
    async with store.read() as unit:
        assert await unit.reports.find(project.id) == made
    clock.at += took
    again = await refresh(project)
    assert again is not None
    assert again.made_at > made.made_at


async def test_what_fails_to_be_counted_rests_as_well(store, project):
    await believe(store, project, "t1", "cat", {"cat": 0.9}, status="closed", audit={"odd": "row"})
    refresh = RefreshReport(store, SlowClock(NOON))
    with pytest.raises(KeyError):
        await refresh(project)
    assert await refresh(project) is None


class SlowClock(FrozenClock):
    """Some time goes by whenever somebody looks at it."""

    tick = timedelta(seconds=1)

    def now(self):
        self.at += self.tick
        return self.at


async def test_tasks_answers_agreement_and_what_is_confused(store, project):
    await three_say(store, project, "t1", "cat", "cat", "dog")
    await believe(store, project, "t1", "cat", {"cat": 0.9, "dog": 0.1}, status="closed")
    await three_say(store, project, "t2", "dog")
    await believe(store, project, "t2", "dog", {"cat": 0.4, "dog": 0.6})
    await answer(store, project, "t3", an_account("anna"), said(CANT_TELL, 5, AnswerStatus.UNPAID))
    await answer(store, project, "t3", an_account("bella"), said("cat", 5, AnswerStatus.UNPAID))
    await answer(store, project, "t4", an_account("anna"), said("cat", 5), undone=True)
    await three_say(store, project, "g1", "cat", "dog", "dog")

    report = await counted(store, project, NOON + timedelta(minutes=10))

    assert report.tasks == {TaskStatus.CLOSED: 1, TaskStatus.OPEN: 3}
    assert report.golds == {TaskStatus.OPEN: 2}
    assert (report.workers, report.answers_last_day) == (3, 10)
    assert (report.answers_per_task, report.on_gold) == (3.0, Measured(1, 3))
    assert report.confused == [Confusion("cat", "dog", 3, 6)]
    # Two tasks of three answers, in all 3 cats and 3 dogs: 4 of 6 pairs differ; by chance 3 in 5 would.
    assert report.alpha == pytest.approx(1 - (4 / 6) / (3 / 5))
    assert [(one.key, one.confidence, one.answers) for one in report.doubtful] == [
        ("t2", 0.6, 1),
        ("t1", 0.9, 3),
    ]
    assert (await counted(store, project, NOON + timedelta(days=2))).answers_last_day == 0


async def test_in_portions_the_same_is_counted(store, project, monkeypatch):
    others = await save_another(store)
    async with store.write() as unit:
        await unit.tasks.upsert(others, [a_new_task("o1")])
        await unit.tasks.upsert(project, [a_new_task("t5")])
        await unit.commit()
    for key, *said_of in (
        ("t1", "cat", "cat", "dog"),
        ("t2", "dog"),
        ("t5", "cat", "dog"),
        ("g2", "dog", "cat"),
    ):
        await three_say(store, project, key, *said_of)
    await three_say(store, others, "o1", "cat", "dog", "dog")
    await believe(store, project, "t2", "dog", {"cat": 0.1, "dog": 0.9}, status="closed")
    await believe(store, project, "t5", "cat", {"cat": 0.9, "dog": 0.1}, status="closed")

    at_once = await counted(store, project)
    assert (at_once.workers, at_once.on_gold) == (3, Measured(1, 2))
    for tasks_of_each in range(1, 8):
        monkeypatch.setattr("storage.repositories.report_counts.PORTION_TASKS", tasks_of_each)
        assert await counted(store, project) == at_once


async def test_of_a_large_project_answers_are_read_by_their_tasks(store, project, monkeypatch):
    monkeypatch.setattr("storage.repositories.report_counts.PORTION_TASKS", 2)
    await three_say(store, project, "t1", "cat", "cat", "dog")
    for plan in await plans_of(store, lambda work: work.reports.count(project, NOON)):
        for reading in plan.readings:
            assert reading.index != "ix_leases_answered" or "answered_at" in reading.condition, plan.drawn


async def test_what_was_decided_and_is_open_again_is_told_apart_from_the_others(store, project):
    await three_say(store, project, "t1", "cat")
    await believe(store, project, "t1", "cat", {"cat": 0.95, "dog": 0.05}, status="closed")
    await three_say(store, project, "t2", "cat", "dog", "cat")
    await believe(store, project, "t2", "cat", {"cat": 0.9, "dog": 0.1}, status="closed")
    async with store.write() as unit:
        await unit.tasks.apply_quota(project)
        await unit.commit()

    report = await counted(store, project)

    assert report.tasks == {TaskStatus.CLOSED: 1, TaskStatus.OPEN: 3}
    assert report.answers_to_come == 1.5 + 2 * 2.5, "the project wants two answers, and t1 had one"


async def test_teaching_and_suspended_gold_measures_nobody(store, project):
    await three_say(store, project, "g1", "cat", "cat")
    await three_say(store, project, "g2", "cat", "cat")
    await keep_gold(store, project, "g2", choice="dog", state="suspended", contradicted=2)
    async with store.database.write() as transaction:
        taught = select(leases.c.id).where(leases.c.task_id == await find_task(transaction, project, "g1"))
        last = taught.order_by(leases.c.id.desc()).limit(1)
        await transaction.execute(update(leases).where(leases.c.id.in_(last)).values(purpose="teaching"))
        await transaction.commit()

    report = await counted(store, project)

    assert report.on_gold == Measured(1, 1)
    assert report.confused == []


async def test_audits_tell_whether_promises_held(store, project):
    for key, promised, became in (("t1", "cat", "cat"), ("t2", "cat", "dog")):
        await believe(store, project, key, became, {"cat": 0.5, "dog": 0.5}, status="closed",
                      audit={"choice": promised, "confidence": 0.9, "soft": {}})  # fmt: skip
    await believe(store, project, "t3", "cat", {"cat": 0.5}, audit=None, status="closed")

    report = await counted(store, project)

    assert report.audits == Audits(Measured(1, 2), pytest.approx(0.9))


async def test_a_report_is_kept_beside_what_else_was_learnt(store, project):
    await three_say(store, project, "t1", "cat", "dog")
    await believe(store, project, "t1", "cat", {"cat": 0.9, "dog": 0.1})
    async with store.read() as unit:
        assert await unit.reports.find(project.id) is None
    async with store.database.write() as transaction:
        await transaction.execute(
            insert(quality_models).values(project_id=project.id, body={"usual": [1]}, fitted_at=NOON)
        )
        await transaction.commit()

    first = await counted(store, project)
    later = await counted(store, project, NOON + timedelta(hours=1))

    async with store.read() as unit:
        assert await unit.reports.find(project.id) == later == replace(first, made_at=later.made_at)
    async with store.database.read() as transaction:
        kept = await transaction.execute(
            select(quality_models.c.body["usual"]).where(quality_models.c.project_id == project.id)
        )
        assert kept.scalar_one() == [1]
    other = await save_another(store)
    await counted(store, other)
    async with store.read() as unit:
        assert (await unit.reports.find(other.id)).tasks == {}


async def save_another(store):
    async with store.write() as unit:
        other = await unit.projects.save(a_project("other"), NOON)
        await unit.commit()
    return other


async def test_what_is_cheap_is_told_as_it_is_now(store, project):
    await three_say(store, project, "t1", "cat", "dog")
    await keep_gold(store, project, "g1", state="suspended", contradicted=3)
    await keep_gold(store, project, "g2", choice="dog")
    async with store.write() as unit:
        task_id = await find_task(unit._transaction, project, "t3")
        await unit.tasks.add_to_tallies({task_id: TallyChange(reports=2, status=TaskStatus.BROKEN)})
        await unit.commit()
    anna = await a_person(store, "dora")
    await keep_standing(store, project, anna.id, step="paused")

    async with store.read() as unit:
        live = await unit.reports.read_live(project, NOON + timedelta(minutes=60, seconds=30))
        small = [await unit.reports.is_small(project.id, limit) for limit in (5, 6)]

    assert (live.cost, live.answers_last_hour, live.median_seconds) == (Money(100_000, "CNY"), 1, None)
    assert live.golds == {GoldState.SUSPENDED: 1, GoldState.LIVE: 1}
    assert [(one.key, one.choice, one.contradicted) for one in live.suspended] == [("g1", "cat", 3)]
    assert [(one.key, one.status, one.reports) for one in live.set_aside] == [("t3", TaskStatus.BROKEN, 2)]
    assert live.steps == {Step.PAUSED: 1}
    assert small == [False, True]


@pytest.fixture
async def watched(store, project):
    """Workers of two counties, one of them paused, and one of no place."""
    places = {"anna": "tongren/wanshan", "bella": "tongren", "carla": "zunyi", "dora": PROGRAMME}
    people = {name: await a_person(store, name, place=place) for name, place in places.items()}
    for name, worker in people.items():
        step = "paused" if name == "bella" else "working"
        await keep_standing(store, project, worker.id, step=step, questions=9, golds=4, golds_right=3)
    async with store.write() as unit:
        await unit.supervisors.add(an_account("mei"), "tongren", NOON)
        await unit.supervisors.add(an_account("li"), "tongren/wanshan", NOON)
        await unit.commit()
    return people


@pytest.mark.parametrize("who", ["mei", "li", "chief"])
async def test_workers_are_told_only_to_their_own_supervisors(store, project, watched, who):
    theirs = {"mei": ["bella", "anna"], "li": ["anna"], "chief": ["bella", "anna", "carla", "dora"]}
    names = theirs[who]
    elsewhere = len(watched) - len(names)
    scopes = Scopes(frozenset({CHIEF}))
    view = await ShowWorkers(store, scopes)(an_account(who), project.id, 0)
    assert [one.worker_id for one in view.workers] == [watched[name].id for name in names]
    assert (view.within, view.elsewhere) == (len(names), elsewhere)
    assert view.workers[0].on_gold == Measured(3, 4)
    rest = await ShowWorkers(store, scopes)(an_account(who), project.id, 1)
    assert [one.worker_id for one in rest.workers] == [watched[name].id for name in names[1:]]
    assert len(names) < PORTION


async def test_any_supervisor_sees_the_figures_and_nobody_else(store, project, watched):
    scopes = Scopes(frozenset({CHIEF}))
    show = ShowProject(store, FrozenClock(NOON), scopes)
    for who, whole in (("mei", False), ("chief", True)):
        view = await show(an_account(who), project.id)
        assert (view.project, view.is_whole_programme) == (project, whole)
        assert view.report.tasks == {TaskStatus.OPEN: 4}
        assert [one.slug for one in await ListWatched(store, scopes)(an_account(who))] == ["animals"]
        assert await show(an_account(who), 404) is None
        assert await ShowWorkers(store, scopes)(an_account(who), 404, 0) is None
    for refused in (
        show(an_account("anna"), project.id),
        ShowWorkers(store, scopes)(an_account("anna"), project.id, 0),
        ListWatched(store, scopes)(an_account("anna")),
    ):
        with pytest.raises(NotSupervisor):
            await refused


async def test_a_large_project_shows_what_was_counted_before(store, project, watched, monkeypatch):
    monkeypatch.setattr("tasks.watching_projects.SMALL_TASKS", 3)
    scopes = Scopes(frozenset({CHIEF}))
    show = ShowProject(store, FrozenClock(NOON + timedelta(hours=1)), scopes)
    assert (await show(CHIEF, project.id)).report is None
    await counted(store, project)
    assert (await show(CHIEF, project.id)).report.made_at == NOON


async def test_pictures_set_aside_are_found_without_the_others(store, project):
    plan = await plan_of(store, lambda work: work.reports.read_live(project, NOON))
    assert "ix_tasks_set_aside" in plan
