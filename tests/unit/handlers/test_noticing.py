"""A supervisor writes a notice on one card, and a screen for each of its parts."""

import pytest

from handlers.buttons import unpack
from handlers.notice_buttons import (
    Deed,
    DoWithDraft,
    LookForAudience,
    OpenPart,
    Part,
    SetPart,
    Setting,
    TogglePlace,
)
from handlers.screens import EventKind, Reply, Slot
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import ImageId, VoiceId
from tasks.model.money import Money
from tasks.model.notice import ALL_LANGUAGES, NoticeKind, Reach, Receipt
from tests.unit.handlers.desk import DRAFT_ID, TEXTS, Desk, blank
from tests.unit.handlers.scene import COUNTY, OTHER_COUNTY, VILLAGE, Scene, animals, anna, yuan
from tests.unit.handlers.test_joining import MENU, labels

STALE = "This notice was sent or thrown away already. /broadcast begins a new one."
EVERY_BUTTON = [
    *(OpenPart(DRAFT_ID, part) for part in Part),
    *(DoWithDraft(DRAFT_ID, deed) for deed in Deed if deed not in (Deed.DROP, Deed.SEND)),
    SetPart(DRAFT_ID, Setting.LANGUAGE, "zh"),
    SetPart(DRAFT_ID, Setting.PROJECT, "3"),
    SetPart(DRAFT_ID, Setting.DAYS, "7"),
    SetPart(DRAFT_ID, Setting.EARNED, "some"),
    SetPart(DRAFT_ID, Setting.STANDING, "80"),
    SetPart(DRAFT_ID, Setting.PEOPLE, "all"),
    SetPart(DRAFT_ID, Setting.TEXT, "all"),
    SetPart(DRAFT_ID, Setting.MEDIA, "none"),
    SetPart(DRAFT_ID, Setting.KIND, "pay"),
    SetPart(DRAFT_ID, Setting.RECEIPT, "poll"),
    SetPart(DRAFT_ID, Setting.WHEN, "m18"),
    SetPart(DRAFT_ID, Setting.WHEN, "write"),
    SetPart(DRAFT_ID, Setting.URGENT, "y"),
    LookForAudience(DRAFT_ID, COUNTY),
    TogglePlace(DRAFT_ID, VILLAGE),
]


def text_of(reply: Reply) -> str:
    return "\n".join(screen.text for screen in reply.screens)


def ticked(reply: Reply) -> list[str]:
    return [label.removeprefix("☑️ ") for label in labels(reply) if label.startswith("☑️ ")]


async def test_the_card_says_first_how_many_it_reaches_and_why_not_more():
    reach = Reach(1240, unreachable=69, silenced=12, unknown_ids=("7", "8", "9"))
    reply = await Desk(reach=reach).writes("/broadcast")
    assert reply.screens[0].slot is Slot.MENU
    assert reply.screens[0].text.splitlines()[2:6] == [
        "👥 This notice reaches 1240 people.",
        "69 more cannot be reached.",
        "12 more do not wish to get this kind.",
        "3 numbers are nobody in your scope: 7, 8, 9",
    ]


async def test_nothing_lies_under_send_as_long_as_something_is_wrong():
    reply = await Desk().writes("/broadcast")
    assert "⚠️ There is no text yet. Press “Text”." in text_of(reply)
    assert not any("Send to" in label for label in labels(reply))
    good = await Desk(blank(texts=TEXTS)).writes("/broadcast")
    assert "✅ Send to 1240 people" in labels(good)
    nobody = await Desk(blank(texts=TEXTS), reach=Reach(0)).writes("/broadcast")
    assert "⚠️ Nobody would get it." in text_of(nobody)
    assert not any("Send to" in label for label in labels(nobody))


@pytest.mark.parametrize(
    ("text", "told"),
    [("<b>now</b>", True), ("*now*", True), ("[here](http://a.b)", True), ("3 < 4, 5 > 2; 2*3", False)],
)
async def test_what_looks_like_markup_is_told(text, told):
    reply = await Desk(blank(texts={"": text})).writes("/broadcast")
    assert ("Workers see them as they stand." in text_of(reply)) is told


async def test_for_others_the_command_does_not_exist():
    scene = Scene(anna())
    assert labels(await scene.writes("/broadcast")) == MENU["en"]
    assert scene.calls == []


@pytest.mark.parametrize("error", [NotSupervisor(), OutsideScope()])
@pytest.mark.parametrize("button", EVERY_BUTTON, ids=str)
async def test_whoever_lost_her_scope_changes_nothing(button, error):
    desk = Desk(show_draft=error, edit_notice=error, drop_notice=error, scope=None)
    before = desk.draft
    assert await desk.presses(button) == Reply(toast="This is not yours to do.", alert=True)
    assert desk.draft is before


