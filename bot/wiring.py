"""The composition root: builds every part and hands it to those who need it. The only file that knows all."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.channels.telegram import TelegramChannel, answer_in_reply
from bot.channels.telegram_calls import TelegramCalls
from bot.channels.telegram_pictures import TelegramPictures
from bot.channels.telegram_polling import TelegramUpdateSource
from bot.channels.telegram_registration import CommandMenus, TelegramRegistration
from bot.channels.telegram_session import LeanSession
from bot.channels.telegram_updates import read_update
from bot.clock import SystemClock
from bot.gathering import Gathering
from bot.intake import AnswerInReply, Intake
from bot.jobs import Job, Jobs
from bot.late_screens import LateScreens
from bot.log import set_up_logging
from bot.metrics import Metrics
from bot.nursery import Nursery
from bot.outages import is_outage
from bot.outbox import OutboxSender
from bot.pacing import Pacing
from bot.polling import Polling
from bot.polling_turn import PollingInTurn
from bot.quarantine import StoreQuarantine
from bot.serving import Parts, WebhookAddress, serve
from bot.settings import Settings
from bot.web import Webhook, WebServer, build_app
from handlers.conversation import COMMANDS, Conversation, UseCases, notice_screen
from handlers.words import LANGUAGES
from storage.hot_state import Limits, RedisHotState, connect_redis
from storage.pictures import PictureFiles, PictureFolder
from storage.unit_of_work import SqlStore, create_store
from tasks.answering import SubmitAnswers
from tasks.assigning import ListOffers, ListPrices, TakeTask
from tasks.earning import ShowEarnings
from tasks.enrolling import ChangeLanguage, GiveConsent, Leave, MarkReachable, RecogniseAccounts, Welcome
from tasks.lending import Lending
from tasks.model.identifiers import AccountKey
from tasks.ports import Clock
from tasks.promising import TellAboutWork
from tasks.reporting import ListSetAside, ReportBroken, SettleSetAside
from tasks.stopping import EndOverdueLeases, StopWork
from tasks.undoing import UndoAnswer

END_LEASES_SECONDS = 5.0
SEND_NOTICES_SECONDS = 1.0
TELL_ABOUT_WORK_SECONDS = 20.0
FALLBACK_MENU_LANGUAGE = "en"

T = TypeVar("T")
R = TypeVar("R")
Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class NamedSupervisors:
    """Implements ``Roles``: the supervisors that the settings name."""

    accounts: frozenset[AccountKey]

    def is_supervisor(self, key: AccountKey) -> bool:
        """Whether the settings name that account."""
        return key in self.accounts


async def run_bot(settings: Settings) -> None:
    """Serves until it is told to stop. The database must be migrated. Raises InputError."""
    secret = settings.webhook_secret().reveal()
    set_up_logging(secrets=[settings.telegram.require_token(), secret])
    store = create_store(settings.database.url)
    try:
        parts = await build(settings, store)
    except BaseException:
        await store.close()
        raise
    await serve(parts)


async def build(settings: Settings, store: SqlStore, *, nursery: Nursery | None = None) -> Parts:
    """Everything that runs, built and not started yet."""
    nursery = nursery or Nursery()
    clock, metrics = SystemClock(), Metrics()
    session = LeanSession(api=TelegramAPIServer.from_base(settings.telegram.api), observe=metrics.call_ended)
    bot = Bot(settings.telegram.require_token(), session=session)
    pacing, close_pacing = build_pacing(settings)
    pictures = PictureFolder(PictureFiles(settings.media.folder), store.picture_handles)
    channel = TelegramChannel(TelegramCalls(bot, pacing), TelegramPictures(pictures, bot.id))
    use_cases = build_use_cases(settings, store, clock, nursery)
    webhook = WebhookAddress(settings.web.public_url, settings.webhook_secret().reveal())
    by_webhook = bool(settings.web.public_url)
    intake = build_intake(
        store,
        clock,
        metrics,
        channel,
        nursery=nursery,
        use_cases=use_cases,
        in_reply=answer_in_reply if by_webhook and settings.web.answer_in_reply else None,
    )
    app = build_app(
        metrics=metrics,
        check_health=store.ping,
        webhook=Webhook(intake, webhook.secret) if by_webhook else None,
    )
    return Parts(
        web=WebServer(app, host=settings.web.host, port=settings.web.port),
        registration=TelegramRegistration(bot),
        command_menus=command_menus(),
        jobs=Jobs(build_jobs(store, clock, metrics, channel)),
        nursery=nursery,
        polling=None if by_webhook else build_polling(store, bot, intake, metrics),
        webhook=webhook if by_webhook else None,
        closing=(session.close, close_pacing, store.close),
    )


def build_polling(store: SqlStore, bot: Bot, intake: Intake, metrics: Metrics) -> PollingInTurn:
    """What fetches updates, in one process at a time of all that serve this bot."""
    return PollingInTurn(
        store.database.turn(f"poll for bot {bot.id}"),
        lambda: Polling(TelegramUpdateSource(bot), intake),
        on_change=lambda polls: metrics.polling_changed(polls=polls),
    )


def build_pacing(settings: Settings) -> tuple[Pacing, Close]:
    """How fast we may speak, shared through Redis if there is one; and what closes it."""
    limits = Limits(overall=settings.rate.messages_per_second)

    async def nothing_to_close() -> None: ...

    if not settings.redis.url:
        return Pacing(limits), nothing_to_close
    redis = connect_redis(settings.redis.url)
    return Pacing(limits, RedisHotState(redis, limits)), redis.aclose


def build_use_cases(settings: Settings, store: SqlStore, clock: Clock, nursery: Nursery) -> UseCases:
    """The use cases; recognising people and taking their answers is gathered into batches."""
    lending = Lending()
    roles = NamedSupervisors(settings.people.supervisors)

    def gather(many: Callable[[Sequence[T]], Awaitable[Sequence[R]]], name: str) -> Gathering[T, R]:
        return Gathering(
            many, nursery=nursery, name=name, is_one_items_fault=lambda error: not is_outage(error)
        )

    return UseCases(
        recognise=gather(RecogniseAccounts(store), "recognise accounts").one,
        submit_answer=gather(SubmitAnswers(store, clock, lending), "submit answers").one,
        welcome=Welcome(store, clock, settings.people.time_zone),
        give_consent=GiveConsent(store, clock),
        change_language=ChangeLanguage(store),
        leave=Leave(store, clock),
        mark_reachable=MarkReachable(store, clock),
        list_prices=ListPrices(store),
        list_offers=ListOffers(store, clock),
        take_task=TakeTask(store, clock, lending),
        undo_answer=UndoAnswer(store, clock, lending),
        report_broken=ReportBroken(store, clock, lending),
        stop_work=StopWork(store, clock),
        show_earnings=ShowEarnings(store, clock),
        list_set_aside=ListSetAside(store, roles),
        settle_set_aside=SettleSetAside(store, roles),
        roles=roles,
    )


def build_intake(
    store: SqlStore,
    clock: Clock,
    metrics: Metrics,
    channel: TelegramChannel,
    *,
    nursery: Nursery,
    use_cases: UseCases,
    in_reply: AnswerInReply | None,
) -> Intake:
    """What takes updates from the webhook or the poll to the person's screen."""
    return Intake(
        channel=channel,
        read=read_update,
        handle=Conversation(use_cases),
        quarantine=StoreQuarantine(store),
        mark_unreachable=unreachable(store, clock),
        clock=clock,
        metrics=metrics,
        late=LateScreens(channel, nursery),
        answer_in_reply=in_reply,
    )


