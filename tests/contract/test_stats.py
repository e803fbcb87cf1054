"""What tapwork stats tells, on every engine."""

import json
from dataclasses import replace

from bot.commands.stats import read_stats
from bot.commands.stats_json import stats_body
from bot.commands.stats_lines import stats_lines
from storage.exchange.exporting import What, make_export
from storage.exchange.exports import list_pages
from tasks.model.money import Money
from tasks.model.work import AnswerStatus, TaskStatus
from tasks.ports import TallyChange
from tests.builders import NOON, a_new_task, a_project, an_account, an_answer
from tests.contract.answered import answer
from tests.contract.county import a_person
from tests.contract.judged import believe, find_task, keep_gold, keep_standing


async def a_busy_project(store):
    async with store.write() as unit:
        project = await unit.projects.save(a_project(), NOON)
        keys = ("t1", "t2", "t3", "g1")
        await unit.tasks.upsert(
            project, [a_new_task(key, gold="cat" if key == "g1" else None) for key in keys]
        )
        await unit.commit()
    said = {"t1": "cat cat dog", "t2": "dog", "g1": "cat dog dog"}
    for key, choices in said.items():
        for name, choice in zip(("anna", "bella", "carla"), choices.split(), strict=False):
            approved = an_answer(choice, at=NOON, status=AnswerStatus.APPROVED)
            await answer(store, project, key, an_account(name), approved)
    audit = {"choice": "cat", "confidence": 0.9, "soft": {}}
    await believe(store, project, "t1", "cat", {"cat": 0.9, "dog": 0.1}, status="closed", audit=audit)
    await believe(store, project, "t2", "dog", {"cat": 0.4, "dog": 0.6})
    await keep_gold(store, project, "g1", state="suspended", contradicted=2)
    worker = await a_person(store, "dora")
    await keep_standing(store, project, worker.id, step="paused")
    async with store.write() as unit:
        task_id = await find_task(unit._transaction, project, "t3")
        await unit.tasks.add_to_tallies({task_id: TallyChange(reports=2, status=TaskStatus.BROKEN)})
        await unit.commit()
    return project, worker.id


async def test_lines_for_people(store):
    project, paused = await a_busy_project(store)
    spent, expected, price = Money(350_000, "CNY"), Money(500_000, "CNY"), project.price
    lines = stats_lines(await read_stats(store, project))
    assert lines == [
        "animals: Animals",
        "  tasks     1 of 3 closed (33.3%); 1 broken, 1 open; 1 gold beside them",
        "  answers   7 accepted, 3 of them to gold, 0 can't tell, 0 late and unpaid",
        "  workers   3 answered, 0 questions are with workers now",
        f"  cost      {spent}, gold counted; an answer pays {price} now; {expected} expected in the end",
        "  accuracy  0 of 0 right on gold, lessons aside (none yet)",
        "  pace      not known yet; 0 answers in the last hour, 0 in the last day",
        "  per task  3.00 answers on a decided task, gold not counted",
        "  gold      1 from tasks.csv; 1 suspended; contradicted by able workers: g1",
        "  verdicts  1 of 1 asked again stayed the same; it was 90.0% sure",
        "  agreement Krippendorff's alpha -0.111",
        "  confused  cat taken for dog: 1 of 3",
        "  doubtful  t2 (dog 0.60), t1 (cat 0.90)",
        f"  standing  1 paused; paused: {paused}",
        "  set aside t3 (2 say broken, 0 can't tell)",
    ]


async def test_what_there_is_one_of_is_said_as_one(store):
    project, _ = await a_busy_project(store)
    stats = await read_stats(store, project)
    (picture,) = stats.live.set_aside
    live = replace(stats.live, answers_last_hour=1, set_aside=[replace(picture, reports=1)])
    one = replace(stats, progress=replace(stats.progress, open_leases=1), live=live)
    lines = stats_lines(one)
    assert "  workers   3 answered, 1 question is with a worker now" in lines
    assert "  pace      not known yet; 1 answer in the last hour, 0 in the last day" in lines
    assert "  set aside t3 (1 says broken, 0 can't tell)" in lines


