"""Labels from all answers at once: majority, Dawid-Skene, and crowd-kit where it is installed.

With ``--answers 11`` from 11 answers of each task, drawn anew for each seed: what so many can tell.

crowd-kit is no dependency of Tapwork. To measure it, make an environment of its own, install crowd-kit there,
and run ``python -m benchmarks.crowds.batch`` with that environment's Python.
"""

import argparse
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module, metadata, util
from typing import Any

import numpy as np

from benchmarks.crowds.crowd import UNKNOWN, Crowd, Ints
from benchmarks.crowds.named import INVENTED_SEED, add_crowd_options, crowds_of
from benchmarks.crowds.orders import leaders
from benchmarks.crowds.ours import label_with_ours
from benchmarks.crowds.recorded import WITHOUT_WORKERS
from tasks.quality.dawid_skene import Answers
from tasks.quality.dawid_skene import dawid_skene as believe_by_dawid_skene

Aggregate = Callable[[Crowd], Ints]
ROUNDS = 100
CROWDKIT = {
    "MajorityVote": {},
    "DawidSkene": {"n_iter": ROUNDS},
    "OneCoinDawidSkene": {"n_iter": ROUNDS},
    "GLAD": {"n_iter": ROUNDS},
    "MACE": {"n_restarts": 10, "random_state": 0},
    "MMSR": {"random_state": 0},
    "KOS": {"random_state": 0},
    "Wawa": {},
    "ZeroBasedSkill": {},
}
"""Its aggregators of labels, with enough rounds to settle."""
TWO_CLASSES_ONLY = frozenset({"KOS"})
TIE_SEEDS = 20


def majority(crowd: Crowd, seed: int = 0) -> Ints:
    """Of each task the label given most often; ties are broken at random."""
    votes = np.zeros((len(crowd.tasks), len(crowd.classes)))
    np.add.at(votes, (crowd.task, crowd.label), 1.0)
    return leaders(votes, votes, seed)


def dawid_skene(crowd: Crowd) -> Ints:
    """Of each task the likeliest label when each worker has a confusion matrix that nothing holds back.

    The very function that clients get beside our verdicts on demand.
    """
    answers = Answers(
        crowd.task, crowd.worker, crowd.label, len(crowd.tasks), len(crowd.workers), len(crowd.classes)
    )
    labels: Ints = believe_by_dawid_skene(answers).argmax(axis=1)
    return labels


def crowdkit(crowd: Crowd, name: str) -> Ints:
    """Of each task the label that an aggregator of crowd-kit finds; -1 where it finds none."""
    pandas: Any = import_module("pandas")
    aggregation: Any = import_module("crowdkit.aggregation")
    table = pandas.DataFrame({"task": crowd.task, "worker": crowd.worker, "label": crowd.label})
    found = getattr(aggregation, name)(**CROWDKIT[name]).fit_predict(table)
    labels: Ints = np.array([found.get(task, UNKNOWN) for task in range(len(crowd.tasks))], dtype=np.int64)
    return labels


def accuracy(crowd: Crowd, labels: Ints) -> float:
    """The share of right labels among the tasks whose truth is known."""
    return float((labels == crowd.truth)[crowd.truth != UNKNOWN].mean())


def list_aggregates(crowd: Crowd) -> Iterator[tuple[str, Aggregate]]:
    """What can be measured on this crowd here: some needs two classes, most needs crowd-kit."""
    yield "Tapwork", label_with_ours
    yield "Dawid-Skene, plain", dawid_skene
    if util.find_spec("crowdkit") is None:
        return
    for name in CROWDKIT:
        if name not in TWO_CLASSES_ONLY or len(crowd.classes) == 2:
            yield f"crowd-kit {name}", partial(crowdkit, name=name)


def report(crowds: Sequence[Crowd]) -> None:
    """One row for each aggregator, over all of these draws of one crowd; one that fails says with what."""
    crowd = crowds[0]
    ties = [accuracy(one, majority(one, seed)) for one in crowds for seed in range(TIE_SEEDS)]
    print(f"| {crowd.name} | majority, {TIE_SEEDS} ways to break ties | {np.mean(ties):.4f} | |", flush=True)
    if crowd.name in WITHOUT_WORKERS:
        return
    for name, aggregate in list_aggregates(crowd):
        begin = time.perf_counter()
        try:
            share = mean_of([accuracy(one, aggregate(one)) for one in crowds])
        except Exception as error:  # noqa: BLE001 - that a peer breaks is a finding too
            share = f"fails: {type(error).__name__}"
        print(f"| {crowd.name} | {name} | {share} | {time.perf_counter() - begin:.2f} |", flush=True)


def mean_of(shares: Sequence[float]) -> str:
    """With its standard error, if there are several."""
    error = f" ± {np.std(shares, ddof=1) / len(shares) ** 0.5:.4f}" if len(shares) > 1 else ""
    return f"{np.mean(shares):.4f}{error}"


def draws_of(crowd: Crowd, answers: int | None, seeds: int) -> Sequence[Crowd]:
    """The whole crowd, or so many answers of each task drawn anew for each seed."""
    return [crowd] if answers is None else [crowd.some_of_each(answers, seed) for seed in range(seeds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_crowd_options(parser)
    parser.add_argument("--answers", type=int, help="so many of each task; all if it is not given")
    parser.add_argument("--seeds", type=int, default=40, help="how often these are drawn")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if util.find_spec("crowdkit") is not None:
        versions = [f"{name} {metadata.version(name)}" for name in ("crowd-kit", "numpy", "scikit-learn")]
        print(", ".join(versions))
    print("| set | aggregator | accuracy | seconds |\n|---|---|---|---|")
    for name in options.sets.split(","):
        crowd = crowds_of(name, options.data)(INVENTED_SEED)
        report(draws_of(crowd, options.answers, options.seeds))


if __name__ == "__main__":
    main()