@pytest.mark.parametrize("button", EVERY_BUTTON, ids=str)
async def test_a_button_of_a_draft_that_is_none_any_more_changes_nothing(button):
    desk = Desk(blank(id=DRAFT_ID + 1))
    before = desk.draft
    reply = await desk.presses(button)
    assert reply == Reply(toast=STALE, alert=True)
    assert desk.draft is before or button == DoWithDraft(DRAFT_ID, Deed.DROP_SURE)
    assert desk.awaited is None


@pytest.mark.parametrize(
    ("setting", "value"),
    [(setting, "nonsense") for setting in Setting] + [(Setting.DAYS, "99999"), (Setting.LANGUAGE, "xx")],
)
async def test_a_forged_value_changes_nothing(setting, value):
    desk = Desk()
    before = desk.draft
    reply = await desk.sets(setting, value)
    assert reply.toast == "This button does not work any more. Write /start to see the menu."
    assert desk.draft == before


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.CARD])
async def test_each_part_has_a_way_back(part):
    reply = await Desk().opens(part)
    (back,) = reply.screens[0].rows[-1]
    assert back.label == "⬅️ Back"
    assert unpack(back.data).part in (Part.CARD, Part.PEOPLE)


async def test_every_button_that_is_drawn_is_one_of_ours():
    """Whatever she presses next is understood, two screens deep."""
    desk = Desk(blank(texts=TEXTS))
    first = await desk.writes("/broadcast")
    for choice in [choice for row in first.screens[0].rows for choice in row]:
        if unpack(choice.data) in (DoWithDraft(DRAFT_ID, Deed.SEND), DoWithDraft(DRAFT_ID, Deed.DROP)):
            continue
        for deeper in [
            c for screen in (await desk.presses(choice.data)).screens for r in screen.rows for c in r
        ]:
            assert unpack(deeper.data) is not None, deeper


async def test_toggles_are_ticked_and_taken_back():
    desk = Desk()
    assert ticked(await desk.sets(Setting.LANGUAGE, "zh")) == ["中文"]
    assert desk.draft.audience.languages == ("zh",)
    await desk.sets(Setting.LANGUAGE, "zh")
    assert desk.draft.audience.languages == ()
    assert ticked(await desk.sets(Setting.PROJECT, "3")) == ["Animals and vehicles"]
    await desk.sets(Setting.DAYS, "30")
    await desk.sets(Setting.STANDING, "low")
    reply = await desk.sets(Setting.EARNED, "some")
    assert ticked(reply) == ["30 days", "💰 Earned something", "🎯 Less than 80 %"]
    assert "Animals and vehicles; worked within 30 days; earned something; 79 % or less right" in text_of(
        reply
    )
    await desk.sets(Setting.PEOPLE, "all")
    assert desk.draft.audience == blank().audience


async def test_who_earned_something_is_asked_in_the_projects_currency():
    desk = Desk(list_projects=[animals(price=Money.from_decimal("1.5", "KES"))])
    await desk.sets(Setting.EARNED, "some")
    assert desk.draft.audience.earned_min == Money(1, "KES")


async def test_places_are_found_chosen_and_removed():
    desk = Desk()
    reply = await desk.presses(LookForAudience(DRAFT_ID, 0))
    assert labels(reply) == ["Tongren", "Zunyi", "⬅️ Back"]
    reply = await desk.presses(LookForAudience(DRAFT_ID, COUNTY))
    assert labels(reply) == ["✅ For Tongren", "Wanshan", "wuling", "⬆️ Up", "⬅️ Back"]
    reply = await desk.presses(TogglePlace(DRAFT_ID, VILLAGE))
    assert desk.draft.audience.places == ("tongren/wanshan",)
    assert "Chosen: Tongren › Wanshan" in text_of(reply)
    reply = await desk.presses(TogglePlace(DRAFT_ID, OTHER_COUNTY))
    assert desk.draft.audience.places == ("tongren/wanshan", "zunyi")
    assert "❌ Not Zunyi" in labels(reply)
    await desk.presses(TogglePlace(DRAFT_ID, VILLAGE))
    assert desk.draft.audience.places == ("zunyi",)


async def test_a_place_outside_her_scope_cannot_be_forged():
    desk = Desk(scope="tongren")
    reply = await desk.presses(TogglePlace(DRAFT_ID, OTHER_COUNTY))
    assert reply == Reply(toast="This is not yours to do.", alert=True)
    assert desk.draft.audience.places == ()


