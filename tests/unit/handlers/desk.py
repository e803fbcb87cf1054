"""A supervisor at her desk: a scene that keeps her draft as the program would keep it."""

from dataclasses import replace

from handlers.notice_buttons import (
    Deed,
    DoWithDraft,
    OpenPart,
    Part,
    SetPart,
    Setting,
)
from handlers.screens import Attachment, EventKind, Reply
from tasks.model.identifiers import NoticeId, ProjectId
from tasks.model.notice import (
    DeliveryState,
    Notice,
    NoticeKind,
    NoticeStatus,
    Reach,
    Tally,
)
from tasks.noticing.checking import faults_of
from tasks.noticing.drafting import Draft
from tasks.outcomes import (
    NoticeReport,
)
from tests.unit.handlers.scene import NOON, Scene, animals, anna, notice

ID = NoticeId(8)
PHOTO = Attachment("ab" * 32, "file-1")
VOICE = Attachment("cd" * 32, "file-2")
SHOPS = animals(id=ProjectId(4), titles={"en": "Shop signs", "zh": "店铺招牌"})


def tally(read: int = 0, answers: tuple[int, ...] = (), **states: int) -> Tally:
    counts = {state: states.get(state.name.lower(), 0) for state in DeliveryState}
    return Tally(counts, read, answers)


def report(status: NoticeStatus, counts: Tally | None = None, **changes) -> NoticeReport:
    return NoticeReport(notice(**{"status": status} | changes), counts or tally())


def draft_of(written: Notice, **reach) -> Draft:
    reached = Reach(**({"people": 12} | reach))
    return Draft(written, reached, faults_of(written, people=reached.people))


BLANK = notice(status=NoticeStatus.DRAFT, kind=NoticeKind.NEWS, texts={})
WRITTEN = replace(BLANK, texts={"": "A lesson on Saturday at 10, in the school."})


class Desk(Scene):
    """A supervisor who writes; her draft is kept as the program would keep it."""

    def __init__(self, written: Notice = BLANK, *, language: str = "en", scope: str = "", **answers):
        self.written: Notice | None = replace(written, scope=scope)
        self.reach = {"people": 12}
        facts = {
            "now": NOON,
            "list_projects": [animals(), SHOPS],
            "list_notices": [],
            "drop_notice": True,
            **answers,
        }
        super().__init__(anna(language=language), scope=scope, **facts)

    def _case(self, name: str):
        mine = {"start_notice": self._look, "show_draft": self._look, "edit_notice": self._edit}
        if name == "now":
            return lambda: self.answers["now"]
        if name == "messages_per_second":
            return 25.0
        usual = super()._case(name)
        if name not in mine:
            return usual

        async def answer(*args):
            said = await usual(*args)
            return said if said is not None else mine[name](*args)

        return answer

    def _look(self, *_) -> Draft | None:
        return None if self.written is None else draft_of(self.written, **self.reach)

    def _edit(self, _who, _notice_id, edit) -> Draft | None:
        if self.written is not None:
            self.written = edit(self.written)
        return self._look()

    async def opens(self, part: Part) -> Reply:
        return await self.presses(OpenPart(ID, part))

    async def sets(self, setting: Setting, value: str) -> Reply:
        return await self.presses(SetPart(ID, setting, value))

    async def does(self, deed: Deed) -> Reply:
        return await self.presses(DoWithDraft(ID, deed))

    async def sends_picture(self, text: str = "") -> Reply:
        return await self.happens(EventKind.PICTURE, attachment=PHOTO, text=text)

    async def sends_voice(self) -> Reply:
        return await self.happens(EventKind.VOICE, attachment=VOICE)
