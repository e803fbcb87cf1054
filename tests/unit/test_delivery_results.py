"""Results of deliveries are written whenever they come, also in the moment when a portion is done."""

import asyncio
from collections.abc import Sequence

from bot.delivery_results import DeliveryResults
from tasks.model.identifiers import DeliveryId
from tasks.model.notice import DeliveryState
from tasks.ports import Change

FIRST, SECOND = (Change(DeliveryId(number), DeliveryState.SENT) for number in (1, 2))


class Ledger:
    """Keeps what is settled; another result may come in just after the writer has looked."""

    def __init__(self) -> None:
        self.settled: list[Change] = []
        self.results = DeliveryResults(self._settle, self._settle)
        self.afterwards: Change | None = None

    async def _settle(self, changes: Sequence[Change]) -> None:
        self.settled += changes
        if self.afterwards is not None:
            # Called when the writer has ended, and before anybody is told that it has.
            asyncio.get_running_loop().call_soon(self.results.note, self.afterwards)
            self.afterwards = None


async def test_what_comes_in_as_the_writer_ends_is_written() -> None:
    ledger = Ledger()
    ledger.afterwards = SECOND
    ledger.results.note(FIRST)
    for _ in range(9):
        await asyncio.sleep(0)
    assert ledger.settled == [FIRST, SECOND]


async def test_what_is_left_is_written_at_the_end() -> None:
    ledger = Ledger()
    ledger.results.note(FIRST)
    ledger.results.note_taken_back(SECOND)
    await ledger.results.finish()
    assert ledger.settled == [FIRST, SECOND]
