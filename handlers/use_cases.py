"""What the conversation needs to be able to do; the composition root hands it over."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from handlers.screens import Attachment
from tasks.answering import Press
from tasks.assigning import Offer
from tasks.enrolling import Welcomed
from tasks.model.earnings import Statement
from tasks.model.identifiers import AccountKey, DeliveryId, ImageId, LeaseId, NoticeId, ProjectId, TaskId
from tasks.model.money import Money
from tasks.model.notice import Delivery, Notice, NoticeKind
from tasks.model.place import Place
from tasks.model.project import Project
from tasks.model.supervisor import Invitation, JoinCode, Supervisor
from tasks.model.worker import Worker
from tasks.noticing.drafting import Draft, Edit
from tasks.noticing.reading import Where
from tasks.noticing.steering import Steer
from tasks.outcomes import (
    ConfirmOutcome,
    InvitationOver,
    NothingGained,
    NoticeReport,
    ReadOutcome,
    RefuseGuessOutcome,
    ReportOutcome,
    SecondOutcome,
    SteerOutcome,
    StopOutcome,
    SubmitOutcome,
    TakeOutcome,
    UndoOutcome,
)
from tasks.placing import Surroundings
from tasks.reporting import SetAside


class Welcoming(Protocol):
    """See ``tasks.enrolling.Welcome``."""

    async def __call__(self, key: AccountKey, *, language: str, join_code: str | None) -> Welcomed: ...


class MarkingReachable(Protocol):
    """See ``tasks.enrolling.MarkReachable``."""

    async def __call__(self, key: AccountKey, *, reachable: bool) -> None: ...


class Settling(Protocol):
    """See ``tasks.reporting.SettleSetAside``."""

    async def __call__(self, who: AccountKey, task_id: TaskId, *, ask_again: bool) -> bool: ...


class LookingAround(Protocol):
    """See ``tasks.placing.LookAround``."""

    async def __call__(self, who: AccountKey, place_id: int = 0) -> Surroundings: ...


class MakingJoinCode(Protocol):
    """See ``tasks.recruiting.MakeJoinCode``."""

    async def __call__(
        self, who: AccountKey, *, place: str, recruiter: str, quota: int | None, days: int | None
    ) -> JoinCode: ...


class AnsweringForNotice(Protocol):
    """See ``tasks.noticing.confirming.AnswerForNotice``."""

    async def __call__(
        self, who: AccountKey, notice_id: NoticeId, *, asked: int, yes: bool
    ) -> SecondOutcome: ...


class AcknowledgingNotice(Protocol):
    """See ``tasks.noticing.reading.AcknowledgeNotice``."""

    async def __call__(
        self,
        worker: Worker,
        delivery_id: DeliveryId,
        *,
        where: Where | None,
        answer: int | None = None,
        read: bool = True,
    ) -> ReadOutcome: ...


class SettingQuietHours(Protocol):
    """See ``tasks.preferring.SetQuietHours``."""

    async def __call__(self, worker: Worker, *, quiet_from: int, quiet_until: int) -> None: ...


class Silencing(Protocol):
    """See ``tasks.preferring.SilenceKind``."""

    async def __call__(self, worker: Worker, kind: NoticeKind, *, silent: bool) -> frozenset[str]: ...


@dataclass(frozen=True, kw_only=True)
class WorkCases:
    """What workers do.

    ``recognise`` and ``submit_answer`` take one person and one press: whoever wires them may gather those of
    many people into one transaction.
    """

    recognise: Callable[[AccountKey], Awaitable[Worker | None]]
    submit_answer: Callable[[Press], Awaitable[SubmitOutcome]]
    welcome: Welcoming
    give_consent: Callable[[Worker, str], Awaitable[None]]
    change_language: Callable[[Worker, str], Awaitable[None]]
    leave: Callable[[Worker], Awaitable[None]]
    mark_reachable: MarkingReachable
    list_prices: Callable[[], Awaitable[Sequence[Money]]]
    list_offers: Callable[[Worker], Awaitable[Sequence[Offer]]]
    take_task: Callable[[Worker, ProjectId], Awaitable[TakeOutcome | None]]
    refuse_guess: Callable[[Worker, LeaseId], Awaitable[RefuseGuessOutcome]]
    undo_answer: Callable[[Worker, LeaseId], Awaitable[UndoOutcome]]
    report_broken: Callable[[Worker, LeaseId], Awaitable[ReportOutcome]]
    stop_work: Callable[[Worker, LeaseId], Awaitable[StopOutcome]]
    show_earnings: Callable[[Worker], Awaitable[Statement]]
    list_set_aside: Callable[[AccountKey], Awaitable[Sequence[SetAside]]]
    settle_set_aside: Settling


@dataclass(frozen=True, kw_only=True)
class PeopleCases:
    """Who looks after whom, and how people come in."""

    find_scope: Callable[[AccountKey], Awaitable[str | None]]
    invite_supervisor: Callable[[AccountKey, str], Awaitable[Invitation]]
    accept_invitation: Callable[[AccountKey, str], Awaitable[Supervisor | InvitationOver | NothingGained]]
    list_supervisors: Callable[[AccountKey], Awaitable[Sequence[Supervisor]]]
    withdraw_supervisor: Callable[[AccountKey, int], Awaitable[bool]]
    look_around: LookingAround
    name_places: Callable[[Sequence[str]], Awaitable[Sequence[Place]]]
    make_join_code: MakingJoinCode
    list_join_codes: Callable[[AccountKey], Awaitable[Sequence[tuple[JoinCode, bool]]]]
    end_join_code: Callable[[AccountKey, str], Awaitable[bool]]
    start_link: Callable[[str], Awaitable[str]]
    """See ``handlers.screens.Links``."""
    draw_link: Callable[[str], Awaitable[ImageId]]
    """A picture with that address as a QR code, ready to be shown."""
    keep_attachment: Callable[[Attachment], Awaitable[None]]
    """Keeps what a person sent, so that its id can be shown to others."""
    await_input: Callable[[AccountKey, str | None], Awaitable[None]]
    find_awaited: Callable[[AccountKey], Awaitable[str | None]]


@dataclass(frozen=True, kw_only=True)
class NoticeCases:
    """Notices, from their first word to the worker's *I have read it*."""

    now: Callable[[], datetime]
    messages_per_second: float
    """How fast notices may leave, for guessing how long one takes."""
    list_projects: Callable[[], Awaitable[Sequence[Project]]]
    start_notice: Callable[[AccountKey, str], Awaitable[Draft]]
    show_draft: Callable[[AccountKey, NoticeId], Awaitable[Draft | None]]
    edit_notice: Callable[[AccountKey, NoticeId, Edit], Awaitable[Draft | None]]
    drop_notice: Callable[[AccountKey, NoticeId], Awaitable[bool]]
    confirm_notice: Callable[[AccountKey, NoticeId], Awaitable[ConfirmOutcome]]
    answer_for_notice: AnsweringForNotice
    steer_notice: Callable[[AccountKey, NoticeId, Steer], Awaitable[SteerOutcome]]
    show_notice: Callable[[AccountKey, NoticeId], Awaitable[NoticeReport | None]]
    list_notices: Callable[[AccountKey], Awaitable[Sequence[NoticeReport]]]
    list_unknown: Callable[[AccountKey, NoticeId], Awaitable[Sequence[Delivery]]]
    note_progress: Callable[[NoticeId, tuple[str, str]], Awaitable[None]]
    """From now on that message (chat, message) shows the author how far the notice is."""
    write_deliveries: Callable[[NoticeId], Awaitable[Path]]
    """A CSV file with all deliveries of a notice, in bounded memory."""
    acknowledge_notice: AcknowledgingNotice
    list_my_notices: Callable[[Worker], Awaitable[Sequence[tuple[Delivery, Notice]]]]
    set_quiet_hours: SettingQuietHours
    silence_kind: Silencing


@dataclass(frozen=True, kw_only=True)
class UseCases(WorkCases, PeopleCases, NoticeCases):
    """The use cases of ``tasks`` under the names by which the conversation calls them."""
