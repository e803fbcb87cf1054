"""The card of a draft, its parts, and the way to each of them and back."""

from dataclasses import replace

import pytest

from handlers.labels import LABEL_MAX, TEXT_MAX
from handlers.notice_buttons import Deed, DoWithDraft, LookForAudience, OpenPart, Part, SetPart, Setting
from handlers.words import LANGUAGES
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import ProjectId
from tasks.model.notice import Audience, NoticeKind, Receipt
from tests.unit.handlers.desk import BLANK, ID, PHOTO, VOICE, WRITTEN, Desk
from tests.unit.handlers.gallery_of_notices import FULL, LONG
from tests.unit.handlers.gallery_of_people import POLL
from tests.unit.handlers.scene import Place, animals
from tests.unit.handlers.test_gallery import check
from tests.unit.handlers.test_inviting import NOT_YOURS, buttons
from tests.unit.handlers.test_joining import MENU, labels

PARTS = [Part.PEOPLE, Part.TEXT, Part.MEDIA, Part.KIND, Part.RECEIPT, Part.WHEN]
SEND, PREVIEW, TEST = (DoWithDraft(ID, deed) for deed in (Deed.SEND, Deed.PREVIEW, Deed.TEST))
STALE = "This notice was sent or thrown away already."
OLD = "This button does not work any more."
ANY_BUTTON = [
    *(OpenPart(ID, part) for part in Part),
    *(DoWithDraft(ID, deed) for deed in Deed if deed not in {Deed.SEND, Deed.DROP}),
    *(SetPart(ID, Setting.TEXT, value) for value in ("all", "en")),
    SetPart(ID, Setting.LANGUAGE, "zh"),
    SetPart(ID, Setting.PROJECT, "3"),
    SetPart(ID, Setting.PEOPLE, "list"),
    SetPart(ID, Setting.EARNED, "write"),
    SetPart(ID, Setting.RECEIPT, "poll"),
    SetPart(ID, Setting.WHEN, "write"),
    SetPart(ID, Setting.URGENT, "y"),
    LookForAudience(ID, 0),
]


async def test_a_blank_card_leads_to_every_part_and_cannot_be_sent():
    reply = await Desk().writes("/broadcast")
    assert buttons(reply) == [*(OpenPart(ID, part) for part in PARTS), DoWithDraft(ID, Deed.DROP)]
    assert "There is no text yet. Press “Text”." in reply.screens[0].text


@pytest.mark.parametrize("part", [*PARTS, Part.PROJECTS])
async def test_each_part_leads_back(part):
    desk = Desk(WRITTEN)
    back = buttons(await desk.opens(part))[-1]
    assert back == OpenPart(ID, Part.PEOPLE if part is Part.PROJECTS else Part.CARD)
    assert SEND in buttons(await desk.opens(Part.CARD))


@pytest.mark.parametrize(
    ("setting", "value", "awaited", "back"),
    [
        (Setting.TEXT, "all", "text.all", Part.TEXT),
        (Setting.TEXT, "zh", "text.zh", Part.TEXT),
        (Setting.RECEIPT, "poll", "answers.all", Part.RECEIPT),
        (Setting.WHEN, "write", "time.", Part.WHEN),
        (Setting.PEOPLE, "list", "list.", Part.PEOPLE),
        (Setting.EARNED, "write", "earned.", Part.PEOPLE),
    ],
)
async def test_what_is_awaited_is_forgotten_on_the_way_back(setting, value, awaited, back):
    desk = Desk()
    asked = await desk.sets(setting, value)
    assert desk.awaited == f"notice.8.{awaited}"
    assert buttons(asked) == [OpenPart(ID, back)]
    await desk.presses(buttons(asked)[0])
    assert desk.awaited is None


async def test_the_text_for_all_and_those_of_languages_replace_each_other():
    desk = Desk()
    for value, said in (("en", "Hello"), ("zh", "你好")):
        await desk.sets(Setting.TEXT, value)
        await desk.writes(said)
    assert desk.written.texts == {"en": "Hello", "zh": "你好"}
    asked = await desk.sets(Setting.TEXT, "all")
    assert "It replaces the texts for single languages." in asked.screens[0].text
    await desk.writes("Hi")
    assert desk.written.texts == {"": "Hi"}
    assert "It replaces the text for all." in (await desk.sets(Setting.TEXT, "zh")).screens[0].text
    card = await desk.writes("你好")
    assert desk.written.texts == {"zh": "你好"}
    assert desk.awaited is None
    assert SEND in buttons(card)


