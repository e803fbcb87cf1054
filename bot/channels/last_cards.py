"""Which card each of the last messages shows: nobody loads a picture twice because of a double tap."""

import time

from handlers.screens import MessageRef, Screen, Slot

KEPT_MAX = 5_000
STANDS_SECONDS = 5.0
"""The taps of somebody who is not patient lie closer together."""


class LastCards:
    """Remembers cards whose picture is brought anew each time; only of those it matters.

    Such an edit never is "not modified" to the messenger: her phone would load the same picture once more.
    For some seconds only, since another process may show something else in the same message meanwhile.
    """

    def __init__(self, most: int = KEPT_MAX) -> None:
        self._cards: dict[tuple[str, str], tuple[Screen, float]] = {}
        self._most = most

    def __len__(self) -> int:
        return len(self._cards)

    def stands(self, at: MessageRef, screen: Screen) -> bool:
        """Whether that message has come to show just this a moment ago."""
        card, since = self._cards.get((at.chat, at.message), (None, 0.0))
        return card == screen and time.monotonic() < since + STANDS_SECONDS

    def note(self, at: MessageRef, screen: Screen | None) -> None:
        """The message shows this now; None: something else, or nobody knows."""
        place = at.chat, at.message
        self._cards.pop(place, None)
        if screen is None or not screen.fresh_picture or screen.slot is not Slot.WORK:
            return
        self._cards[place] = screen, time.monotonic()
        if len(self._cards) > self._most:
            del self._cards[next(iter(self._cards))]
