"""Strangers work through a strict Bot API server that shares nothing with the project's own emulator."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.hatchery import Hatchery
from tests.journeys.outside.books import check_books
from tests.journeys.outside.manners import Manners
from tests.journeys.outside.process import Tapwork
from tests.journeys.outside.projects import RECORDED, build_programme
from tests.journeys.outside.server import TOKEN, BotApi
from tests.journeys.outside.workers import Worker
from tests.services import PostgresServer

WORKERS, ANSWERS, TASKS, KILLS = (50, 16, 160, 3) if RECORDED else (6, 5, 12, 1)
PATIENCE_SECONDS = 10.0
"""After so long whoever runs services kills what has not stopped."""
PLAIN = Manners()
ROUGH = Manners(
    duplicated=0.1,
    delayed=0.1,
    cut=0.02,
    burst=8,
    refill=4,
    chat_instance=False,
    pressed_message="inaccessible",
    photo_sizes=1,
    other_capitals=True,
    retry_after_in_body=False,
    extra_fields=True,
    first_person=2**52 - 1000,
)


CASES = ["sqlite polling rough"]
# With recorded people at hand there is time for everything.
CASES += ["sqlite webhook rough", "sqlite polling plain", "sqlite webhook plain"] if RECORDED else []
ON_POSTGRESQL = ["postgresql webhook rough", *(["postgresql webhook plain"] if RECORDED else [])]


@pytest.fixture(params=CASES + [pytest.param(case, marks=pytest.mark.postgresql) for case in ON_POSTGRESQL])
def case(request: pytest.FixtureRequest) -> tuple[str, bool, Manners]:
    """The database's address, empty for SQLite's default; whether there is a webhook; Telegram's habits."""
    engine, way, habit = request.param.split()
    database = ""
    if engine == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        database = server.url(server.new_database())
    return database, way == "webhook", ROUGH if habit == "rough" else PLAIN


async def test_every_press_counts_once(
    case: tuple[str, bool, Manners], hatchery: Hatchery, tmp_path: Path
) -> None:
    """Whatever dies or comes twice: every press is one answer, and every answer is paid once."""
    database, webhook, habits = case
    programme = build_programme(tmp_path / "project", tasks=TASKS, people=WORKERS)
    api = BotApi(replace(habits))
    tapwork = Tapwork(tmp_path, await api.start(), database=database, webhook=webhook, hatchery=hatchery)
    if database:
        await tapwork.command("migrate")
    assert f"{TASKS} new" in await tapwork.command("import", str(programme.folder))
    await tapwork.start()
    try:
        workers = [Worker(api, programme, i, ["en", "zh"][i % 3 == 2]) for i in range(WORKERS)]
        async with asyncio.TaskGroup() as crowd:
            for worker in workers:
                crowd.create_task(worker.work(ANSWERS))
            if habits is ROUGH:
                crowd.create_task(_fate(api, tapwork))
        await _quiet(api)
        await check_books(tapwork, workers)
        _check_toasts(workers)
        _check_refusals(api)
        assert await tapwork.health() == 200
    finally:
        took = await tapwork.stop()
        await api.close()
    assert took < PATIENCE_SECONDS
    log = tapwork.log.read_text()
    assert TOKEN.split(":")[1] not in log
    assert "Qxname" not in log
    assert "Traceback" not in log


async def _fate(api: BotApi, tapwork: Tapwork) -> None:
    """Kills the process whenever a share of the work was done, and starts it again."""
    for moment in range(1, KILLS + 1):
        while api.delivery.delivered < moment * WORKERS * ANSWERS / (KILLS + 1):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await tapwork.kill()
        await asyncio.sleep(0.3)
        await tapwork.start()


async def _quiet(api: BotApi) -> None:
    """Waits until what comes late and twice has come, and was answered."""
    calls = -1
    while calls != (calls := sum(call != "getupdates" for call in api.calls)):
        await api.delivery.all_taken()
        await asyncio.sleep(0.5)


def _check_toasts(workers: list[Worker]) -> None:
    silent = [(w.number, q) for w in workers for q in w.queries if q not in w.chat.toasts]
    assert not silent, f"presses without an answer: {silent}"


def _check_refusals(api: BotApi) -> None:
    """Nothing was refused but what a retry after a lost answer must be refused, and floods."""
    harmless = ("message is not modified", "query is too old", "too many requests", "conflict: terminated")
    wrong = [r for r in api.refused if not any(h in r[2].lower() for h in harmless)]
    assert not wrong, wrong
