"""Recorded answers come in from files, and every fault of a file is a sentence."""

import gzip
import os
from math import isnan
from pathlib import Path

import pytest

from storage.exchange.csv_records import RECORD_LINES_MAX, UNCLOSED
from storage.exchange.packed_lines import LINE_CHARACTERS_MAX
from storage.exchange.recorded_answers import REFUSED_KEPT_MAX
from storage.exchange.simulation_folder import Recorded, read_recorded
from tasks.errors import InputError
from tests.project_folders import PROJECT_TOML

TASKS = "task,image,gold,machine\na,,cat,dog\nb,,,nan\nc,,,\n"
ANSWERS = "task,worker,label,seconds\na,w1,cat,1.5\na,w2,dog,\nb,w1,dog,nan\n"
TRUTH = "task,label\na,cat\nb,dog\n"


@pytest.fixture
def read(tmp_path):
    (tmp_path / "project.toml").write_text(PROJECT_TOML, "utf-8")
    (tmp_path / "tasks.csv").write_text(TASKS, "utf-8")

    def put(name: str, data: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def run(answers: str | bytes = ANSWERS, truth: str | bytes | None = TRUTH) -> Recorded:
        said = put("answers.csv", answers)
        return read_recorded(tmp_path, said, None if truth is None else put("truth.csv", truth))

    return run


SHUFFLED = "batch,label,seconds,task,worker\n1,cat,1.5,a,w1\n1,dog,,a,w2\n1,dog,,b,w1\n"


@pytest.mark.parametrize(
    "data",
    [
        ANSWERS.encode(),
        b"\xef\xbb\xbf" + ANSWERS.encode(),
        ANSWERS.replace("\n", "\r\n").encode(),
        ANSWERS.replace("\n", "\r").encode(),
        ANSWERS.replace(",", ";").encode(),
        SHUFFLED.encode(),
        gzip.compress(ANSWERS.encode()),
        gzip.compress(ANSWERS[:60].encode()) + gzip.compress(ANSWERS[60:].encode()),
    ],
    ids=[
        "plain",
        "bom",
        "windows",
        "old mac",
        "semicolons",
        "any order and more columns",
        "gzip",
        "gzip in two parts",
    ],
)
def test_good_files(read, data):
    recorded = read(data)
    recording = recorded.recording
    assert recorded.findings == []
    assert (recording.task_keys, recording.choices, recording.workers) == (
        ["a", "b", "c"],
        ["cat", "dog"],
        ["w1", "w2"],
    )
    assert [list(recording.task), list(recording.worker), list(recording.label)] == [
        [0, 0, 1],
        [0, 1, 0],
        [0, 1, 1],
    ]
    assert recording.seconds[0] == 1.5
    assert all(isnan(seconds) for seconds in recording.seconds[1:])
    assert [list(recording.truth), list(recording.gold), list(recording.machine)] == [
        [0, 1, -1],
        [0, -1, -1],
        [1, -1, -1],
    ]


def test_without_seconds_and_without_a_truth_of_its_own(read):
    recorded = read("task,worker,label\nb,w1,dog\n", None)
    assert recorded.recording.seconds is None
    assert list(recorded.recording.truth) == [0, -1, -1], "gold is right"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("x,w1,cat,1", 'has the task "x", which is not in tasks.csv'),
        (",w1,cat,1", "has no task id"),
        ('"x\ny",w1,cat,1', 'has the task "x?y"'),
        ("a,w3,Cat,1", 'has the label "Cat", which is no choice (did you mean "cat"?)'),
        ("a,w3,,1", "has no label"),
        ("a,,cat,1", "has no worker"),
        ("a,w\0,cat,1", "has no worker, or one with"),
        ("a,w3,cat,fast", 'has the seconds "fast", which is no number'),
        ("a,w3,cat,-1", "which is no number"),
        ("a,w3,cat,inf", "which is no number"),
        ("a,w3,cat", "has 3 instead of 4 cells"),
        ('"a"x,w3,cat,1', "wrong quotation mark"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_others_go_on(read, row, says):
    recorded = read(ANSWERS + row + "\nc,w9,cat,2\n")
    (sentence,) = recorded.findings
    assert sentence.startswith("answers.csv line 5 ")
    assert says in sentence
    assert sentence.endswith(".")
    assert len(recorded.recording.task) == 4


def test_who_answered_twice_is_heard_once_and_cant_tell_is_no_answer(read):
    recorded = read(ANSWERS + "a,w1,dog,1\nb,w2,cant_tell,1\n")
    assert list(recorded.recording.label) == [0, 1, 1]
    assert recorded.findings == [
        "1 row of answers.csv is by a worker who had answered the task before; her first counts.",
        "1 row of answers.csv says cant_tell, which is no answer, and was left out.",
    ]


def test_of_many_bad_rows_only_the_first_are_told(read):
    for more, says in ((5, "5 more rows that were refused"), (1, "1 more row that was refused")):
        recorded = read(ANSWERS + "x,w1,cat,1\n" * (REFUSED_KEPT_MAX + more))
        assert len(recorded.findings) == REFUSED_KEPT_MAX + 1
        assert recorded.findings[-1] == f"answers.csv has {says}."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "answers.csv is empty or has no columns"),
        (gzip.compress(b"", mtime=0), "answers.csv is empty or has no columns"),
        ("task,worker,label\n", "has no rows below its columns"),
        ('task,worker,"label\na,w1,cat\n', "answers.csv line 1 opens a quotation mark"),
        ("task,worker\na,w1\n", 'has no column "label"'),
        ("task,worker,label,label\na,w1,cat,cat\n", 'the column "label" twice'),
        (
            "task,worker,label\nx,w1,cat\n",
            "Nothing was simulated: 1 row of answers.csv was refused: line 2 has",
        ),
        (
            "task,worker,label\nx,w1,cat\ny,w1,cat\n",
            "Nothing was simulated: all 2 rows of answers.csv were refused. The first of them: line 2 has",
        ),
        ("task,worker,label\na,w1,狗\n".encode("gb18030"), "answers.csv line 2 is no UTF-8 text"),
        (ANSWERS.encode("utf-16"), "answers.csv line 1 is no UTF-8 text"),
        (
            gzip.compress(ANSWERS.encode(), mtime=0)[:-12],
            "breaks off or is damaged before its first line ends",
        ),
        (b"\x1f\x8bnot gzip at all", "breaks off or is damaged before its first line ends"),
        ("x" * (LINE_CHARACTERS_MAX + 1), "far too long"),
    ],
)
def test_a_bad_file_is_one_sentence(read, data, says):
    with pytest.raises(InputError) as caught:
        read(data)
    sentence = str(caught.value)
    assert says in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_may_come_through_a_pipe(read, tmp_path, packed):
    read()
    data = (ANSWERS + "x,w1,cat,1\n").encode()
    ends = os.pipe()
    with os.fdopen(ends[1], "wb") as file:
        file.write(gzip.compress(data) if packed else data)
    recorded = read_recorded(tmp_path, Path(f"/dev/fd/{ends[0]}"), None)
    os.close(ends[0])
    assert list(recorded.recording.label) == [0, 1, 1]
    assert [finding.startswith(f"/dev/fd/{ends[0]} line 5 has") for finding in recorded.findings] == [True]


