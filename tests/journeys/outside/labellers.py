"""People in a project with gold: they label, are taught, and may be paused; and whoever looks after them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.journeys.outside.people import Message, Person, buttons, text_of
from tests.journeys.outside.projects import Programme
from tests.journeys.outside.server import BotApi
from tests.journeys.outside.workers import WORDS, Worker

SUPERVISOR = 900
SCHOOL_WORDS = {
    "en": {
        "next": "➡️ Next",
        "right is": "Right is: ",
        "right": "✅ Right!",
        "refresher": "show you once more what is right",
        "paused": "is paused for you",
        "reason": "their answer is known",
        "see": "Show me the questions",
        "said": "You said: ",
        "question": "Question {number} of {count}",
        "ask": "Ask a person to look",
        "asked": "A person will look at it",
        "go on": "You can go on with",
    },
    "zh": {
        "next": "➡️ 下一题",
        "right is": "正确答案：",
        "right": "✅ 答对了！",
        "refresher": "再教你怎么答",
        "paused": "先停一停",
        "reason": "答案早就知道",
        "see": "给我看这些题",
        "said": "你的回答：",
        "question": "第 {number} 题，共 {count} 题",
        "ask": "请人看看",
        "asked": "会有人来看",
        "go on": "可以接着做了",
    },
}


@dataclass
class Labeller(Worker):
    """She presses as fast as her phone lets her."""

    lessons: list[tuple[str, str]] = field(default_factory=list)
    """What each lesson said, and of which task."""
    praised: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.words = WORDS[self.language] | SCHOOL_WORDS[self.language]

    @property
    def pause(self) -> Message | None:
        """The last message, if it says that she is paused."""
        return self.read(self.words["paused"])

    async def work_on(self, enough: Callable[[], bool] = lambda: False) -> int:
        """Answers until there is nothing left, or it is enough; returns how many presses she made."""
        before = len(self.made)
        await self.begin()
        while not enough():
            if not self.card:
                # Words that came by themselves look like the end of work: ask once more.
                await self.begin()
            if not self.card:
                break
            await self.step()
        return len(self.made) - before

    async def step(self) -> None:
        """One press: an answer, or on from a lesson."""
        card = self.card
        assert card is not None
        on = next((b for b in buttons(card) if self.words["next"] in b["text"]), None)
        if on is not None:
            self.lessons.append((text_of(card), self.task(card)))
            await self.press(card, on)
            return
        await self.answer()
        self.praised += self.words["right"] in self.chat.toasts[self.queries[-1]]

    async def looks_at_evidence(self) -> list[tuple[str, str]]:
        """The questions that her pause rests on, one by one: what stands there, and of which task."""
        before = self.newest
        await self.tap(self.words["see"])
        shown = await self.sees(self.words["said"], before)
        seen: dict[str, str] = {}
        while (task := self.task(shown)) not in seen:
            seen[task] = text_of(shown)
            shown = await self._turns(shown)
        return [(text, task) for task, text in seen.items()]

    async def _turns(self, shown: Message) -> Message:
        """To the next question, in the same message; the last one leads to the first."""
        if any("▶️" in b["text"] for b in buttons(shown)):
            number = shown["message_id"]
            self.queries.append(self.api.press(self.chat, number, _data(shown, "▶️")))
            await self.until(lambda: self.chat.messages[number] != shown, "another question")
            return self.chat.messages[number]
        return shown

    async def appeals(self) -> None:
        """One tap, and she is told that a person will look."""
        await self.tap(self.words["ask"])
        await self.sees(self.words["asked"])


class Supervisor(Person):
    """She looks after everybody, and reads English."""

    def __init__(self, api: BotApi, programme: Programme) -> None:
        self.api, self.number = api, SUPERVISOR
        self.chat = api.join(SUPERVISOR, "Qxsupervisor", "en")
        self.queries = []
        self.programme = programme

    async def asks(self, command: str, expects: str) -> Message:
        """Writes a command and returns the answer that says so."""
        before = self.say(command)
        return await self.sees(expects, before)

    async def grants(self) -> str:
        """Finds the appeal that has waited longest in /appeals, and lets her go on; what stood there."""
        desk = await self.asks("/appeals", "She asks you to look.")
        query = self.api.press(self.chat, desk["message_id"], _data(desk, "Let her go on"))
        self.queries.append(query)
        assert await self.toast(query) == "Done."
        return text_of(desk)

    async def looks_at_project(self) -> tuple[str, str]:
        """The page of the project, and that of its workers."""
        listed = await self.asks("/project", "Which project")
        number = listed["message_id"]
        await self.tap("Things", number - 1)
        page = await self.sees("so far", number - 1)
        await self.tap("Your workers", number - 1)
        workers = await self.sees("within your places", number - 1)
        return text_of(page), text_of(workers)


def supervisor_id(api: BotApi) -> int:
    """Her identity at the messenger, for the settings."""
    return api.manners.first_person + SUPERVISOR


def _data(message: Message, label: str) -> str:
    return next(b["callback_data"] for b in buttons(message) if label in b["text"])
