from __future__ import annotations

import pytest

from bot.emulator.entities import RichText, as_typed
from bot.emulator.errors import ApiError
from bot.emulator.html_text import parse_html
from bot.emulator.markdown_text import parse_markdown


def spans(words: RichText) -> list[tuple[str, str]]:
    encoded = words.text.encode("utf-16-le")
    return [
        (
            each["type"],
            encoded[each["offset"] * 2 : (each["offset"] + each["length"]) * 2].decode("utf-16-le"),
        )
        for each in words.entities
    ]


def test_html_counts_in_utf16_units() -> None:
    words = parse_html('🐱 <b>猫 <i>cat</i></b> &lt;3 <a href="https://example.org/?a=1&amp;b=2">link</a>')
    assert words.text == "🐱 猫 cat <3 link"
    assert spans(words) == [("bold", "猫 cat"), ("italic", "cat"), ("text_link", "link")]
    assert words.entities[-1]["url"] == "https://example.org/?a=1&b=2"


def test_html_with_code_in_a_language() -> None:
    words = parse_html(
        '<pre><code class="language-python">x = 1</code></pre><blockquote expandable>q</blockquote>'
    )
    assert spans(words) == [("pre", "x = 1"), ("expandable_blockquote", "q")]
    assert words.entities[0]["language"] == "python"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("猫<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("a < b", "Unclosed start tag at byte offset 2"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_that_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_markdown() -> None:
    words = parse_markdown(
        "*bold _both_* __under__ ||hid|| `a*b` [link](https://example.org) \\. \n>quote\nend"
    )
    assert words.text == "bold both under hid a*b link . \nquote\nend"
    assert spans(words) == [
        ("bold", "bold both"), ("italic", "both"), ("underline", "under"), ("spoiler", "hid"),
        ("code", "a*b"), ("text_link", "link"), ("blockquote", "quote"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("1.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a *b", "Can't find end of Bold entity at byte offset 2"),
        ("`a", "Can't find end of Code entity at byte offset 0"),
    ],
)
def test_markdown_that_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_markdown(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_white_space_around_is_cut_and_entities_move() -> None:
    words = parse_html("\n 🐱 <b>cat </b> \n").stripped()
    assert words.text == "🐱 cat"
    assert spans(words) == [("bold", "cat")]


def test_what_people_type_gets_entities() -> None:
    words = as_typed("🐱 /help https://example.org/start")
    assert spans(words) == [("bot_command", "/help"), ("url", "https://example.org/start")]
