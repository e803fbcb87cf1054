"""Shows supervisors how far their notices are: one message each, edited now and then; a report at the end."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from handlers.screens import Channel, MessageRef, Refused, Screen, Shown
from handlers.supervisor.progress import progress_screen, report_screen
from handlers.words import words_in
from tasks.model.identifiers import AccountKey, NoticeId
from tasks.model.notice import ENDED
from tasks.noticing.watching import NoteProgress, WatchNotices
from tasks.outcomes import NoticeReport

log = structlog.get_logger(__name__)

REMEMBERED_MAX = 1000


class NoticeWatch:
    """Made to be a job; whichever process gets to a notice first shows it."""

    def __init__(
        self,
        *,
        watch: WatchNotices,
        note: NoteProgress,
        write_deliveries: Callable[[NoticeId], Awaitable[Path]],
        channel: Channel,
        messages_per_second: float,
    ) -> None:
        self._watch = watch
        self._note = note
        self._write_deliveries = write_deliveries
        self._channel = channel
        self._rate = messages_per_second
        self._shown: dict[NoticeId, Screen] = {}

    async def show(self) -> None:
        """Shows what has changed since the last time."""
        for report in await self._watch():
            try:
                await self._show(report)
            except Exception:
                log.exception("progress not shown", notice=report.notice.id)

    async def _show(self, report: NoticeReport) -> None:
        notice = report.notice
        if notice.author is None:
            return
        screen = progress_screen(words_in(notice.language), report, self._rate)
        if self._shown.get(notice.id) != screen:
            await self._edit(notice.author, report, screen)
        if notice.status in ENDED and not notice.reported:
            await self._report(notice.author, report)

    async def _edit(self, author: AccountKey, report: NoticeReport, screen: Screen) -> None:
        notice = report.notice
        at = None
        if notice.progress_chat is not None and notice.progress_message is not None:
            at = MessageRef(notice.progress_chat, notice.progress_message, has_picture=False)
        shown = await self._channel.show(author, screen, at=at)
        if isinstance(shown, Refused):
            log.warning("progress not shown", notice=notice.id, why=shown.why)
            return
        if len(self._shown) >= REMEMBERED_MAX:
            self._shown.clear()
        self._shown[notice.id] = screen
        await self._remember(report, shown)

    async def _remember(self, report: NoticeReport, shown: Shown) -> None:
        place = (shown.message.chat, shown.message.message)
        if place != (report.notice.progress_chat, report.notice.progress_message):
            await self._note(report.notice.id, at=place)

    async def _report(self, author: AccountKey, report: NoticeReport) -> None:
        """The final report. It is noted before it is sent: rather none than one more with each restart."""
        notice = report.notice
        await self._note(notice.id, reported=True)
        path = await self._write_deliveries(notice.id)
        try:
            screen = report_screen(words_in(notice.language), report, path)
            await self._channel.show(author, screen, at=None)
        finally:
            path.unlink(missing_ok=True)
