"""The laws, checked on what goes out to the client and on what the workers were told."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from tests.journeys.crew import Worker
from tests.journeys.house import House

Rows = Sequence[Mapping[str, str]]
PAID = {"pending", "approved"}


async def assert_the_books_are_right(house: House, crew: Sequence[Worker]) -> int:
    """No answer lost, counted twice, paid twice or unpaid; how many answers there are.

    The bots must run, and nobody may be working any more.
    """
    await house.hears_everything()
    told = await _hear_everybody(crew)
    answers: list[dict[str, str]] = []
    ledger: list[dict[str, str]] = []
    for slug, quota in house.quotas.items():
        of_project = await house.export("answers", slug)
        _no_task_is_over_its_quota(of_project, quota)
        answers += of_project
        ledger += await house.export("ledger", slug)
    _nobody_is_asked_twice(answers)
    _every_entry_adds_up_to_nothing(ledger)
    _every_answer_is_booked_once(answers, ledger)
    _what_was_promised_is_booked(crew, ledger)
    _what_was_told_is_what_is_booked(told, answers, ledger)
    return len(answers)


async def _hear_everybody(crew: Sequence[Worker]) -> Mapping[int, int]:
    await asyncio.gather(*(worker.hears_the_rest() for worker in crew))
    amounts = await asyncio.gather(*(worker.earned() for worker in crew))
    return {worker.number: amount for worker, amount in zip(crew, amounts, strict=True)}


def _no_task_is_over_its_quota(answers: Rows, quota: int) -> None:
    paid = Counter(row["task"] for row in answers if row["status"] in PAID)
    assert {task: count for task, count in paid.items() if count > quota} == {}


def _nobody_is_asked_twice(answers: Rows) -> None:
    """But after taking an answer back."""
    standing = Counter(
        (row["project"], row["worker"], row["task"]) for row in answers if row["status"] != "undone"
    )
    assert [who for who, count in standing.items() if count > 1] == []


def _every_entry_adds_up_to_nothing(ledger: Rows) -> None:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for leg in ledger:
        sums[leg["entry"], leg["currency"]] += Decimal(leg["amount"])
    assert [entry for entry, amount in sums.items() if amount] == []
    assert set(Counter(leg["entry"] for leg in ledger).values()) <= {2}


def _every_answer_is_booked_once(answers: Rows, ledger: Rows) -> None:
    """Each paid answer has its entry, each that was taken back another one that reverses it."""
    booked = {kind: Counter(_bookings(ledger, kind).values()) for kind in ("answer", "undo")}
    paid = Counter(row["worker"] for row in answers if row["status"] in PAID)
    undone = Counter(
        row["worker"] for row in answers if row["status"] == "undone" and row["choice"] != "cant_tell"
    )
    assert booked["answer"] == paid + undone
    assert booked["undo"] == undone
    assert _bookings(ledger, "undo").keys() <= _bookings(ledger, "answer").keys()


def _what_was_promised_is_booked(crew: Sequence[Worker], ledger: Rows) -> None:
    """Whoever read "+¥0.05" on her phone has it in the books, under her own name, and read it once."""
    earned, returned = _bookings(ledger, "answer"), _bookings(ledger, "undo")
    for worker in crew:
        accepted = Counter(press.lease for press in worker.presses if press.is_accepted)
        assert [lease for lease in accepted if earned.get(lease) != str(worker.number)] == []
        assert [lease for lease, count in accepted.items() if count > 1] == []
        taken_back = {press.lease for press in worker.presses if press.is_taken_back}
        assert [lease for lease in taken_back if returned.get(lease) != str(worker.number)] == []


def _what_was_told_is_what_is_booked(told: Mapping[int, int], answers: Rows, ledger: Rows) -> None:
    hers: dict[int, Decimal] = defaultdict(Decimal)
    for leg in ledger:
        if leg["worker"]:
            hers[int(leg["worker"])] += Decimal(leg["amount"])
    assert {number: Decimal(cents) / 100 for number, cents in told.items() if cents} == {
        number: amount for number, amount in hers.items() if amount
    }
    paid: dict[int, Decimal] = defaultdict(Decimal)
    for row in answers:
        if row["status"] in PAID:
            paid[int(row["worker"])] += Decimal(row["price"])
    assert paid == {number: amount for number, amount in hers.items() if amount}


def _bookings(ledger: Rows, kind: str) -> Mapping[int, str]:
    """Whose entry of that kind there is for each lease."""
    return {
        int(leg["entry"].partition(":")[2]): leg["worker"]
        for leg in ledger
        if leg["worker"] and leg["entry"].startswith(f"{kind}:")
    }
