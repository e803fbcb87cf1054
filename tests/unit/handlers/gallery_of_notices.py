"""The part of the gallery about notices: written, confirmed, watched and steered by supervisors."""

from collections.abc import AsyncIterator
from pathlib import Path

from handlers.conversation import delivery_screen, taken_back_text
from handlers.notice_buttons import (
    Deed,
    GetFile,
    LookForAudience,
    Part,
    SecondWord,
    SeeNotice,
    SeeUnknown,
    Setting,
    SteerIt,
    TogglePlace,
)
from handlers.screens import EventKind, Reply, Screen
from tasks.errors import NotSupervisor
from tasks.model.identifiers import ImageId, VoiceId, WorkerId
from tasks.model.notice import Audience, Notice, NoticeKind, NoticeStatus, Reach, Receipt
from tasks.noticing.checking import Fault, FaultKind
from tasks.noticing.own_messages import NOTICE_PAUSED, NOTICE_REFUSED, SECOND_WORD
from tasks.noticing.steering import Steer
from tasks.outcomes import Confirmed, NobodyToAsk, NotConfirmed, NothingToConfirm, SecondAsked, SecondRefused
from tests.unit.handlers.desk import DRAFT_ID, TEXTS, Desk, blank, report, tally
from tests.unit.handlers.scene import COUNTY, NOON, VILLAGE, animals, delivery, yuan

Chapter = AsyncIterator[tuple[str, Reply]]
TOMORROW = NOON.replace(tzinfo=None, day=6, hour=18)
REACH = Reach(1240, unreachable=69, silenced=12, unknown_ids=("7", "8", "9"))
POLL = {"en": ("Yes", "No"), "zh": ("能来", "不能来")}
FULL = blank(
    texts=TEXTS,
    kind=NoticeKind.LESSON,
    receipt=Receipt.POLL,
    answers=POLL,
    picture=ImageId("p"),
    urgent=True,
    local_time=TOMORROW,
    audience=Audience(
        places=("tongren/wanshan", "zunyi"),
        languages=("zh",),
        project_ids=(animals().id,),
        active_days=30,
        earned_min=yuan("10"),
        earned_max=yuan("200"),
        standing_min=80,
        worker_ids=(WorkerId(5), WorkerId(6)),
    ),
)
WRONG = blank(
    texts={"en": "x" * 1025, "zh": "*你好*"},
    voice=VoiceId("v"),
    receipt=Receipt.POLL,
    answers={"en": ("Yes", "No"), "zh": ("能来",)},
)
COUNTS = tally(
    sent=600, blocked=10, gone=5, refused=2, unknown=3, skipped=4, planned=616, read=212, answers=(150, 40)
)


async def noticing(language: str) -> Chapter:
    """Everything that supervisors see of notices."""
    for chapter in (writing, choosing_people, setting_parts, written_badly, confirming, watching, told):
        async for name, reply in chapter(language):
            yield name, reply


async def writing(language: str) -> Chapter:
    yield "A new notice", await Desk(language=language).writes("/broadcast")
    yield "A notice with everything", await Desk(FULL, language=language, reach=REACH).writes("/broadcast")
    wrong = Desk(WRONG, language=language, reach=Reach(0))
    yield "A notice with much that is wrong", await wrong.writes("/broadcast")
    yield "A preview that no messenger takes", await wrong.does(Deed.PREVIEW)
    urgent = Desk(blank(texts={"": TEXTS[language]}, urgent=True), language=language)
    yield "An urgent notice", await urgent.writes("/broadcast")
    ready = Desk(blank(texts=TEXTS, receipt=Receipt.READ, voice=VoiceId("v")), language=language)
    yield "Preview", await ready.does(Deed.PREVIEW)
    yield "Test", await Desk(FULL, language=language).does(Deed.TEST)
    yield "Throw away?", await ready.does(Deed.DROP)
    yield "Thrown away", await ready.does(Deed.DROP_SURE)
    yield "A draft that is none any more", await ready.opens(Part.CARD)
    lost = Desk(language=language, scope=None, show_draft=NotSupervisor())
    yield "No supervisor any more", await lost.opens(Part.CARD)


async def choosing_people(language: str) -> Chapter:
    desk = Desk(FULL, language=language, reach=REACH)
    yield "To whom", await desk.opens(Part.PEOPLE)
    yield "To whom: places", await Desk(language=language).presses(LookForAudience(DRAFT_ID, 0))
    yield "To whom: a place", await desk.presses(LookForAudience(DRAFT_ID, COUNTY))
    yield "To whom: a place taken out", await desk.presses(TogglePlace(DRAFT_ID, VILLAGE))
    yield "To whom: projects", await desk.opens(Part.PROJECTS)
    none = Desk(language=language, list_projects=[])
    yield "To whom: no projects yet", await none.opens(Part.PROJECTS)
    yield "To whom: two amounts", await desk.sets(Setting.EARNED, "write")
    yield "To whom: a list", await desk.sets(Setting.PEOPLE, "list")
    some = Desk(language=language)
    await some.sets(Setting.STANDING, "low")
    yield "To whom: earned something", await some.sets(Setting.EARNED, "some")