def build_jobs(store: SqlStore, clock: Clock, metrics: Metrics, channel: TelegramChannel) -> Sequence[Job]:
    """The background work."""
    outbox = OutboxSender(
        store=store,
        channels={channel.name: channel.for_notices()},
        word=notice_screen,
        mark_unreachable=unreachable(store, clock),
        clock=clock,
        metrics=metrics,
    )
    end_leases, tell = EndOverdueLeases(store, clock), TellAboutWork(store, clock)

    async def end_overdue_leases() -> None:
        await end_leases()

    async def tell_about_work() -> None:
        await tell()

    return (
        Job("end overdue leases", END_LEASES_SECONDS, end_overdue_leases),
        Job("tell about work", TELL_ABOUT_WORK_SECONDS, tell_about_work),
        Job("send notices", SEND_NOTICES_SECONDS, outbox.send_due),
    )


def unreachable(store: SqlStore, clock: Clock) -> Callable[[AccountKey], Awaitable[None]]:
    """What is called when a messenger says that an account blocked us or is gone."""
    mark = MarkReachable(store, clock)

    async def mark_unreachable(key: AccountKey) -> None:
        await mark(key, reachable=False)

    return mark_unreachable


def command_menus() -> CommandMenus:
    """The commands in each language, and once more for everybody whose language we do not speak."""
    menus: Mapping[str, Sequence[tuple[str, str]]] = {language: COMMANDS[language] for language in LANGUAGES}
    return {"": COMMANDS[FALLBACK_MENU_LANGUAGE], **menus}
