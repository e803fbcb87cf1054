"""Workers who copy from each other: found by the mistakes that they share on silent gold.

Two who copy are one voice, said twice. Each of them counts as half a voice then, however good they are: the
answers of two good workers who copy are worth no more than those of one. Nobody is silenced or paused for it,
nothing is taken from her pay, and she is asked more gold. Who stops copying has her full voice again when
chance explains what they share.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb

from tasks.model.identifiers import TaskId, WorkerId

TESTED_LOOKED_AT = 20_000
"""So many of the last answers on silent gold tell who copies."""
COPIES_MIN = 4
"""Two people must share at least so many wrong answers before anybody wonders."""
COPIES_CHANCE_MAX = 1e-5
"""So unlikely it must be that chance made them…"""
HONEST_PAIRS_MAX = 0.01
"""…and among all pairs, nearly all of them honest, no more than so many may be found by chance."""
COMMON_MAX = 40
"""A mistake that so many make on one gold says nothing of any two of them."""
VOICE_MIN = 0.25
"""However many share her mistakes, so much of her voice is left: on most tasks she answers without them."""


@dataclass(frozen=True, slots=True)
class Copied:
    """Two workers whose wrong answers are alike more often than chance explains."""

    pair: tuple[WorkerId, WorkerId]
    same: int
    """On so many golds both said the same wrong thing."""
    expected: float
    """So often it would happen to two who do not know each other."""


def voices(pairs: Iterable[Copied]) -> Mapping[WorkerId, float]:
    """How much of a voice of her own each of these workers has; all others have a whole one."""
    others: Counter[WorkerId] = Counter(worker for copied in pairs for worker in copied.pair)
    return {worker: round(max(1 / (1 + count), VOICE_MIN), 4) for worker, count in others.items()}


def shared_mistakes(answers: Iterable[tuple[WorkerId, TaskId, str, str]]) -> Sequence[Copied]:
    """Pairs who share more wrong answers than chance explains, from (worker, gold, said, what is
    right).

    On a gold that many get wrong the same way, sharing a mistake means little, and as little where one of the
    two says that thing often anyway: chance is whichever of both explains more.
    """
    told = _Told()
    for worker, task, said, right in answers:
        told.hear(worker, task, said, right)
    workers = len(told.asked)
    chance_max = min(COPIES_CHANCE_MAX, HONEST_PAIRS_MAX / max(workers * (workers - 1) / 2, 1))
    found = (told.compare(pair, same) for pair, same in sorted(told.count_same().items()))
    return [copied for copied, chance in found if chance < chance_max]


@dataclass(slots=True)
class _Told:
    """What was said on golds."""

    wrong: dict[WorkerId, dict[TaskId, str]] = field(default_factory=lambda: defaultdict(dict))
    mistaken: dict[tuple[TaskId, str], list[WorkerId]] = field(default_factory=lambda: defaultdict(list))
    """Who made which mistake."""
    asked: dict[WorkerId, set[TaskId]] = field(default_factory=lambda: defaultdict(set))
    workers: Counter[TaskId] = field(default_factory=Counter)
    """How many answered each gold."""
    habits: Counter[tuple[WorkerId, str]] = field(default_factory=Counter)
    """How often each said what wrongly."""
    asked_of: Counter[tuple[WorkerId, str]] = field(default_factory=Counter)
    """How often each was asked where that is right."""

    def hear(self, worker: WorkerId, task: TaskId, said: str, right: str) -> None:
        self.asked[worker].add(task)
        self.asked_of[worker, right] += 1
        self.workers[task] += 1
        if said == right:
            return
        self.wrong[worker][task] = said
        self.mistaken[task, said].append(worker)
        self.habits[worker, said] += 1

    def count_same(self) -> Mapping[tuple[WorkerId, WorkerId], int]:
        """How many mistakes each two share, as far as it is worth a look."""
        same: Counter[tuple[WorkerId, WorkerId]] = Counter()
        for mistake, makers in self.mistaken.items():
            if not self._is_common(mistake):
                same.update(combinations(sorted(makers), 2))
        return {pair: count for pair, count in same.items() if count >= COPIES_MIN}

    def compare(self, pair: tuple[WorkerId, WorkerId], same: int) -> tuple[Copied, float]:
        """The pair, with how likely it is that two who do not know each other share so much."""
        one, other = pair
        each_way = [self._chances(one, other), self._chances(other, one)]
        likelier = max(each_way, key=lambda chances: _chance_of(same, chances))
        return Copied(pair, same, round(sum(likelier), 3)), _chance_of(same, likelier)

    def _chances(self, one: WorkerId, other: WorkerId) -> Sequence[float]:
        """How likely the other is to say the same by chance, for each mistake of one that both were asked."""
        return [
            max(self._crowd_share(mistake, other), self._habit(other, mistake[1]))
            for mistake in self._mistakes(one)
            if mistake[0] in self.asked[other]
        ]

    def _mistakes(self, worker: WorkerId) -> Iterator[tuple[TaskId, str]]:
        return (mistake for mistake in self.wrong[worker].items() if not self._is_common(mistake))

    def _crowd_share(self, mistake: tuple[TaskId, str], other: WorkerId) -> float:
        """How common the mistake is among the rest, with one more who did not quite make it."""
        makers: Collection[WorkerId] = self.mistaken[mistake]
        rest = len(makers) - 1 - (other in makers)
        return (rest + 0.1) / (self.workers[mistake[0]] - 1)

    def _habit(self, worker: WorkerId, said: str) -> float:
        """How often she says that where it is wrong."""
        return self.habits[worker, said] / (len(self.asked[worker]) - self.asked_of[worker, said])

    def _is_common(self, mistake: tuple[TaskId, str]) -> bool:
        return len(self.mistaken[mistake]) > COMMON_MAX


def _chance_of(count: int, chances: Sequence[float]) -> float:
    """How likely so many of these things happen or more.

    Reckoned with their mean for each: chances that differ make so many even less likely.
    """
    of = len(chances)
    mean = sum(chances) / of if of else 1.0
    if mean >= 1:
        return 1.0
    return sum(comb(of, one) * mean**one * (1 - mean) ** (of - one) for one in range(count, of + 1))
