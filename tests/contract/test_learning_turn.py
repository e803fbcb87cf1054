"""Learning in turn: one process learns, and another one goes on however that one went."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import sqlalchemy.exc
import structlog

import bot.learning_turn
from bot.learning_turn import LearningInTurn, note_failure
from storage.engine import open_database
from storage.turns import SERVER_NOTICES, PostgresTurn, Turn
from storage.unit_of_work import SqlStore
from tests.builders import a_project
from tests.services import PostgresServer


@dataclass
class Learner:
    """One process, and how often it has learnt."""

    turn: Turn
    takes_seconds: float = 0.0
    fails: bool = False
    times: int = 0

    def __post_init__(self) -> None:
        self.learning = LearningInTurn(self.turn, self.learn)

    async def learn(self) -> None:
        await asyncio.sleep(self.takes_seconds)
        if self.fails:
            raise RuntimeError
        self.times += 1


@asynccontextmanager
async def learners(url: str, count: int) -> AsyncIterator[list[Learner]]:
    made = [Learner(open_database(url).turn("learn")) for _ in range(count)]
    try:
        yield made
    finally:
        for learner in made:
            await learner.learning.stop()


@pytest.fixture
def url(postgres_server: PostgresServer) -> str:
    return postgres_server.url(postgres_server.new_database())


async def all_run(among: list[Learner]) -> list[int]:
    await asyncio.gather(*(learner.learning.run() for learner in among))
    return sorted(learner.times for learner in among)


async def run_until(learner: Learner, check: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not check():
            await learner.learning.run()
            await asyncio.sleep(0.02)


async def test_the_only_process_learns_each_time(store: SqlStore) -> None:
    learner = Learner(store.database.turn("learn"))
    for times in (1, 2):
        assert await all_run([learner]) == [times]
    await learner.learning.stop()


@pytest.mark.postgresql
async def test_of_several_processes_one_learns_until_it_stops(url: str) -> None:
    async with learners(url, 3) as among:
        for times in (1, 2):
            assert await all_run(among) == [0, 0, times]
        first = max(among, key=lambda learner: learner.times)
        await first.learning.stop()
        others = [learner for learner in among if learner is not first]
        assert await all_run(others) == [0, 1]


@pytest.mark.postgresql
async def test_another_goes_on_for_one_that_is_killed(
    url: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.learning_turn, "LOOK_SECONDS", 0.05)
    async with learners(url, 2) as [first, second]:
        await first.learning.run()
        assert isinstance(first.turn, PostgresTurn)
        postgres_server.psql("postgres", f"SELECT pg_terminate_backend({first.turn._session})")
        await run_until(second, lambda: second.times > 0)
        await asyncio.sleep(0.2)
        await first.learning.run()
        assert first.times == 1


@pytest.mark.postgresql
async def test_whoever_learns_long_keeps_the_turn(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SERVER_NOTICES, "idle_session_timeout", "1000")
    monkeypatch.setattr(bot.learning_turn, "LOOK_SECONDS", 0.05)
    async with learners(url, 2) as [first, second]:
        first.takes_seconds = 2.5
        running = asyncio.ensure_future(first.learning.run())
        while not running.done():
            await asyncio.sleep(0.1)
            await second.learning.run()
        assert [first.times, second.times] == [1, 0]


@pytest.mark.postgresql
async def test_whoever_fails_lets_another_try(url: str) -> None:
    async with learners(url, 2) as [first, second]:
        first.fails = True
        with pytest.raises(RuntimeError):
            await first.learning.run()
        await run_until(second, lambda: second.times > 0)


def test_a_failure_is_logged_with_its_project_and_an_outage_is_none() -> None:
    with structlog.testing.capture_logs() as logs:
        note_failure(a_project("flowers"), KeyError("odd"))
        with pytest.raises(sqlalchemy.exc.OperationalError):
            note_failure(a_project(), sqlalchemy.exc.OperationalError("", {}, OSError()))
    assert [(line["project"], line["log_level"]) for line in logs] == [("flowers", "error")]
    assert "the other projects go on" in logs[0]["advice"]
