"""The client was wrong about a picture: able workers say so, and a supervisor hears of it."""

import asyncio
import csv
from pathlib import Path

from tests.journeys.crew import crew_of, label_of
from tests.journeys.house import PICTURES, write_tasks

CHIEF = 9001
CHECKS, PEOPLE = 14, 3


def write_a_wrong_gold(folder: Path) -> Path:
    """What the client knows is right but for one picture of a dog, which she takes for a cat."""
    write_tasks(folder, tasks=6, quota=PEOPLE)
    toml = (folder / "project.toml").read_text("utf-8")
    (folder / "project.toml").write_text(toml.replace("[title]", "gold_share = 1.0\n[title]"), "utf-8")
    with (folder / "tasks.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["task", "image", "gold", "explain_en"])
        rows.writerows([f"t{number}", f"images/{number}.png", "", ""] for number in range(6))
        rows.writerow(["lesson", "images/0.png", "cat", "Cats have pointed ears."])
        rows.writerow(["mistaken", "images/1.png", "cat", ""])
        for number in range(CHECKS):
            shown = number % PICTURES
            rows.writerow([f"g{number}", f"images/{shown}.png", label_of(shown).lower(), ""])
    return folder


async def test_a_supervisor_hears_once_what_able_workers_say(build_house, sqlite_url):
    house = await build_house(sqlite_url, supervisors=str(CHIEF))
    await house.run("import", str(write_a_wrong_gold(house.folder / "village")))
    await house.starts()
    sun = await house.telegram.person("Sun", person_id=CHIEF)
    await sun.says("/start")
    await sun.sees("Our promise")
    crew = await crew_of(house.telegram, PEOPLE, looks=1.0)
    async with asyncio.timeout(300), asyncio.TaskGroup() as group:
        for worker in crew:
            group.create_task(worker.works())
    await house.restarts(house.bot)
    await house.bot.is_up()

    told = await sun.sees("Able workers contradict a known picture", button="Look at it", timeout=60)
    assert "mistaken" in told.text
    assert "The client says: Cat\n3 able workers say: Dog\n" in told.text
    await sun.taps("Look at it", on=told)
    shown = await sun.sees("mistaken\nThe client says: ", photo=True, button="Back")
    await house.restarts(house.bot)
    await house.bot.is_up()
    await asyncio.sleep(4)
    messages = [bubble.text for bubble in await sun.chat(limit=20) if "contradict" in bubble.text]
    assert len(messages) == 1, messages
    assert "3 workers say something else" in shown.text
