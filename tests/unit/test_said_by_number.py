"""What the command line says of one thing, and of many."""

from bot.commands.simulation_report import report_lines
from bot.commands.writing_notice import reach_sentence
from tasks.model.money import Money
from tasks.model.notice import Reach
from tasks.plural import plural
from tasks.simulating import (
    UNKNOWN,
    CalibrationRow,
    PausedWorker,
    Recording,
    SimulationReport,
    SimulationRules,
)
from tests.builders import a_project

PRICE = Money(50_000, "CNY")


def simulated(count: int) -> list[str]:
    """The page about a simulation with so many of everything."""
    recording = Recording(
        task_keys=[str(task) for task in range(count)],
        choices=("cat", "dog"),
        workers=[f"w{worker}" for worker in range(count)],
        task=(),
        worker=(),
        label=(),
        seconds=None,
        truth=[UNKNOWN] * count,
        gold=[UNKNOWN] * count,
        machine=[UNKNOWN] * count,
    )
    rules = SimulationRules(
        gold_share=None, target_risk=0.05, min_answers=1, max_answers=count, seed=1, price=PRICE
    )
    report = SimulationReport(
        tasks=count,
        answers=count,
        answers_per_task=1.0,
        gold_answers=count,
        accuracy=None,
        promised_accuracy=None,
        disputed=count,
        paused_workers=count,
        cost=PRICE,
        calibration=[CalibrationRow(promised=0.9, measured=0.9, tasks=count)],
        paused=[PausedWorker("w0", "gold", golds=count, right=0)],
    )
    return list(report_lines(a_project(), recording, rules, report))


def test_a_sentence_goes_by_its_number():
    said = [plural("{count:,} row of {file}", "{count:,} rows of {file}", n, file="x") for n in (0, 1, 2000)]
    assert said == ["0 rows of x", "1 row of x", "2,000 rows of x"]


def test_a_simulation_with_one_of_everything():
    page = simulated(1)
    assert page[0] == "animals: 1 task labelled, 1 worker, target 95.0%, 1 answer a task"
    assert "  disputed  1 task with its last answer, where more would have helped" in page
    assert "  paused    1 worker" in page
    assert page[-3].endswith("         1 task")
    assert page[-1] == "  w0: gold (0 of 1 gold right)"


def test_a_simulation_with_several_of_everything():
    page = simulated(2)
    assert page[0] == "animals: 2 tasks labelled, 2 workers, target 95.0%, 1 to 2 answers a task"
    assert "  disputed  2 tasks with their last answer, where more would have helped" in page
    assert "  paused    2 workers" in page
    assert page[-3].endswith("         2 tasks")
    assert page[-1] == "  w0: gold (0 of 2 golds right)"


def test_a_notice_reaches_one_person_or_many():
    one, many = (reach_sentence(Reach(people=n, unreachable=n, silenced=n)) for n in (1, 2))
    assert one == ("It reaches 1 person; 1 more cannot be reached; 1 does not wish notices of this kind.")
    assert many == ("It reaches 2 people; 2 more cannot be reached; 2 do not wish notices of this kind.")
