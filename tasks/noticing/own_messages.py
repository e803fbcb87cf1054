"""What the program itself has to say to somebody, and how freely it may."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tasks.model.notice import Notice, NoticeKind
from tasks.model.project import Project
from tasks.model.standing import Sanction
from tasks.model.worker import Worker
from tasks.noticing.clocks import AT_ONCE
from tasks.ports import UnitOfWork
from tasks.promising import WORK_AGAIN

SECOND_WORD = "second_word"
"""An urgent notice needs the word of a second supervisor."""
NOTICE_REFUSED = "notice_refused"
"""The second supervisor refused it."""
NOTICE_PAUSED = "notice_paused"
"""The program has paused a notice, and says why."""

APPEAL_MADE = "appeal_made"
"""A worker asks a supervisor of hers to look at her pause."""
PAUSE_OVER = "pause_over"
"""She may go on: a supervisor said so, or what the pause rested on was wrong."""
PAUSE_KEPT = "pause_kept"
"""A supervisor has looked, and the pause stays."""
REMOVED = "removed"
"""A supervisor took her out of a project."""
REMOVAL_DOUBTED = "removal_doubted"
"""What a removal rests on turned out wrong: a supervisor around her is to look again."""
PAUSE_KINDS = frozenset({APPEAL_MADE, PAUSE_OVER, PAUSE_KEPT, REMOVED, REMOVAL_DOUBTED})

GOLD_CONTRADICTED = "gold_contradicted"
"""Able workers contradict what the client knows of a picture, and she is to look at it."""


class WhyOver(StrEnum):
    """Why she may go on."""

    PERSON = "person"
    """A supervisor said so: she begins anew."""
    KEYS = "keys"
    """What was taken to be known of golds that she answered was wrong."""
    USUAL = "usual"
    """Less is usual there than was thought."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How freely something may be said."""

    kind: NoticeKind
    """What it counts as for those who silence some kinds."""
    urgent: bool
    """Quiet hours do not hold it up."""
    to_workers_only: bool
    """Only for those who have agreed to the promise and have not left."""
    rather_twice: bool = True
    """Better heard twice than never."""


_MANNERS = {
    # At most once a day, as she was promised.
    WORK_AGAIN: Manners(NoticeKind.WORK, urgent=False, to_workers_only=True, rather_twice=False),
    SECOND_WORD: Manners(NoticeKind.ACCOUNT, urgent=True, to_workers_only=False),
    NOTICE_REFUSED: Manners(NoticeKind.ACCOUNT, urgent=True, to_workers_only=False),
    NOTICE_PAUSED: Manners(NoticeKind.ACCOUNT, urgent=True, to_workers_only=False),
    APPEAL_MADE: Manners(NoticeKind.ACCOUNT, urgent=False, to_workers_only=False),
    PAUSE_OVER: Manners(NoticeKind.ACCOUNT, urgent=False, to_workers_only=True),
    PAUSE_KEPT: Manners(NoticeKind.ACCOUNT, urgent=False, to_workers_only=True),
    REMOVED: Manners(NoticeKind.ACCOUNT, urgent=False, to_workers_only=True),
    REMOVAL_DOUBTED: Manners(NoticeKind.ACCOUNT, urgent=False, to_workers_only=False),
    GOLD_CONTRADICTED: Manners(NoticeKind.ACCOUNT, urgent=False, to_workers_only=False),
}
_UNKNOWN_MANNERS = Manners(NoticeKind.ACCOUNT, urgent=False, to_workers_only=True)
"""Of a kind that another version of the program has asked for."""


def manners_of(kind: str) -> Manners:
    """How freely something of that kind may be said."""
    return _MANNERS.get(kind, _UNKNOWN_MANNERS)


async def say_about(
    uow: UnitOfWork, notice: Notice, worker: Worker, *, kind: str, now: datetime, **facts: str
) -> None:
    """Asks to say something about a notice to her; with its text, and the facts that this kind needs."""
    key = f"{kind}:{notice.id}:{worker.id}:{int(now.timestamp())}"
    about = {"notice": str(notice.id), "text": notice.text(worker.language)}
    await uow.deliveries.add(worker.id, kind=kind, facts=about | facts, key=key, due_at=AT_ONCE)


async def say_about_pause(
    uow: UnitOfWork,
    sanction: Sanction,
    project: Project,
    worker: Worker,
    *,
    kind: str,
    why: WhyOver | None = None,
) -> None:
    """Asks to say something about a pause, to the worker or to a supervisor of hers; why, if it is over.

    Once for each thing that becomes of her appeal: what was kept unasked may be kept against an appeal too.
    """
    facts = {"sanction": str(sanction.id), "project": str(project.id), "against": sanction.kind.value}
    facts["title"] = project.say(project.titles, worker.language)
    if why is not None:
        facts["why"] = why.value
    key = f"{kind}:{sanction.id}:{sanction.appeal}:{worker.id}"
    await uow.deliveries.add(worker.id, kind=kind, facts=facts, key=key, due_at=AT_ONCE)
