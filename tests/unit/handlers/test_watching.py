"""A supervisor looks at how projects are doing; nobody else does."""

from dataclasses import replace

import pytest

from handlers.buttons import unpack
from handlers.labels import CAPTION_MAX, TEXT_MAX
from handlers.project_buttons import SeeContradicted, SeeDoubtful, SeeProject, SeeProjects, SeeTheirWorkers
from handlers.screens import Reply
from tasks.errors import NotSupervisor
from tasks.model.report import Audits, Confusion, Measured
from tests.unit.handlers.gallery_of_projects import live, own_people, report, view
from tests.unit.handlers.scene import ANNA, Scene, animals, anna
from tests.unit.handlers.test_joining import MENU, labels


def supervisor(scope: str = "", **answers) -> Scene:
    return Scene(anna(), scope=scope, **answers)


def buttons(reply: Reply) -> list:
    return [unpack(choice.data) for row in reply.screens[0].rows for choice in row]


async def test_the_list_leads_to_a_project_and_the_page_deeper():
    scene = supervisor(list_watched=[animals()], show_project=view(report()))
    assert buttons(await scene.writes("/project")) == [SeeProject(3)]
    page = await scene.presses(SeeProject(3))
    assert buttons(page) == [
        SeeDoubtful(3),
        SeeContradicted(3),
        SeeTheirWorkers(3),
        SeeProject(3),
        SeeProjects(),
    ]
    assert scene.asked("show_project") == [(ANNA, 3)]
    text = page.screens[0].text
    for line in (
        "💰 ¥13.65 so far, about ¥18.15 in the end",
        "Counted 4 minutes ago:",
        "📦 Pictures decided: 100 of 144",
        "🎯 Labels asked about again: 19 of 20 stayed the same (they were 96.1% sure)",
        "• Cat is taken for Dog: 12 of 80 answers",
        "• Truck is taken for Ship: 2 of 30 answers",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "✅ Single answers right on known pictures: 90.9% (of 22; in truth 72.2% to 97.5%)"),
        ("zh", "✅ 已知图片上单个答案的正确率：90.9%（共 22；实际在 72.2% 到 97.5% 之间）"),
    ],
)
async def test_a_share_that_was_measured_never_reaches_beyond_all(language, line):
    shown = view(report(on_gold=Measured(20, 22)))
    scene = Scene(replace(anna(), language=language), scope="", show_project=shown)
    assert line in (await scene.presses(SeeProject(3))).screens[0].text.splitlines()


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            (
                "⏱ 1 answer in the last hour",
                "⏱ 1 second for one answer (the middle one of the last 200)",
                "🎯 Labels asked about again: 1 of 1 stayed the same (it was 96.1% sure)",
                "✍️ 1 answer for each picture that has its label",
                "• Cat is taken for Dog: 1 of 1 answer",
            ),
        ),
        (
            "zh",
            (
                "⏱ 每个答案 1 秒（最近 200 个的中位数）",
                "🎯 又请人看过的标签：1 个中有 1 个没有变（原来的把握平均为 96.1%）",
                "✍️ 每张有结论的图片平均 1 个答案",
                "• 把“猫”当成“狗”：1 个答案中有 1 个",
            ),
        ),
    ],
)
async def test_what_there_is_one_of_is_said_as_one(language, lines):
    made = report(
        answers_per_task=1.04,
        audits=Audits(Measured(1, 1), 0.9612),
        confused=[Confusion("cat", "dog", 1, 1)],
    )
    now = live(answers_last_hour=1, median_seconds=0.96)
    scene = Scene(anna(language=language), scope="", show_project=view(made, now=now))
    page = await scene.presses(SeeProject(3))
    assert set(lines) <= set(page.screens[0].text.splitlines())


async def test_numbers_with_decimals_are_many():
    scene = supervisor(show_project=view(report(answers_per_task=1.06), now=live(median_seconds=1.4)))
    text = (await scene.presses(SeeProject(3))).screens[0].text
    assert "1.4 seconds for one answer" in text
    assert "1.1 answers for each picture" in text


