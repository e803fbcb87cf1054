"""Things of the domain with sensible values; a test names only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.model.identifiers import AccountKey, ImageId, NoticeId, ProjectId, TaskId, WorkerId
from tasks.model.money import Money
from tasks.model.notice import ALL_LANGUAGES, Notice
from tasks.model.project import AnswerRules, Choice, Project, ProjectKind
from tasks.model.work import Answer, AnswerStatus
from tasks.model.worker import Worker, WorkerStatus
from tasks.ports import NewLease, NewTask, Terms

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CENTS_5 = Money(50_000, "CNY")


def a_choice(choice_id: str, number: int = 0) -> Choice:
    return Choice(number=number, id=choice_id, emoji="", words={"en": choice_id.title(), "zh": choice_id})


def a_project(
    slug: str = "animals", *, choices: Sequence[str] = ("cat", "dog", "car"), quota: int = 3, **changes: Any
) -> Project:
    values: dict[str, Any] = {
        "id": ProjectId(0),
        "slug": slug,
        "kind": ProjectKind.CHOICE,
        "price": CENTS_5,
        "rules": AnswerRules(min=min(2, quota), max=quota, confidence=0.95),
        "gold_share": 0.1,
        "lease_minutes": 240,
        "seconds_estimate": 6,
        "languages": ("en", "zh"),
        "titles": {"en": "Animals", "zh": "动物"},
        "questions": {"en": "What is in the picture?", "zh": "图片里是什么？"},
        "choices": tuple(a_choice(choice, number) for number, choice in enumerate(choices, start=1)),
    }
    return Project(**(values | changes))


def a_new_task(
    key: str = "t1",
    *,
    gold: str | None = None,
    explanations: Mapping[str, str] | None = None,
    machine: str | None = None,
) -> NewTask:
    return NewTask(key, an_image(key), gold, explanations or {}, machine)


def an_image(name: str) -> ImageId:
    return ImageId(name.encode().hex().ljust(64, "0")[:64])


def an_account(name: str = "anna") -> AccountKey:
    return AccountKey("telegram", name)


def a_worker(name: str = "anna", **changes: Any) -> Worker:
    values: dict[str, Any] = {
        "id": WorkerId(1),
        "account": an_account(name),
        "language": "en",
        "status": WorkerStatus.ACTIVE,
        "consent_version": "1",
        "join_code": None,
        "time_zone": "Asia/Shanghai",
        "reachable": True,
    }
    return Worker(**(values | changes))


def some_terms(project: Project, *, shown_at: datetime = NOON) -> Terms:
    return Terms(
        project_id=project.id,
        price=project.price,
        shown_at=shown_at,
        ends_at=shown_at + timedelta(minutes=project.lease_minutes),
    )


def a_new_lease(
    worker_id: WorkerId, task_id: TaskId, project: Project, *, shown_at: datetime = NOON, **changes: Any
) -> NewLease:
    values: dict[str, Any] = {
        "task_id": task_id,
        "project_id": project.id,
        "worker_id": worker_id,
        "price": project.price,
        "shown_at": shown_at,
        "ends_at": shown_at + timedelta(minutes=project.lease_minutes),
        "previous_id": None,
    }
    return NewLease(**(values | changes))


def an_answer(choice: str = "cat", *, at: datetime = NOON, **changes: Any) -> Answer:
    values: dict[str, Any] = {
        "choice": choice,
        "answered_at": at,
        "seconds": 4.0,
        "status": AnswerStatus.PENDING,
    }
    return Answer(**(values | changes))


def a_notice(text: str = "Hello", *, author: str | None = "sun", **changes: Any) -> Notice:
    values: dict[str, Any] = {
        "id": NoticeId(0),
        "author": None if author is None else an_account(author),
        "language": "en",
        "scope": "",
        "made_at": NOON,
        "texts": {ALL_LANGUAGES: text},
    }
    return Notice(**(values | changes))
