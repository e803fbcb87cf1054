"""Project folders come in, on every engine."""

import os

import pytest
from sqlalchemy import select

from storage.exchange.project_folder import ProjectFolder
from storage.pictures import PictureFiles
from storage.tables import tasks
from tasks import importing
from tasks.errors import InputError
from tasks.importing import ImportProject
from tasks.model.project import ProjectKind
from tasks.model.work import AnswerStatus
from tests.builders import an_account, an_answer
from tests.clocks import FrozenClock
from tests.contract.answered import answer
from tests.project_folders import PROJECT_TOML, write_project


class TickingClock(FrozenClock):
    """A second passes whenever it is read."""

    def now(self):
        now = super().now()
        self.advance(seconds=1)
        return now


@pytest.fixture
def folder(tmp_path):
    return write_project(tmp_path / "project")


@pytest.fixture
def bring(store, tmp_path):
    async def run(folder):
        source = ProjectFolder.open(folder, PictureFiles(tmp_path / "media"))
        return await ImportProject(store, TickingClock())(source)

    return run


async def kept(store) -> list[tuple]:
    async with store.database.read() as transaction:
        columns = (tasks.c.key, tasks.c.position, tasks.c.image_id, tasks.c.gold, tasks.c.explanations)
        rows = await transaction.execute(select(*columns).order_by(tasks.c.position))
        return [tuple(row) for row in rows]


async def test_a_folder_becomes_a_project_with_tasks_and_pictures(store, bring, folder, tmp_path):
    report = await bring(folder)
    assert (report.added, report.updated, report.refused) == (3, 0, ())
    rows = await kept(store)
    assert [(row[0], row[3]) for row in rows] == [("a1", "cat"), ("a2", None), ("a3", "dog")]
    assert rows[0][2] == rows[2][2] != rows[1][2]
    pictures = list((tmp_path / "media").rglob("*.*"))
    assert sorted(path.stem for path in pictures) == sorted({row[2] for row in rows})
    async with store.read() as unit:
        project = await unit.projects.find_by_slug("animals")
    assert [choice.id for choice in project.offered()] == ["cat", "dog"]


async def test_the_same_folder_again_changes_nothing(store, bring, folder):
    first = await bring(folder)
    before = await kept(store)
    again = await bring(folder)
    assert (again.added, again.updated, again.refused) == (0, 3, ())
    assert again.project == first.project
    assert await kept(store) == before


