"""Named shapes like those of well-known crowds, and some harder ones.

The first four are like published sets in size, accuracy of single answers and accuracy of majority voting;
the last three were invented after the engine was finished.
"""

from benchmarks.crowds.crowd import Crowd
from benchmarks.crowds.invented import Shape, invent

PRESETS = {
    # Pairs of products, the same or not: 88 % are not, and many workers miss most of those that are.
    "product": Shape(
        tasks=8315, workers=176, answers=3, balance=(0.88, 0.12), accuracy=0.82,
        sloppy=0.3, random=0.05, constant=0.03, blind=0.3, skill_spread=1.2, activity_spread=1.8,
    ),
    "dog": Shape(
        tasks=807, workers=109, answers=10, balance=(0.25,) * 4, accuracy=0.70,
        sloppy=0.2, difficulty_spread=1.6, attraction=0.6,
    ),
    # Feelings in faces: people err together, and more answers hardly help.
    "face": Shape(
        tasks=584, workers=27, answers=9, balance=(0.25,) * 4, accuracy=0.59,
        sloppy=0.2, difficulty_spread=2.6, attraction=0.8, activity_spread=1.0,
    ),
    "rte": Shape(
        tasks=800, workers=164, answers=10, balance=(0.5, 0.5), accuracy=0.84,
        sloppy=0.2, random=0.08, adversarial=0.03, difficulty_spread=3.0,
    ),
    "tenclass": Shape(
        tasks=4000, workers=800, answers=9, balance=(0.1,) * 10, accuracy=0.80,
        sloppy=0.15, random=0.05, constant=0.05, difficulty_spread=1.0,
    ),
    "spam": Shape(
        tasks=500, workers=60, answers=12, balance=(0.4, 0.35, 0.25), accuracy=0.58,
        random=0.5, activity_spread=0.8,
    ),
    # One class is one task in two hundred: who never names it is still nearly always right.
    "rare": Shape(
        tasks=2000, workers=150, answers=7, balance=(0.4, 0.3, 0.2, 0.095, 0.005), accuracy=0.80,
        sloppy=0.2, random=0.03, blind=0.3,
    ),
    # Nearly everybody is right.
    "easy": Shape(
        tasks=800, workers=60, answers=7, balance=(0.5, 0.5), accuracy=0.97,
        random=0.03, difficulty_spread=1.5,
    ),
    # Few people, each of whom answers much, and many answers to each task.
    "many": Shape(
        tasks=300, workers=60, answers=40, balance=(0.2,) * 5, accuracy=0.65,
        sloppy=0.3, random=0.1, difficulty_spread=1.2,
    ),
    # Nobody is met more than a few times.
    "passers": Shape(
        tasks=1000, workers=1500, answers=4, balance=(0.4, 0.3, 0.3), accuracy=0.82,
        sloppy=0.2, random=0.05, activity_spread=0.3,
    ),
}  # fmt: skip


def invent_preset(name: str, seed: int) -> Crowd:
    """The crowd of a named shape; the same for the same seed."""
    return invent(name, PRESETS[name], seed)
