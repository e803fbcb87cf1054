"""Somebody taps without looking: she is taught, watched, paused, asks a person, and goes on."""

import csv
from pathlib import Path

from bot.emulator.people import Actor, Bubble
from tests.journeys.crew import crew_of
from tests.journeys.house import House, write_tasks

SUPERVISOR = 9001
LESSONS, CHECKS, TASKS = 8, 24, 6


def write_gold(folder: Path) -> Path:
    """Every gold is a cat: those with an explanation teach, the others are silent."""
    write_tasks(folder, tasks=TASKS, quota=3)
    toml = (folder / "project.toml").read_text("utf-8")
    (folder / "project.toml").write_text(toml.replace("[title]", "gold_share = 1.0\n[title]"), "utf-8")
    with (folder / "tasks.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["task", "image", "gold", "explain_en"])
        rows.writerows([f"t{number}", f"images/{number % 6}.png", "", ""] for number in range(TASKS))
        for number in range(LESSONS + CHECKS):
            why = "Cats have pointed ears." if number < LESSONS else ""
            rows.writerow([f"g{number}", f"images/{number % 6}.png", "cat", why])
    return folder


async def open_school(house: House) -> None:
    await house.run("import", str(write_gold(house.folder / "village")))
    house.quotas["village"] = 3


async def next_screen(actor: Actor, before: Bubble) -> Bubble:
    """What follows; a screen that is only drawn once more has the same keys still."""

    def follows(bubble: Bubble) -> bool:
        return bubble.version > before.version and bool(bubble.rows) and bubble.rows != before.rows

    return await actor.sees(where=follows)


async def taps_dog_until_paused(house: House, actor: Actor, card: Bubble) -> tuple[Bubble, list[str], int]:
    """The pause, the toasts on the way there, and how many lessons came; the bot dies in the middle."""
    toasts: list[str] = []
    lessons = taps = 0
    while "is paused for you" not in card.text:
        if card.has_button("Next"):
            lessons += 1
            await actor.taps("Next", on=card)
        else:
            toasts.append(await actor.taps("Dog", on=card))
        taps += 1
        card = await next_screen(actor, card)
        if taps == 4:
            await house.restarts(house.bot)
            await house.bot.is_up()
    return card, toasts, lessons


async def test_who_taps_without_looking_is_taught_watched_paused_and_heard(build_house, sqlite_url):
    house = await build_house(sqlite_url, supervisors=str(SUPERVISOR))
    await open_school(house)
    await house.starts()
    sun = await house.telegram.person("Sun", person_id=SUPERVISOR)
    await sun.says("/start")
    await sun.sees("Our promise")
    await sun.says("/appeals")
    await sun.sees("Nobody is paused within your places")
    (worker,) = await crew_of(house.telegram, 1)
    anna = worker.actor
    card = await worker.begins()

    assert (await anna.taps("Dog", on=card)).startswith("+¥0.05")
    lesson = await anna.sees("Right is: 🐱 Cat", button="Next", photo=True)
    assert "Cats have pointed ears." in lesson.text
    assert lesson.message_id == card.message_id, "the same picture in the same message"
    await house.restarts(house.bot)
    await house.bot.is_up()
    await anna.taps("Next", on=lesson)
    card = await anna.sees(button="Cat", photo=True)
    assert (await anna.taps("Cat", on=card)).endswith("✅ Right!")
    card = await next_screen(anna, card)

    pause, toasts, lessons = await taps_dog_until_paused(house, anna, card)
    assert lessons == 3, "one refresher"
    assert sum("show you once more what is right" in toast for toast in toasts) == 1
    assert all(toast.startswith("+¥0.05") for toast in toasts), "she is paid for what she answered"
    assert not any("Right" in toast for toast in toasts), "nobody is told of a silent gold"

    await anna.taps("Show me the questions", on=pause)
    shown = await anna.sees("Question 1 of", photo=True)
    assert "You said: 🐶 Dog" in shown.text
    await anna.taps("▶️", on=shown)
    again = await anna.sees("Question 2 of", photo=True)
    assert again.message_id == shown.message_id
    await anna.says("/work")
    offers = await anna.sees("paused for you", button="Animals", fresh=True)
    await anna.taps("Animals", on=offers)
    pause = await anna.sees("is paused for you", button="Ask a person", fresh=True)
    await anna.taps("Ask a person to look", on=pause)
    await anna.sees("A person will look at it")

    await house.restarts(house.bot)
    told = await sun.sees("asks you to look at her pause", button="Look at it", timeout=60)
    await sun.taps("Look at it", on=told)
    desk = await sun.sees("She asks you to look.", button="Let her go on")
    assert (await sun.taps("Let her go on", on=desk)) == "Done."

    news = await anna.sees("You can go on", button="Work", timeout=60)
    await anna.taps("Work", on=news)
    card = await anna.sees(button="Cat", photo=True, fresh=True)
    assert (await anna.taps("Cat", on=card)).startswith("+¥0.05")

    answers = await house.export("answers")
    assert {row["status"] for row in answers} == {"approved"}
    await no_picture_has_a_name(house)


async def no_picture_has_a_name(house: House) -> None:
    """Whoever collects the messenger's names for pictures learns nothing: each was uploaded anew."""
    calls = [
        call for method in ("sendPhoto", "editMessageMedia") for call in await house.telegram.calls(method)
    ]
    assert len(calls) > 20
    assert [call["params"] for call in calls if "attach://" not in str(call["params"])] == []
