"""What a press on a question is worth, and when a task is set aside. Everything here is pure.

What the answers add up to, and when a task has heard enough, is judged after they are written: ``deciding``.
"""

from enum import Enum, auto

from tasks.model.identifiers import WorkerId
from tasks.model.project import AnswerRules
from tasks.model.work import IN_USE, LeaseState, Task, TaskStatus
from tasks.ports import Pressed, TallyChange

REPORTS_MAX = 2
"""So many people must say that a picture is broken before nobody is asked about it any more."""


class Ruling(Enum):
    """What a press on a choice is worth."""

    COUNTS = auto()
    """Stored, counted, paid."""
    CANT_TELL = auto()
    """Stored; not counted, not paid, not punished."""
    NOT_NEEDED = auto()
    """Stored; it came when the place was with others or the task was decided: not paid."""
    ALREADY = auto()
    """The lease had its answer before."""
    NOT_YOURS = auto()
    """No such lease, or somebody else's."""


def rule(
    pressed: Pressed | None,
    worker_id: WorkerId,
    rules: AnswerRules,
    *,
    cant_tell: bool,
    is_out: bool = False,
) -> Ruling:
    """Judges a press on a locked lease; ``is_out``: she is not to answer in this project any more.

    Gold takes no place, so an answer on it always comes in time.
    """
    if pressed is None or pressed.lease.worker_id != worker_id:
        return Ruling.NOT_YOURS
    state, task = pressed.lease.state, pressed.task
    if state not in {LeaseState.OPEN, LeaseState.ENDED}:
        return Ruling.ALREADY
    if cant_tell:
        return Ruling.CANT_TELL
    if is_out and state is not LeaseState.OPEN:
        return Ruling.NOT_NEEDED
    if state is LeaseState.OPEN or pressed.lease.is_gold or has_room(task, rules):
        return Ruling.COUNTS
    return Ruling.NOT_NEEDED


def has_room(task: Task, rules: AnswerRules) -> bool:
    """Whether one more answer may still be taken in without breaking a promise to somebody else."""
    return task.status is TaskStatus.OPEN and task.taken < rules.max


def tally_change(ruling: Ruling, state: LeaseState, *, gold: bool = False) -> TallyChange:
    """How a ruling moves the counters of its task; ``state`` is the lease's state before."""
    if gold:
        return TallyChange(answers=int(ruling is Ruling.COUNTS), cant_tells=int(ruling is Ruling.CANT_TELL))
    held = state is LeaseState.OPEN
    match ruling:
        case Ruling.COUNTS:
            return TallyChange(taken=0 if held else 1, answers=1)
        case Ruling.CANT_TELL:
            return TallyChange(taken=-1 if held else 0, cant_tells=1)
        case Ruling.NOT_NEEDED | Ruling.ALREADY | Ruling.NOT_YOURS:
            return TallyChange()


def decide(task: Task, rules: AnswerRules, *, gold: bool = False) -> TaskStatus:
    """Whether a task is set aside with its new tally, an open one as long as it lacks answers.

    Gold is lent on, however many answers it has and whether or not it is decided, so all that may be shown
    can be set aside.
    """
    is_asked = task.status in IN_USE if gold else _lacks_answers(task, rules)
    if is_asked and task.reports >= REPORTS_MAX:
        return TaskStatus.BROKEN
    if is_asked and task.cant_tells >= rules.max and task.cant_tells > task.answers:
        return TaskStatus.UNCLEAR
    return task.status


def _lacks_answers(task: Task, rules: AnswerRules) -> bool:
    return task.status is TaskStatus.OPEN and task.answers < rules.max
