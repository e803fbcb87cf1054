"""What a label costs: peers replayed over recorded and invented crowds, gold answers counted as cost.

For each set and each way to decide: the curve over its setting, and what it costs to be as good as the
majority of three answers, of five, and as majority voting ever gets.
"""

import argparse
from collections.abc import Iterator

from benchmarks.crowds.crowd import Crowd
from benchmarks.crowds.curves import Curve, accuracy_at, cost_at
from benchmarks.crowds.named import INVENTED_SEED, add_crowd_options, crowds_of
from benchmarks.crowds.ours import our_curve
from benchmarks.crowds.peers import majority_curve, quorum_curve, toloka_curve, toloka_knowing_curve
from benchmarks.crowds.recorded import WITHOUT_WORKERS


def curves(crowd: Crowd, seeds: range, gold_shares: list[float]) -> Iterator[tuple[str, Curve]]:
    """Each way to decide with its curve; the majority is the first."""
    yield "majority of n", majority_curve(crowd, seeds)
    yield "2 agree, at most n", quorum_curve(crowd, seeds, agreeing=2)
    yield "3 agree, at most n", quorum_curve(crowd, seeds, agreeing=3)
    if crowd.name in WITHOUT_WORKERS:
        return
    for share in gold_shares:
        gold = f"{share:.0%} gold"
        yield f"Toloka's rule, {gold}", toloka_curve(crowd, seeds, gold_share=share)
        if share:
            known = toloka_knowing_curve(crowd, seeds, gold_share=share)
            yield f"Toloka's rule, {gold} known from the start", known
        yield f"Tapwork, {gold}", our_curve(crowd, seeds, gold_share=share)


def print_curve(name: str, curve: Curve) -> None:
    for point in curve:
        print(
            f"| {name} | {point.setting} | {point.answers:.2f} ± {point.answers_spread:.2f} | "
            f"{point.gold_answers:.2f} | {point.accuracy:.3f} ± {point.accuracy_spread:.3f} | "
            f"{point.promised:.3f} |".replace("nan", "–"),
            flush=True,
        )


def print_comparison(found: dict[str, Curve], aims: list[float], costs: list[float]) -> None:
    """What each way pays for an accuracy, and what it gets for so many answers."""
    heads = [f"answers for {aim:.3f}" for aim in aims] + [f"accuracy at {cost:g}" for cost in costs]
    print(f"\n| way | best accuracy | {' | '.join(heads)} |\n|---|---|{'---|' * len(heads)}")
    for name, curve in found.items():
        prices = [f"{cost:.2f}" if (cost := cost_at(curve, aim)) else "never" for aim in aims]
        gains = [f"{share:.3f}" if (share := accuracy_at(curve, cost)) else "–" for cost in costs]
        best = max(point.accuracy for point in curve)
        print(f"| {name} | {best:.3f} | {' | '.join([*prices, *gains])} |", flush=True)


def report(crowd: Crowd, seeds: range, gold_shares: list[float], *, short: bool) -> None:
    print(
        f"\n## {crowd.name}: {len(crowd.tasks):,} tasks, {len(crowd.classes)} classes, {len(crowd.workers)} "
        f"workers, {len(crowd.task):,} answers, {crowd.mean_accuracy:.3f} of them right"
    )
    if not short:
        print("\n| way | setting | answers a task | gold among them | accuracy | promised |")
        print("|---|---|---|---|---|---|")
    found: dict[str, Curve] = {}
    for name, curve in curves(crowd, seeds, gold_shares):
        found[name] = curve
        if not short:
            print_curve(name, curve)
    majority = found["majority of n"]
    aims = [majority[2].accuracy, majority[min(5, len(majority)) - 1].accuracy]
    print_comparison(found, [*aims, max(point.accuracy for point in majority)], [3.0, 5.0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_crowd_options(parser)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--gold", default="0,0.05,0.1", help="shares of tasks whose key is revealed")
    parser.add_argument("--short", action="store_true", help="the comparison only, without the curves")
    options = parser.parse_args()
    for name in options.sets.split(","):
        crowd = crowds_of(name, options.data)(INVENTED_SEED)
        shares = [float(share) for share in options.gold.split(",")]
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        report(crowd, seeds, shares, short=options.short)


if __name__ == "__main__":
    main()
