"""The composition root: builds every part and hands it to those who need it. The only file that knows all."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.channels.telegram import TelegramChannel, answer_in_reply
from bot.channels.telegram_calls import TelegramCalls
from bot.channels.telegram_courier import TelegramCourier
from bot.channels.telegram_links import TelegramLinks
from bot.channels.telegram_pictures import TelegramPictures
from bot.channels.telegram_polling import TelegramUpdateSource
from bot.channels.telegram_registration import CommandMenus, TelegramRegistration
from bot.channels.telegram_session import LeanSession
from bot.channels.telegram_updates import read_update
from bot.clock import SystemClock
from bot.delivering import Deliverer, DeliveryCases
from bot.delivery_results import DeliveryResults
from bot.intake import AnswerInReply, Intake
from bot.jobs import Job, Jobs
from bot.late_screens import LateScreens
from bot.learning_turn import LearningInTurn, note_failure
from bot.link_pictures import LinkPictures
from bot.log import set_up_logging
from bot.metrics import Metrics
from bot.notice_watch import NoticeWatch
from bot.nursery import Nursery
from bot.pacing import Pacing
from bot.polling import Polling
from bot.polling_turn import PollingInTurn
from bot.quarantine import StoreQuarantine
from bot.serving import Parts, WebhookAddress, serve
from bot.settings import Settings
from bot.web import Webhook, WebServer, build_app
from bot.wired_cases import Outward, build_use_cases
from handlers.conversation import COMMANDS, Conversation, UseCases, delivery_screen, taken_back_text
from handlers.words import LANGUAGES
from storage.exchange.delivery_report import write_delivery_report
from storage.hot_state import Limits, RedisHotState, connect_redis
from storage.pictures import PictureFiles, PictureFolder
from storage.unit_of_work import SqlStore, create_store
from tasks.enrolling import MarkReachable
from tasks.golding import CrowdMemory
from tasks.learning_from_answers import LearnFromAnswers
from tasks.lifting import LiftPauses
from tasks.model.identifiers import AccountKey
from tasks.noticing.planning import PlanNotices
from tasks.noticing.sending import (
    FinishNotices,
    ListSending,
    SettleDeliveries,
    SweepDeliveries,
    TakeDeliveries,
)
from tasks.noticing.taking_back import SettleTakenBack, TakeBackDeliveries
from tasks.noticing.watching import NoteProgress, WatchNotices
from tasks.ports import Clock
from tasks.promising import TellAboutWork
from tasks.recounting import RecountGolds
from tasks.stopping import EndOverdueLeases
from tasks.supervising import Scopes
from tasks.suspending import SuspendGolds
from tasks.telling_of_golds import TellOfGolds
from tasks.watching_projects import RefreshReport

END_LEASES_SECONDS = 5.0
SEND_SECONDS = 0.1
PLAN_NOTICES_SECONDS = 0.1
FINISH_NOTICES_SECONDS = 1.0
SWEEP_SECONDS = 5.0
SHOW_PROGRESS_SECONDS = 1.0
TELL_ABOUT_WORK_SECONDS = 20.0
SUSPEND_GOLDS_SECONDS = 3.0
RECOUNT_GOLDS_SECONDS = 3.0
LEARN_SECONDS, LEARN_SECONDS_MAX = 1.0, 20.0
LEARN_RESTS_TIMES = 3.0
"""A quick crowd on few tasks is learnt from at once; what takes seconds has a quarter of the time at most."""
FALLBACK_MENU_LANGUAGE = "en"

Close = Callable[[], Awaitable[None]]


async def run_bot(settings: Settings) -> None:
    """Serves until it is told to stop. The database must be migrated. Raises InputError."""
    secret = settings.webhook_secret().reveal()
    set_up_logging(secrets=[settings.telegram.require_token(), secret])
    store = create_store(settings.database.url)
    try:
        if settings.database.is_sqlite:
            # Nobody else can be sending: what is marked so was left by one that died.
            await SweepDeliveries(store, SystemClock())(everything=True)
        parts = await build(settings, store)
    except BaseException:
        await store.close()
        raise
    await serve(parts)


async def build(settings: Settings, store: SqlStore, *, nursery: Nursery | None = None) -> Parts:
    """Everything that runs, built and not started yet."""
    nursery = nursery or Nursery()
    clock, metrics = SystemClock(), Metrics()
    pacing, close_pacing = build_pacing(settings, nursery)
    await pacing.warm_up()
    line = build_line(settings, store, metrics, pacing)
    use_cases = build_use_cases(settings, store, clock, nursery, outward=line.outward)
    deliverer = build_deliverer(store, clock, metrics, pacing=pacing, courier=line.courier)
    webhook = WebhookAddress(settings.web.public_url, settings.webhook_secret().reveal())
    by_webhook = bool(settings.web.public_url)
    intake = build_intake(
        store,
        clock,
        metrics,
        line.channel,
        nursery=nursery,
        use_cases=use_cases,
        in_reply=answer_in_reply if by_webhook and settings.web.answer_in_reply else None,
    )
    app = build_app(
        metrics=metrics,
        check_health=store.ping,
        webhook=Webhook(intake, webhook.secret) if by_webhook else None,
    )
    watch = build_watch(settings, store, clock, line.channel)
    learning = build_learning(store, clock)
    work = work_jobs(settings, store, clock, learning)
    return Parts(
        web=WebServer(app, host=settings.web.host, port=settings.web.port),
        registration=TelegramRegistration(line.bot),
        command_menus=command_menus(),
        jobs=Jobs((*work, *notice_jobs(store, clock, deliverer, watch))),
        nursery=nursery,
        polling=None if by_webhook else build_polling(store, line.bot, intake, metrics),
        webhook=webhook if by_webhook else None,
        finishing=(deliverer.finish, learning.stop),
        closing=(line.close, close_pacing, store.close),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """The line to Telegram, and everything that speaks over it."""

    bot: Bot
    channel: TelegramChannel
    courier: TelegramCourier
    outward: Outward
    close: Close


def build_line(settings: Settings, store: SqlStore, metrics: Metrics, pacing: Pacing) -> Line:
    """The line, with nothing said over it yet."""
    session = LeanSession(api=TelegramAPIServer.from_base(settings.telegram.api), observe=metrics.call_ended)
    bot = Bot(settings.telegram.require_token(), session=session)
    files, calls = PictureFiles(settings.media.folder), TelegramCalls(bot, pacing)
    pictures = TelegramPictures(PictureFolder(files, store.picture_handles), bot.id)
    channel = TelegramChannel(calls, pictures)
    return Line(
        bot,
        channel,
        TelegramCourier(calls, pictures, paid=settings.rate.paid_broadcasts),
        Outward(TelegramLinks(calls), LinkPictures(files), channel.keep_attachment),
        session.close,
    )


def build_polling(store: SqlStore, bot: Bot, intake: Intake, metrics: Metrics) -> PollingInTurn:
    """What fetches updates, in one process at a time of all that serve this bot."""
    return PollingInTurn(
        store.database.turn(f"poll for bot {bot.id}"),
        lambda: Polling(TelegramUpdateSource(bot), intake),
        on_change=lambda polls: metrics.polling_changed(polls=polls),
    )


def build_pacing(settings: Settings, nursery: Nursery) -> tuple[Pacing, Close]:
    """How fast we may speak, shared through Redis if there is one; and what closes it."""
    limits = Limits(overall=settings.rate.messages_per_second)

    async def nothing_to_close() -> None: ...

    if not settings.redis.url:
        return Pacing(limits, nursery), nothing_to_close
    redis = connect_redis(settings.redis.url)
    pacing = Pacing(limits, nursery, RedisHotState(redis, limits))

    async def close() -> None:
        await pacing.flush()
        await redis.aclose()

    return pacing, close


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


def work_jobs(settings: Settings, store: SqlStore, clock: Clock, learning: LearningInTurn) -> Sequence[Job]:
    """The background work around tasks."""
    end_leases, tell = EndOverdueLeases(store, clock), TellAboutWork(store, clock)
    suspend = SuspendGolds(store, clock)
    scopes = Scopes(settings.people.supervisors)
    recount = RecountGolds(store, clock, CrowdMemory(), scopes)
    tell_of_golds = TellOfGolds(store, clock, scopes)

    async def end_overdue_leases() -> None:
        await end_leases()

    async def tell_about_work() -> None:
        await tell()

    async def suspend_golds() -> None:
        await suspend()
        await tell_of_golds()

    async def recount_golds() -> None:
        await recount()

    return (
        Job("end overdue leases", END_LEASES_SECONDS, end_overdue_leases),
        Job("tell about work", TELL_ABOUT_WORK_SECONDS, tell_about_work),
        Job("suspend golds", SUSPEND_GOLDS_SECONDS, suspend_golds),
        Job("recount golds", RECOUNT_GOLDS_SECONDS, recount_golds),
        Job(
            "learn from answers",
            LEARN_SECONDS,
            learning.run,
            rests_times=LEARN_RESTS_TIMES,
            rest_seconds_max=LEARN_SECONDS_MAX,
        ),
    )


def build_learning(store: SqlStore, clock: Clock) -> LearningInTurn:
    """What learns from answers, then lifts pauses that have lost their ground and makes the report, in one
    process at a time of all that share the database.
    """
    lift = LiftPauses(store, clock, CrowdMemory())
    report = RefreshReport(store, clock)
    learn = LearnFromAnswers(store, clock, follows=(lift,), afterwards=(report,), on_failure=note_failure)
    return LearningInTurn(store.database.turn("learn from answers"), learn)


def build_deliverer(
    store: SqlStore, clock: Clock, metrics: Metrics, *, pacing: Pacing, courier: TelegramCourier
) -> Deliverer:
    """What sends notices, and what the program itself has to say."""
    return Deliverer(
        cases=DeliveryCases(
            ListSending(store, clock), TakeDeliveries(store, clock), TakeBackDeliveries(store, clock)
        ),
        results=DeliveryResults(SettleDeliveries(store, clock), SettleTakenBack(store)),
        couriers={TelegramChannel.name: courier},
        word=delivery_screen,
        taken_back=taken_back_text,
        mark_unreachable=unreachable(store, clock),
        pacing=pacing,
        clock=clock,
        metrics=metrics,
    )


def build_watch(settings: Settings, store: SqlStore, clock: Clock, channel: TelegramChannel) -> NoticeWatch:
    """What shows supervisors how far their notices are."""
    return NoticeWatch(
        watch=WatchNotices(store, clock),
        note=NoteProgress(store),
        write_deliveries=partial(write_delivery_report, store),
        channel=channel,
        messages_per_second=settings.rate.messages_per_second,
    )


def notice_jobs(store: SqlStore, clock: Clock, deliverer: Deliverer, watch: NoticeWatch) -> Sequence[Job]:
    """The background work around notices."""
    plan, finish, sweep = (
        PlanNotices(store, clock),
        FinishNotices(store, clock),
        SweepDeliveries(store, clock),
    )

    async def plan_notices() -> None:
        await plan()

    async def finish_notices() -> None:
        await finish()

    async def sweep_deliveries() -> None:
        await sweep()

    return (
        Job("plan notices", PLAN_NOTICES_SECONDS, plan_notices),
        Job("send deliveries", SEND_SECONDS, deliverer.send_due),
        Job("finish notices", FINISH_NOTICES_SECONDS, finish_notices),
        Job("sweep deliveries", SWEEP_SECONDS, sweep_deliveries),
        Job("show progress", SHOW_PROGRESS_SECONDS, watch.show),
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
