"""What the conversation needs to be able to do; the composition root hands it over."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tasks.answering import Press
from tasks.assigning import Offer
from tasks.model.earnings import Statement
from tasks.model.identifiers import AccountKey, LeaseId, ProjectId, TaskId
from tasks.model.money import Money
from tasks.model.worker import Worker
from tasks.outcomes import ReportOutcome, StopOutcome, SubmitOutcome, TakeOutcome, UndoOutcome
from tasks.ports import Roles
from tasks.reporting import SetAside


class Welcoming(Protocol):
    """See ``tasks.enrolling.Welcome``."""

    async def __call__(self, key: AccountKey, *, language: str, join_code: str | None) -> Worker: ...


class MarkingReachable(Protocol):
    """See ``tasks.enrolling.MarkReachable``."""

    async def __call__(self, key: AccountKey, *, reachable: bool) -> None: ...


class Settling(Protocol):
    """See ``tasks.reporting.SettleSetAside``."""

    async def __call__(self, who: AccountKey, task_id: TaskId, *, ask_again: bool) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The use cases of ``tasks`` under the names by which the conversation calls them.

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
    undo_answer: Callable[[Worker, LeaseId], Awaitable[UndoOutcome]]
    report_broken: Callable[[Worker, LeaseId], Awaitable[ReportOutcome]]
    stop_work: Callable[[Worker, LeaseId], Awaitable[StopOutcome]]
    show_earnings: Callable[[Worker], Awaitable[Statement]]
    list_set_aside: Callable[[AccountKey], Awaitable[Sequence[SetAside]]]
    settle_set_aside: Settling
    roles: Roles
