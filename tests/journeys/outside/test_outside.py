"""Strangers work through a strict Bot API server that shares nothing with the project's own emulator."""

import asyncio
from pathlib import Path

import pytest

from tests.journeys.outside.books import check_books
from tests.journeys.outside.manners import Manners
from tests.journeys.outside.process import Tapwork
from tests.journeys.outside.projects import RECORDED, build_programme
from tests.journeys.outside.server import TOKEN, BotApi
from tests.journeys.outside.workers import Worker
from tests.services import PostgresServer

WORKERS, ANSWERS, TASKS = (50, 16, 160) if RECORDED else (10, 6, 20)
PLAIN = Manners()
ROUGH = Manners(
    duplicated=0.1,
    delayed=0.1,
    cut=0.02,
    burst=6,
    refill=3,
    chat_instance=False,
    pressed_message="inaccessible",
    photo_sizes=1,
    other_capitals=True,
    retry_after_in_body=False,
    extra_fields=True,
    first_person=2**52 - 1000,
)


@pytest.fixture(
    params=[
        "sqlite polling",
        "sqlite webhook",
        pytest.param("postgresql webhook", marks=pytest.mark.postgresql),
    ]
)
def where(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """The database's address, empty for SQLite's default, and whether there is a webhook."""
    database, way = request.param.split()
    if database == "sqlite":
        return "", way == "webhook"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.url(server.new_database()), True


@pytest.mark.parametrize("manners", [PLAIN, ROUGH], ids=["plain", "rough"])
async def test_every_press_counts_once(where: tuple[str, bool], manners: Manners, tmp_path: Path) -> None:
    """Whatever dies or comes twice: every press is one answer, and every answer is paid once."""
    programme = build_programme(tmp_path / "project", tasks=TASKS, people=WORKERS)
    manners.__post_init__()
    api = BotApi(manners)
    tapwork = Tapwork(tmp_path, await api.start(), database=where[0], webhook=where[1])
    await tapwork.command("migrate")
    assert f"{TASKS} new" in await tapwork.command("import", str(programme.folder))
    await tapwork.start()
    try:
        workers = [Worker(api, programme, i, ["en", "zh"][i % 3 == 2]) for i in range(WORKERS)]
        before = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as crowd:
            for worker in workers:
                crowd.create_task(worker.work(ANSWERS))
            if manners is ROUGH:
                crowd.create_task(_fate(api, tapwork))
            crowd.create_task(tapwork.export(programme.slug, "answers"))
        seconds = asyncio.get_running_loop().time() - before
        await _quiet(api)
        numbers = await check_books(tapwork, workers)
        print(where, manners is ROUGH, f"{seconds:.1f} s", numbers, len(api.calls), "calls")
        _check_toasts(workers)
        _check_refusals(api)
        assert "0 new" in await tapwork.command("import", str(programme.folder))
        assert programme.slug in await tapwork.command("stats")
        assert await tapwork.health() == 200
    finally:
        took = await tapwork.stop()
        await api.close()
    assert took < 6
    log = tapwork.log.read_text()
    assert TOKEN.split(":")[1] not in log
    assert "Qxname" not in log
    assert "Traceback" not in log


async def _fate(api: BotApi, tapwork: Tapwork) -> None:
    """Kills the process whenever a share of the work was done, and starts it again."""
    for moment in range(1, 4):
        while api.delivery.delivered < moment * WORKERS * ANSWERS / 4:
            await asyncio.sleep(0.01)
        await tapwork.kill()
        await asyncio.sleep(0.3)
        await tapwork.start()


async def _quiet(api: BotApi) -> None:
    """Waits until what comes late and twice has come."""
    calls = -1
    while calls != len([c for c in api.calls if c != "getupdates"]) or api.delivery.pending:
        calls = len([c for c in api.calls if c != "getupdates"])
        await asyncio.sleep(2)


def _check_toasts(workers: list[Worker]) -> None:
    silent = [(w.number, q) for w in workers for q in w.queries if q not in w.chat.toasts]
    assert not silent, f"presses without an answer: {silent}"


def _check_refusals(api: BotApi) -> None:
    """Nothing was refused but what a retry after a lost answer must be refused, and floods."""
    harmless = ("message is not modified", "query is too old", "too many requests", "conflict: terminated")
    wrong = [r for r in api.refused if not any(h in r[2].lower() for h in harmless)]
    assert not wrong, wrong
