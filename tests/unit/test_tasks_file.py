from pathlib import Path

import pytest

from storage.exchange.csv_records import RECORD_LINES_MAX, UNCLOSED, WRONG
from storage.exchange.project_file import read_project_file
from storage.exchange.tasks_file import Row, find_encoding, read_rows
from tasks.errors import InputError
from tests.unit.test_project_file import GOOD, write


@pytest.fixture
def project(tmp_path):
    return read_project_file(write(tmp_path, GOOD))


def rows_of(folder: Path, project, data: bytes | str) -> list[Row]:
    path = folder / "tasks.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_rows(path, find_encoding(path).encoding, project))


TEXT = 'task,image,gold,explain_zh\na1,images/a.png,cat,"胡须，长尾"\na2,images/b.png,,\n'


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\na2", "\n\na2").encode(),
        TEXT[:-1].encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "windows", "old mac", "empty line", "no last line end"],
)
def test_good_rows(tmp_path, project, data):
    first, second = rows_of(tmp_path, project, data)
    assert first == Row(2, "a1", "images/a.png", "cat", {"zh": "胡须，长尾"})
    assert (second.key, second.gold, second.explanations, second.fault) == ("a2", None, {}, "")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",a.png,,", "no task id"),
        ("x,,,", "no image"),
        ("a1,a.png,,", "again"),
        (f"{'x' * 101},a.png,,", "at most 100"),
        ("x,a.png,bird,", "no choice"),
        ("x,a.png,cant_tell,", "no choice"),
        ("x,a.png,Cat,", 'did you mean "cat"?'),
        ("x,a.png", "has 2 instead of 4 cells"),
        ("x,a.png,,,,", "has 6 instead of 4 cells"),
        ("x\0y,a.png,,", "invisible character in task"),
        ('"x\ny",a.png,,', "line break"),
        (f"x,a.png,cat,{'x' * 501}", "at most 500"),
        ('"x"y,a.png,,', "wrong quotation mark"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_others_go_on(tmp_path, project, row, fault):
    rows = rows_of(tmp_path, project, TEXT + row + "\nlast,c.png,,\n")
    bad = [row for row in rows if row.fault]
    assert [(one.line, fault in one.fault) for one in bad] == [(4, True)]
    assert rows[-1].key == "last"


@pytest.mark.parametrize("column", ["machine", "model", "guess"])
def test_a_machines_guess_may_be_missing_in_a_row(tmp_path, project, column):
    nothing = ["", "NaN", "nan", "None", "null", "NA", "<NA>"]
    cells = ["cat", *nothing, "bird"]
    lines = [f"t{number},x.png,{cell}" for number, cell in enumerate(cells)]
    first, *others, last = rows_of(tmp_path, project, "\n".join([f"task,image,{column}", *lines]))
    assert (first.machine, first.fault) == ("cat", "")
    assert [(row.machine, row.fault) for row in others] == [(None, "")] * len(nothing)
    assert last.fault == 'has the machine\'s guess "bird", which is no choice (known are cat, dog).'


def test_a_choice_may_be_called_none(tmp_path):
    project = read_project_file(write(tmp_path, GOOD.replace('id = "dog"', 'id = "none"')))
    rows = rows_of(tmp_path, project, "task,image,machine\na,x.png,none\nb,x.png,None\n")
    assert [row.machine for row in rows] == ["none", None]


def test_a_project_that_verifies_needs_guesses(tmp_path):
    project = read_project_file(write(tmp_path, GOOD.replace('kind = "choice"', 'kind = "verify"')))
    with pytest.raises(InputError, match='has no column "machine"'):
        rows_of(tmp_path, project, "task,image\na,x.png\n")
    assert rows_of(tmp_path, project, "task,image,guess\na,x.png,cat\n")[0].machine == "cat"


def test_lines_are_counted_as_an_editor_counts_them(tmp_path, project):
    text = 'task,image\na,"x\ny"\n\nb,\n'
    assert [row.line for row in rows_of(tmp_path, project, text)] == [2, 5]


@pytest.mark.parametrize("others", [1, 3 * RECORD_LINES_MAX])
@pytest.mark.parametrize("last", ["", 'd,"x"\n', 'd,x"'])
def test_a_quote_that_is_not_closed_spoils_its_own_line_only(tmp_path, project, others, last):
    more = "".join(f"c{number},x\n" for number in range(others))
    first, bad, *rest = rows_of(tmp_path, project, f'task,image\na,x\n"b,x\n{more}{last}')
    assert (first.line, first.key) == (2, "a")
    assert (bad.line, "quotation mark" in bad.fault) == (3, True)
    assert [(row.line, row.key) for row in rest[:others]] == [
        (number + 4, f"c{number}") for number in range(others)
    ]


def test_many_quotes_that_are_not_closed_stop_nothing(tmp_path, project):
    rows = rows_of(tmp_path, project, "task,image\n" + 'x,"y\n' * 5000 + "last,x\n")
    assert [row.line for row in rows] == list(range(2, 5003))
    assert {row.fault for row in rows[:-1]} <= {UNCLOSED, WRONG}
    assert rows[-1].key == "last"


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("", "no columns"),
        ('task,"image', "line 1 opens a quotation mark that is not closed"),
        ("task;image", "separated by semicolons"),
        ("task\timage", "separated by tabs"),
        ("task,gold", 'no column "image"'),
        ("image", 'no column "task"'),
        ("task,image,image", "twice"),
        ("task,image,machine,guess", "both are a machine's guesses"),
        ("task,image,golden", 'did you mean "gold"?'),
        ("task,image,explain_fr", "unknown column"),
        ("id,image", "unknown column"),
    ],
)
def test_wrong_columns(tmp_path, project, header, says):
    with pytest.raises(InputError) as caught:
        rows_of(tmp_path, project, header + "\na,b\n")
    assert says in str(caught.value)


def test_all_that_is_wrong_with_the_columns_is_told_at_once(tmp_path, project):
    with pytest.raises(InputError) as caught:
        rows_of(tmp_path, project, "id,golden,explain_fr,gold,gold,model,guess\n")
    told = str(caught.value).split("\n")
    assert [line.removeprefix("tasks.csv has ").split(" (")[0].split(";")[0] for line in told] == [
        'an unknown column "id"',
        'an unknown column "golden"',
        'an unknown column "explain_fr"',
        'the column "gold" twice.',
        'no column "task"',
        'no column "image"',
        'the columns "model" and "guess", which both are a machine\'s guesses',
    ]


def test_other_encodings_say_how_to_save(tmp_path, project):
    for data in (TEXT.encode("utf-16"), b"task,image\ncaf\xe9,a.png\n"):
        with pytest.raises(InputError, match="CSV UTF-8"):
            rows_of(tmp_path, project, data)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"no tasks\.csv"):
        find_encoding(tmp_path / "tasks.csv")
