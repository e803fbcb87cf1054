"""What is believed of a task while nobody has weighed its answers: their shares."""

from collections.abc import Collection, Mapping


def smoothed(votes: Mapping[str, int], offered: Collection[str]) -> Mapping[str, float]:
    """The share of each choice, drawn towards the middle by one imagined answer for each.

    Choices that were offered stand before those that are no longer, but were named. Sums to 1.
    """
    choices = [*offered, *(choice for choice in votes if choice not in offered)]
    total = sum(votes.values()) + len(choices)
    return {choice: (votes.get(choice, 0) + 1) / total for choice in choices}
