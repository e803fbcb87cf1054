"""What fits on a phone."""

import pytest

from handlers.labels import row_lengths, shorten, width


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        ([], []),
        (["🐱 Cat"], [1]),
        (["🐱 Cat", "🐶 Dog", "🐴 Horse"], [3]),
        (["Yes", "No", "Red", "Blue"], [2, 2]),
        (["a", "b", "c", "d", "e"], [3, 2]),
        (["动物和车辆", "猫"], [2]),
        (["a bit longer", "b", "c"], [2, 1]),
        (["words that fill a whole row", "b"], [1, 1]),
    ],
)
def test_rows_are_few_even_and_fit(labels, rows):
    assert row_lengths(labels) == rows


def test_chinese_and_emoji_are_wide():
    assert (width("Cat"), width("猫猫"), width("🐱 猫")) == (3, 4, 5)


def test_what_is_too_long_is_cut_visibly():
    assert shorten("four", 4) == "four"
    assert shorten("four more", 6) == "four…"
