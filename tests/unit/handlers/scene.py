"""One person before the conversation. What the use cases answer is said by the test."""

from datetime import date

from handlers.conversation import CONSENT_VERSION, Conversation, UseCases
from handlers.screens import Event, EventKind, MessageRef, Reply
from tasks.assigning import Offer
from tasks.model.earnings import Statement
from tasks.model.identifiers import AccountKey, ImageId, LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.money import Money
from tasks.model.project import AnswerRules, Choice, Project, ProjectKind
from tasks.model.work import Question
from tasks.model.worker import Worker, WorkerStatus

ANNA = AccountKey("telegram", "7001")
TODAY = date(2025, 3, 5)


def yuan(text: str) -> Money:
    return Money.from_decimal(text, "CNY")


def animals(**changes) -> Project:
    facts = {
        "id": ProjectId(3),
        "slug": "animals",
        "kind": ProjectKind.CHOICE,
        "price": yuan("0.05"),
        "rules": AnswerRules(2, 5, 0.95),
        "gold_share": 0.1,
        "lease_minutes": 240,
        "seconds_estimate": 6,
        "languages": ("en", "zh"),
        "titles": {"en": "Animals and vehicles", "zh": "动物和车辆"},
        "questions": {"en": "What is in the picture?", "zh": "图片里是什么？"},
        "choices": (
            Choice(1, "cat", "🐱", {"en": "Cat", "zh": "猫"}),
            Choice(2, "dog", "🐶", {"en": "Dog", "zh": "狗"}),
            Choice(4, "truck", "", {"en": "Truck", "zh": "卡车"}),
            Choice(3, "ship", "🚢", {"en": "Ship", "zh": "船"}, retired=True),
        ),
    }
    return Project(**(facts | changes))


def question(lease: int = 41, *, previous: int | None = 40, project: Project | None = None) -> Question:
    project = project or animals()
    return Question(
        lease_id=LeaseId(lease),
        project=project,
        task_id=TaskId(9),
        image_id=ImageId("ab" * 32),
        price=project.price,
        previous_id=LeaseId(previous) if previous is not None else None,
    )


def anna(**changes) -> Worker:
    facts = {
        "id": WorkerId(5),
        "account": ANNA,
        "language": "en",
        "status": WorkerStatus.ACTIVE,
        "consent_version": CONSENT_VERSION,
        "join_code": None,
        "time_zone": "Asia/Shanghai",
        "reachable": True,
    }
    return Worker(**(facts | changes))


class Scene:
    """Writes and presses as one person, and keeps what the conversation asked of its use cases."""

    def __init__(
        self, worker: Worker | None = None, *, supervisor: bool = False, hint: str = "en", **answers
    ):
        self.worker, self.supervisor, self.hint = worker, supervisor, hint
        self.answers = {
            "welcome": anna(status=WorkerStatus.NEW, consent_version=None, language=hint[:2]),
            "list_prices": [yuan("0.05"), yuan("0.05")],
            "list_offers": [Offer(animals(), 4.2, measured=True)],
            "show_earnings": Statement((), (), TODAY),
            **answers,
        }
        self.calls: list[tuple] = []
        names = UseCases.__dataclass_fields__.keys() - {"recognise", "roles"}
        cases = {name: self._case(name) for name in names}
        self.say = Conversation(UseCases(recognise=self._recognise, roles=self, **cases))

    def is_supervisor(self, _key: AccountKey) -> bool:
        return self.supervisor

    async def writes(self, text: str) -> Reply:
        if text.startswith("/"):
            command, _, rest = text[1:].partition(" ")
            return await self.happens(EventKind.COMMAND, command=command, text=rest)
        return await self.happens(EventKind.TEXT, text=text)

    async def presses(self, button) -> Reply:
        data = button if isinstance(button, str) else button.pack()
        message = MessageRef("7001", "12", has_picture=True)
        return await self.happens(EventKind.PRESS, data=data, press_id="p", message=message)

    async def happens(self, kind: EventKind, **facts) -> Reply:
        return await self.say(Event("1", kind, ANNA, self.hint, **facts))

    def asked(self, name: str) -> list[tuple]:
        """The arguments of each call of that use case."""
        return [call[1:] for call in self.calls if call[0] == name]

    def _case(self, name: str):
        async def answer(*args, **facts):
            self.calls.append((name, *args, *facts.values()))
            result = self.answers.get(name)
            if isinstance(result, Exception):
                raise result
            return result

        return answer

    async def _recognise(self, _key: AccountKey) -> Worker | None:
        return self.worker