async def test_one_text_for_all_or_one_for_each_language():
    desk = Desk()
    reply = await desk.sets(Setting.TEXT, "all")
    assert "Write the text (for all languages)" in text_of(reply)
    reply = await desk.writes("Hello")
    assert desk.draft.texts == {ALL_LANGUAGES: "Hello"}
    assert "Text (for all languages, 5): Hello" in text_of(reply)
    assert "It replaces the text for all." in text_of(await desk.sets(Setting.TEXT, "zh"))
    await desk.writes("你好")
    await desk.sets(Setting.TEXT, "en")
    await desk.writes("Hello")
    assert desk.draft.texts == {"zh": "你好", "en": "Hello"}
    assert "It replaces the texts for single languages." in text_of(await desk.sets(Setting.TEXT, "all"))


async def test_a_text_is_taken_once():
    desk = Desk()
    await desk.sets(Setting.TEXT, "all")
    await desk.writes("Hello")
    assert labels(await desk.writes("Hello again")) == MENU["en"]
    assert desk.draft.texts == {ALL_LANGUAGES: "Hello"}


@pytest.mark.parametrize(
    "leaves", ["/work", "/help", OpenPart(DRAFT_ID, Part.TEXT), LookForAudience(DRAFT_ID, 0)]
)
async def test_whoever_does_something_else_is_not_waited_for(leaves):
    desk = Desk()
    await desk.sets(Setting.TEXT, "all")
    assert desk.awaited == "notice.c.text.all"
    await (desk.writes(leaves) if isinstance(leaves, str) else desk.presses(leaves))
    assert desk.awaited is None


async def test_a_text_that_is_too_long_is_told_with_numbers():
    desk = Desk()
    await desk.sets(Setting.TEXT, "en")
    reply = await desk.writes("x" * 4097)
    assert "⚠️ The text (English) has 4097 characters, 4096 are allowed. Write a shorter one." in text_of(
        reply
    )


async def test_below_a_picture_each_language_has_less_room():
    draft = blank(texts={"en": "x" * 1025, "zh": "长" * 1024}, picture=ImageId("p"))
    reply = await Desk(draft).writes("/broadcast")
    assert "⚠️ The text (English) has 1025 characters; with a picture or voice note 1024 are" in text_of(reply)
    assert text_of(reply).count("⚠️") == 1


@pytest.mark.parametrize("deed", [Deed.PREVIEW, Deed.TEST])
async def test_what_the_messenger_would_not_take_is_not_shown_but_told(deed):
    reply = await Desk(blank(texts={"en": "x" * 1025}, picture=ImageId("p"))).does(deed)
    assert (len(reply.screens), reply.alert) == (1, True)
    assert reply.toast == "It cannot be sent like this. See below what is missing."


async def test_a_picture_with_words_below_it_is_both():
    desk = Desk()
    await desk.sets(Setting.TEXT, "zh")
    await desk.sends(EventKind.PICTURE, "photo", "你好")
    assert (desk.draft.picture, desk.draft.voice, desk.draft.texts) == ("photo", None, {"zh": "你好"})
    assert [attachment.id for (attachment,) in desk.asked("keep_attachment")] == ["photo"]


async def test_a_voice_note_takes_the_place_of_a_picture_and_leaves_the_text():
    desk = Desk(blank(texts=TEXTS, picture=ImageId("photo")))
    await desk.opens(Part.MEDIA)
    reply = await desk.sends(EventKind.VOICE, "note", "a caption")
    assert (desk.draft.picture, desk.draft.voice, desk.draft.texts) == (None, VoiceId("note"), TEXTS)
    assert "🎤 With a voice note" in text_of(reply)
    assert "Leave it out" in labels(await desk.opens(Part.MEDIA))
    await desk.sets(Setting.MEDIA, "none")
    assert desk.draft.voice is None


@pytest.mark.parametrize(
    ("asks", "kind", "said"),
    [
        (OpenPart(DRAFT_ID, Part.MEDIA), EventKind.TEXT, "Please send a picture or a voice note"),
        (SetPart(DRAFT_ID, Setting.WHEN, "write"), EventKind.VOICE, "Please write it as a text"),
        (SetPart(DRAFT_ID, Setting.PEOPLE, "list"), EventKind.PICTURE, "Please write it as a text"),
    ],
)
async def test_what_was_not_asked_for_is_told_and_still_waited_for(asks, kind, said):
    desk = Desk()
    await desk.presses(asks)
    awaited, before = desk.awaited, desk.draft
    reply = await (desk.writes("words") if kind is EventKind.TEXT else desk.sends(kind, "sent"))
    assert said in text_of(reply)
    assert (desk.awaited, desk.draft) == (awaited, before)


