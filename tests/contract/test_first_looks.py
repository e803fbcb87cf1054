"""Whoever's answers tell little takes first looks alone, as long as others are at work on the rest."""

import random
from dataclasses import replace

import pytest

from storage.unit_of_work import SqlStore
from tasks import lending
from tasks.answering import Press
from tasks.golding import Golding
from tasks.lending import Lending
from tasks.model.project import AnswerRules, Project
from tasks.model.standing import Step
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import NothingToDo
from tasks.ports import Bucket, Learnt, Place
from tasks.promising import TellAboutWork
from tasks.supervising import PROGRAMME
from tests.contract.programme import list_task_ids
from tests.contract.village import CAT, Village, is_over

LITTLE, MUCH = 0.3, 1.2
RULES = AnswerRules(1, 4, 0.95)


@pytest.fixture
def village(store: SqlStore) -> Village:
    return Village(store, golding=Golding(Lending(chance=random.Random(7))))


async def who_tells(village: Village, project: Project, name: str, information: float) -> Worker:
    """A worker of whom that was learnt."""
    worker = await village.worker(name)
    async with village.store.write() as uow:
        learnt = {worker.id: Learnt((), 0.6, 0.5, information)}
        await uow.standings.save_learnt(project.id, learnt, village.clock.now())
        await uow.commit()
    return worker


async def one_that_others_began(village: Village, rules: AnswerRules = RULES) -> tuple[Project, Worker]:
    """Two tasks: one that anna has just answered, and one that is her next question, which somebody whose
    answers tell little has answered before her.
    """
    project = await village.project(tasks=2, rules=rules)
    anna = await who_tells(village, project, "anna", MUCH)
    await village.says(anna, await village.question(anna, project))
    mei = await who_tells(village, project, "mei", LITTLE)
    await village.says(mei, await village.question(mei, project))
    return project, mei


async def test_what_others_began_is_kept_for_them_and_she_is_told_why(village: Village) -> None:
    project, mei = await one_that_others_began(village)
    taken = await village.take_task(mei, project.id)
    assert taken == NothingToDo(project, kept_for_others=True)
    assert await village.offers(mei) == []


async def test_where_nothing_is_left_nothing_is_kept(village: Village) -> None:
    project, mei = await one_that_others_began(village)
    for name in ("bela", "cora", "dora"):
        worker = await village.worker(name)
        await village.says(worker, await village.question(worker, project))
    assert await village.take_task(mei, project.id) == NothingToDo(project)


@pytest.mark.parametrize("rules", [RULES, AnswerRules(4, 4, 0.95)])
async def test_those_who_look_after_her_see_it_where_it_is_so(village: Village, rules: AnswerRules) -> None:
    project, mei = await one_that_others_began(village, rules)
    async with village.store.read() as uow:
        seen = await uow.reports.list_workers(project, scope=PROGRAMME, first=0, limit=9)
    assert [one.worker_id for one in seen if one.takes_first_looks] == ([mei.id] if rules == RULES else [])


async def test_when_nothing_is_left_for_the_others_she_gets_it_at_once(village: Village) -> None:
    project, mei = await one_that_others_began(village)
    tell = TellAboutWork(village.store, village.clock)
    assert isinstance(await village.take_task(mei, project.id), NothingToDo)
    anna = await village.worker("anna")
    outcome = await village.says(anna, await village.question(anna, project))
    assert is_over(outcome)
    assert await tell() == 1
    assert isinstance(await village.take_task(mei, project.id), Question)


async def test_when_the_others_have_gone_she_gets_it_and_is_told_so(village: Village) -> None:
    project, mei = await one_that_others_began(village)
    tell = TellAboutWork(village.store, village.clock)
    assert isinstance(await village.take_task(mei, project.id), NothingToDo)
    assert await tell() == 0
    village.clock.advance(minutes=6)
    assert await tell() == 1
    assert [offer.project for offer in await village.offers(mei)] == [project]
    assert isinstance(await village.take_task(mei, project.id), Question)


@pytest.mark.parametrize("information", [MUCH, None])
async def test_nothing_is_kept_from_anybody_else(village: Village, information: float | None) -> None:
    project, _ = await one_that_others_began(village)
    if information is None:
        bela = await village.worker("bela")
    else:
        bela = await who_tells(village, project, "bela", information)
    assert isinstance(await village.take_task(bela, project.id), Question)


async def test_among_people_like_her_nothing_is_kept_from_her(village: Village) -> None:
    project = await village.project(tasks=1, rules=RULES)
    for name in ("mei", "li", "na"):
        worker = await who_tells(village, project, name, LITTLE)
        await village.says(worker, await village.question(worker, project))


@pytest.mark.parametrize("least", [2, 4])
async def test_answers_that_are_bought_in_any_case_are_for_everybody(village: Village, least: int) -> None:
    project, mei = await one_that_others_began(village, AnswerRules(least, 4, 0.95))
    await village.says(mei, await village.question(mei, project))
    li = await who_tells(village, project, "li", LITTLE)
    await village.says(li, await village.question(li, project))
    taken = await village.take_task(li, project.id)
    assert isinstance(taken, Question) == (least == 4)


async def test_who_is_in_doubt_is_tested_among_all_tasks(village: Village) -> None:
    project, mei = await one_that_others_began(village)
    async with village.store.write() as uow:
        (standing,) = (await uow.standings.lock([(project.id, mei.id)])).values()
        await uow.standings.save([replace(standing, step=Step.WATCHED)])
        await uow.commit()
    assert isinstance(await village.take_task(mei, project.id), Question)


async def test_several_get_the_fresh_ones_and_whoever_comes_too_late_none(village: Village) -> None:
    project = await village.project(tasks=5, rules=RULES)
    anna = await who_tells(village, project, "anna", MUCH)
    crowd = [await who_tells(village, project, f"w{number}", LITTLE) for number in range(4)]
    firsts = [await village.question(worker, project) for worker in crowd]
    began = await village.question(anna, project)
    presses = [Press(worker, card.lease_id, CAT) for worker, card in zip(crowd, firsts, strict=True)]
    outcomes = await village.submit([Press(anna, began.lease_id, CAT), *presses])
    ours = [outcome.next for outcome in outcomes[1:]]  # type: ignore[union-attr]
    fresh = {one.task_id for one in ours if isinstance(one, Question)}
    assert not fresh & {began.task_id, *(card.task_id for card in firsts)}
    assert all(one.kept_for_others for one in ours if isinstance(one, NothingToDo))
    assert any(isinstance(one, NothingToDo) for one in ours), "more people than fresh tasks"


async def test_where_the_others_do_not_keep_up_she_helps(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lending, "STARTED_MAX", 80)
    project = await village.project(tasks=130, rules=RULES)
    ids = await list_task_ids(village.store, project)
    async with village.store.write() as uow:
        await uow.frontier.set_places({one: Place(Bucket.STARTED, 3) for one in ids[:100]})
        await uow.commit()
    anna = await who_tells(village, project, "anna", MUCH)
    await village.says(anna, await village.question(anna, project))
    mei = await who_tells(village, project, "mei", LITTLE)
    assert (await village.question(mei, project)).task_id in ids[:100]
