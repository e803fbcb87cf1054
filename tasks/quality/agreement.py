"""How much those who answer agree, beyond what chance alone would bring about.

Krippendorff's alpha for nominal data, as in K. Krippendorff, "Computing Krippendorff's Alpha-Reliability"
(2011), https://repository.upenn.edu/asc_papers/43, sections B and C: 1 is perfect agreement, 0 what chance
gives, below 0 is agreement to differ. Any number of people may answer a task; a task with one answer says
nothing about agreement and is left out.
"""

from dataclasses import dataclass, field

PAIR = 2


@dataclass(slots=True)
class Agreement:
    """Sums up answers, in memory that grows with the number of choices alone.

    For nominal data the coincidence matrix is needed only in its diagonal (``_agreeing``) and its margins
    (``_paired``).
    """

    _agreeing: dict[str, float] = field(default_factory=dict)
    _paired: dict[str, int] = field(default_factory=dict)

    def add(self, choice: str, *, said: int, of: int, tasks: int) -> None:
        """In so many tasks with ``of`` answers, ``said`` of them named that choice.

        Each task has to be told once for every choice that was named in it, in any order. Many tasks look
        alike, and so a database can count them first.
        """
        if of < PAIR:
            return
        self._paired[choice] = self._paired.get(choice, 0) + tasks * said
        self._agreeing[choice] = self._agreeing.get(choice, 0.0) + tasks * said * (said - 1) / (of - 1)

    def alpha(self) -> float | None:
        """Alpha of all that was added.

        None if no task has two answers, or all answers are the same choice: nothing varies then, and there
        is no saying whether people agree or cannot do otherwise.
        """
        answers = sum(self._paired.values())
        differing_by_chance = answers**2 - sum(paired**2 for paired in self._paired.values())
        if not differing_by_chance:
            return None
        differing = answers - sum(self._agreeing.values())
        return 1 - (answers - 1) * differing / differing_by_chance
