"""One person before the conversation. What the use cases answer is said by the test."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from handlers.conversation import CONSENT_VERSION, Conversation, UseCases
from handlers.screens import Event, EventKind, MessageRef, Reply
from tasks.assigning import Offer
from tasks.enrolling import Welcomed
from tasks.errors import NotSupervisor
from tasks.model.earnings import Statement
from tasks.model.identifiers import (
    AccountKey,
    DeliveryId,
    ImageId,
    LeaseId,
    NoticeId,
    ProjectId,
    TaskId,
    WorkerId,
)
from tasks.model.money import Money
from tasks.model.notice import Delivery, DeliveryState, Notice, NoticeKind, NoticeStatus
from tasks.model.place import Place, is_within
from tasks.model.project import AnswerRules, Choice, Project, ProjectKind
from tasks.model.work import Question
from tasks.model.worker import Worker, WorkerStatus
from tasks.placing import Surroundings

ANNA = AccountKey("telegram", "7001")
TODAY = date(2025, 3, 5)
NOON = datetime(2025, 3, 5, 4, tzinfo=UTC)
"""Where Anna lives."""


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


def question(
    lease: int = 41,
    *,
    previous: int | None = 40,
    project: Project | None = None,
    machine: str | None = None,
) -> Question:
    project = project or animals()
    return Question(
        lease_id=LeaseId(lease),
        project=project,
        task_id=TaskId(9),
        image_id=ImageId("ab" * 32),
        price=project.price,
        previous_id=LeaseId(previous) if previous is not None else None,
        machine=machine,
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


def welcomed(worker: Worker, *, code_is_good: bool = True) -> Welcomed:
    return Welcomed(worker, code_is_good)


def notice(**changes) -> Notice:
    facts = {
        "id": NoticeId(8),
        "author": AccountKey("telegram", "9001"),
        "language": "en",
        "scope": "",
        "made_at": NOON,
        "status": NoticeStatus.SENDING,
        "kind": NoticeKind.LESSON,
        "texts": {"en": "A lesson on Saturday at 10, in the school.", "zh": "星期六十点在学校上课。"},
    }
    return Notice(**(facts | changes))


def delivery(**changes) -> Delivery:
    facts = {
        "id": DeliveryId(77),
        "notice_id": NoticeId(8),
        "worker_id": WorkerId(5),
        "account": ANNA,
        "language": "en",
        "kind": "notice",
        "facts": {},
        "state": DeliveryState.SENT,
        "attempts": 1,
        "sent_at": NOON,
    }
    return Delivery(**(facts | changes))


COUNTY, VILLAGE, OTHER_COUNTY = 4, 5, 7
PLACES = (
    Place(COUNTY, "tongren", {"en": "Tongren", "zh": "铜仁"}, "Asia/Shanghai"),
    Place(VILLAGE, "tongren/wanshan", {"en": "Wanshan", "zh": "万山"}, None),
    Place(6, "tongren/wuling", {}, None),
    Place(OTHER_COUNTY, "zunyi", {"en": "Zunyi", "zh": "遵义"}, None),
)


def around(scope: str | None, place_id: int, places: Sequence[Place] = PLACES) -> Surroundings:
    """What ``tasks.placing.LookAround`` says to a supervisor of that scope."""
    if scope is None:
        raise NotSupervisor
    by_path = {place.path: place for place in places}
    wanted = next((place for place in places if place.id == place_id), None)
    place = wanted if wanted is not None and is_within(wanted.path, scope) else by_path.get(scope)
    path = scope if place is None else place.path
    below = [each for each in places if each.path.rpartition("/")[0] == path]
    return Surroundings(path, place, below, is_top=path == scope)


class Scene:
    """Writes and presses as one person, and keeps what the conversation asked of its use cases."""

    def __init__(
        self,
        worker: Worker | None = None,
        *,
        supervisor: bool = False,
        scope: str | None = None,
        hint: str = "en",
        **answers,
    ):
        self.worker, self.hint = worker, hint
        self.scope = "" if supervisor and scope is None else scope
        self.answers = {
            "welcome": welcomed(anna(status=WorkerStatus.NEW, consent_version=None, language=hint[:2])),
            "list_prices": [yuan("0.05"), yuan("0.05")],
            "list_offers": [Offer(animals(), 4.2, measured=True)],
            "show_earnings": Statement((), (), TODAY),
            "list_my_notices": [],
            **answers,
        }
        self.awaited: str | None = None
        self.places: Sequence[Place] = PLACES
        self.calls: list[tuple] = []
        cases = {name: self._case(name) for name in UseCases.__dataclass_fields__}
        cases |= {"recognise": self._recognise, "find_scope": self._find_scope}
        cases |= {"look_around": self._look_around, "name_places": self._name_places}
        cases |= {"now": lambda: NOON, "messages_per_second": 25.0}
        cases |= {"await_input": self._await_input, "find_awaited": self._find_awaited}
        self.say = Conversation(UseCases(**cases))

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
            if callable(result):
                result = result(*args, **facts)
            if isinstance(result, Exception):
                raise result
            return result

        return answer

    async def _recognise(self, _key: AccountKey) -> Worker | None:
        return self.worker

    async def _find_scope(self, _key: AccountKey) -> str | None:
        return self.scope

    async def _look_around(self, _key: AccountKey, place_id: int = 0) -> Surroundings:
        return around(self.scope, place_id, self.places)

    async def _name_places(self, paths: Sequence[str]) -> list[Place]:
        return [place for place in self.places if place.path in paths]

    async def _await_input(self, _key: AccountKey, what: str | None) -> None:
        self.awaited = what

    async def _find_awaited(self, _key: AccountKey) -> str | None:
        return self.awaited
