"""What a client hears about golds that are missing, few or one-sided."""

from collections import Counter

import pytest

from tasks.import_notes import ImportNotes
from tasks.model.project import ProjectKind
from tests.builders import a_new_task, a_project


def notes_on(golds: list[str], *, tasks: int = 400, guess: str | None = None, **project) -> tuple[str, ...]:
    notes = ImportNotes()
    without = [a_new_task(f"w{number}", machine=guess) for number in range(tasks - len(golds))]
    notes.watch([a_new_task(f"g{number}", gold=gold) for number, gold in enumerate(golds)])
    notes.watch(without)
    return notes.sentences(a_project(**project), Counter(golds))


@pytest.mark.parametrize(
    ("golds", "tasks", "says"),
    [
        ([], 400, ["No task has a gold"]),
        (["cat"] * 20, 400, ['Every gold is "cat"']),
        (["cat", "dog"] * 10, 400, ['No gold is "car"']),
        (["cat", "dog", "car"] * 6, 400, ["Only 18 of the tasks have a gold"]),
        (["cat"], 400, ["Only 1 of the tasks has a gold", 'Every gold is "cat"']),
        (["cat", "dog", "car"] * 7, 400, []),
        (["cat", "dog", "car"], 30, []),
    ],
)
def test_golds(golds, tasks, says):
    notes = notes_on(golds, tasks=tasks)
    assert len(notes) == len(says)
    for note, beginning in zip(notes, says, strict=True):
        assert note.startswith(beginning)
        assert note.endswith(".")


def test_who_wants_no_gold_hears_nothing_about_it():
    assert notes_on([], gold_share=0.0) == ()
    assert notes_on(["cat"], gold_share=0.0) == ()


def test_a_project_that_verifies_wants_guesses():
    (note,) = notes_on([], gold_share=0.0, kind=ProjectKind.VERIFY)
    assert "No row has a machine's guess" in note
    assert notes_on([], gold_share=0.0, kind=ProjectKind.VERIFY, guess="cat") == ()


def test_a_gold_must_not_be_known_by_its_missing_guess():
    (note,) = notes_on(["cat"] * 3, gold_share=0.0, kind=ProjectKind.VERIFY, guess="cat")
    assert note.startswith("Golds without a machine's guess: 3.")
    assert notes_on(["cat"] * 3, gold_share=0.0, guess="cat") == ()
