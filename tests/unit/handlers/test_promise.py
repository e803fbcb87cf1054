"""The promise is a promise: nobody may change its words without asking everybody again."""

from hashlib import sha256

from handlers.words import LANGUAGES, words_in
from handlers.worker.promise import CONSENT_VERSION, promise_text

AGREED = {
    "1": {
        "en": "19486a1d6b1eba00",
        "zh": "e4f554ee6922ed70",
    },
    "2": {
        "en": "6b3f71a861ad7c97",
        "zh": "a388fd329065f19a",
    },
}
"""The texts of each version. Never change a line; a new text gets a new version."""


def test_the_text_is_the_one_of_its_version():
    now = {
        language: sha256(promise_text(words_in(language), "{pay}").encode()).hexdigest()[:16]
        for language in LANGUAGES
    }
    assert now == AGREED[CONSENT_VERSION]
