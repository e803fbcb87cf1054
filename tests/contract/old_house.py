"""A database as the version before gold, standings and the frontier left it, in the middle of the work.

Written by SQL alone: what is here must not change when the program does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Date, bindparam, text

from storage.engine import Transaction, open_database
from storage.schema import migrate
from tasks.model.identifiers import AccountKey

REVISION = "0002"
QUOTA = 3
PRICE_MICROS = 50_000
BEGUN = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
LEASE_MINUTES = 60
WORKERS = ("anna", "mei", "li", "wanjiru", "sun", "zhao")
"""The last two have not worked there yet."""

HOLDS, LET_GO, REPORTED, UNDONE, CANT_TELL, LATE = (
    *("holds", "let go", "reported", "undone", "can't tell", "late"),
)
"""What somebody did with a task, beside answering it in time with a choice."""


@dataclass(frozen=True)
class OldTask:
    """One task as it stood; who did what with it, in that order."""

    status: str = "open"
    gold: str | None = None
    deeds: Mapping[str, str] = field(default_factory=dict)


def by(**deeds: str) -> OldTask:
    return OldTask(deeds=deeds)


def full(**deeds: str) -> OldTask:
    return OldTask("closed", deeds=deeds)


def known(gold: str, status: str = "open", **deeds: str) -> OldTask:
    return OldTask(status, gold, deeds)


TASKS: Mapping[str, OldTask] = {
    "held": by(mei=HOLDS),
    "fresh": by(),
    "begun": by(anna="cat"),
    "gold asked": known("cat", anna="cat", mei="dog"),
    "begun and held": by(anna="cat", li=HOLDS),
    "last place held": by(mei="cat", li="cat", anna=HOLDS),
    "decided": full(anna="dog", mei="dog", li="dog"),
    "decided, one was late": full(anna=LET_GO, mei="cat", li="cat", wanjiru="cat"),
    "split": full(anna="cat", mei="dog", li="car"),
    "gold fresh": known("dog"),
    "let go": by(wanjiru=LET_GO),
    "last place let go": by(anna="cat", mei="cat", wanjiru=LET_GO),
    "taken back": by(anna=UNDONE, mei="cat"),
    "gold full": known("car", "closed", anna="car", mei="car", li="cat"),
    "not told": by(anna=CANT_TELL, mei="cat"),
    "reported once": by(wanjiru=REPORTED, li="dog"),
    "late and unpaid": full(anna="dog", mei="dog", li="dog", wanjiru=LATE),
    "gold let go": known("cat", li=LET_GO),
    "broken": OldTask("broken", deeds={"anna": REPORTED, "mei": REPORTED}),
    "unclear": OldTask("unclear", deeds={"anna": CANT_TELL, "mei": CANT_TELL, "li": CANT_TELL}),
    "gold broken": known("dog", "broken", mei=REPORTED, li=REPORTED),
    "taken out": OldTask("withdrawn", deeds={"anna": REPORTED, "li": REPORTED}),
    "gold held": known("dog", mei="dog", wanjiru=HOLDS),
    "gold fresh too": known("cat"),
    "last": by(),
}
"""In the order of import."""
HELD = {(name, key) for key, task in TASKS.items() for name, deed in task.deeds.items() if deed == HOLDS}


def truth(key: str) -> str:
    """What is in the picture."""
    said = [deed for deed in TASKS[key].deeds.values() if deed in {"cat", "dog", "car"}]
    return TASKS[key].gold or (said[0] if said else "cat")


def account(name: str) -> AccountKey:
    return AccountKey("telegram", name)


async def build_old_house(database_url: str) -> None:
    """Makes the database of that version, with its projects, tasks, leases and books."""
    await migrate(database_url, REVISION)
    database = open_database(database_url, connections=1)
    async with database.write() as transaction:
        await _add_workers(transaction)
        await _add_project(transaction, "animals", answers_min=2, answers_max=QUOTA)
        await _add_project(transaction, "signs", answers_min=1, answers_max=1)
        for position, (key, task) in enumerate(TASKS.items(), start=1):
            await _add_task(transaction, 1, position, key, task)
        for position in range(1, 4):
            await _add_task(transaction, 2, position, f"sign {position}", OldTask())
        await transaction.commit()
    await database.close()


async def _add_workers(transaction: Transaction) -> None:
    for number, name in enumerate(WORKERS, start=1):
        worker = {"language": "zh", "status": "active", "consent_version": "1", "time_zone": "Asia/Shanghai"}
        await _insert(transaction, "workers", **worker, created_at=0, status_at=0)
        known_as = {"channel": "telegram", "external_id": name, "worker_id": number}
        await _insert(transaction, "accounts", **known_as, reachable=True, reachable_at=0)
        await _insert(transaction, "consents", worker_id=number, version="1", at=0)


async def _add_project(transaction: Transaction, slug: str, *, answers_min: int, answers_max: int) -> None:
    choices = [
        {"number": number, "id": each, "emoji": "", "words": {"en": each.title()}, "retired": False}
        for number, each in enumerate(("cat", "dog", "car"), start=1)
    ]
    words = {"languages": ["en"], "titles": {"en": slug.title()}, "questions": {"en": "What is it?"}}
    await _insert(
        transaction,
        "projects",
        slug=slug,
        kind="choice",
        currency="CNY",
        price_micros=PRICE_MICROS,
        answers_min=answers_min,
        answers_max=answers_max,
        confidence=0.95,
        gold_share=0.2,
        lease_minutes=LEASE_MINUTES,
        seconds_estimate=6,
        **{name: json.dumps(value) for name, value in {**words, "choices": choices}.items()},
        created_at=_micros(BEGUN),
        saved_at=_micros(BEGUN),
    )


async def _add_task(
    transaction: Transaction, project_id: int, position: int, key: str, task: OldTask
) -> None:
    deeds = list(task.deeds.values())
    answers = sum(deed in {"cat", "dog", "car"} for deed in deeds)
    task_id = await _insert(
        transaction,
        "tasks",
        project_id=project_id,
        key=key,
        position=position,
        image_id=f"{1000 * project_id + position:064x}",
        gold=task.gold,
        explanations="{}",
        status=task.status,
        # As that version counted: a place is taken by an accepted answer or by whoever holds the task.
        taken=answers + deeds.count(HOLDS),
        answers=answers,
        cant_tells=deeds.count(CANT_TELL),
        reports=deeds.count(REPORTED),
    )
    for number, (name, deed) in enumerate(task.deeds.items()):
        shown_at = BEGUN + timedelta(minutes=position, seconds=number)
        whose = {"project_id": project_id, "task_id": task_id, "worker_id": WORKERS.index(name) + 1}
        await _add_lease(transaction, deed, shown_at=shown_at, **whose)


async def _add_lease(
    transaction: Transaction,
    deed: str,
    *,
    project_id: int,
    task_id: int,
    worker_id: int,
    shown_at: datetime,
) -> None:
    states = {HOLDS: "open", LET_GO: "ended", REPORTED: "reported", UNDONE: "undone"}
    state = states.get(deed, "answered")
    answered_at = shown_at + timedelta(seconds=5)
    settled_at = {"answered": answered_at, "reported": shown_at}.get(state)
    said: dict[str, Any] = {}
    if state in {"answered", "undone"}:
        status = {UNDONE: "undone", CANT_TELL: "unpaid", LATE: "unpaid"}.get(deed, "approved")
        choice = {UNDONE: "cat", CANT_TELL: "cant_tell", LATE: "cat"}.get(deed, deed)
        said = {
            "choice": choice,
            "answered_at": _micros(answered_at),
            "seconds": 5.0,
            "answer_status": status,
        }
    lease_id = await _insert(
        transaction,
        "leases",
        task_id=task_id,
        project_id=project_id,
        worker_id=worker_id,
        state=state,
        currency="CNY",
        price_micros=PRICE_MICROS,
        shown_at=_micros(shown_at),
        ends_at=_micros(shown_at + timedelta(minutes=LEASE_MINUTES)),
        settled_at=None if settled_at is None else _micros(settled_at),
        **said,
    )
    if said.get("answer_status") in {"approved", "undone"}:
        legs = {f"order:{project_id}:committed": -PRICE_MICROS, f"worker:{worker_id}:approved": PRICE_MICROS}
        await _book(transaction, "answer", lease_id, legs, answered_at)
    if state == "undone":
        back = {where: -micros for where, micros in legs.items()}
        await _book(transaction, "undo", lease_id, back, answered_at)


async def _book(
    transaction: Transaction, kind: str, lease_id: int, legs: Mapping[str, int], at: datetime
) -> None:
    entry, day = f"{kind}:{lease_id}", at.date()
    for leg, (where, micros) in enumerate(legs.items()):
        row = {"entry_key": entry, "leg": leg, "account": where, "currency": "CNY", "micros": micros}
        await _insert(transaction, "postings", **row, day=day, shard=0)
    await _insert(transaction, "entries", key=entry, kind=kind, booked_at=_micros(at), day=day)


async def _insert(transaction: Transaction, table: str, **values: Any) -> int:
    """Adds that row; returns its id, if it has one."""
    names = ", ".join(values)
    with_id = table in {"workers", "consents", "projects", "tasks", "leases"}
    statement = text(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"
        + (" RETURNING id" if with_id else "")
    )
    if "day" in values:
        statement = statement.bindparams(bindparam("day", type_=Date))
    rows = await transaction.execute(statement, values)
    return int(rows.scalar_one()) if with_id else 0


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000