async def test_a_picture_of_an_ordinary_worker_is_never_kept():
    scene = Scene(anna())
    assert labels(await scene.happens(EventKind.PICTURE)) == MENU["en"]
    assert scene.calls == []


async def test_a_kind_is_chosen():
    desk = Desk()
    reply = await desk.sets(Setting.KIND, "pay")
    assert desk.draft.kind is NoticeKind.PAY
    assert ticked(reply) == ["💰 Pay"]
    assert "Workers can silence work, lessons and news." in text_of(reply)


async def test_the_answers_of_a_choice_are_asked_for_in_each_language():
    desk = Desk(blank(texts=TEXTS))
    assert "Write the answers (English)" in text_of(await desk.sets(Setting.RECEIPT, "poll"))
    assert "Write the answers (中文)" in text_of(await desk.writes("Yes\nNo\n"))
    card = await desk.writes("能来\n\n不能来")
    assert desk.draft.answers == {"en": ("Yes", "No"), "zh": ("能来", "不能来")}
    assert "Buttons: a choice: Yes · No" in text_of(card)
    assert desk.awaited is None
    await desk.sets(Setting.RECEIPT, "poll")
    await desk.writes("Yes\nNo\nPerhaps")
    assert desk.awaited == "notice.c.answers.zh"
    assert "There must be equally many answers in each language." in text_of(await desk.opens(Part.CARD))
    await desk.sets(Setting.RECEIPT, "read")
    assert (desk.draft.receipt, desk.draft.answers) == (Receipt.READ, {})


async def test_one_text_for_all_has_one_set_of_answers():
    desk = Desk(blank(texts={ALL_LANGUAGES: "Can you come?"}))
    await desk.sets(Setting.RECEIPT, "poll")
    await desk.writes("Yes\nNo")
    assert desk.draft.answers == {ALL_LANGUAGES: ("Yes", "No")}


async def test_amounts_and_lists_are_written():
    desk = Desk()
    assert "in CNY" in text_of(await desk.sets(Setting.EARNED, "write"))
    reply = await desk.writes("10-200")
    assert "earned ¥10.00 to ¥200.00" in text_of(reply)
    assert (desk.draft.audience.earned_min, desk.draft.audience.earned_max) == (yuan("10"), yuan("200"))
    await desk.sets(Setting.PEOPLE, "list")
    reply = await desk.writes("5, 6\n7;5")
    assert desk.draft.audience.worker_ids == (5, 6, 7)
    assert "a list of 3 numbers" in text_of(reply)


async def test_a_bad_input_is_told_and_still_waited_for():
    desk = Desk()
    await desk.sets(Setting.WHEN, "write")
    assert text_of(await desk.writes("soon")) == "That is no time. Write it like 18:30 or 2026-12-24 18:30."
    await desk.writes("2025-03-06 18:30")
    assert desk.draft.local_time.isoformat() == "2025-03-06T18:30:00"


async def test_what_another_version_asked_for_is_nothing_to_us():
    desk = Desk()
    desk.awaited = "notice.c.smell.en"
    assert labels(await desk.writes("roses")) == MENU["en"]
    desk.awaited = "notice.?"
    assert labels(await desk.writes("roses")) == MENU["en"]


async def test_a_draft_that_went_while_she_wrote_is_told():
    desk = Desk()
    await desk.sets(Setting.TEXT, "all")
    desk.draft = None
    assert text_of(await desk.writes("Hello")) == STALE


async def test_times_are_those_of_her_own_day():
    """It is noon where Anna lives."""
    desk = Desk()
    reply = await desk.sets(Setting.WHEN, "t18")
    assert desk.draft.local_time.isoformat() == "2025-03-05T18:00:00"
    assert "☑️ Mar 5, 2025 18:00, where each worker lives" in text_of(reply)
    reply = await desk.sets(Setting.WHEN, "m08")
    assert desk.draft.local_time.isoformat() == "2025-03-06T08:00:00"
    assert "Mar 6, 2025 08:00" in text_of(reply)
    await desk.sets(Setting.WHEN, "now")
    assert desk.draft.local_time is None


async def test_urgent_says_that_a_second_supervisor_must_agree():
    desk = Desk(blank(texts=TEXTS))
    assert ticked(await desk.sets(Setting.URGENT, "y")) == ["Now", "🚨 Urgent"]
    assert "🚨 urgent: at night too, once a second supervisor agrees" in text_of(await desk.opens(Part.CARD))
    await desk.sets(Setting.URGENT, "n")
    assert not desk.draft.urgent
