"""How long it takes to say what one more answer means for its task, alone and in a batch of taps.

python -m benchmarks.update
"""

import random
import statistics
import time

from tasks.model.identifiers import WorkerId
from tasks.quality.judgement import Ballot, Mind, Vote

ROUNDS = 2000
BATCH = 32
TARGET_RISK = 0.05


def measure(choices: int, answers: int, *, tasks: int = 1) -> tuple[float, float]:
    """The median and the 99th percentile for each of so many tasks at once, in milliseconds."""
    chance = random.Random(choices * 100 + answers)
    mind = Mind.usual(choices)
    for worker in range(answers):
        mind.meet(WorkerId(worker), [])
    took = []
    for _ in range(ROUNDS // tasks):
        ballots = [
            Ballot(
                [Vote(WorkerId(worker), chance.randrange(choices), 1.0) for worker in range(answers)], None
            )
            for _ in range(tasks)
        ]
        begun = time.perf_counter()
        mind.believe_all(ballots, target_risk=TARGET_RISK)
        took.append((time.perf_counter() - begun) * 1000 / tasks)
    cuts = statistics.quantiles(took, n=100)
    return cuts[49], cuts[98]


def main() -> None:
    """Prints one line for each number of choices and of answers."""
    print(f"choices answers   p50 ms   p99 ms   p50 ms each of {BATCH}")
    for choices in (2, 5, 10, 16):
        for answers in (3, 9):
            median, slow = measure(choices, answers)
            each, _ = measure(choices, answers, tasks=BATCH)
            print(f"{choices:7} {answers:7} {median:8.3f} {slow:8.3f} {each:8.3f}")


if __name__ == "__main__":
    main()
