"""What is wrong with a notice, said on the command line."""

from tasks.noticing.checking import Fault, FaultKind

_SENTENCES = {
    FaultKind.NO_TEXT: "A notice needs a text; give --text or --text-in.",
    FaultKind.EMPTY_TEXT: "{where} is empty; write it or leave it out.",
    FaultKind.TEXT_TOO_LONG: "{where} has {length} characters, {limit} are allowed; shorten it.",
    FaultKind.CAPTION_TOO_LONG: (
        "{where} has {length} characters, {limit} are allowed with a picture or a voice note; shorten it."
    ),
    FaultKind.NO_ANSWERS: "The choice needs two to four answers; give --answer for each.",
    FaultKind.ANSWERS_DIFFER: "There must be equally many answers in each language.",
    FaultKind.ANSWER_TOO_LONG: "An answer has {length} characters, {limit} are allowed; shorten it.",
    FaultKind.NOBODY: "Nobody would get this notice; choose more people.",
}


def fault_sentence(fault: Fault) -> str:
    """One sentence: where, what, and what to do."""
    where = f"The text in {fault.language}" if fault.language else "The text"
    return _SENTENCES[fault.kind].format(where=where, length=fault.length, limit=fault.limit)
