"""What must be true of the exports when all have worked."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal

from tests.journeys.outside.process import Tapwork
from tests.journeys.outside.workers import Worker

Rows = list[dict[str, str]]
Story = tuple[tuple[str, str, bool], ...]


async def check_books(tapwork: Tapwork, workers: Sequence[Worker]) -> dict[str, int]:
    """Checks the three exports against what the workers remember; returns some numbers."""
    programme = workers[0].programme
    answers = await tapwork.export(programme.slug, "answers")
    verdicts = await tapwork.export(programme.slug, "verdicts")
    ledger = await tapwork.export(programme.slug, "ledger")
    told = _each_press_once(answers, workers)
    approved = [row for row in answers if row["status"] == "approved"]
    # Whoever knows the answer may ask as many people as she likes.
    _quota([row for row in approved if not row["gold"]], programme.answers_max)
    assert (
        len({row["task"] for row in verdicts})
        == len(verdicts)
        == len(list((programme.folder / "images").iterdir()))
    )
    price = Decimal(programme.price)
    _ledger(ledger, Counter(row["worker"] for row in approved), price)
    earned = Counter(row["worker"] for row in approved)
    for worker_id, worker in told.items():
        assert await worker.earnings() == earned[worker_id] * price, f"worker {worker.number}"
    return dict(Counter(row["status"] for row in answers)) | {
        "answers": len(answers),
        "postings": len(ledger),
        "closed": sum(row["status"] not in ("open", "") for row in verdicts),
    }


def _each_press_once(answers: Rows, workers: Sequence[Worker]) -> dict[str, Worker]:
    """Every press is in the export once, under one id per person; returns who is who."""
    stories: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in answers:
        stories[row["worker"]].append(row)
    exported: dict[str, Story] = {}
    for worker_id, rows in stories.items():
        rows.sort(key=lambda row: row["answered_at"])
        exported[worker_id] = tuple((r["task"], r["choice"], r["status"] == "undone") for r in rows)
        kept = [row["task"] for row in rows if row["status"] != "undone"]
        assert len(kept) == len(set(kept)), f"twice: {kept}"
    for row in answers:
        assert row["status"] in {"approved", "undone", "unpaid"}, row
        assert row["choice"] != "cant_tell" or row["status"] in {"unpaid", "undone"}, row
    remembered = {w.number: tuple((p.task, p.choice, p.undone) for p in w.made) for w in workers if w.made}
    missing = Counter(remembered.values()) - Counter(exported.values())
    invented = Counter(exported.values()) - Counter(remembered.values())
    assert not missing + invented, f"pressed but not told: {missing}\ntold but not pressed: {invented}"
    left = {w.number: w for w in workers if w.made}
    told = {}
    for worker_id, story in exported.items():
        number = next(n for n in left if remembered[n] == story)
        told[worker_id] = left.pop(number)
    return told


def _quota(approved: Rows, answers_max: int) -> None:
    crowded = {task: n for task, n in Counter(row["task"] for row in approved).items() if n > answers_max}
    assert not crowded, f"more approved answers than the quota of {answers_max}: {crowded}"


def _ledger(ledger: Rows, approved: Counter[str], price: Decimal) -> None:
    entries: dict[str, Decimal] = defaultdict(Decimal)
    workers: dict[str, Decimal] = defaultdict(Decimal)
    for row in ledger:
        entries[row["entry"]] += Decimal(row["amount"])
        if row["worker"]:
            workers[row["worker"]] += Decimal(row["amount"])
    assert not [entry for entry, amount in entries.items() if amount], "an entry does not balance"
    assert {w: a for w, a in workers.items() if a} == {w: n * price for w, n in approved.items()}
