import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.place import check_path, is_within, parents

PATHS = st.lists(st.from_regex(r"[a-z0-9-]{1,15}", fullmatch=True), min_size=1, max_size=6).map("/".join)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("yongren", "yongren"),
        ("yunnan/yongren/zhonghe-2", "yunnan/yongren/zhonghe-2"),
        (" /Yunnan/YONGREN/ ", "yunnan/yongren"),
        ("a/b/c/d/e/f", "a/b/c/d/e/f"),
        ("x" * 120, "x" * 120),
    ],
)
def test_a_path_is_forgiven_its_case_and_what_stands_around_it(text, path):
    assert check_path(text) == path


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        (" / ", "is empty"),
        ("a//b", "two slashes"),
        ("a / b", 'the part "a "'),
        ("云南", 'the part "云南"'),
        ("\u212aent", "only a-z"),
        ("a\nb", "only a-z"),
        ("a_b", "only a-z"),
        ("a/b/c/d/e/f/g", "has 7 parts; at most 6"),
        ("x" * 121, "has 121 characters; at most 120"),
        ("ü" * 500, "…"),
    ],
)
def test_everything_else_is_refused_with_a_reason(text, fault):
    with pytest.raises(ValueError, match=fault) as refused:
        check_path(text)
    assert len(str(refused.value)) < 120


def test_a_place_is_within_itself_what_is_around_it_and_the_programme():
    assert is_within("yunnan/yongren", "yunnan/yongren")
    assert is_within("yunnan/yongren", "yunnan")
    assert is_within("yunnan/yongren", "")
    assert not is_within("yunnan", "yunnan/yongren")
    assert not is_within("yunnan-2/yongren", "yunnan")


@given(PATHS)
def test_a_path_is_within_its_parents_and_they_are_paths(path):
    assert check_path(path) == path
    around = parents(path)
    assert len(around) == path.count("/")
    assert path not in around
    for parent in around:
        assert is_within(path, parent)
        assert not is_within(parent, path)
        assert check_path(parent) == parent