async def test_what_died_in_the_middle_is_completed(store, bring, folder, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_ROWS", 1)
    (folder / "tasks.csv").write_text("task,image,gold\na1,images/red.png,cat\n")
    await bring(folder)
    write_project(folder)
    report = await bring(folder)
    assert (report.added, report.updated) == (2, 1)
    assert [row[0] for row in await kept(store)] == ["a1", "a2", "a3"]


async def test_bad_rows_are_refused_with_their_lines_and_the_others_come_in(store, bring, folder, tmp_path):
    (folder / "notes.txt").write_text("not a picture")
    (tmp_path / "secret.png").write_bytes((folder / "images" / "red.png").read_bytes())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    os.mkfifo(folder / "pipe.png")
    bad = {
        "b1,images/none.png,": "does not exist",
        "b2,notes.txt,": "is not a picture",
        "b3,../secret.png,": "outside the folder",
        f"b4,{tmp_path}/secret.png,": "outside the folder",
        "b5,link.png,": "outside the folder",
        "b6,images,": "is no file",
        "b7,pipe.png,": "is no file",
        f"b8,{'x' * 300}.png,": "cannot be a file's name",
        "a1,images/red.png,": "again",
        "b9,images/red.png,bird": "no choice",
    }
    write_project(folder, ["a1,images/red.png,cat", *bad, "last,images/blue.png,"])
    report = await bring(folder)
    assert [row.line for row in report.refused] == list(range(3, 3 + len(bad)))
    for row, says in zip(report.refused, bad.values(), strict=True):
        assert says in row.reason
    assert [row[0] for row in await kept(store)] == ["a1", "last"]


async def test_notes_on_golds_reckon_with_those_of_earlier_imports(bring, folder):
    both = ["c,images/red.png,cat", "d,images/blue.png,dog"]
    assert (await bring(write_project(folder, both))).notes == ()
    assert (await bring(write_project(folder, ["new,images/red.png,"]))).notes == ()
    (note,) = (await bring(write_project(folder, ["d,images/blue.png,"]))).notes
    assert note.startswith('Every gold is "cat"')
    kitten = PROJECT_TOML.replace('id = "cat"', 'id = "kitten"')
    (note,) = (await bring(write_project(folder, ["d,images/blue.png,"], toml=kitten))).notes
    assert note.startswith("No task has a gold"), "nobody is asked those of a choice that was taken away"


async def test_a_machines_guesses_come_in_and_are_renewed(store, bring, folder):
    for guesses in (["cat", ""], ["nan", "dog"]):
        lines = [f"g{number},images/red.png,{guess}" for number, guess in enumerate(guesses)]
        (folder / "tasks.csv").write_text("\n".join(["task,image,machine", *lines]))
        await bring(folder)
        async with store.database.read() as transaction:
            rows = await transaction.execute(select(tasks.c.machine).order_by(tasks.c.position))
            assert rows.scalars().all() == [guess if guess in {"cat", "dog"} else None for guess in guesses]


async def test_how_the_question_is_asked_is_kept(store, bring, folder):
    text = PROJECT_TOML.replace('kind = "choice"', 'kind = "verify"\nshuffle_choices = true')
    write_project(folder, toml=text)
    (folder / "tasks.csv").write_text("task,image,machine\na,images/red.png,\n")
    report = await bring(folder)
    assert any("No row has a machine's guess" in note for note in report.notes)
    async with store.read() as unit:
        project = await unit.projects.find_by_slug("animals")
    assert (project.kind, project.shuffle_choices) == (ProjectKind.VERIFY, True)


async def test_a_choice_that_is_taken_away_is_offered_no_more_until_it_is_back(store, bring, folder):
    await bring(folder)
    more = '[[choices]]\nid = "car"\nen = "Car"\nzh = "车"\n'
    without_dog = PROJECT_TOML[: PROJECT_TOML.rindex("[[choices]]")] + more
    for toml, offered in ((without_dog, ["cat", "car"]), (PROJECT_TOML + more, ["cat", "dog", "car"])):
        project = (await bring(write_project(folder, ["a1,images/red.png,cat"], toml=toml))).project
        async with store.read() as unit:
            assert await unit.projects.find_by_slug("animals") == project
        assert [choice.id for choice in project.offered()] == offered
        assert {choice.id: choice.number for choice in project.choices} == {"cat": 1, "dog": 2, "car": 3}


async def test_a_gold_whose_answer_is_taken_away_is_decided_by_the_answers_it_has(store, bring, folder):
    project = (await bring(folder)).project
    for number in range(project.rules.max):
        said = an_answer("dog", status=AnswerStatus.APPROVED)
        await answer(store, project, "a1", an_account(f"w{number}"), said)
    await bring(folder)
    assert await decided(store) == ("open", None)
    write_project(folder, ["a1,images/red.png,"])
    await bring(folder)
    assert await decided(store) == ("closed", "dog"), "five who are unknown agree: a sixth is not worth it"


async def decided(store) -> tuple:
    """How the first task stands, and its label."""
    async with store.database.read() as transaction:
        rows = await transaction.execute(select(tasks.c.status, tasks.c.choice).where(tasks.c.key == "a1"))
        return tuple(rows.one())


async def test_rules_and_gold_hold_though_an_import_dies(store, bring, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_ROWS", 1)

    def die(_rows):
        raise InterruptedError

    async def bring_one_row(folder):
        source = ProjectFolder.open(folder, PictureFiles(tmp_path / "media"))
        with pytest.raises(InterruptedError):
            await ImportProject(store, TickingClock())(source, die)

    await bring_one_row(write_project(folder, ["g,images/blue.png,dog", "a1,images/red.png,"]))
    async with store.read() as unit:
        assert (await unit.projects.find_by_slug("animals")).has_gold
    project = (await bring(folder)).project
    for name in ("anna", "bao"):
        said = an_answer("dog", status=AnswerStatus.APPROVED)
        await answer(store, project, "a1", an_account(name), said)
    await bring_one_row(write_project(folder, toml=PROJECT_TOML.replace("max = 5", "max = 2")))
    assert (await decided(store))[0] == "closed", "it has all the answers that it may get now"


async def test_what_was_learnt_in_the_middle_is_learnt_anew(store, bring, folder):
    project = (await bring(folder)).project
    async with store.read() as unit:
        assert await unit.models.is_upset_since(project.id, FrozenClock().at)


async def test_if_every_row_is_bad_nothing_is_created(store, bring, folder):
    write_project(folder, ["a1,images/none.png,"])
    report = await bring(folder)
    assert report.project is None
    async with store.read() as unit:
        assert await unit.projects.find_by_slug("animals") is None


async def test_the_currency_is_free_until_there_are_answers(store, bring, folder):
    await bring(folder)
    write_project(folder, toml=PROJECT_TOML.replace("CNY", "EUR"))
    report = await bring(folder)
    assert report.project.price.currency == "EUR"

    await answer(store, report.project, "a1", an_account("anna"), an_answer("cat"))
    write_project(folder)
    with pytest.raises(InputError, match="paid in EUR"):
        await bring(folder)


async def test_a_missing_folder_is_told(bring, tmp_path):
    with pytest.raises(InputError, match="There is no folder"):
        await bring(tmp_path / "nowhere")
