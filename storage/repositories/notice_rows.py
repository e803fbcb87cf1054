"""Notices as rows, and rows as notices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.tables import notices
from tasks.model.identifiers import AccountKey, ImageId, NoticeId, ProjectId, VoiceId, WorkerId
from tasks.model.money import Money
from tasks.model.notice import Audience, Notice, NoticeKind, NoticeStatus, Receipt


def notice_from(row: Mapping[Any, Any]) -> Notice:
    """The notice in a row of any selection that has the columns of its table."""
    local_time = row[notices.c.local_time]
    return Notice(
        id=NoticeId(row[notices.c.id]),
        author=_author_from(row),
        language=row[notices.c.language],
        scope=row[notices.c.scope],
        made_at=row[notices.c.made_at],
        status=NoticeStatus(row[notices.c.status]),
        reason=row[notices.c.reason],
        kind=NoticeKind(row[notices.c.kind]),
        texts=row[notices.c.texts],
        receipt=Receipt(row[notices.c.receipt]),
        answers={language: tuple(answers) for language, answers in row[notices.c.answers].items()},
        picture=_image_from(row[notices.c.picture]),
        voice=None if row[notices.c.voice] is None else VoiceId(row[notices.c.voice]),
        audience=_audience_from(row[notices.c.audience]),
        urgent=row[notices.c.urgent],
        local_time=None if local_time is None else datetime.fromisoformat(local_time),
        confirmed_at=row[notices.c.confirmed_at],
        ended_at=row[notices.c.ended_at],
        progress_chat=row[notices.c.progress_chat],
        progress_message=row[notices.c.progress_message],
        reported=row[notices.c.reported],
    )


def notice_values(notice: Notice) -> dict[str, Any]:
    """The columns of a notice to be written; its id, and when it was watched, are not among them."""
    local_time = notice.local_time
    return {
        "author_channel": notice.author.channel if notice.author else None,
        "author_id": notice.author.external_id if notice.author else None,
        "language": notice.language,
        "scope": notice.scope,
        "kind": notice.kind,
        "status": notice.status,
        "reason": notice.reason,
        "texts": dict(notice.texts),
        "receipt": notice.receipt,
        "answers": {language: list(answers) for language, answers in notice.answers.items()},
        "picture": notice.picture,
        "voice": notice.voice,
        "audience": _audience_values(notice.audience),
        "urgent": notice.urgent,
        "local_time": None if local_time is None else local_time.isoformat(timespec="minutes"),
        "made_at": notice.made_at,
        "confirmed_at": notice.confirmed_at,
        "ended_at": notice.ended_at,
        "progress_chat": notice.progress_chat,
        "progress_message": notice.progress_message,
        "reported": notice.reported,
    }


def _author_from(row: Mapping[Any, Any]) -> AccountKey | None:
    channel = row[notices.c.author_channel]
    return None if channel is None else AccountKey(channel, row[notices.c.author_id])


def _image_from(name: str | None) -> ImageId | None:
    return None if name is None else ImageId(name)


def _audience_from(kept: Mapping[str, Any]) -> Audience:
    worker_ids = kept["worker_ids"]
    return Audience(
        places=tuple(kept["places"]),
        languages=tuple(kept["languages"]),
        project_ids=tuple(map(ProjectId, kept["project_ids"])),
        active_days=kept["active_days"],
        earned_min=_money_from(kept["earned_min"]),
        earned_max=_money_from(kept["earned_max"]),
        standing_min=kept["standing_min"],
        standing_max=kept["standing_max"],
        worker_ids=None if worker_ids is None else tuple(map(WorkerId, worker_ids)),
    )


def _audience_values(audience: Audience) -> dict[str, Any]:
    return {
        "places": list(audience.places),
        "languages": list(audience.languages),
        "project_ids": list(audience.project_ids),
        "active_days": audience.active_days,
        "earned_min": _money_values(audience.earned_min),
        "earned_max": _money_values(audience.earned_max),
        "standing_min": audience.standing_min,
        "standing_max": audience.standing_max,
        "worker_ids": None if audience.worker_ids is None else list(audience.worker_ids),
    }


def _money_from(kept: Mapping[str, Any] | None) -> Money | None:
    return None if kept is None else Money(kept["micros"], kept["currency"])


def _money_values(amount: Money | None) -> dict[str, Any] | None:
    return None if amount is None else {"micros": amount.micros, "currency": amount.currency}
