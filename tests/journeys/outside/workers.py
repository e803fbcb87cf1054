"""Workers who know nothing but what their phone shows, and who remember every press they made."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from tests.journeys.outside.messages import Chat
from tests.journeys.outside.people import Message, Person, buttons
from tests.journeys.outside.projects import Programme
from tests.journeys.outside.server import BotApi

WORDS = {
    "en": {
        "agree": "agree",
        "things": "Things",
        "cannot": "Can't tell",
        "undo": "Undo",
        "stop": "Stop",
        "a": "The ",
        "too late": "too late",
        "nothing": "not earned anything",
    },
    "zh": {
        "agree": "同意",
        "things": "东西",
        "cannot": "🤷",
        "undo": "↩️",
        "stop": "⏹",
        "a": "这个",
        "too late": "撤销不了",
        "nothing": "还没有收入",
    },
}


@dataclass
class Pressed:
    """One answer that was given by hand."""

    task: str
    choice: str
    undone: bool = False


@dataclass
class Worker(Person):
    """One person with a phone."""

    api: BotApi
    programme: Programme
    number: int
    language: str
    chat: Chat = field(init=False)
    made: list[Pressed] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    meant: dict[str, dict[str, str]] = field(default_factory=dict)
    since: int = 0

    def __post_init__(self) -> None:
        self.random = Random(1000 + self.number)
        code = {"en": "en", "zh": "zh-hans"}[self.language]
        self.chat = self.api.join(self.number, f"Qxname{self.number}", code)
        self.words = WORDS[self.language]
        self.opinions = self.programme.people[self.number]

    # Her story

    async def work(self, answers: int) -> None:
        """Joins, answers so many pictures with some wavering, and looks at her money."""
        await self.join()
        await self.begin()
        while len([p for p in self.made if not p.undone]) < answers:
            if not self.card:
                # A late repeat of an earlier "Stopped" looks like the end of work: ask once more.
                await self.begin()
            if not self.card:
                break
            await self.answer()
            whim = self.random.random()
            if whim < 0.08:
                await self.undo()
            elif whim < 0.14:
                await self.earnings()
            elif whim < 0.18 and self.card:
                await self.stop_and_return()

    async def join(self) -> None:
        self.api.say(self.chat, "/start")
        await self.tap(self.words["agree"])
        await self.until(lambda: self.find("▶️"), "a menu")

    async def begin(self) -> None:
        """Asks for work and chooses the project; there may be none left."""
        before = self.newest
        self.since = before
        self.api.say(self.chat, "/work")
        await self.until(lambda: self.list_of_work(before) or self.told_the_end(before), "the list of work")
        if self.list_of_work(before):
            await self.tap(self.words["things"], after=before)
            await self.until(lambda: self.card or self.told_the_end(before), "a picture")

    def list_of_work(self, after: int) -> bool:
        return self.find(self.words["things"], after) is not None

    async def answer(self, choice: str = "") -> None:
        """Presses on the card what she thinks of its picture, and waits for what comes next."""
        card = self.card
        assert card is not None
        task = self.task(card)
        choice = choice or self.opinions.get(task, "cant_tell")
        label = self.words["cannot"] if choice == "cant_tell" else self.words["a"] + choice
        button = next(b for b in buttons(card) if fits(b, label, whole=choice != "cant_tell"))
        # A command that came twice may show one card twice: she presses there what she pressed before.
        name = buttons(card)[0]["callback_data"]
        if name not in self.meant:
            self.made.append(Pressed(task, choice))
        await self.press(card, self.meant.setdefault(name, button))

    async def undo(self) -> None:
        """Takes her last answer back, if the phone still offers it, and gives another one."""
        card, last = self.card, self.made[-1]
        button = next((b for b in buttons(card) if self.words["undo"] in b["text"]), None) if card else None
        if card is None or button is None:
            return
        query = self.api.press(self.chat, card["message_id"], button["callback_data"])
        self.queries.append(query)
        # It may be too late; then the card stays as it is.
        await self.until(lambda: query in self.chat.toasts, "an answer to Undo")
        if self.words["too late"] in self.chat.toasts[query]:
            return
        await self.until(lambda: self.card and self.task(self.card) == last.task, "her last picture again")
        last.undone = True
        await self.answer(self.random.choice(self.programme.choices))

    async def stop_and_return(self) -> None:
        card = self.card
        assert card is not None
        newest = self.newest
        await self.press(card, next(b for b in buttons(card) if self.words["stop"] in b["text"]))
        await self.until(lambda: self.told_the_end(newest), "a good-bye")
        await self.begin()

    async def earnings(self) -> Decimal:
        """What /earnings says she has, in all four states together."""
        before = self.newest
        self.api.say(self.chat, "/earnings")
        found: list[Message] = []

        def told() -> bool:
            found[:] = [m for i, m in self.chat.messages.items() if i > before and self.is_statement(m)]
            return bool(found)

        await self.until(told, "her earnings")
        return sum(map(Decimal, re.findall(r"¥([\d.]+)", found[-1]["text"].split("\n\n")[0])), Decimal(0))

    # Her phone

    @property
    def card(self) -> Message | None:
        """The newest picture with buttons, of those that came after she stopped or work ended."""
        shown = (m for i, m in sorted(self.chat.messages.items(), reverse=True) if i > self.since)
        return next((m for m in shown if "photo" in m and "reply_markup" in m), None)

    def task(self, card: Message) -> str:
        picture = self.api.messages.files[card["file_id"]]
        return self.programme.task_of(picture)

    async def press(self, card: Message, button: dict[str, str]) -> None:
        """Presses once and waits until the press was answered and the card is another one."""
        query = self.api.press(self.chat, card["message_id"], button["callback_data"])
        self.queries.append(query)
        newest = self.newest

        def answered() -> bool:
            return query in self.chat.toasts and (self.card != card or self.told_the_end(newest))

        await self.until(answered, f"an answer to {button}")
        if self.card == card:
            self.since = card["message_id"]

    def is_statement(self, message: Message) -> bool:
        text = message.get("text", "")
        return text.startswith("💰") or self.words["nothing"] in text

    def told_the_end(self, after: int) -> bool:
        """Whether a text came that is no list of work, no menu and no earnings: there is no next card."""
        texts = (m for i, m in self.chat.messages.items() if i > after and "text" in m)
        lists = (self.words["things"], "🌐")
        return any(
            not self.is_statement(m) and not any(w in b["text"] for w in lists for b in buttons(m))
            for m in texts
        )


def fits(button: dict[str, str], label: str, *, whole: bool) -> bool:
    return button["text"] == label if whole else label in button["text"]
