"""What clients take home, on every engine."""

import contextlib
import csv
import json
from datetime import timedelta
from io import StringIO

import pytest

from storage.exchange.beside import Beside
from storage.exchange.exporting import What, make_export
from storage.exchange.exports import count_rows, list_pages
from storage.exchange.written_rows import Format, whole_file, write_header, write_rows
from tasks.errors import InputError
from tasks.model.project import CANT_TELL
from tasks.model.work import AnswerStatus
from tests.builders import NOON, a_new_task, a_project, an_account, an_answer
from tests.contract.answered import answer
from tests.contract.judged import believe, keep_gold, keep_standing


def said(choice: str, minute: int, status: AnswerStatus = AnswerStatus.APPROVED, seconds: float = 3.26):
    return an_answer(choice, at=NOON + timedelta(minutes=minute), status=status, seconds=seconds)


@pytest.fixture
async def project(store):
    async with store.write() as unit:
        project = await unit.projects.save(a_project(), NOON)
        keys = ("t1", "t2", "t3", "=1+1")
        await unit.tasks.upsert(
            project, [a_new_task(key, gold="cat" if key == "t1" else None) for key in keys]
        )
        await unit.commit()
    return project


@pytest.fixture
def exported(store, project):
    async def run(what: What, form: Format = Format.CSV, **wanted) -> list[dict]:
        export = await make_export(store.database, project, what, **wanted)
        text = write_header(export.columns, form)
        async for page in list_pages(store.database, export):
            text += write_rows(export.columns, page, form)
        if form is Format.CSV:
            rows = list(csv.DictReader(StringIO(text.decode())))
        else:
            rows = [json.loads(line) for line in text.decode().splitlines()]
        assert len(rows) == await count_rows(store.database, export)
        return rows

    return run


async def test_answers_in_the_order_they_came(store, project, exported):
    bella = await answer(store, project, "t1", an_account("bella"), said("dog", 2, AnswerStatus.REJECTED))
    anna = await answer(store, project, "t1", an_account("anna"), said("cat", 1))
    await answer(store, project, "t2", an_account("anna"), said(CANT_TELL, 3, AnswerStatus.UNPAID))
    await answer(store, project, "t3", an_account("anna"), said("dog", 4), undone=True)

    rows = await exported(What.ANSWERS)

    assert rows[0] == {
        "project": "animals",
        "task": "t1",
        "worker": str(anna),
        "choice": "cat",
        "answered_at": "2026-03-02T12:01:00.000Z",
        "seconds": "3.3",
        "price": "0.05",
        "currency": "CNY",
        "status": "approved",
        "gold": "cat",
        "weight": "",
    }
    told = [(row["task"], row["worker"], row["choice"], row["status"], row["gold"]) for row in rows[1:]]
    assert told == [
        ("t1", str(bella), "dog", "rejected", "cat"),
        ("t2", str(anna), "cant_tell", "unpaid", ""),
        ("t3", str(anna), "dog", "undone", ""),
    ]
    line = (await exported(What.ANSWERS, Format.JSONL))[0]
    assert (line["worker"], line["seconds"], line["price"], line["gold"]) == (anna, 3.3, "0.05", "cat")


