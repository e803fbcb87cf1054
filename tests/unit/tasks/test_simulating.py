"""How many golds a simulation takes from the truth when nobody says how many."""

import pytest

from tasks.model.money import Money
from tasks.simulating import UNKNOWN, Recording, SimulationRules, simulate


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
