"""Anna is asked whether a machine is right, says no, and the bot dies before she can say what it is."""

from tests.journeys.crew import crew_of
from tests.journeys.house import House, write_tasks


async def opens_a_project_that_verifies(house: House) -> None:
    """One task after the other, so that the guesses come in their order."""
    folder = write_tasks(house.folder / "village", tasks=3, quota=1)
    toml = (folder / "project.toml").read_text("utf-8")
    (folder / "project.toml").write_text(toml.replace('kind = "choice"', 'kind = "verify"'), "utf-8")
    rows = [f"t{number},images/{number}.png,dog" for number in range(3)]
    (folder / "tasks.csv").write_text("\n".join(["task,image,guess", *rows, ""]), "utf-8")
    await house.run("import", str(folder))


async def test_a_no_survives_the_death_of_the_bot_and_is_paid_once(build_house, sqlite_url):
    house = await build_house(sqlite_url)
    await opens_a_project_that_verifies(house)
    await house.starts()
    (anna,) = await crew_of(house.telegram, 1)
    actor = anna.actor
    await actor.taps("Work")
    await actor.taps("Animals", on=await actor.sees(button="Animals", fresh=True))

    asked = await actor.sees("Is this: 🐶 Dog?", button="Yes", photo=True)
    yes = asked.data_of("Yes")
    assert await actor.taps("No", on=asked) == "Which one is it, then?"
    chosen = await actor.sees(
        button="Cat", photo=True, where=lambda card: card.message_id == asked.message_id
    )
    assert not chosen.has_button("Dog")
    cat = chosen.data_of("Cat")

    await house.restarts(house.bot)
    await house.bot.is_up()
    assert (await anna.presses_on(chosen, cat)).is_accepted
    assert not (await anna.presses_on(chosen, yes)).is_accepted, "the old Yes is answered already"

    second = await actor.sees("Is this: 🐶 Dog?", button="Yes", where=lambda card: card.data_of("Yes") != yes)
    assert (await anna.presses_on(second, second.data_of("Yes"))).is_accepted
    said = {row["task"]: row["choice"] for row in await house.export("answers")}
    assert sorted(said.values()) == ["cat", "dog"]
    assert await anna.earned() == 10
