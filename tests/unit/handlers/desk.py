"""A supervisor before her draft: the use cases of a draft, kept by one that lies in memory."""

from collections import Counter

from handlers.notice_buttons import DoWithDraft, OpenPart, Part, SetPart, Setting
from handlers.screens import Attachment, EventKind, Reply
from tasks.model.identifiers import NoticeId
from tasks.model.notice import DeliveryState, Notice, NoticeStatus, Reach, Tally
from tasks.noticing.checking import faults_of
from tasks.noticing.drafting import Draft
from tasks.outcomes import NoticeReport
from tests.unit.handlers.scene import ANNA, Scene, animals, anna, notice

DRAFT_ID = NoticeId(12)
TEXTS = {"en": "A lesson on Saturday at 10, in the school.", "zh": "星期六十点在学校上课。"}


def blank(**changes) -> Notice:
    """A draft of Anna's in which nothing was written yet."""
    facts = {"id": DRAFT_ID, "author": ANNA, "status": NoticeStatus.DRAFT, "texts": {}}
    return notice(**(facts | changes))


def tally(*, read: int = 0, answers: tuple[int, ...] = (), **states: int) -> Tally:
    """So many deliveries in each of the states that are named."""
    counts = Counter({DeliveryState[name.upper()]: count for name, count in states.items()})
    return Tally(counts, read, answers)


def report(counts: Tally | None = None, *, done: bool = True, **changes) -> NoticeReport:
    facts = {"id": DRAFT_ID, "author": ANNA, "texts": TEXTS}
    return NoticeReport(notice(**(facts | changes)), counts or tally(), done)


class Desk(Scene):
    """Anna, supervisor of the whole programme unless a scope is named, who writes a notice."""

    def __init__(self, draft: Notice | None = None, *, language: str = "en", reach: Reach | None = None,
                 scope: str = "", **answers):  # fmt: skip
        self.draft: Notice | None = draft or blank(scope=scope)
        self.reach = reach or Reach(1240)
        facts = {
            "start_notice": lambda _who, _language: self._seen(),
            "show_draft": lambda _who, notice_id: self._seen() if self._is_there(notice_id) else None,
            "edit_notice": self._edit,
            "drop_notice": self._drop,
            "list_projects": [animals()],
        }
        super().__init__(anna(language=language), scope=scope, **(facts | answers))

    async def opens(self, part: Part) -> Reply:
        return await self.presses(OpenPart(DRAFT_ID, part))

    async def sets(self, setting: Setting, value: str) -> Reply:
        return await self.presses(SetPart(DRAFT_ID, setting, value))

    async def does(self, deed) -> Reply:
        return await self.presses(DoWithDraft(DRAFT_ID, deed))

    async def sends(self, kind: EventKind, name: str, caption: str = "") -> Reply:
        """A picture or a voice note."""
        return await self.happens(kind, text=caption, attachment=Attachment(name, f"handle of {name}"))

    def _seen(self) -> Draft:
        assert self.draft is not None
        return Draft(self.draft, self.reach, faults_of(self.draft, people=self.reach.people))

    def _is_there(self, notice_id: NoticeId) -> bool:
        return self.draft is not None and self.draft.id == notice_id

    def _edit(self, _who, notice_id: NoticeId, edit) -> Draft | None:
        if not self._is_there(notice_id):
            return None
        self.draft = edit(self.draft)
        return self._seen()

    def _drop(self, _who, notice_id: NoticeId) -> bool:
        was_there = self._is_there(notice_id)
        self.draft = None
        return was_there