async def test_verdicts_name_the_choice_of_most(store, project, exported):
    # Two against two: the cat was there with two first.
    votes = [("anna", "dog"), ("bella", "cat"), ("carla", "cat"), ("dora", "dog")]
    for minute, (name, choice) in enumerate(votes):
        await answer(store, project, "t2", an_account(name), said(choice, minute))
    await answer(store, project, "t3", an_account("anna"), said(CANT_TELL, 1, AnswerStatus.UNPAID))
    await answer(store, project, "t3", an_account("bella"), said("dog", 1), undone=True)

    rows = await exported(What.VERDICTS)

    assert list(rows[0])[:6] == ["project", "task", "choice", "confidence", "answers", "status"]
    assert [tuple(row.values())[:6] for row in rows[1:]] == [
        ("animals", "t2", "cat", "0.4286", "4", "open"),
        ("animals", "t3", "", "", "0", "open"),
        ("animals", "'=1+1", "", "", "0", "open"),
    ]
    assert list(rows[0])[6:] == ["soft", "cost", "currency", "version", "reason"]
    assert json.loads(rows[1]["soft"]) == {"cat": 0.4286, "dog": 0.4286, "car": 0.1429}
    assert [tuple(row.values())[7:] for row in rows[1:3]] == [
        ("0.20", "CNY", "0", ""),
        ("0.00", "CNY", "0", ""),
    ]
    lines = await exported(What.VERDICTS, Format.JSONL)
    assert lines[1]["confidence"] == 0.4286
    assert lines[1]["soft"] == {"cat": 0.4286, "dog": 0.4286, "car": 0.1429}
    assert (lines[3]["task"], lines[3]["choice"], lines[3]["confidence"]) == ("=1+1", None, None)
    assert (lines[3]["soft"], lines[3]["reason"]) == (None, None)


async def test_a_gold_says_what_the_client_knows_as_long_as_that_holds(store, project, exported):
    for minute, (name, choice) in enumerate([("anna", "dog"), ("bella", "dog"), ("carla", "cat")]):
        await answer(store, project, "t1", an_account(name), said(choice, minute))
    row = (await exported(What.VERDICTS))[0]
    assert (row["choice"], row["confidence"], row["answers"], row["status"]) == ("cat", "1.0", "3", "closed")
    assert (row["soft"], row["cost"], row["reason"]) == ('{"cat": 1.0}', "0.15", "gold")

    await keep_gold(store, project, "t1", choice="cat", state="suspended")

    row = (await exported(What.VERDICTS))[0]
    assert (row["choice"], row["confidence"], row["status"], row["reason"]) == ("dog", "0.5", "open", "")


async def test_what_was_worked_out_stands_before_the_shares(store, project, exported):
    for name in ("anna", "bella"):
        await answer(store, project, "t2", an_account(name), said("cat", 1))
    soft = {"cat": 0.1, "dog": 0.88888, "car": 0.01112}
    await believe(store, project, "t2", "cat", {"cat": 0.6, "dog": 0.4}, reason="quota")
    await believe(store, project, "t2", "dog", soft, reason="renewed", status="closed")

    row = (await exported(What.VERDICTS, Format.JSONL))[1]

    assert (row["choice"], row["confidence"], row["answers"], row["status"]) == ("dog", 0.8889, 2, "closed")
    assert row["soft"] == {"cat": 0.1, "dog": 0.8889, "car": 0.0111}
    assert (row["version"], row["reason"], row["cost"]) == (2, "renewed", "0.10")
    history = await exported(What.VERDICTS, Format.JSONL, history=True)
    assert [(row["version"], row["choice"], row["reason"]) for row in history] == [
        (1, "cat", "quota"),
        (2, "dog", "renewed"),
    ]
    assert history[0]["soft"] == {"cat": 0.6, "dog": 0.4}
    assert (history[0]["made_at"], history[0]["status"]) == ("2026-03-02T12:00:00.000Z", "closed")


async def test_other_methods_stand_beside_on_demand(store, project, exported):
    for minute, (name, choice) in enumerate([("anna", "dog"), ("bella", "cat"), ("carla", "cat")]):
        await answer(store, project, "t2", an_account(name), said(choice, minute))
        await answer(store, project, "t3", an_account(name), said("car", minute))
    plain = await exported(What.VERDICTS)

    rows = await exported(What.VERDICTS, beside=list(Beside))

    assert [dict(list(row.items())[:11]) for row in rows] == plain
    assert list(rows[0])[11:] == ["majority", "majority_share", "dawid_skene", "dawid_skene_confidence"]
    assert list(rows[0].values())[11:] == ["", "", "", ""]
    assert (rows[1]["majority"], rows[1]["majority_share"], rows[1]["dawid_skene"]) == (
        "cat",
        "0.6667",
        "cat",
    )
    assert float(rows[1]["dawid_skene_confidence"]) > 0.5
    assert (rows[2]["majority"], rows[2]["dawid_skene"]) == ("car", "car")
    only = await exported(What.VERDICTS, beside=[Beside.MAJORITY])
    assert list(only[0])[11:] == ["majority", "majority_share"]