async def test_a_picture_with_words_below_it_and_a_voice_note():
    desk = Desk()
    await desk.sets(Setting.TEXT, "zh")
    await desk.sends_picture("你好")
    assert (desk.written.picture, desk.written.texts) == (PHOTO.id, {"zh": "你好"})
    await desk.opens(Part.MEDIA)
    card = await desk.sends_voice()
    assert (desk.written.picture, desk.written.voice, desk.awaited) == (None, VOICE.id, None)
    assert "🎤 With a voice note" in card.screens[0].text
    assert desk.asked("keep_attachment") == [(PHOTO,), (VOICE,)]
    out = buttons(await desk.opens(Part.MEDIA))[0]
    assert out == SetPart(ID, Setting.MEDIA, "none")
    assert buttons(await desk.presses(out)) == [OpenPart(ID, Part.CARD)]
    assert desk.written.voice is None


async def test_words_below_a_picture_become_the_text_only_if_there_is_none():
    desk = Desk()
    await desk.opens(Part.MEDIA)
    await desk.sends_picture("Hello")
    assert desk.written.texts == {"": "Hello"}
    asked = await desk.opens(Part.MEDIA)
    assert "words that come with the picture are left out" in asked.screens[0].text
    await desk.sends_picture("Another")
    assert desk.written.texts == {"": "Hello"}


