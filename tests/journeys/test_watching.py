"""A supervisor looks at how a project is doing, while it is worked on and from the command line."""

import csv
import io
import json

from tests.journeys.house import CHOICES

CHIEF = 900_001


async def test_from_the_first_answers_to_the_figures(build_house, sqlite_url):
    house = await build_house(sqlite_url, supervisors=str(CHIEF))
    await house.opens(tasks=4, quota=1)
    await house.starts()
    chief = await house.telegram.person("Mei", person_id=CHIEF)
    anna = await house.telegram.person("Aurelia")
    await anna.says("/start")
    await anna.sees("Our promise")
    await anna.taps("I agree")
    await anna.sees("Welcome", button="Work")
    await anna.taps("Work")
    await anna.taps("village", on=await anna.sees("¥0.05", button="village"))
    card = await anna.sees("¥0.05", button=CHOICES[0][2], photo=True)
    toast = await anna.taps(CHOICES[0][2], on=card)
    assert toast.startswith("+¥0.05")

    await chief.says("/project")
    projects = await chief.sees("Which project", button="village")
    await chief.taps("village", on=projects)
    page = await chief.sees("¥0.05 so far, about ¥0.20 in the end", button="Look again")
    assert page.message_id == projects.message_id
    assert "Pictures decided: 1 of 4" in page.text
    await chief.taps("Your workers", on=page)
    workers = await chief.sees("within your places", button="Back")
    assert workers.message_id == page.message_id
    await chief.taps("Back", on=workers)
    await chief.sees("Counted just now", button="All projects")
    await anna.says("/project")
    await anna.sees("I did not understand")

    figures = json.loads(await house.run("stats", "village", "--json"))
    assert (figures["tasks"]["closed"], figures["tasks"]["total"]) == (1, 4)
    assert (figures["answers"]["per_task"], figures["cost"]["expected"]) == (1.0, "0.20")
    verdicts = await house.export("verdicts")
    (decided,) = [row for row in verdicts if row["status"] == "closed"]
    assert (decided["choice"], decided["cost"]) == (CHOICES[0][0], "0.05")
    beside = await house.run("export", "village", "--what", "verdicts", "--beside", "majority,dawid-skene")
    (compared,) = [row for row in csv.DictReader(io.StringIO(beside)) if row["status"] == "closed"]
    assert compared["majority"] == compared["dawid_skene"] == CHOICES[0][0]
