"""The one place where Tapwork's own way to ask is put beside the peers'."""

from collections.abc import Iterable

import numpy as np

from benchmarks.crowds.crowd import UNKNOWN, Crowd, Ints
from benchmarks.crowds.curves import CurvePoint, Point, score, summarise
from benchmarks.crowds.replay import choose_gold
from tasks.model.money import Money
from tasks.quality.columns import gather
from tasks.quality.fitting import fit
from tasks.quality.recorded import Order, RecordedCrowd
from tasks.quality.replay import Replay
from tasks.simulating import DOSE, Recording, SimulationReport, SimulationRules, simulate

RISKS = (0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.02, 0.01)


def replay_ours(crowd: Crowd, *, gold_share: float, target_risk: float, max_answers: int, seed: int) -> Point:
    """The engine of ``tapwork simulate`` with nothing set but the target; gold is chosen as for the peers."""
    gold = choose_gold(crowd, gold_share, seed)
    recorded = RecordedCrowd(
        crowd.task,
        crowd.worker,
        crowd.label,
        len(crowd.tasks),
        len(crowd.workers),
        len(crowd.classes),
        np.full(len(crowd.tasks), UNKNOWN),
    )
    order = Order(target_risk, 1, max_answers, DOSE if gold_share else 0.0)
    truth = np.where(gold, crowd.truth, UNKNOWN)
    replay = Replay(recorded, truth.tolist(), order, seed=seed)
    replay.run()
    paid = float(replay.counts[~gold].sum()), float(replay.counts[gold].sum())
    return score(crowd, gold, replay.choice, replay.confidence, paid)


def simulate_ours(crowd: Crowd, *, target_risk: float, seed: int) -> SimulationReport:
    """What ``tapwork simulate`` says of this crowd with nothing set but the target: it chooses the golds."""
    nobody_says = [UNKNOWN] * len(crowd.tasks)
    recording = Recording(
        task_keys=crowd.tasks,
        choices=crowd.classes,
        workers=crowd.workers,
        task=crowd.task.tolist(),
        worker=crowd.worker.tolist(),
        label=crowd.label.tolist(),
        seconds=None,
        truth=crowd.truth.tolist(),
        gold=nobody_says,
        machine=nobody_says,
    )
    price = Money(0, "CNY")
    return simulate(recording, SimulationRules(None, target_risk, 1, crowd.most_answers, seed, price))


def label_with_ours(crowd: Crowd) -> Ints:
    """All answers at once and no gold, as the engine learns from them at night."""
    answers, tasks = gather(
        crowd.task,
        crowd.worker,
        crowd.label,
        truth=np.full(len(crowd.tasks), UNKNOWN),
        worker_count=len(crowd.workers),
        choice_count=len(crowd.classes),
    )
    labels = np.full(len(crowd.tasks), UNKNOWN)
    labels[tasks] = fit(answers).beliefs.argmax(axis=1)
    return labels


def our_curve(
    crowd: Crowd,
    seeds: Iterable[int],
    *,
    gold_share: float,
    max_answers: int | None = None,
) -> list[CurvePoint]:
    """Our way over the risk asked for; without a limit up to all recorded answers."""
    most, seeds = max_answers or crowd.most_answers, tuple(seeds)
    curve = []
    for risk in RISKS:
        points = [
            replay_ours(crowd, gold_share=gold_share, target_risk=risk, max_answers=most, seed=seed)
            for seed in seeds
        ]
        curve.append(summarise(f"{risk:g}", points))
    return curve
