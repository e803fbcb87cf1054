"""How long it takes to say what one more answer means for its task.

python -m benchmarks.update
"""

import random
import statistics
import time

from tasks.model.identifiers import WorkerId
from tasks.quality.judgement import Mind, Vote

ROUNDS = 2000
TARGET_RISK = 0.05


def measure(choices: int, answers: int) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds."""
    chance = random.Random(choices * 100 + answers)
    mind = Mind.usual(choices)
    for worker in range(answers):
        mind.meet(WorkerId(worker), [])
    took = []
    for _ in range(ROUNDS):
        votes = [Vote(WorkerId(worker), chance.randrange(choices), 1.0) for worker in range(answers)]
        begun = time.perf_counter()
        mind.believe(votes, None, target_risk=TARGET_RISK)
        took.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(took, n=100)
    return cuts[49], cuts[98]


def main() -> None:
    """Prints one line for each number of choices and of answers."""
    print("choices answers   p50 ms   p99 ms")
    for choices in (2, 5, 10, 16):
        for answers in (3, 9):
            median, slow = measure(choices, answers)
            print(f"{choices:7} {answers:7} {median:8.3f} {slow:8.3f}")


if __name__ == "__main__":
    main()
