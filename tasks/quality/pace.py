"""Signs of how somebody answers: how fast, which button again and again, which place on the card.

They lower how much of her answers is believed, and raise her dose of gold. None of them ever punishes, and
none silences: somebody quick may simply be good. Her answers go on counting a little, so that it can be
learnt how good they are, and who has shown that is believed in full, whatever her pace.

The clock is ours, from showing a picture to the press, so the way through the network is inside: it makes
people look slower than they are, never faster.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from math import exp, log

from tasks.model.identifiers import WorkerId
from tasks.model.project import Choice, Project
from tasks.model.standing import Pace

MEMORY = 0.95
"""What is left of a fading sign after one more answer: about twenty answers are remembered."""
TIME_MEMORY = 0.98
HASTY_SHARE = 0.25
"""An answer in less than this share of the usual time, her own or the project's, is hasty."""
HASTY_SECONDS = 1.5
"""Nobody is hasty who takes longer, however long others take."""
HASTY_FROM, HASTY_FULL = 0.3, 0.8
"""Fading share of hasty answers from which weight is lost, and at which the least is left."""
WEIGHT_MIN = 0.25
"""So much of her answers is believed at the least."""
RUN_CHANCE_MIN = 1e-4
"""A run of one button that the mix of the choices explains less often than this is a sign."""
LEANING_FROM, LEANING_FULL = 0.35, 0.6
"""So much more than its due goes to one place on the card."""
PLAIN_ORDER_CHOICES = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer, as it matters here."""

    seconds: float
    choice: str
    place: int
    """Where its button stood on the card, from 0."""
    places: int
    """How many buttons there were."""


def offered_to(project: Project, worker_id: WorkerId | None) -> Sequence[Choice]:
    """The choices as she sees them: in the project's order, or in one of her own that stays the same.

    With two choices there is nothing to learn from another order, and None has none.
    """
    offered = project.offered()
    if worker_id is None or not project.shuffle_choices or len(offered) <= PLAIN_ORDER_CHOICES:
        return offered
    return sorted(offered, key=lambda choice: _mixed(f"{project.id}:{worker_id}:{choice.number}"))


def _mixed(text: str) -> bytes:
    """The same on every machine and in every version, so that old cards and new ones are alike."""
    return blake2b(text.encode(), digest_size=8).digest()


def note(pace: Pace, seen: Seen, usual_seconds: float | None) -> Pace:
    """The signs after one more answer; ``usual_seconds`` is the median of the project, if it is known."""
    positions = list(pace.positions) or [0.0] * seen.places
    positions += [0.0] * (seen.places - len(positions))
    positions = [MEMORY * share for share in positions]
    positions[seen.place] += 1 - MEMORY
    hasty = 1.0 if _is_hasty(pace, seen.seconds, usual_seconds) else 0.0
    time = log(max(seen.seconds, 0.1))
    known = pace.log_seconds
    return Pace(
        log_seconds=time if known is None else TIME_MEMORY * known + (1 - TIME_MEMORY) * time,
        run_length=pace.run_length + 1 if seen.choice == pace.run_choice else 1,
        run_choice=seen.choice,
        positions=tuple(round(share, 6) for share in positions),
        hasty=round(MEMORY * pace.hasty + (1 - MEMORY) * hasty, 6),
    )


def forget_last(pace: Pace, choice: str) -> Pace:
    """The signs without the run that her last answer began or went on with, for one that is taken back."""
    if pace.run_choice != choice:
        return pace
    length = max(pace.run_length - 1, 0)
    return replace(pace, run_length=length, run_choice=choice if length else None)


def _is_hasty(pace: Pace, seconds: float, usual_seconds: float | None) -> bool:
    if seconds >= HASTY_SECONDS:
        return False
    usual = [] if usual_seconds is None else [usual_seconds]
    if pace.log_seconds is not None:
        usual.append(exp(pace.log_seconds))
    return any(seconds < HASTY_SHARE * one for one in usual)


def weight(
    pace: Pace, mix: Mapping[str, float], expected: Sequence[float] | None = None, *, proven: float = 0.0
) -> float:
    """How much of her answers is believed: 1 all, ``WEIGHT_MIN`` the least.

    ``mix`` is how often each choice is right in the project, and ``expected`` what follows from it for the
    places on her card; where nothing is known the choices count as equally likely. ``proven`` is how far her
    answers have shown that they are good (``proof``): then no sign counts against them.
    """
    left = 1 - _between(pace.hasty, HASTY_FROM, HASTY_FULL)
    if is_long_run(pace, mix):
        left *= 0.5
    if expected is not None and pace.positions:
        left *= 1 - 0.5 * _between(leaning(pace, expected), LEANING_FROM, LEANING_FULL)
    return round(max(left, WEIGHT_MIN, proven), 4)


def proof(accuracy_low: float, *, bad: float, good: float) -> float:
    """How far somebody has shown that she is good, 0 to 1: by where the lower bound of her accuracy lies
    between that of a bad worker and that of a good one.
    """
    return _between(accuracy_low, bad, good)


def is_long_run(pace: Pace, mix: Mapping[str, float]) -> bool:
    """Whether the same button so often in a row is more than the mix of the choices explains."""
    if pace.run_choice is None:
        return False
    # A class that is hardly ever missing may well come a hundred times in a row.
    likely = min(max(mix.get(pace.run_choice, 0.5), 0.05), 0.98)
    return pace.run_length * log(likely) < log(RUN_CHANCE_MIN)


def leaning(pace: Pace, expected: Sequence[float]) -> float:
    """How much more than its due the place gets that she presses beyond its due the most."""
    return max(
        (share - due for share, due in zip(pace.positions, expected, strict=False)),
        default=0.0,
    )


def _between(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)
