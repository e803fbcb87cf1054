"""How much one answer says, in a number for people who want to weigh answers by themselves."""


def weight_of_answer(accuracy: float, choices: int, *, believed: float = 1.0) -> float:
    """From 0, no more than chance, to 1, always right; ``believed`` is ``Cast.weight``.

    How far the worker's accuracy lies above that of somebody who presses any button, as a share of the whole
    way from there to certainty. The verdicts themselves rest on more: which choices she takes for which.
    """
    if choices <= 1:
        return believed
    chance = 1 / choices
    return believed * min(1.0, max(0.0, (accuracy - chance) / (1 - chance)))
