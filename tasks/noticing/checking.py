"""What must be right about a notice before it may leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tasks.model.notice import Notice, Receipt

TEXT_MAX = 4096
"""Characters of a message without picture or voice."""
CAPTION_MAX = 1024
"""Characters below a picture or a voice note."""
ANSWER_MAX = 40
"""Characters of one answer of a poll, which is a button."""


class FaultKind(StrEnum):
    """What is wrong."""

    NO_TEXT = "no text"
    EMPTY_TEXT = "empty text"
    TEXT_TOO_LONG = "text too long"
    CAPTION_TOO_LONG = "caption too long"
    NO_ANSWERS = "no answers"
    ANSWERS_DIFFER = "answers differ"
    """Not equally many answers in each language."""
    ANSWER_TOO_LONG = "answer too long"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    kind: FaultKind
    language: str = ""
    """In which of the texts; empty for the one for all languages."""
    length: int = 0
    limit: int = 0


def faults_of(notice: Notice, *, people: int) -> Sequence[Fault]:
    """Everything that keeps the notice from being sent to so many people; empty if nothing does."""
    faults = [*_text_faults(notice)]
    if notice.receipt is Receipt.POLL:
        faults += _answer_faults(notice)
    if people == 0:
        faults.append(Fault(FaultKind.NOBODY))
    return faults


def _text_faults(notice: Notice) -> list[Fault]:
    if not notice.texts:
        return [Fault(FaultKind.NO_TEXT)]
    has_media = notice.picture is not None or notice.voice is not None
    limit = CAPTION_MAX if has_media else TEXT_MAX
    kind = FaultKind.CAPTION_TOO_LONG if has_media else FaultKind.TEXT_TOO_LONG
    faults = []
    for language, text in notice.texts.items():
        if not text.strip():
            faults.append(Fault(FaultKind.EMPTY_TEXT, language))
        if len(text) > limit:
            faults.append(Fault(kind, language, len(text), limit))
    return faults


def _answer_faults(notice: Notice) -> list[Fault]:
    counts = {len(answers) for answers in notice.answers.values()}
    if not counts or 0 in counts:
        return [Fault(FaultKind.NO_ANSWERS)]
    if len(counts) > 1:
        return [Fault(FaultKind.ANSWERS_DIFFER)]
    return [
        Fault(FaultKind.ANSWER_TOO_LONG, language, len(answer), ANSWER_MAX)
        for language, answers in notice.answers.items()
        for answer in answers
        if len(answer) > ANSWER_MAX
    ]
