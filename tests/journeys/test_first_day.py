"""A first day at work, in both languages and both ways in."""

import re

import pytest

from tests.journeys.house import CHOICES

WORDS = {
    "en": {
        "promise": "Our promise", "agree": "I agree", "welcome": "Welcome", "work": "Work", "undo": "Undo",
        "can't tell": "Can't tell", "not paid": "Not paid, and not a mistake", "back": "Taken back",
        "broken": "Picture broken", "thanks": "Thank you for telling us", "money": "Your money",
        "approved": "Approved: ¥0.45", "language": "Which language", "other": "中文", "menu": "你想做什么",
        "left": "You have left", "return": "You left. To come back", "stop": "Stop", "stopped": "Stopped.",
    },
    "zh": {
        "promise": "我们向你保证", "agree": "我同意", "welcome": "欢迎你", "work": "开始做题", "undo": "撤销",
        "can't tell": "看不出来", "not paid": "这题不算钱", "back": "已撤销",
        "broken": "图片坏了", "thanks": "谢谢你告诉我们", "money": "我的收入",
        "approved": "审核通过：¥0.45", "language": "你想看哪种语言", "other": "English",
        "menu": "What would you like to do", "left": "你已经退出", "return": "你已经退出了", "stop": "停止",
        "stopped": "先停在这里",
    },
}  # fmt: skip


@pytest.mark.parametrize(("way", "language"), [("polling", "en"), ("webhook", "zh")])
async def test_from_the_invitation_to_the_money_and_away_and_back(build_house, sqlite_url, way, language):
    words = WORDS[language]
    labels = [choice[2 if language == "en" else 3] for choice in CHOICES]
    house = await build_house(sqlite_url, way=way)
    await house.opens(tasks=30, quota=3)
    await house.starts()
    anna = await house.telegram.person("Aurelia", language={"en": "en", "zh": "zh-hans"}[language])

    await anna.says("/start VILLAGE7")
    await anna.sees(words["promise"])
    await anna.taps(words["agree"])
    await anna.sees(words["welcome"], button=words["work"])
    await anna.taps(words["work"])
    offers = await anna.sees("¥0.05", button="village")
    await anna.taps("village", on=offers)
    card = await anna.sees("¥0.05", button=labels[0], photo=True)
    for number in range(10):
        toast = await anna.taps(labels[number % 4], on=card)
        assert toast.startswith("+¥0.05"), toast
        assert f"¥{(number + 1) * 0.05:.2f}" in toast
        card = await next_card(anna, card)

    assert (await anna.taps(words["undo"], on=card)).startswith(words["back"])
    card = await next_card(anna, card)
    assert (await anna.taps(words["can't tell"], on=card)).startswith(words["not paid"])
    card = await next_card(anna, card)
    assert (await anna.taps(words["broken"], on=card)).startswith(words["thanks"])
    card = await next_card(anna, card)
    await anna.taps(words["stop"], on=card)
    await anna.sees(words["stopped"], fresh=True)
    await anna.says("/earnings")
    await anna.sees(words["approved"])

    await anna.says("/language")
    page = await anna.sees(words["language"])
    await anna.taps(words["other"], on=page)
    await anna.sees(words["menu"])
    await anna.says("/language")
    page = await anna.sees(button=words["other"], fresh=True)
    await anna.taps("English" if language == "en" else "中文", on=page)
    await anna.says("/stop")
    await anna.sees(words["left"], fresh=True)
    await anna.says("/start")
    await anna.sees(words["return"], button=words["agree"], fresh=True)
    await anna.taps(words["agree"])
    await anna.says("/earnings")
    await anna.sees(words["approved"], fresh=True)

    answers = await house.export("answers")
    assert [row["status"] for row in answers] == ["approved"] * 9 + ["undone", "unpaid"]
    said = [CHOICES[number % 4][0] for number in range(10)]
    assert [row["choice"] for row in answers] == [*said, "cant_tell"]
    assert "Aurelia" not in house.log
    assert not re.search("Traceback|error", house.log), house.log


async def next_card(anna, card):
    """The same message, with another question on it."""
    before = card.rows
    turned = await anna.sees(photo=True, where=lambda bubble: bool(bubble.rows) and bubble.rows != before)
    assert turned.message_id == card.message_id
    return turned
