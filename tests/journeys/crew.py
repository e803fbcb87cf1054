"""Workers of journeys: they join, tap, press again when nothing answers, and remember what they were told."""

import asyncio
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from PIL import Image

from bot.emulator.people import Actor, Bubble, NotSeen, Refused, TelegramWorld

CHOICES = ("Cat", "Dog", "Car", "Tree")
DONE = ("You have done everything here", "There is no work right now")
PATIENCE_SECONDS = 3.0
"""After so long without an answer she presses again or goes on."""
SURELY_SECONDS = 30.0
"""So long she waits for an answer that must come, however busy the machine is."""
CARD_SECONDS = 1.5


@dataclass(slots=True)
class Press:
    """A press on a card, and what its toast said."""

    query: dict[str, Any]
    lease: int
    """What the button named, as the books name it."""
    toast: str | None = None
    """None until an answer comes."""

    @property
    def is_accepted(self) -> bool:
        """Whether she was told that she earned something."""
        return (self.toast or "").startswith("+")

    @property
    def is_taken_back(self) -> bool:
        """Whether she was told that a paid answer was taken back."""
        return (self.toast or "").startswith("Taken back: ")


@dataclass(slots=True)
class Worker:
    """One person who works."""

    actor: Actor
    number: int
    """She was the so-manieth to join, which is also how the program numbers her."""
    chance: Random
    presses: list[Press] = field(default_factory=list)
    says_undo: float = 0.0
    says_cant_tell: float = 0.0
    presses_twice: float = 0.0
    presses_old: float = 0.0
    looks: float = 0.0
    """How likely each of these is, at each card; who does not look at the picture says just anything."""
    patience: float = PATIENCE_SECONDS
    is_done: bool = False
    _old: list[tuple[Bubble, str]] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """How often she was told that she earned something."""
        return sum(press.is_accepted for press in self.presses)

    async def agrees(self) -> None:
        """From the promise to the menu."""
        await self.actor.taps("I agree")
        await self.actor.sees("Welcome", button="Work")

    async def begins(self) -> Bubble:
        """From the menu to her first card."""
        await self.actor.taps("Work")
        await self.actor.taps("Animals", on=await self.actor.sees(button="Animals", fresh=True))
        return await self.actor.sees(button="Cat", photo=True)

    async def works(self, until: Callable[[], bool] = lambda: False) -> None:
        """Answers whatever she is asked, until then or until there is no more."""
        while not until() and not self.is_done:
            try:
                await self._does_one_thing()
            except Refused:
                # The message changed between her look and her tap.
                continue

    async def answers(
        self, label: str | None = None, on: Bubble | None = None, *, patience: float = SURELY_SECONDS
    ) -> str:
        """Taps one choice of the card that she sees, and waits; what the toast says."""
        card = on or await self.sees_card()
        data = card.data_of(label or self.chance.choice(CHOICES))
        press = await self.presses_on(card, data, patience=patience)
        assert press.toast is not None, f"{self.actor.name} was not answered"
        return press.toast

    async def sees_card(self) -> Bubble:
        """The card of a question that she has not pressed yet."""
        pressed = {press.lease for press in self.presses}
        return await self.actor.sees(
            button="Cat", photo=True, where=lambda card: lease_of(card.data_of("Cat")) not in pressed
        )

    async def takes_back(self) -> str:
        """Taps *Undo*; what the toast says."""
        card = await self.sees_card()
        press = await self.presses_on(card, card.data_of("Undo"))
        return press.toast or ""

    async def hears_the_rest(self) -> None:
        """Looks which of her presses were answered later."""
        for press in self.presses:
            await self.hears(press, patience=0)

    async def earned(self) -> int:
        """What her page of earnings says is approved, in hundredths."""
        await self.actor.says("/earnings")
        page = await self.actor.sees(fresh=True, button="Work", where=_is_about_money, timeout=60)
        found = re.search(r"Approved: ¥([0-9]+)\.([0-9]{2})\b", page.text)
        return int(found[1]) * 100 + int(found[2]) if found else 0

    async def _does_one_thing(self) -> None:
        newest = next((each for each in reversed(await self.actor.chat(limit=8)) if each.from_bot), None)
        if newest is not None and newest.has_photo and newest.has_button("Cat"):
            await self._plays(newest)
        elif newest is not None and newest.text.startswith(DONE):
            self.is_done = await self._finds_nothing()
        elif newest is not None and newest.has_button("Animals"):
            await self._taps(newest, "Animals")
        else:
            await self.actor.says("/work")
            await self._waits_for_change(newest)

    async def _finds_nothing(self) -> bool:
        """Asks once more before she believes it."""
        await self.actor.says("/work")
        try:
            page = await self.actor.sees(fresh=True, timeout=PATIENCE_SECONDS)
        except NotSeen:
            return False
        return page.text.startswith(DONE)

    async def _plays(self, card: Bubble) -> None:
        if self._old and self.chance.random() < self.presses_old:
            bubble, data = self.chance.choice(self._old)
            await self.presses_on(bubble, data, patience=self.patience)
        if card.has_button("Undo") and self.chance.random() < self.says_undo:
            label = "Undo"
        elif self.chance.random() < self.says_cant_tell:
            label = "Can't tell"
        else:
            label = await self._chooses(card)
        data = card.data_of(label)
        self._old = [*self._old[-20:], (card, data)]
        if self.chance.random() < self.presses_twice:
            twice = (self.presses_on(card, data, patience=self.patience) for _ in range(2))
            await asyncio.gather(*twice)
        else:
            await self.presses_on(card, data, patience=self.patience)
        await self._waits_for_change(card)

    async def _chooses(self, card: Bubble) -> str:
        if self.chance.random() < self.looks:
            return label_of(picture_number(await card.photo_bytes()))
        return self.chance.choice(CHOICES)

    async def presses_on(self, card: Bubble, data: str, *, patience: float = SURELY_SECONDS) -> Press:
        """Presses a button of a card, and waits a while for the toast."""
        query = await self.actor.presses_without_waiting(on=card, data=data)
        press = Press(query, lease_of(data))
        self.presses.append(press)
        await self.hears(press, patience=patience)
        return press

    async def hears(self, press: Press, *, patience: float) -> str | None:
        """What the toast of that press says, if it comes in time."""
        if press.toast is None:
            answer = await self.actor.answer_to(press.query, timeout=patience)
            press.toast = None if answer is None else str(answer["text"])
        return press.toast

    async def _taps(self, bubble: Bubble, label: str) -> None:
        try:
            await self.actor.press(on=bubble, label=label, timeout=PATIENCE_SECONDS)
        except NotSeen:
            return
        await self._waits_for_change(bubble)

    async def _waits_for_change(self, before: Bubble | None) -> None:
        """Until her chat looks different, or until she has waited long enough."""
        version = before.version if before else 0

        def is_new(bubble: Bubble) -> bool:
            return bubble.version > version

        try:
            await self.actor.sees(where=is_new, timeout=CARD_SECONDS)
        except NotSeen:
            return


def picture_number(content: bytes) -> int:
    """Which of the pictures of ``write_tasks`` this is, by its red."""
    red, _, _ = Image.open(io.BytesIO(content)).convert("RGB").getpixel((10, 10))
    return round(red / 40)


def label_of(number: int) -> str:
    """What such a picture shows, for everybody who looks."""
    return CHOICES[number % len(CHOICES)]


def lease_of(data: str) -> int:
    """Which lease a button of a card names."""
    return int(data.split(".")[1], 36)


def _is_about_money(bubble: Bubble) -> bool:
    pages = ("💰 Your money", "Your last answers", "You have not earned anything yet")
    return bubble.text.startswith(pages)


async def crew_of(telegram: TelegramWorld, size: int, *, seed: int = 0, **habits: float) -> Sequence[Worker]:
    """So many workers who have joined, one after another."""
    crew = []
    for number in range(1, size + 1):
        actor = await telegram.person(f"Aurelia-{number}", language="en")
        worker = Worker(actor, number, Random(f"{seed}:{number}"), **habits)
        await actor.says("/start")
        await actor.sees("Our promise", button="I agree")
        crew.append(worker)
    await asyncio.gather(*(worker.agrees() for worker in crew))
    return crew
