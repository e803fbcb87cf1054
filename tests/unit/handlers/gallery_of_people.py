"""The part of the gallery about people: what workers hear, who looks after them, and how they come in."""

from collections.abc import AsyncIterator
from datetime import timedelta

from handlers.buttons import (
    AnswerNotice,
    FewerNotices,
    NoticeAgain,
    OpenPage,
    Page,
    QuietHours,
    ReadNotice,
    Silence,
)
from handlers.people_buttons import (
    CodeDays,
    CodeFor,
    CodeQuota,
    CodeRecruiter,
    EndCode,
    InviteFor,
    LookForCode,
    SeeSupervisors,
    WithdrawSupervisor,
)
from handlers.screens import Reply
from tasks.model.identifiers import AccountKey
from tasks.model.notice import NoticeKind, Receipt
from tasks.model.place import Place
from tasks.model.supervisor import Invitation, JoinCode, Supervisor
from tasks.outcomes import NOT_YOURS, InvitationOver, NothingGained, NoticeRead
from tests.unit.handlers.scene import ANNA, COUNTY, NOON, VILLAGE, Scene, anna, delivery, notice, welcomed

FULL = JoinCode("wxyz6789", "tongren", "", 10, 10, None)
OPEN = JoinCode("abcd2345", "tongren/wanshan", "Li Hua", 30, 3, NOON + timedelta(days=30))
CODES = [(OPEN, True), (FULL, False)]
SUPERVISORS = [
    Supervisor(3, AccountKey("telegram", "9003"), "tongren", NOON),
    Supervisor(9, AccountKey("telegram", "9009"), "tongren/wanshan", NOON),
]
INVITATION = Invitation("s-" + "x" * 22, "tongren/wanshan", ANNA, NOON + timedelta(days=7), None)
LINK = "https://t.me/tapwork_bot?start="
POLL = notice(
    receipt=Receipt.POLL,
    texts={"en": "Can you come on Saturday?", "zh": "星期六你能来吗？"},
    answers={"en": ("Yes", "No"), "zh": ("能来", "不能来")},
)
CARD = notice(receipt=Receipt.READ)


async def hearing(language: str) -> AsyncIterator[tuple[str, Reply]]:
    def scene(**answers) -> Scene:
        return Scene(anna(language=language), **answers)

    yield "No notices yet", await scene().writes("/notices")
    mine = [(delivery(), CARD), (delivery(id=76, answer=1, read_at=NOON), POLL)]
    yield "Notices", await scene(list_my_notices=mine).writes("/notices")
    yield "A notice again", await scene(list_my_notices=mine).presses(NoticeAgain(77))
    yield "A poll again", await scene(list_my_notices=mine).presses(NoticeAgain(76))
    yield "A notice that is gone", await scene().presses(NoticeAgain(76))
    read = scene(acknowledge_notice=NoticeRead(CARD, delivery(), None))
    yield "Notice read", await read.presses(ReadNotice(77))
    answered = scene(acknowledge_notice=NoticeRead(POLL, delivery(), 2))
    yield "Notice answered", await answered.presses(AnswerNotice(77, 2))
    yield "Fewer notices", await read.presses(FewerNotices(77))
    yield "A test", await scene().presses(ReadNotice(0))
    yield "Somebody else's notice", await scene(acknowledge_notice=NOT_YOURS).presses(ReadNotice(77))
    yield "What I get", await scene().presses(OpenPage(Page.KINDS))
    silenced = scene(silence_kind=frozenset({"news"}))
    yield "Silenced", await silenced.presses(Silence(NoticeKind.NEWS, silent=True))
    yield "No longer silenced", await scene(silence_kind=frozenset()).presses(Silence(NoticeKind.NEWS, False))
    yield "Quiet hours", await scene().presses(OpenPage(Page.QUIET))
    yield "No quiet hours", await scene().presses(QuietHours(0, 0))


async def inviting(language: str) -> AsyncIterator[tuple[str, Reply]]:
    me = anna(language=language)

    def scene(scope: str = "", **answers) -> Scene:
        return Scene(me, scope=scope, **answers)

    yield "Invite, the whole programme", await scene().writes("/invite")
    yield "Invite, a county", await scene("tongren").writes("/invite")
    yield "Invite, a village with nothing below", await scene("zunyi").writes("/invite")
    crowded = scene("tongren")
    crowded.places = [*crowded.places, *(Place(n, f"tongren/v{n}", {}, None) for n in range(10, 30))]
    yield "Invite, many places", await crowded.writes("/invite")
    invited = scene(invite_supervisor=INVITATION, start_link=LINK + INVITATION.code)
    yield "Invited", await invited.presses(InviteFor(VILLAGE))
    came = {
        "Invitation accepted": SUPERVISORS[1],
        "Invitation to the whole programme accepted": Supervisor(1, ANNA, "", NOON),
        "Invitation over": InvitationOver(),
        "Invitation of no use to her": NothingGained(),
    }
    for name, outcome in came.items():
        newcomer = Scene(hint=language, welcome=welcomed(me), accept_invitation=outcome)
        yield name, await newcomer.writes(f"/start {INVITATION.code}")
    yield "Supervisors", await scene("tongren", list_supervisors=SUPERVISORS).writes("/supervisors")
    yield "No supervisors", await scene(list_supervisors=[]).writes("/supervisors")
    many = scene(list_supervisors=SUPERVISORS * 11)
    yield "Supervisors, the last ones", await many.presses(SeeSupervisors(1))
    asking = scene(list_supervisors=SUPERVISORS)
    yield "Withdraw?", await asking.presses(WithdrawSupervisor(9, sure=False))
    gone = scene(list_supervisors=SUPERVISORS[:1], withdraw_supervisor=True)
    yield "Withdrawn", await gone.presses(WithdrawSupervisor(9, sure=True))
    yield "Not hers to do", await scene("tongren").presses(InviteFor(7))


async def recruiting(language: str) -> AsyncIterator[tuple[str, Reply]]:
    scene = Scene(
        anna(language=language),
        supervisor=True,
        list_join_codes=CODES,
        make_join_code=OPEN,
        start_link=LINK + OPEN.code,
        draw_link="ab" * 32,
        end_join_code=True,
    )
    yield "Codes", await scene.writes("/codes")
    yield (
        "No codes",
        await Scene(anna(language=language), supervisor=True, list_join_codes=[]).writes("/codes"),
    )
    yield "New code, the place", await scene.presses(LookForCode(COUNTY))
    yield "New code, the recruiter", await scene.presses(CodeFor(VILLAGE))
    yield "New code, the quota", await scene.writes("Li Hua")
    yield "New code, the quota, no recruiter", await scene.presses(CodeRecruiter(VILLAGE, herself=False))
    yield "New code, the end", await scene.presses(CodeQuota(VILLAGE, 30))
    yield "New code, the end, any number", await scene.presses(CodeQuota(VILLAGE, 0))
    yield "New code, ready", await scene.presses(CodeDays(VILLAGE, 30, 7))
    yield "New code, pressed twice", await scene.presses(CodeDays(VILLAGE, 30, 7))
    yield "End code?", await scene.presses(EndCode("abcd2345", sure=False))
    yield "Code ended", await scene.presses(EndCode("abcd2345", sure=True))
    scene.places = []
    yield "New code, no places", await scene.presses(LookForCode(0))