async def test_kind_and_buttons_and_urgency_are_ticked_where_they_are_set():
    desk = Desk(WRITTEN)
    assert "☑️ 💰 Pay" in labels(await desk.sets(Setting.KIND, NoticeKind.PAY.value))
    assert "☑️ “I have read it”" in labels(await desk.sets(Setting.RECEIPT, "read"))
    urgent = await desk.sets(Setting.URGENT, "y")
    assert "☑️ 🚨 Urgent" in labels(urgent)
    assert SetPart(ID, Setting.URGENT, "n") in buttons(urgent)
    written = desk.written
    assert (written.kind, written.receipt, written.urgent) == (NoticeKind.PAY, Receipt.READ, True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_too_long_a_text_is_named_and_neither_sent_nor_shown(language):
    for written, numbers in (
        (LONG, ("1100", "1024")),
        (replace(BLANK, texts={"": "x" * 4097}), ("4097", "4096")),
    ):
        desk = Desk(written, language=language)
        card = await desk.opens(Part.CARD)
        assert all(number in card.screens[0].text for number in numbers)
        assert not {SEND, PREVIEW, TEST} & set(buttons(card))
        for forged in (PREVIEW, TEST):
            reply = await desk.presses(forged)
            assert reply.alert
            assert len(reply.screens) == 1


@pytest.mark.parametrize("text", ["<b>Hi</b>", "**Hi**", "_ __Hi__", "[Hi](http://hi)", "*Hi*"])
async def test_markup_is_pointed_out(text):
    card = await Desk(replace(BLANK, texts={"": text})).opens(Part.CARD)
    assert "Workers see them as they stand" in card.screens[0].text


@pytest.mark.parametrize("text", ["3 < 5 and 7 > 5", "5 * 3", "snake_case_name", "[maybe]", "a (b)"])
async def test_other_signs_are_not(text):
    assert (
        "as they stand" not in (await Desk(replace(BLANK, texts={"": text})).opens(Part.CARD)).screens[0].text
    )


async def test_a_preview_in_each_language_and_the_card_below_them():
    reply = await Desk(FULL).does(Deed.PREVIEW)
    assert reply.fresh
    texts = [screen.text for screen in reply.screens]
    assert texts[:4] == ["👁 Preview, English:", FULL.texts["en"], "👁 Preview, 中文:", FULL.texts["zh"]]
    assert texts[4].startswith("📢 New notice")
    assert labels(reply)[:6] == ["Yes", "No", "🔕 Fewer of these", "能来", "不能来", "🔕 少收这类通知"]


@pytest.mark.parametrize("deed", [Deed.PREVIEW, Deed.TEST])
async def test_the_buttons_of_a_preview_and_a_test_do_nothing(deed):
    desk = Desk(replace(WRITTEN, receipt=Receipt.POLL, answers=POLL.answers))
    for button in buttons(await desk.does(deed))[:3]:
        assert button.delivery_id == 0
        assert (await desk.presses(button)).toast == "This was a test."


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_longest_card_and_every_list_fit(language):
    titles = dict.fromkeys(LANGUAGES, "长" * 300)
    desk = Desk(
        language=language, list_projects=[animals(id=ProjectId(n), titles=titles) for n in range(1, 61)]
    )
    desk.places = [Place(n, f"p{n}", titles, None) for n in range(1, 200)]
    everywhere = Audience(
        places=tuple(place.path for place in desk.places), project_ids=tuple(map(ProjectId, range(1, 61)))
    )
    desk.written = replace(LONG, scope="", audience=everywhere)
    for reply in (
        await desk.opens(Part.CARD),
        await desk.opens(Part.PEOPLE),
        await desk.opens(Part.PROJECTS),
        await desk.presses(LookForAudience(ID, 7)),
    ):
        check(reply)
    assert any(len(label) == LABEL_MAX for label in labels(await desk.opens(Part.PROJECTS)))
    card = (await desk.opens(Part.CARD)).screens[0].text
    assert len(card) < TEXT_MAX
    assert "1100" in card


async def test_throwing_away_asks_once_more():
    desk = Desk(WRITTEN)
    asked = await desk.does(Deed.DROP)
    assert buttons(asked) == [DoWithDraft(ID, Deed.DROP_SURE), OpenPart(ID, Part.CARD)]
    assert desk.asked("drop_notice") == []
    assert (await desk.presses(buttons(asked)[0])).screens[0].text.startswith("Thrown away.")
    assert desk.asked("drop_notice") == [(desk.worker.account, ID)]


@pytest.mark.parametrize("button", ANY_BUTTON, ids=str)
async def test_a_card_of_a_notice_that_is_no_draft_any_more(button):
    desk = Desk(drop_notice=False)
    desk.written = None
    reply = await desk.presses(button)
    assert reply.toast.startswith(STALE)
    assert (reply.alert, reply.screens, desk.awaited) == (True, (), None)


@pytest.mark.parametrize("error", [NotSupervisor(), OutsideScope()], ids=str)
@pytest.mark.parametrize("button", ANY_BUTTON, ids=str)
async def test_whoever_is_no_supervisor_changes_nothing(button, error):
    desk = Desk(WRITTEN, show_draft=error, edit_notice=error, drop_notice=error)
    assert await desk.presses(button) == NOT_YOURS
    assert desk.awaited is None


@pytest.mark.parametrize("error", [NotSupervisor(), OutsideScope()], ids=str)
async def test_nor_by_a_command_or_by_what_she_writes(error):
    desk = Desk(start_notice=error, edit_notice=error)
    assert (await desk.writes("/broadcast")).screens[0].text == "This is not yours to do."
    await desk.sets(Setting.TEXT, "all")
    assert (await desk.writes("Hello")).screens[0].text == "This is not yours to do."


async def test_what_she_writes_for_a_draft_that_is_gone():
    desk = Desk()
    await desk.sets(Setting.TEXT, "all")
    desk.written = None
    assert (await desk.writes("Hello")).screens[0].text.startswith(STALE)


@pytest.mark.parametrize(
    "data",
    ["ns.8.k.secrets", "ns.8.r.maybe", "ns.8.w.tomorrow", "ns.8.w.2999-01-01-18", "ns.8.u.x", "ns.8.m.all",
     "ns.8.t.fr", "ns.8.l.fr", "ns.8.j.99", "ns.8.j.9999999999999999", "ns.8.d.9999999", "ns.8.e.lots",
     "ns.8.s.100", "ns.8.p.some", "ns.8.z.1", "ns.8.k.", "np.8.z", "nd.8.z", "nx.8.z.y",
     "np.zzzzzzzzzzzzzz.c"],
)  # fmt: skip
async def test_forged_buttons_do_not_work(data):
    desk = Desk(WRITTEN)
    before = desk.written
    assert (await desk.presses(data)).toast.startswith(OLD)
    assert (desk.written, desk.awaited) == (before, None)


async def test_a_command_and_another_version_of_the_program_leave_no_question_open():
    desk = Desk()
    await desk.sets(Setting.TEXT, "all")
    await desk.writes("/work")
    assert desk.awaited is None
    desk.awaited = "notice.8.colour."
    assert labels(await desk.writes("red")) == MENU["en"]
    desk.awaited = "notice.?"
    assert labels(await desk.writes("red")) == MENU["en"]
    assert desk.written.texts == {}
