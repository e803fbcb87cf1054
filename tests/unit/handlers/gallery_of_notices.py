"""The part of the gallery about notices: written, confirmed, watched and steered by supervisors."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from handlers.conversation import delivery_screen
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
from handlers.screens import Reply
from tasks.errors import OutsideScope
from tasks.model.identifiers import WorkerId
from tasks.model.notice import Audience, NoticeKind, NoticeStatus, Receipt
from tasks.noticing.own_messages import NOTICE_PAUSED, NOTICE_REFUSED, SECOND_WORD
from tasks.noticing.steering import Steer
from tasks.outcomes import (
    Confirmed,
    NobodyToAsk,
    NotConfirmed,
    NothingToConfirm,
    SecondAsked,
    SecondRefused,
)
from tests.unit.handlers.desk import BLANK, ID, WRITTEN, Desk, report, tally
from tests.unit.handlers.gallery_of_people import CARD, POLL
from tests.unit.handlers.scene import COUNTY, OTHER_COUNTY, VILLAGE, delivery, yuan

PICKED = Audience(
    places=("tongren/wanshan", "zunyi"),
    languages=("zh",),
    project_ids=(3, 4),
    active_days=30,
    earned_min=yuan("10"),
    earned_max=yuan("200"),
    standing_min=80,
    worker_ids=tuple(map(WorkerId, (12, 15, 999))),
)
FULL = replace(
    BLANK,
    texts=CARD.texts,
    kind=NoticeKind.LESSON,
    receipt=Receipt.POLL,
    answers=POLL.answers,
    audience=PICKED,
    picture="ab" * 32,
    local_time=datetime(2025, 3, 6, 18, 30),  # noqa: DTZ001 - of each worker's own day
)
LONG = replace(BLANK, texts={"en": "x" * 1100, "zh": "短"}, picture="ab" * 32)
SENT = tally(sent=90, read=41, blocked=4, gone=2, refused=1, unknown=3, skipped=2, planned=18)


async def writing_notices(language: str) -> AsyncIterator[tuple[str, Reply]]:
    def desk(written=BLANK, **answers) -> Desk:
        return Desk(written, language=language, **answers)

    yield "New notice", await desk().writes("/broadcast")
    full = desk(FULL)
    full.reach = {"people": 1, "unreachable": 1, "silenced": 2, "unknown_ids": ("999",)}
    yield "New notice, everything said", await full.writes("/broadcast")
    wrong = desk(replace(LONG, receipt=Receipt.POLL, urgent=True))
    wrong.reach = {"people": 0}
    yield "New notice, much is wrong", await wrong.writes("/broadcast")
    yield "New notice, signs", await desk(replace(WRITTEN, texts={"": "<b>Hi</b>"})).opens(Part.CARD)
    yield "Notice, the text", await desk(FULL).opens(Part.TEXT)
    yield "Notice, write for all", await desk(FULL).sets(Setting.TEXT, "all")
    yield "Notice, write in one language", await desk(WRITTEN).sets(Setting.TEXT, "zh")
    yield "Notice, picture or voice", await desk().opens(Part.MEDIA)
    yield "Notice, another picture", await desk(FULL).opens(Part.MEDIA)
    yield "Notice, the kind", await desk().opens(Part.KIND)
    yield "Notice, the buttons", await desk().opens(Part.RECEIPT)
    yield "Notice, write the answers", await desk(FULL).sets(Setting.RECEIPT, "poll")
    yield "Notice, the time", await desk().opens(Part.WHEN)
    yield "Notice, the time is set", await desk(replace(FULL, urgent=True)).opens(Part.WHEN)
    yield "Notice, write the time", await desk().sets(Setting.WHEN, "write")
    yield "Notice, a time that is past", await desk().sets(Setting.WHEN, "2025-03-05-11")
    yield "Notice preview", await desk(FULL).does(Deed.PREVIEW)
    yield "Notice, only to me", await desk(replace(WRITTEN, receipt=Receipt.READ)).does(Deed.TEST)
    yield "Notice, nothing to show", await desk(LONG).does(Deed.TEST)


async def choosing_people(language: str) -> AsyncIterator[tuple[str, Reply]]:
    def desk(written=BLANK, **answers) -> Desk:
        return Desk(written, language=language, **answers)

    yield "Notice, to whom", await desk().opens(Part.PEOPLE)
    yield "Notice, to whom, much chosen", await desk(FULL).opens(Part.PEOPLE)
    yield "Notice, earned something", await desk().sets(Setting.EARNED, "some")
    yield "Notice, write the amounts", await desk().sets(Setting.EARNED, "write")
    yield "Notice, write the list", await desk().sets(Setting.PEOPLE, "list")
    yield "Notice, the projects", await desk(FULL).opens(Part.PROJECTS)
    yield "Notice, no projects", await desk(list_projects=()).opens(Part.PROJECTS)
    yield "Notice, the places", await desk().presses(LookForAudience(ID, 0))
    yield "Notice, a county", await desk(FULL).presses(LookForAudience(ID, COUNTY))
    yield "Notice, a village chosen", await desk().presses(TogglePlace(ID, VILLAGE))
    yield "Notice, the places of one village", await desk(scope="zunyi").presses(LookForAudience(ID, 0))
    yield (
        "Notice, a place that is not hers",
        await desk(scope="tongren").presses(TogglePlace(ID, OTHER_COUNTY)),
    )


async def written_wrongly(language: str) -> AsyncIterator[tuple[str, Reply]]:
    asked = {
        "answers": (Setting.RECEIPT, "poll", ["Yes", "1\n2\n3\n4\n5", "Yes\n" + "x" * 41, "Yes\nYes"]),
        "time": (Setting.WHEN, "write", ["tomorrow", "2025-01-01 10:00", "2030-01-01 10:00"]),
        "list": (Setting.PEOPLE, "list", ["nobody", " ".join(map(str, range(5001))), "9" * 19]),
        "amounts": (Setting.EARNED, "write", ["10", "200 10"]),
    }
    for what, (setting, value, inputs) in asked.items():
        for number, written in enumerate(inputs, start=1):
            desk = Desk(WRITTEN, language=language)
            await desk.sets(setting, value)
            yield f"Wrong {what}, {number}", await desk.writes(written)
    desk = Desk(WRITTEN, language=language)
    await desk.opens(Part.MEDIA)
    yield "No picture and no voice note", await desk.writes("here")
    await desk.sets(Setting.WHEN, "write")
    yield "A picture in place of words", await desk.sends_picture()


async def confirming_notices(language: str) -> AsyncIterator[tuple[str, Reply]]:
    async def sent(outcome, status=NoticeStatus.CONFIRMED, written=WRITTEN) -> Reply:
        desk = Desk(written, language=language, confirm_notice=outcome, show_notice=report(status))
        return await desk.does(Deed.SEND)

    yield "Notice sent", await sent(Confirmed(CARD))
    yield "Notice sent twice", await sent(Confirmed(CARD, again=True), NoticeStatus.SENDING)
    yield "Notice, a second supervisor is asked", await sent(SecondAsked(CARD), NoticeStatus.ASKED)
    yield "Notice, nobody to ask", await sent(NobodyToAsk(CARD), written=replace(WRITTEN, urgent=True))
    yield "Notice that cannot be sent", await sent(NotConfirmed(CARD, ()), written=LONG)
    yield "Notice that is none any more", await sent(NothingToConfirm())
    yield "Throw the notice away?", await Desk(WRITTEN, language=language).does(Deed.DROP)
    yield "Notice thrown away", await Desk(WRITTEN, language=language).does(Deed.DROP_SURE)
    for kind, facts in TOLD.items():
        told = delivery(language=language, kind=kind, notice_id=None, facts=facts)
        yield f"Told: {kind.replace('_', ' ')}", Reply((delivery_screen(told, None),))
    words = {"agreed": True, "refused": False, "no longer needed": True}
    outcomes = (Confirmed(CARD), SecondRefused(CARD), NothingToConfirm())
    for (name, agrees), outcome in zip(words.items(), outcomes, strict=True):
        desk = Desk(language=language, answer_for_notice=outcome)
        yield f"Second word, {name}", await desk.presses(SecondWord(ID, agrees=agrees))


TOLD = {
    SECOND_WORD: {"notice": "8", "text": "Stay at home, the river is rising."},
    NOTICE_REFUSED: {"notice": "8", "text": "Stay at home, the river is rising."},
    NOTICE_PAUSED: {"notice": "8", "text": "A lesson on Saturday.", "reason": "failures"},
}


async def watching_notices(language: str) -> AsyncIterator[tuple[str, Reply]]:
    def desk(shown=None, **answers) -> Desk:
        return Desk(language=language, show_notice=shown, **answers)

    yield "No notices to watch", await desk().writes("/notices")
    seen = [report(NoticeStatus.SENDING, SENT), report(NoticeStatus.ASKED), report(NoticeStatus.DONE, SENT)]
    yield "Notices to watch", await desk(list_notices=seen).writes("/notices")
    see = SeeNotice(ID)
    for status in NoticeStatus:
        if status is not NoticeStatus.DRAFT:
            counts = tally() if status in {NoticeStatus.ASKED, NoticeStatus.CONFIRMED} else SENT
            yield f"Notice, {status.value}", await desk(report(status, counts)).presses(see)
    for reason in ("asked", "failures", "refused: Bad Request: wrong file identifier"):
        paused = report(NoticeStatus.PAUSED, SENT, reason=reason)
        yield f"Notice, paused, {reason}", await desk(paused).presses(see)
    later = report(NoticeStatus.SENDING, SENT, local_time=FULL.local_time)
    yield "Notice, at a time", await desk(later).presses(see)
    for left in (10**4, 10**6):
        many = report(NoticeStatus.SENDING, tally(planned=left))
        yield f"Notice, {left} to go", await desk(many).presses(see)
    asked = report(NoticeStatus.DONE, tally(sent=9, read=5, answers=(3, 2)), receipt=Receipt.POLL,
                   texts=POLL.texts, answers=POLL.answers)  # fmt: skip
    yield "Notice, answers", await desk(asked).presses(see)


async def steering_notices(language: str) -> AsyncIterator[tuple[str, Reply]]:
    going = report(NoticeStatus.SENDING, SENT)
    done = report(NoticeStatus.DONE, SENT)
    missed = [delivery(worker_id=WorkerId(number)) for number in (12, 15, 30)]

    def desk(shown=going, **answers) -> Desk:
        return Desk(language=language, show_notice=shown, list_unknown=missed, **answers)

    paused = report(NoticeStatus.PAUSED, SENT, reason="asked")
    yield "Paused", await desk(steer_notice=paused).presses(SteerIt(ID, Steer.PAUSE, sure=True))
    yield "Cancel the notice?", await desk().presses(SteerIt(ID, Steer.CANCEL, sure=False))
    yield "Take the notice back?", await desk().presses(SteerIt(ID, Steer.TAKE_BACK, sure=False))
    late = replace(done, done=False)
    yield "Too late to pause", await desk(steer_notice=late).presses(SteerIt(ID, Steer.PAUSE, sure=True))
    yield "Who may have missed it", await desk(done).presses(SeeUnknown(ID))
    yield "File", await desk(done, write_deliveries=Path("notice-8.csv")).presses(GetFile(ID))
    yield (
        "A notice that is not hers",
        await desk(steer_notice=OutsideScope()).presses(SteerIt(ID, Steer.CANCEL, sure=True)),
    )


CHAPTERS = (
    writing_notices,
    choosing_people,
    written_wrongly,
    confirming_notices,
    watching_notices,
    steering_notices,
)
