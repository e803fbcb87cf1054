"""The use cases, built and handed to the conversation: the part of the wiring that knows the rules."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, TypeVar

from bot.gathering import Gathering
from bot.link_pictures import LinkPictures
from bot.nursery import Nursery
from bot.outages import is_outage
from bot.settings import Settings
from handlers.screens import Attachment, Links
from handlers.use_cases import NoticeCases, PauseCases, PeopleCases, UseCases, WorkCases
from storage.exchange.delivery_report import write_delivery_report
from storage.unit_of_work import SqlStore
from tasks.answering import SubmitAnswers
from tasks.appealing import DecideOnPause, ListPauses, LookAtPause, MakeAppeal, ShowEvidence
from tasks.assigning import ListOffers, ListPrices, TakeTask
from tasks.awaiting import AwaitInput, FindAwaited
from tasks.deciding import Deciding
from tasks.earning import ShowEarnings
from tasks.enrolling import ChangeLanguage, GiveConsent, Leave, MarkReachable, RecogniseAccounts, Welcome
from tasks.golding import Golding
from tasks.importing import ListProjects
from tasks.lending import Lending
from tasks.model.identifiers import NoticeId
from tasks.noticing.confirming import AnswerForNotice, ConfirmNotice
from tasks.noticing.drafting import DropNotice, EditNotice, ShowDraft, StartNotice
from tasks.noticing.reading import AcknowledgeNotice, ListMyNotices
from tasks.noticing.steering import SteerNotice
from tasks.noticing.watching import ListNotices, ListUnknown, NoteProgress, ShowNotice
from tasks.placing import LookAround, NamePlaces
from tasks.ports import Clock
from tasks.preferring import SetQuietHours, SilenceKind
from tasks.recruiting import EndJoinCode, ListJoinCodes, MakeJoinCode
from tasks.reporting import ListSetAside, ReportBroken, SettleSetAside
from tasks.stopping import StopWork
from tasks.supervising import (
    AcceptInvitation,
    FindScope,
    InviteSupervisor,
    ListSupervisors,
    Scopes,
    WithdrawSupervisor,
)
from tasks.undoing import UndoAnswer
from tasks.verifying import RefuseGuess
from tasks.watching_projects import ListWatched, ShowProject, ShowWorkers

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Outward:
    """What the conversation needs of the messenger beside being shown."""

    links: Links
    link_pictures: LinkPictures
    keep_attachment: Callable[[Attachment], Awaitable[None]]


def build_use_cases(
    settings: Settings, store: SqlStore, clock: Clock, nursery: Nursery, *, outward: Outward
) -> UseCases:
    """The use cases under the names by which the conversation calls them."""
    scopes = Scopes(settings.people.supervisors)
    parts = (
        work_cases(settings, store, clock, nursery, scopes=scopes),
        pause_cases(store, clock, scopes),
        people_cases(store, clock, scopes, outward),
        notice_cases(settings, store, clock, scopes),
    )
    named: dict[str, Any] = {
        field.name: getattr(part, field.name) for part in parts for field in fields(part)
    }
    return UseCases(**named)


def work_cases(
    settings: Settings, store: SqlStore, clock: Clock, nursery: Nursery, *, scopes: Scopes
) -> WorkCases:
    """Recognising people and taking their answers is gathered into batches."""
    golding, deciding = Golding(Lending()), Deciding()

    def gather(many: Callable[[Sequence[T]], Awaitable[Sequence[R]]], name: str) -> Gathering[T, R]:
        return Gathering(
            many, nursery=nursery, name=name, is_one_items_fault=lambda error: not is_outage(error)
        )

    return WorkCases(
        recognise=gather(RecogniseAccounts(store), "recognise accounts").one,
        submit_answer=gather(SubmitAnswers(store, clock, golding, deciding), "submit answers").one,
        welcome=Welcome(store, clock, settings.people.time_zone),
        give_consent=GiveConsent(store, clock),
        change_language=ChangeLanguage(store),
        leave=Leave(store, clock),
        mark_reachable=MarkReachable(store, clock),
        list_prices=ListPrices(store),
        list_offers=ListOffers(store, clock),
        take_task=TakeTask(store, clock, golding),
        refuse_guess=RefuseGuess(store, clock),
        undo_answer=UndoAnswer(store, clock, golding, deciding),
        report_broken=ReportBroken(store, clock, golding),
        stop_work=StopWork(store, clock),
        show_earnings=ShowEarnings(store, clock),
        list_set_aside=ListSetAside(store, scopes),
        settle_set_aside=SettleSetAside(store, scopes),
    )


def pause_cases(store: SqlStore, clock: Clock, scopes: Scopes) -> PauseCases:
    """Pauses, as workers and supervisors see them."""
    return PauseCases(
        make_appeal=MakeAppeal(store, clock, scopes),
        show_evidence=ShowEvidence(store),
        list_pauses=ListPauses(store, scopes),
        look_at_pause=LookAtPause(store, scopes),
        decide_on_pause=DecideOnPause(store, clock, scopes),
    )


def people_cases(store: SqlStore, clock: Clock, scopes: Scopes, outward: Outward) -> PeopleCases:
    """Who looks after whom, and how people come in."""
    return PeopleCases(
        find_scope=FindScope(store, scopes),
        list_watched=ListWatched(store, scopes),
        show_project=ShowProject(store, clock, scopes),
        show_workers=ShowWorkers(store, scopes),
        invite_supervisor=InviteSupervisor(store, clock, scopes),
        accept_invitation=AcceptInvitation(store, clock, scopes),
        list_supervisors=ListSupervisors(store, scopes),
        withdraw_supervisor=WithdrawSupervisor(store, clock, scopes),
        look_around=LookAround(store, scopes),
        name_places=NamePlaces(store),
        make_join_code=MakeJoinCode(store, clock, scopes),
        list_join_codes=ListJoinCodes(store, clock, scopes),
        end_join_code=EndJoinCode(store, clock, scopes),
        start_link=outward.links.start_link,
        draw_link=outward.link_pictures.draw,
        keep_attachment=outward.keep_attachment,
        await_input=AwaitInput(store, clock),
        find_awaited=FindAwaited(store),
    )


def notice_cases(settings: Settings, store: SqlStore, clock: Clock, scopes: Scopes) -> NoticeCases:
    """Notices, from their first word to the worker's *I have read it*."""
    note = NoteProgress(store)

    async def note_progress(notice_id: NoticeId, at: tuple[str, str]) -> None:
        await note(notice_id, at=at)

    return NoticeCases(
        now=clock.now,
        messages_per_second=settings.rate.messages_per_second,
        list_projects=ListProjects(store),
        start_notice=StartNotice(store, clock, scopes),
        show_draft=ShowDraft(store, clock, scopes),
        edit_notice=EditNotice(store, clock, scopes),
        drop_notice=DropNotice(store, clock, scopes),
        confirm_notice=ConfirmNotice(store, clock, scopes),
        answer_for_notice=AnswerForNotice(store, clock, scopes),
        steer_notice=SteerNotice(store, clock, scopes),
        show_notice=ShowNotice(store, scopes),
        list_notices=ListNotices(store, scopes),
        list_unknown=ListUnknown(store, scopes),
        note_progress=note_progress,
        write_deliveries=partial(write_delivery_report, store),
        acknowledge_notice=AcknowledgeNotice(store, clock),
        list_my_notices=ListMyNotices(store),
        set_quiet_hours=SetQuietHours(store),
        silence_kind=SilenceKind(store),
    )