async def test_doubtful_pictures_are_looked_at_one_by_one():
    scene = supervisor(show_project=view(report()))
    first = await scene.presses(SeeDoubtful(3))
    assert first.screens[0].picture == report().doubtful[0].image_id
    assert first.screens[0].text.splitlines()[1:] == ["a3", "Cat: 40% sure after 3 answers"]
    assert buttons(first) == [SeeDoubtful(3, 1), SeeProject(3)]
    middle = await scene.presses(SeeDoubtful(3, 1))
    assert buttons(middle) == [SeeDoubtful(3, 0), SeeDoubtful(3, 2), SeeProject(3)]


async def test_a_list_that_became_shorter_shows_its_last_picture_or_the_page():
    scene = supervisor(show_project=view(report()))
    assert "a2" in (await scene.presses(SeeDoubtful(3, 7))).screens[0].text
    none_left = supervisor(show_project=view(report(), now=live(suspended=[])))
    assert (await none_left.presses(SeeContradicted(3))).screens[0].picture is None


async def test_only_the_whole_programme_is_sent_to_the_pictures_set_aside():
    everything = (await supervisor(show_project=view(report())).presses(SeeProject(3))).screens[0].text
    county = supervisor("tongren", show_project=view(report(), whole=False))
    assert "/broken" in everything
    assert "/broken" not in (await county.presses(SeeProject(3))).screens[0].text


async def test_workers_have_a_number_and_a_place_and_the_others_are_only_counted():
    scene = supervisor("tongren", show_workers=own_people(animals(), elsewhere=17))
    reply = await scene.presses(SeeTheirWorkers(3))
    assert scene.asked("show_workers") == [(ANNA, 3, 0)]
    paused = "No. 12 (Tongren › Wanshan): paused; answers: 230; known pictures right: 14 of 20"
    assert reply.screens[0].text.splitlines() == [
        "Animals and vehicles: 3 workers within your places",
        paused,
        "   estimated from all her answers: right about 71.2% of the time, at least 60%",
        "   shares more mistakes with another worker than chance explains",
        "No. 8 (Tongren): working; answers: 230; known pictures right: 14 of 20",
        "   estimated from all her answers: right about 56% of the time, at least 50%",
        "   gets pictures that nobody has answered yet: her answers say less than most so far",
        "No. 5 (Tongren): working; answers: 1; known pictures right: 0 of 0",
        "And 17 others, whom other supervisors look after.",
    ]
    await scene.presses(SeeTheirWorkers(3, 2))
    assert scene.asked("show_workers")[1] == (ANNA, 3, 16)


@pytest.mark.parametrize("button", [SeeProject(404), SeeDoubtful(404), SeeTheirWorkers(404)])
async def test_a_project_that_is_gone_leads_to_the_list(button):
    scene = supervisor(list_watched=[animals()])
    assert buttons(await scene.presses(button)) == [SeeProject(3)]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_longest_page_fits(language):
    long = dict.fromkeys(("en", "zh"), "长" * 300)
    project = animals(titles=long, choices=[replace(one, words=long) for one in animals().choices])
    seen = replace(view(report()), project=project)
    scene = Scene(anna(language=language), supervisor=True, show_project=seen)
    for button in (SeeProject(3), SeeDoubtful(3), SeeContradicted(3)):
        (screen,) = (await scene.presses(button)).screens
        assert len(screen.text) <= (CAPTION_MAX if screen.picture else TEXT_MAX)


async def test_for_others_there_is_no_such_command_and_no_such_button():
    scene = Scene(anna(), list_watched=NotSupervisor(), show_project=NotSupervisor())
    assert labels(await scene.writes("/project")) == MENU["en"]
    for button in (SeeProjects(), SeeProject(3)):
        assert await scene.presses(button) == Reply(toast="This is not yours to do.", alert=True)
