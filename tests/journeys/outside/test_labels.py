"""A crowd labels by phone, quicker than people can; what comes out is as good as it says, and fair to all."""

import asyncio
import json
import logging
import math
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tasks.watching_projects import PORTION
from tests.journeys.hatchery import Hatchery
from tests.journeys.outside.books import check_books
from tests.journeys.outside.known import KnownProgramme, build_known, why
from tests.journeys.outside.labellers import Labeller, Supervisor, supervisor_id
from tests.journeys.outside.labels import measure, simulated
from tests.journeys.outside.process import Tapwork, zone_where_it_is_noon
from tests.journeys.outside.projects import RECORDED
from tests.journeys.outside.server import BotApi
from tests.services import PostgresServer

log = logging.getLogger(__name__)
TASKS, MOST, GOLD_SHARE = (500, 10, 0.1) if RECORDED else (140, 6, 0.4)
HEAD_START = 15 if RECORDED else 100
"""Those who do not look are paused, or have made so many presses, before anybody else comes."""
AFTER_APPEAL = 6
ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
LOOKS = 0.85
"""Whoever is right so often looks at the pictures."""
ROUNDS_MAX = 6


@dataclass
class Village:
    """Everything runs, and everybody has joined."""

    api: BotApi
    tapwork: Tapwork
    programme: KnownProgramme
    supervisor: Supervisor
    careful: list[Labeller]
    careless: list[Labeller]
    desk: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def everybody(self) -> list[Labeller]:
        return [*self.careful, *self.careless]

    @property
    def presses(self) -> int:
        return sum(len(worker.made) for worker in self.everybody)


@pytest.fixture(params=["sqlite", *([ON_POSTGRESQL] if RECORDED else [])])
def database(request: pytest.FixtureRequest) -> str:
    """The database's address; empty for SQLite's default."""
    if request.param == "sqlite":
        return ""
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.url(server.new_database())


@pytest.fixture
async def village(hatchery: Hatchery, database: str, tmp_path: Path) -> AsyncIterator[Village]:
    programme = build_known(tmp_path / "project", tasks=TASKS, most=MOST, gold_share=GOLD_SHARE)
    api = BotApi()
    # Whenever this runs, nobody's quiet hours hold up what is said of a pause.
    settings = {
        "TAPWORK_SUPERVISORS": str(supervisor_id(api)),
        "TAPWORK_TIME_ZONE": zone_where_it_is_noon(),
    }
    tapwork = Tapwork(tmp_path, await api.start(), database=database, settings=settings, hatchery=hatchery)
    await tapwork.command("migrate")
    told = await tapwork.command("import", str(programme.folder))
    assert f"{len(programme.truth)} new" in told
    await tapwork.start()
    try:
        people = [
            Labeller(api, programme, number, ("en", "zh")[number % 2])
            for number in range(len(programme.people))
        ]
        supervisor = Supervisor(api, programme)
        await asyncio.gather(supervisor.asks("/start", "Our promise"), *(one.join() for one in people))
        yield Village(api, tapwork, programme, supervisor, people[:-2], people[-2:])
    finally:
        await tapwork.stop()
        await api.close()
    assert "Traceback" not in tapwork.log.read_text()


async def test_a_crowd_gives_labels_that_are_as_good_as_they_say(village: Village, tmp_path: Path) -> None:
    await village.supervisor.asks("/appeals", "Nobody is paused")
    async with asyncio.TaskGroup() as stories:
        for worker in village.careless:
            stories.create_task(_is_paused_and_heard(village, worker))
        stories.create_task(_the_others(village))
        stories.create_task(_is_killed(village))
    await _all_come_again(village)
    await _check_labels(village, tmp_path)
    _check_lessons(village)
    await _check_standing(village)
    await check_books(village.tapwork, village.everybody)


