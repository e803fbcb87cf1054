"""What must be right about a notice before it may leave."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tasks.model.identifiers import ImageId, NoticeId, VoiceId
from tasks.model.notice import Notice, Receipt
from tasks.noticing.checking import Fault, FaultKind, faults_of

GOOD = Notice(
    NoticeId(1), None, "en", "", datetime(2026, 3, 1, tzinfo=UTC), texts={"en": "Hello", "zh": "你好"}
)


def test_a_good_notice_has_no_faults() -> None:
    assert list(faults_of(GOOD, people=1)) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"texts": {}}, Fault(FaultKind.NO_TEXT)),
        ({"texts": {"en": "Hello", "zh": " \n"}}, Fault(FaultKind.EMPTY_TEXT, "zh")),
        ({"texts": {"": "x" * 4097}}, Fault(FaultKind.TEXT_TOO_LONG, "", 4097, 4096)),
        (
            {"picture": ImageId("p"), "texts": {"en": "x", "zh": "好" * 1025}},
            Fault(FaultKind.CAPTION_TOO_LONG, "zh", 1025, 1024),
        ),
        (
            {"voice": VoiceId("v"), "texts": {"": "x" * 1025}},
            Fault(FaultKind.CAPTION_TOO_LONG, "", 1025, 1024),
        ),
        ({"receipt": Receipt.POLL}, Fault(FaultKind.NO_ANSWERS)),
        (
            {"receipt": Receipt.POLL, "answers": {"en": ("a", "b"), "zh": ("甲",)}},
            Fault(FaultKind.ANSWERS_DIFFER),
        ),
        (
            {"receipt": Receipt.POLL, "answers": {"": ("a" * 41, "b")}},
            Fault(FaultKind.ANSWER_TOO_LONG, "", 41, 40),
        ),
    ],
)
def test_each_fault_says_where_and_how_much(changes: dict[str, object], fault: Fault) -> None:
    assert list(faults_of(replace(GOOD, **changes), people=1)) == [fault]


def test_texts_and_captions_of_the_full_length_are_good() -> None:
    assert list(faults_of(replace(GOOD, texts={"": "🐱" * 4096}), people=1)) == []
    assert list(faults_of(replace(GOOD, texts={"": "x" * 1024}, picture=ImageId("p")), people=1)) == []


def test_an_audience_of_nobody_is_a_fault() -> None:
    assert list(faults_of(GOOD, people=0)) == [Fault(FaultKind.NOBODY)]
