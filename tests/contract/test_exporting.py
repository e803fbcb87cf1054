"""What clients take home, on every engine."""

import contextlib
import csv
import json
from datetime import timedelta
from io import StringIO

import pytest

from storage.exchange.exporting import EXPORTS, What, list_pages
from storage.exchange.written_rows import Format, whole_file, write_header, write_rows
from tasks.errors import InputError
from tasks.model.project import CANT_TELL
from tasks.model.work import AnswerStatus
from tests.builders import NOON, a_new_task, a_project, an_account, an_answer
from tests.contract.answered import answer


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
    async def run(what: What, form: Format = Format.CSV) -> list[dict]:
        columns = EXPORTS[what].columns
        text = write_header(columns, form)
        async for page in list_pages(store.database, project, what):
            text += write_rows(columns, page, form)
        if form is Format.CSV:
            return list(csv.DictReader(StringIO(text.decode())))
        return [json.loads(line) for line in text.decode().splitlines()]

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
    for minute, (name, choice) in enumerate([("anna", "dog"), ("bella", "cat"), ("carla", "cat")]):
        await answer(store, project, "t1", an_account(name), said(choice, minute))
    # Two against two: the cat was there with two first.
    votes = [("anna", "dog"), ("bella", "cat"), ("carla", "cat"), ("dora", "dog")]
    for minute, (name, choice) in enumerate(votes):
        await answer(store, project, "t2", an_account(name), said(choice, minute))
    await answer(store, project, "t3", an_account("anna"), said(CANT_TELL, 1, AnswerStatus.UNPAID))
    await answer(store, project, "t3", an_account("bella"), said("dog", 1), undone=True)

    rows = await exported(What.VERDICTS)

    assert [tuple(row.values()) for row in rows] == [
        ("animals", "t1", "cat", "0.5", "3", "open"),
        ("animals", "t2", "cat", "0.4286", "4", "open"),
        ("animals", "t3", "", "", "0", "open"),
        ("animals", "'=1+1", "", "", "0", "open"),
    ]
    lines = await exported(What.VERDICTS, Format.JSONL)
    assert lines[1]["confidence"] == 0.4286
    assert (lines[3]["task"], lines[3]["choice"], lines[3]["confidence"]) == ("=1+1", None, None)


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
