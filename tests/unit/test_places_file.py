import tracemalloc
from pathlib import Path

import pytest

from storage.exchange.places_file import read_places
from tasks.errors import InputError
from tasks.importing import RefusedRow
from tasks.model.place import NewPlace

TEXT = "path,name,name_zh,time_zone\nyunnan,Yunnan,云南,Asia/Shanghai\nyunnan/yongren,Yongren,,\n"


def places_of(folder: Path, data: str | bytes) -> list[NewPlace | RefusedRow]:
    path = folder / "places.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_places(path))


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        "\ufeff" + TEXT,
        TEXT.replace(",", ";"),
        TEXT.replace(",", "\t"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("path,name,", "Place, NAME ,"),
        TEXT.replace("yunnan", " /YunNan/ ", 1),
        TEXT.replace("Yongren,,", '"Yongren",,'),
        TEXT[:-1],
        TEXT.replace("\nyunnan/", "\n\nyunnan/"),
    ],
    ids=[
        *("plain", "bom", "semicolons", "tabs", "windows", "old mac", "place", "forgiven", "quotes"),
        *("no last line end", "empty line"),
    ],
)
def test_good_places(tmp_path, data):
    assert places_of(tmp_path, data) == [
        NewPlace("yunnan", {"": "Yunnan", "zh": "云南"}, "Asia/Shanghai"),
        NewPlace("yunnan/yongren", {"": "Yongren"}, None),
    ]


def test_a_path_alone_is_enough(tmp_path):
    assert places_of(tmp_path, "path\na\nb/c\n") == [NewPlace("a", {}), NewPlace("b/c", {})]


def test_a_file_of_paths_alone_has_one_cell_in_each_row(tmp_path):
    (refused,) = places_of(tmp_path, "path\nyunnan,Yunnan\n")
    assert refused == RefusedRow(2, "has 2 instead of 1 cell.")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",A,,", "has a path that is empty."),
        ("云南,A,,", 'has a path that has the part "云南"'),
        ("a/b/c/d/e/f/g,A,,", "has 7 parts"),
        ("YUNNAN/,A,,", 'has the place "yunnan" again; line 2 has it already.'),
        ("x,A,,Asia/Yunnan", 'has the time zone "Asia/Yunnan", which is no IANA name'),
        ("x,A,,../../etc/passwd", "no IANA name"),
        ("x\0,A,,", "invisible character in path"),
        ("x,A\0,,", "invisible character in name"),
        ('x,"A\nB",,', "line break"),
        (f"x,{'A' * 101},,", "at most 100"),
        ("x,A", "has 2 instead of 4 cells."),
        ("x,A,,,,", "has 6 instead of 4 cells."),
        ('"x"y,A,,', "wrong quotation mark"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_stops_no_other(tmp_path, row, reason):
    *good, refused, last = places_of(tmp_path, f"{TEXT}{row}\nzhejiang,,,\n")
    assert len(good) == 2
    assert isinstance(refused, RefusedRow)
    assert refused.line == 4
    assert reason in refused.reason
    assert refused.reason.endswith(".")
    assert last == NewPlace("zhejiang", {})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        ("\n", "has no columns"),
        (",,\n", "has no columns"),
        ("\ufeff", "has no columns"),
        ("yunnan,Yunnan\n", 'unknown column "yunnan"'),
        ("name,name_zh\nx,y\n", 'no column "path"'),
        ("path,nam\n", 'did you mean "name"?'),
        ("path,name_chinese\n", "unknown column"),
        ("path,place\n", 'the column "path" twice'),
        ("path\0,name\n", "invisible character in a column's name"),
        (TEXT.encode("gb18030"), "no UTF-8 text"),
        (TEXT.encode("utf-16"), "no UTF-8 text"),
        (b"path\ncaf\xe9\n", "no UTF-8 text"),
        ("path\n" + "x" * 200_000, "line 2 is far too long"),
    ],
)
def test_a_file_that_is_none_of_places_is_one_sentence(tmp_path, data, sentence):
    with pytest.raises(InputError, match=r"^places\.csv .*\.$|^places\.csv .*\?$") as wrong:
        places_of(tmp_path, data)
    assert sentence in str(wrong.value)


def test_no_file_and_a_folder_are_one_sentence(tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            list(read_places(path))


def test_a_long_file_is_not_held_in_memory(tmp_path):
    path = tmp_path / "places.csv"
    with path.open("w") as file:
        file.write("path,name,name_zh\n")
        file.writelines(f"county/village-{number % 5},{'x' * 90},{'y' * 90}\n" for number in range(20_000))
    tracemalloc.start()
    try:
        assert sum(isinstance(place, NewPlace) for place in read_places(path)) == 5
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size * 0.9
    finally:
        tracemalloc.stop()