async def setting_parts(language: str) -> Chapter:
    desk = Desk(FULL, language=language)
    yield "Text", await desk.opens(Part.TEXT)
    yield "Text for all", await desk.sets(Setting.TEXT, "all")
    one = Desk(blank(texts={"": "Hi"}), language=language)
    yield "Text in one language", await one.sets(Setting.TEXT, "zh")
    yield "Picture or voice", await desk.opens(Part.MEDIA)
    yield "Picture or voice: words instead", await desk.writes("A picture of a school")
    yield "Kind", await desk.opens(Part.KIND)
    yield "Buttons", await desk.opens(Part.RECEIPT)
    yield "Buttons: the answers", await desk.sets(Setting.RECEIPT, "poll")
    yield "Buttons: a voice note instead", await desk.sends(EventKind.VOICE, "v")
    yield "When", await desk.opens(Part.WHEN)
    yield "When: now", await one.sets(Setting.WHEN, "now")
    yield "When: another time", await desk.sets(Setting.WHEN, "write")
    evening = Desk(language=language)
    yield "When: tomorrow", await evening.sets(Setting.WHEN, "2025-03-06-18")


async def written_badly(language: str) -> Chapter:
    """What was asked for, what she wrote, and what we say to it."""
    bad = {
        Setting.WHEN: ("write", ("soon", "2025-03-05 8:00", "2028-01-01 8:00")),
        Setting.EARNED: ("write", ("much", "200 10", "0 9999999999999")),
        Setting.PEOPLE: ("list", ("all", " ".join(map(str, range(5001))))),
        Setting.RECEIPT: ("poll", ("Yes", "1\n2\n3\n4\n5", "Yes\n" + "n" * 41, "Yes\nYes")),
    }
    for setting, (value, texts) in bad.items():
        desk = Desk(language=language)
        await desk.sets(setting, value)
        for number, text in enumerate(texts, start=1):
            yield f"Cannot be read: {setting.name.lower()} {number}", await desk.writes(text)


async def confirming(language: str) -> Chapter:
    draft = blank(texts=TEXTS)
    sending, asked = report(tally(planned=1240)), report(status=NoticeStatus.ASKED, urgent=True)

    async def send(outcome, shown=None) -> Reply:
        desk = Desk(draft, language=language, confirm_notice=outcome, show_notice=shown)
        return await desk.does(Deed.SEND)

    async def say(outcome, *, agrees: bool) -> Reply:
        return await Desk(language=language, answer_for_notice=outcome).presses(
            SecondWord(DRAFT_ID, 1700, agrees)
        )

    yield "Sent", await send(Confirmed(sending.notice), sending)
    yield "Sent twice", await send(Confirmed(sending.notice, again=True), sending)
    yield "Sent, urgent", await send(SecondAsked(asked.notice), asked)
    yield "Sent, nobody to ask", await send(NobodyToAsk(draft))
    yield "Sent, something is missing by now", await send(NotConfirmed(draft, (Fault(FaultKind.NOBODY),)))
    yield "The second word: agreed", await say(Confirmed(sending.notice), agrees=True)
    yield "The second word: refused", await say(SecondRefused(draft), agrees=False)
    yield "The second word: too late", await say(NothingToConfirm(), agrees=True)


async def watching(language: str) -> Chapter:
    def desk(**changes) -> Desk:
        shown = report(changes.pop("counts", COUNTS), **changes)
        unknown = [delivery(worker_id=WorkerId(number)) for number in (7, 8, 9)]
        return Desk(language=language, show_notice=shown, steer_notice=shown, list_notices=[shown],
                    list_unknown=unknown, write_deliveries=Path("kept.csv"))  # fmt: skip

    yield "Notices of a supervisor", await desk().writes("/notices")
    yield "No notices of a supervisor", await Desk(language=language, list_notices=[]).writes("/notices")
    for status in NoticeStatus:
        if status is not NoticeStatus.DRAFT:
            yield f"A notice, {status.value}", await desk(status=status).presses(SeeNotice(DRAFT_ID))
    poll = desk(receipt=Receipt.POLL, answers=POLL, counts=tally(sent=599, planned=10_000, answers=(150, 40)))
    yield "A notice that asks", await poll.presses(SeeNotice(DRAFT_ID))
    planned = desk(local_time=TOMORROW, counts=tally(planned=40))
    yield "A notice for tomorrow", await planned.presses(SeeNotice(DRAFT_ID))
    for steer in (Steer.CANCEL, Steer.TAKE_BACK):
        yield f"To {steer.value}?", await desk().presses(SteerIt(DRAFT_ID, steer, sure=False))
    one = desk(counts=tally(sent=1))
    yield "To take back one?", await one.presses(SteerIt(DRAFT_ID, Steer.TAKE_BACK, sure=False))
    paused = desk(status=NoticeStatus.PAUSED, reason="asked")
    yield "Paused", await paused.presses(SteerIt(DRAFT_ID, Steer.PAUSE, sure=True))
    late = Desk(language=language, steer_notice=report(COUNTS, status=NoticeStatus.DONE, done=False))
    yield "Paused too late", await late.presses(SteerIt(DRAFT_ID, Steer.PAUSE, sure=True))
    yield "Of unknown fate", await desk().presses(SeeUnknown(DRAFT_ID))
    yield "The file", await desk(status=NoticeStatus.DONE).presses(GetFile(DRAFT_ID))


async def told(language: str) -> Chapter:
    def told_of(kind: str, **facts: str) -> Reply:
        known = {"notice": str(DRAFT_ID), "text": TEXTS[language], **facts}
        own = delivery(kind=kind, notice_id=None, language=language, facts=known)
        return Reply((delivery_screen(own, None),))

    yield "A second word is needed", told_of(SECOND_WORD)
    yield "The second word was no", told_of(NOTICE_REFUSED)
    yield "Paused by the program", told_of(NOTICE_PAUSED, reason="failures")
    yield "Paused by the program, refused", told_of(NOTICE_PAUSED, reason="refused: file is too big")
    sent: Notice = report().notice
    yield "A notice taken back", Reply((Screen(taken_back_text(sent, language)),))