async def _is_paused_and_heard(village: Village, worker: Labeller) -> None:
    """She presses without looking, until she is paused; looks at why, appeals, and goes on when she may."""
    await worker.work_on(lambda: worker.pause is not None)
    pause = worker.pause
    if pause is None and RECORDED:
        return  # With few choices chance is often right, and recorded work is over when it is over.
    assert pause is not None, f"worker {worker.number} was never paused: {worker.history()}"
    assert worker.words["reason"] in pause["text"]
    evidence = await worker.looks_at_evidence()
    _check_evidence(village, worker, evidence)
    before = worker.newest
    async with village.desk:
        await worker.appeals()
        await village.supervisor.sees("asks you to look at her pause")
        told = await village.supervisor.grants()
        assert "Things" in told
    await worker.sees(worker.words["go on"], before)
    # From now on she looks.
    worker.opinions = dict(village.programme.truth)
    enough = len(worker.made) + AFTER_APPEAL
    await worker.work_on(lambda: len(worker.made) >= enough)
    assert worker.card is None or len(worker.made) >= enough


async def _the_others(village: Village) -> None:
    while not all(w.pause or len(w.made) >= HEAD_START for w in village.careless):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    async with asyncio.TaskGroup() as crowd:
        for worker in village.careful:
            crowd.create_task(worker.work_on())


async def _is_killed(village: Village) -> None:
    """The process dies in the middle of everything."""
    while village.presses < 1.5 * len(village.programme.truth):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await village.tapwork.kill()
    await village.tapwork.start()


async def _all_come_again(village: Village) -> None:
    """What opened meanwhile is worked on, too."""
    for _ in range(ROUNDS_MAX):
        pressed = await asyncio.gather(*(worker.work_on() for worker in village.careful))
        if not any(pressed):
            return


def _check_evidence(village: Village, worker: Labeller, evidence: list[tuple[str, str]]) -> None:
    """Each is a silent gold that she answered as it says there, and wrong."""
    programme, said = village.programme, {press.task: press.choice for press in worker.made}
    assert len(evidence) >= 4
    for text, task in evidence:
        assert task in programme.golds
        assert worker.words["said"] + worker.words["a"] + said[task] in text
        assert worker.words["right is"] + worker.words["a"] + programme.truth[task] in text
        assert said[task] != programme.truth[task]


def _check_lessons(village: Village) -> None:
    """Whoever was taught read what is right, and why, in her language; and some were praised."""
    for worker in village.everybody:
        for text, task in worker.lessons:
            right = village.programme.truth[task]
            assert worker.words["right is"] + worker.words["a"] + right in text
            assert why(right, worker.language) in text
    assert {worker.language for worker in village.everybody if worker.lessons} == {"en", "zh"}
    assert any(worker.praised for worker in village.careful)


async def _check_standing(village: Village) -> None:
    """Nobody who looks is paused, and the supervisor sees the same as the command line."""
    for worker in village.careful:
        right = village.programme.share_right(worker.number)
        assert right < LOOKS or worker.pause is None, f"{right:.2f} right, and paused: {worker.pause}"
    stats = json.loads(await village.tapwork.command("stats", village.programme.slug, "--json"))
    steps = Counter(stats["workers"]["steps"])
    assert RECORDED or steps["paused"] == 0
    assert steps["removed"] == 0
    assert sum(steps.values()) == stats["workers"]["answered"] == len(village.everybody)
    assert stats["golds"]["suspended"] == 0
    page, workers = await village.supervisor.looks_at_project()
    assert stats["cost"]["so_far"] in page
    assert f"{len(village.everybody)} workers within your places" in workers
    listed = set(re.findall(r"^No\. (\d+) \(", workers, re.MULTILINE))
    assert len(listed) == min(PORTION, len(village.everybody))


async def _check_labels(village: Village, folder: Path) -> None:
    """As right as they say, and as others would have them of the same answers, with fewer than allowed."""
    labels = await measure(village.tapwork, village.programme)
    log.info("by phone: %s", labels)
    chance = by_chance(labels.accuracy, labels.closed)
    assert labels.decided >= 0.95 * labels.tasks
    assert labels.accuracy >= labels.majority - 0.02
    assert labels.answers_per_task < village.programme.answers_max
    assert labels.confidence - labels.accuracy < 0.03 + chance
    if RECORDED:
        expected = await simulated(village.tapwork, village.programme, folder, seeds=5)
        log.info("simulated: %s", expected)
        assert labels.with_gold <= 1.4 * expected["answers_per_task"]
        assert labels.of_decided >= expected["accuracy"] - by_chance(expected["accuracy"], labels.decided)


def by_chance(share: float, tasks: int) -> float:
    """By so much a share of so many tasks may be off in one run: two standard errors."""
    return 2 * math.sqrt(share * (1 - share) / tasks)
