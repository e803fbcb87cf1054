"""Every screen fits on a phone and into a message, and docs/screens.md shows what people see."""

from pathlib import Path

import pytest

from handlers.conversation import COMMANDS
from handlers.labels import BUTTONS_MAX, CAPTION_MAX, LABEL_MAX, TEXT_MAX, TOAST_MAX
from handlers.notice_buttons import GetFile, LookForAudience, Part
from handlers.packing import DATA_BYTES_MAX
from handlers.screens import Reply
from handlers.words import LANGUAGES
from handlers.worker.cards import Cards
from handlers.worker.choosing import OFFERS_MAX
from tasks.assigning import Offer
from tasks.model.earnings import CurrencyStatement, Statement
from tasks.model.identifiers import ImageId, WorkerId
from tasks.model.money import Money
from tasks.model.notice import Audience, Reach, Receipt
from tasks.model.project import Choice
from tests.unit.handlers.desk import DRAFT_ID, Desk, blank, report, tally
from tests.unit.handlers.gallery import page, replies, statement
from tests.unit.handlers.scene import COUNTY, TODAY, Scene, animals, anna, question

PAGE = Path(__file__).parents[3] / "docs" / "screens.md"


def check(reply: Reply) -> None:
    assert len(reply.toast) <= TOAST_MAX
    for screen in reply.screens:
        below_something = screen.picture or screen.voice or screen.document
        assert 0 < len(screen.text) <= (CAPTION_MAX if below_something else TEXT_MAX)
        choices = [choice for row in screen.rows for choice in row]
        assert len(choices) <= BUTTONS_MAX
        for choice in choices:
            assert 0 < len(choice.label) <= LABEL_MAX
            assert len(choice.data.encode()) <= DATA_BYTES_MAX
        assert "{" not in screen.text + reply.toast


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_fits(language):
    async for _, reply in replies(language):
        check(reply)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_longest_texts_of_a_project_fit(language):
    long = dict.fromkeys(LANGUAGES, "长" * 3000)
    project = animals(titles=long, questions=long, choices=(Choice(1, "x" * 64, "🐱", long),))
    check(Reply((Cards().draw(question(project=project), anna(language=language)),)))
    offers = [Offer(project, 4, measured=True)] * (OFFERS_MAX + 5)
    check(await Scene(anna(language=language), list_offers=offers).writes("/work"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_earnings_in_many_currencies_fit(language):
    (yuan,), recent = statement().currencies, statement().recent
    richest = Money(10**17 + 1, "CNY")
    one = CurrencyStatement("CNY", dict.fromkeys(yuan.buckets, richest), richest, richest, richest, yuan.days)
    many = Statement((one,) * 12, recent * 3, TODAY)
    check(await Scene(anna(language=language), show_earnings=many).writes("/earnings"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_fullest_notice_fits_and_says_what_is_wrong(language):
    paths = tuple(f"county{number:03}/" + "village" * 10 for number in range(200))
    audience = Audience(places=paths, worker_ids=tuple(map(WorkerId, range(5000))))
    draft = blank(
        texts=dict.fromkeys(LANGUAGES, "长" * 4096),
        receipt=Receipt.POLL,
        answers=dict.fromkeys(LANGUAGES, ("答" * 40, "b" * 40, "c" * 40, "d" * 40)),
        picture=ImageId("p"),
        audience=audience,
    )
    reach = Reach(0, 10**6, 10**6, tuple(str(10**17 + number) for number in range(5000)))
    desk = Desk(draft, language=language, reach=reach)
    for reply in (
        await desk.writes("/broadcast"),
        await desk.opens(Part.PEOPLE),
        await desk.presses(LookForAudience(DRAFT_ID, COUNTY)),
    ):
        check(reply)
    card = (await desk.opens(Part.CARD)).screens[0].text
    assert card.count("⚠️") == len(LANGUAGES) + 1
    sent = report(tally(sent=10**6, answers=(10**6,) * 4), texts=draft.texts, receipt=Receipt.POLL,
                  answers=draft.answers)  # fmt: skip
    file = Desk(language=language, show_notice=sent, write_deliveries=Path("kept.csv"))
    check(await file.presses(GetFile(DRAFT_ID)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_messengers_list_of_commands_is_short(language):
    names = ["work", "earnings", "notices", "help", "language", "stop"]
    assert [command for command, _ in COMMANDS[language]] == names
    assert all(0 < len(words) <= LABEL_MAX for _, words in COMMANDS[language])


async def test_the_page_of_screens_is_up_to_date():
    """If this fails: python -m tests.unit.handlers.gallery > docs/screens.md, and read what changed."""
    assert PAGE.read_text(encoding="utf-8") == await page()