async def test_an_answer_that_waits_for_review_counts_as_it_does_for_the_verdict(store, project, exported):
    for name, status in (("anna", AnswerStatus.PENDING), ("bella", AnswerStatus.REJECTED)):
        await answer(store, project, "t2", an_account(name), said("dog", 1, status))

    row = (await exported(What.VERDICTS, beside=list(Beside)))[1]

    assert (row["choice"], row["answers"], row["cost"]) == ("dog", "1", "0.05")
    assert (row["majority"], row["dawid_skene"]) == ("dog", "dog")


async def test_answers_weigh_what_is_known_of_who_gave_them(store, project, exported):
    people = ["anna", "bella", "carla", "dora"]
    for minute, name in enumerate(people):
        status = AnswerStatus.UNPAID if name == "carla" else AnswerStatus.APPROVED
        worker = await answer(store, project, "t2", an_account(name), said("dog", minute, status))
        known = {"anna": (0.9, 1.0), "bella": (0.9, 0.5), "carla": (0.9, 1.0)}.get(name)
        if known:
            await keep_standing(store, project, worker, accuracy=known[0], weight=known[1])

    rows = await exported(What.ANSWERS, Format.JSONL)

    assert [row["weight"] for row in rows] == [0.85, 0.425, 0.0, None]


async def test_many_pages_keep_tasks_whole(store, project, exported, monkeypatch):
    monkeypatch.setattr("storage.exchange.exports.PAGE_ROWS", 2)
    for key in ("t2", "t3"):
        for minute, choice in enumerate(["dog", "cat", "car"]):
            await answer(store, project, key, an_account(choice), said(choice, minute))

    rows = await exported(What.VERDICTS)

    assert [(row["task"], row["answers"]) for row in rows[:3]] == [("t1", "0"), ("t2", "3"), ("t3", "3")]


async def test_the_ledger_adds_up_to_nothing(store, project, exported):
    anna = await answer(store, project, "t1", an_account("anna"), said("cat", 1))
    await answer(store, project, "t2", an_account("anna"), said("cat", 2))
    async with store.write() as unit:
        other = await unit.projects.save(a_project("other"), NOON)
        await unit.tasks.upsert(other, [a_new_task()])
        await unit.commit()
    await answer(store, other, "t1", an_account("anna"), said("cat", 3))

    rows = await exported(What.LEDGER)

    assert len(rows) == 4
    assert sum(float(row["amount"]) for row in rows) == 0
    client, worker = rows[:2]
    assert (client["kind"], client["account"], client["worker"]) == (
        "answer",
        f"order:{project.id}:committed",
        "",
    )
    assert (client["amount"], client["currency"]) == ("-0.05", "CNY")
    assert (worker["account"], worker["worker"], worker["amount"]) == (
        f"worker:{anna}:approved",
        str(anna),
        "0.05",
    )
    assert worker["entry"].startswith("answer:")
    assert worker["booked_at"] == "2026-03-02T12:01:00.000Z"


async def test_a_project_without_answers(exported):
    assert await exported(What.ANSWERS) == []
    assert await exported(What.LEDGER) == []


def test_a_file_takes_its_place_only_when_it_is_whole(tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("old")
    with contextlib.suppress(ZeroDivisionError), whole_file(out) as file:
        file.write(b"half of the n")
        raise ZeroDivisionError
    assert out.read_text() == "old"
    with whole_file(out) as file:
        file.write(b"new")
    assert out.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    for wrong in (tmp_path, tmp_path / "nowhere" / "out.csv"):
        with pytest.raises(InputError, match="cannot be written"), whole_file(wrong):
            pass