def test_a_note_that_is_not_closed_swallows_no_answers(read):
    """Whoever reads on to the next quotation mark loses what lies between without a word."""
    many = "".join(f"c,w{number},cat,\n" for number in range(RECORD_LINES_MAX))
    recorded = read(f'task,worker,label,note\na,w1,cat,"so\n{many}b,w1,cat,sure"\n')
    assert len(recorded.recording.task) == RECORD_LINES_MAX + 1
    assert recorded.findings == [f"answers.csv line 2 {UNCLOSED}"]


def test_a_note_may_have_line_breaks(read):
    recorded = read('task,worker,label,note\na,w1,cat,"so\nand so"\nb,w1,cat,\n')
    assert (len(recorded.recording.task), recorded.findings) == (2, [])


def test_a_task_whose_row_was_refused_is_not_called_unknown(read, tmp_path):
    read()
    (tmp_path / "tasks.csv").write_text("task,image,gold\na,,cat\nb,,lion\nc,\n", "utf-8")
    recorded = read_recorded(tmp_path, tmp_path / "answers.csv", tmp_path / "truth.csv")
    answers = recorded.findings[-1]
    assert answers == (
        'answers.csv line 4 has the task "b", whose row in tasks.csv (line 3) was refused; correct that.'
    )
    assert 'truth.csv line 3 has the task "b", whose row' in recorded.findings[-2]
    (tmp_path / "answers.csv").write_text("task,worker,label\na,w1,cat\nc,w1,cat\n", "utf-8")
    recorded = read_recorded(tmp_path, tmp_path / "answers.csv", None)
    assert "line 4) was refused" in recorded.findings[-1]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("x,cat", "truth.csv line 4 has the task"),
        ("c,bird", "truth.csv line 4 has the label"),
        ("a,dog", "1 row of truth.csv says something else"),
    ],
)
def test_a_truth_that_cannot_be_taken(read, row, says):
    recorded = read(truth=TRUTH + row + "\n")
    assert list(recorded.recording.truth) == [0, 1, -1]
    assert [says in finding for finding in recorded.findings] == [True]


def test_gold_that_the_truth_contradicts_is_told(read):
    recorded = read(truth="task,label\na,dog\n")
    assert list(recorded.recording.truth) == [1, -1, -1]
    assert recorded.findings == ["1 gold of tasks.csv is not what truth.csv says is right."]


def test_what_is_not_there(read, tmp_path):
    read()
    with pytest.raises(InputError, match="There is no file"):
        read_recorded(tmp_path, tmp_path / "nothing.csv", None)
    with pytest.raises(InputError, match="cannot be read"):
        read_recorded(tmp_path, tmp_path, None)
    with pytest.raises(InputError, match="There is no folder"):
        read_recorded(tmp_path / "nowhere", None, None)


def test_tasks_need_no_picture_and_bad_ones_are_told(read, tmp_path):
    (tmp_path / "tasks.csv").write_text(
        "task,question,gold\na,What?,cat\na,What?,\nb,What?,bird\nc,,\n", "utf-8"
    )
    recorded = read_recorded(tmp_path, None, None)
    assert recorded.recording.task_keys == ["a", "c"]
    assert [finding.split(" has ")[0] for finding in recorded.findings] == [
        "tasks.csv line 3",
        "tasks.csv line 4",
    ]
