"""How many golds a simulation takes from the truth when nobody says how many."""

import pytest

from tasks.model.money import Money
from tasks.simulating import UNKNOWN, Recording, SimulationReport, SimulationRules, simulate


@pytest.mark.parametrize(("known", "golds"), [(8, 2), (60, 15), (120, 20), (600, 30)])
def test_a_twentieth_but_enough_to_measure_with(known, golds):
    recording = Recording(
        task_keys=[str(task) for task in range(known)],
        choices=("cat", "dog"),
        workers=("anna",),
        task=range(known),
        worker=[0] * known,
        label=[task % 2 for task in range(known)],
        seconds=None,
        truth=[task % 2 for task in range(known)],
        gold=[UNKNOWN] * known,
        machine=[UNKNOWN] * known,
    )
    rules = SimulationRules(
        gold_share=None, target_risk=0.05, min_answers=1, max_answers=1, seed=1, price=Money(50_000, "CNY")
    )

    assert simulate(recording, rules).tasks == known - golds


def reported(
    least: int, most: int, *, recorded: int = 5, split: int = 4, seconds: float | None = None
) -> SimulationReport:
    """On tasks where people agree, but for each so many'th, about which they are divided."""
    workers, tasks = 20, 60
    said = [
        (task, one, (one if task % split == 0 else task) % 2)
        for task in range(tasks)
        for one in range(recorded)
    ]
    recording = Recording(
        task_keys=[str(task) for task in range(tasks)],
        choices=("cat", "dog"),
        workers=[f"w{worker}" for worker in range(workers)],
        task=[task for task, _, _ in said],
        worker=[(task + one) % workers for task, one, _ in said],
        label=[label for _, _, label in said],
        seconds=None if seconds is None else [seconds] * len(said),
        truth=[UNKNOWN] * tasks,
        gold=[UNKNOWN] * tasks,
        machine=[UNKNOWN] * tasks,
    )
    rules = SimulationRules(
        gold_share=0.0,
        target_risk=0.05,
        min_answers=least,
        max_answers=most,
        seed=1,
        price=Money(50_000, "CNY"),
    )
    return simulate(recording, rules)


def disputed(least: int, most: int, *, recorded: int = 5, split: int = 4) -> int:
    return reported(least, most, recorded=recorded, split=split).disputed


def test_who_orders_a_fixed_number_gets_no_disputes():
    assert disputed(2, 2) == 0
    assert disputed(1, 2) > 0


def test_a_picture_with_all_that_was_recorded_has_its_last_answer():
    assert disputed(1, 9, recorded=2) == disputed(1, 2, recorded=2) > 0


def test_a_doubt_that_no_answer_settles_is_no_dispute():
    """Where everybody guesses, hardly anybody is asked for more."""
    assert disputed(2, 3, split=1) < disputed(2, 3, split=3) / 5


def test_how_long_answers_took_changes_nothing():
    """As the client's guide says: nobody's answers count less for her pace."""
    assert reported(1, 5, seconds=0.1) == reported(1, 5, seconds=9.0) == reported(1, 5)