async def test_golds_are_counted_apart_everywhere(store):
    """The lines, the JSON and the verdicts tell of the same tasks; the last has a row for each gold, too."""
    project, _ = await a_busy_project(store)
    stats = await read_stats(store, project)
    tasks = stats_body(stats)["tasks"]
    export = await make_export(store.database, project, What.VERDICTS)
    pages = [page async for page in list_pages(store.database, export)]
    rows = [dict(zip(export.columns, row, strict=True)) for page in pages for row in page]
    assert f"{tasks['closed']} of {tasks['total']} closed" in stats_lines(stats)[1]
    assert len(rows) == tasks["total"] + tasks["gold"]
    assert sum(row["answers"] for row in rows) == stats_body(stats)["answers"]["accepted"]


async def test_a_choice_that_got_another_id_makes_no_mistakes(store):
    project, _ = await a_busy_project(store)
    await keep_gold(store, project, "t3")
    renamed = replace(project, choices=a_project(choices=("kitten", "dog", "car")).choices)
    async with store.write() as unit:
        project = await unit.projects.save(renamed, NOON)
        await unit.tasks.upsert(project, [a_new_task("t2", gold="kitten")])
        await unit.commit()
    await answer(store, project, "t2", an_account("bella"), an_answer("cat", at=NOON))
    stats = await read_stats(store, project)
    lines = "\n".join(stats_lines(stats))
    assert "0 of 1 right on gold, lessons aside" in lines
    assert "kitten taken for dog: 1 of 1" in lines
    assert "taken for cat" not in lines
    assert "cat taken for" not in lines
    assert "1 live, 1 suspended; 1 asked of nobody: its choice is not offered" in lines


async def test_a_gold_that_was_set_aside_is_asked_of_nobody(store):
    project, _ = await a_busy_project(store)
    await keep_gold(store, project, "t1")
    await keep_gold(store, project, "t3")
    stats = await read_stats(store, project)
    assert stats_body(stats)["golds"]["asked"] == 1, "t3 was called broken"
    assert "2 live, 1 suspended; 1 asked of nobody: " in "\n".join(stats_lines(stats))


async def test_json_for_programs(store):
    """These keys are read by programs. Add to them; never take one away."""
    project, paused = await a_busy_project(store)
    body = json.loads(json.dumps(stats_body(await read_stats(store, project))))
    counted_at, alpha = body.pop("counted_at"), body.pop("alpha")
    assert counted_at.endswith("Z")
    assert round(alpha, 3) == -0.111
    verdicts = body["accuracy"]["verdicts"]
    assert {verdicts.pop("low") < 1, verdicts.pop("high") == 1} == {True}
    assert body == {
        "project": "animals",
        "tasks": {
            "open": 1, "closed": 1, "disputed": 0, "broken": 1, "unclear": 0, "withdrawn": 0,
            "total": 3, "gold": 1,
        },
        "answers": {
            "accepted": 7, "on_gold": 3, "per_task": 3.0, "cant_tell": 0, "unpaid_late": 0, "to_come": 2.625,
        },
        "cost": {"so_far": "0.35", "expected": "0.50", "price": "0.05", "currency": "CNY"},
        "accuracy": {"answers": None, "verdicts": {"promised": 0.9, "right": 1, "of": 1, "measured": 1.0}},
        "confused": [{"right": "cat", "said": "dog", "answers": 1, "of": 3}],
        "doubtful": [
            {"task": "t2", "choice": "dog", "confidence": 0.6, "status": "open"},
            {"task": "t1", "choice": "cat", "confidence": 0.9, "status": "closed"},
        ],
        "pace": {"last_hour": 0, "last_day": 0, "median_seconds": None},
        "workers": {
            "answered": 3,
            "open_questions": 0,
            "steps": {"working": 0, "watched": 0, "refreshing": 0, "paused": 1, "removed": 0},
            "ids": {"watched": [], "refreshing": [], "paused": [paused], "removed": []},
            "same_mistakes": [],
        },
        "golds": {"live": 0, "retired": 0, "suspended": 1, "asked": 0, "suspended_tasks": ["g1"]},
        "set_aside": [{"task": "t3", "status": "broken", "say_broken": 2, "cant_tell": 0}],
    }  # fmt: skip
